/**
 * The shape of the escalation catalogue: every known way to become someone else on Google Cloud.
 * `docs/escalations.md`, `data/escalations.json` and `schema/escalations.schema.json` are generated from it.
 */
import type {SourceKind} from '../../inventory/code-sources.ts';
import type {Fact} from '../../inventory/coverage.ts';

/** On what Google checks a group of permissions; each is inherited from the containers above. */
export type Place =
	/** The account to be become itself. */
	| 'account'
	| 'project'
	| 'folder'
	| 'organization'
	/** Any project, folder or organization: the one that the way is about. */
	| 'container'
	/** The project or organization that owns a custom role. */
	| 'role owner'
	/** An existing workload of one of `workloads`. */
	| 'workload'
	/** Another resource (bucket, secret, tag value, ...), named in the title or notes. */
	| 'resource'
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
	/** An account that the service itself brings to each project: `identities`. */
	| 'project identity'
	/** A group, with all that it holds. */
	| 'group'
	/** Identities of a pool (`pools`) that bindings name. */
	| 'pool identities'
	/** The roles of an entitlement, for a time. */
	| 'entitled roles'
	/** Something else, in words (`yieldsNote`); never a hop of a path. */
	| 'other';

export interface Requirement {
	on: Place;
	/** v1 names, all needed. */
	all: readonly string[];
	/** Of these lists one must hold as well. */
	anyOf?: readonly (readonly string[])[];
}

/** A legacy organization's exemption from the act-as check of one service. */
export interface Exemption {
	permission: string;
	/** Legacy constraint (short id): a policy that leaves it off says that the check is skipped. */
	constraint: string;
	/** Pattern as in `identities`. */
	identity: string;
}

/** Where code of a workload lies, and what lets somebody replace it there. */
export interface CodeTie {
	kind: SourceKind;
	/** What of the workload the code is, as `code-sources.ts` calls it. */
	uses: readonly string[];
	/** v1 names, all needed on the bucket or repository. */
	permissions: readonly string[];
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
	/** Reached as well, by the same permissions. */
	alsoYields?: Yield;
	/** Of `project identity`: e-mail patterns with `{number}` and `{id}` of the project. */
	identities?: readonly string[];
	/** Of `pool identities`: which pools. `kubernetes`: the pool `PROJECT_ID.svc.id.goog` of the project. */
	pools?: 'workload' | 'workforce' | 'kubernetes';
	exemptions?: readonly Exemption[];
	/**
	 * The id under which its hops appear: the same permission in the hands of a particular kind of principal,
	 * so the graph makes no second hop of it.
	 */
	hopsAs?: string;
	/** Asset types of existing workloads that it needs or changes; both API generations where there are two. */
	workloads?: readonly string[];
	/** It replaces the code of such a workload where that lies: the permissions are checked there, not on the workload. */
	code?: readonly CodeTie[];
	/** A precondition outside IAM that an inventory does not show: the hop is `conditional` at best. */
	precondition?: string;
	/** Permissions that it usually needs too, on the project: without one of them the hop is `conditional`. */
	expects?: readonly string[];
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
