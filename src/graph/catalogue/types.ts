/**
 * The shape of the escalation catalogue: every known way to become someone else on Google Cloud.
 * `docs/escalations.md`, `data/escalations.json` and `schema/escalations.schema.json` are generated from it.
 */
import type {Fact} from '../../inventory/coverage.ts';

/** On what Google checks a group of permissions; each is inherited from the containers above. */
export type Place =
	/** The account to be become itself. */
	| 'account'
	| 'project'
	| 'folder'
	| 'organization'
	/** The project or organization that owns a custom role. */
	| 'role owner'
	/** An existing workload of one of `workloads`. */
	| 'workload'
	/** The account that is attached to the workload, or that the caller attaches. */
	| 'attached account';

/** Whom one ends up as. */
export type Yield =
	/** The account on which the permission is checked. */
	| 'account'
	/** Nobody yet: the account is named in a delegation chain that must end in a minting step. */
	| 'delegation'
	/** Whoever the container's allow policy is rewritten to allow. */
	| 'container'
	/** Whatever a custom role that the caller holds is made to hold. */
	| 'custom role'
	/** Any account of the project that the caller may act as: a new workload is made to run as it. */
	| 'actable account'
	/** The account of an existing workload. */
	| 'attached account'
	/** The account of an existing workload, or another one that the caller may act as. */
	| 'attached or actable account'
	/** A group, with all that it holds. */
	| 'group'
	/** Identities of a workload or workforce pool that bindings name. */
	| 'pool identities'
	/** Something else, in words (`yieldsNote`); never a hop of a path. */
	| 'other';

export interface Requirement {
	on: Place;
	/** v1 names, all needed. */
	all: readonly string[];
	/** Of these lists one must hold as well. */
	anyOf?: readonly (readonly string[])[];
}

export interface Escalation {
	/** Public; the id of the published list where the way is the same. */
	id: string;
	title: string;
	kind: 'permission' | 'structural';
	strength: 'full' | 'limited';
	/** Whether the graph makes hops of it. */
	modelled: boolean;
	/** Why not, if it is not modelled. */
	reason?: string;
	requires: readonly Requirement[];
	yields: Yield;
	yieldsNote?: string;
	/** Asset types of existing workloads that it needs or changes; both API generations where there are two. */
	workloads?: readonly string[];
	/** Permissions that it usually needs beside: without them the hop is `conditional`. */
	expects?: readonly string[];
	/** A precondition outside IAM that an inventory does not show: the hop is `conditional` at best. */
	precondition?: string;
	/** Boolean constraints (short ids) of which any one, enforced on the target's project, stops it. */
	constraints: readonly string[];
	/** Permissions of it that no deny rule can name. */
	notDeniable: readonly string[];
	/** Needs an API to be enabled, where known. */
	api?: string;
	/** How to see it in audit logs: method names, log, and whether data-access logs must be on. */
	seenInLogs: string;
	/** How to close it, in one or two sentences. */
	close: string;
	/** MITRE ATT&CK technique ids. */
	techniques: readonly string[];
	/** Facts that judging it needs. */
	needs: readonly Fact[];
	/** `recalled`: from memory, to be verified. */
	evidence: 'seen' | 'recalled';
	sources: readonly string[];
	notes: string;
}
