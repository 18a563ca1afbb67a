/** What entries of the catalogue have in common, so that each states only what is its own. */
import {type Fact, FACTS} from '../../inventory/coverage.ts';
import type {Escalation, Requirement} from './types.ts';

type Derived = 'kind' | 'strength' | 'modelled' | 'constraints' | 'notDeniable' | 'needs' | 'evidence';
type Draft = Omit<Escalation, Derived> & Partial<Omit<Escalation, 'modelled'>>;

/** Facts without which no way can be judged. */
const ALWAYS: readonly Fact[] = ['allowPolicies', 'roles', 'serviceAccounts'];

/**
 * Completes an entry: a permission of full strength that was seen in a source and that nothing stops,
 * unless the draft says otherwise. A draft with a `reason` is one that the graph does not model.
 * @param draft `needs` there holds only what is needed beside the usual
 */
export function escalation(draft: Draft): Escalation {
	const needs = new Set<Fact>([...ALWAYS, ...(draft.needs ?? [])]);
	if (draft.workloads) needs.add('workloads');
	if (draft.constraints?.length || draft.exemptions) needs.add('orgPolicies');
	return {
		...draft,
		kind: draft.kind ?? 'permission',
		strength: draft.strength ?? 'full',
		modelled: draft.reason === undefined,
		constraints: draft.constraints ?? [],
		notDeniable: draft.notDeniable ?? [],
		needs: FACTS.filter(fact => needs.has(fact)),
		evidence: draft.evidence ?? 'seen',
	};
}

/** Act-as, checked on the account that runs the workload. */
export const ACT_AS: Requirement = {on: 'attached account', all: ['iam.serviceAccounts.actAs']};

/** Log of act-as: always on since 2024. [seen] */
export const ACT_AS_LOG = 'Admin Activity log: iam.serviceAccounts.actAs on the account.';

/** Entries of the log that is always on. Method names follow the services' protos, [recalled] outside IAM. */
export const adminActivity = (...methods: string[]): string => `Admin Activity log: ${methods.join(', ')}.`;

/** As `adminActivity`, with the check of act-as on the account beside it. */
export const attaching = (...methods: string[]): string =>
	`Admin Activity log: ${methods.join(', ')}, with iam.serviceAccounts.actAs on the account.`;

/** Entries of a log that is off unless somebody switched it on. */
export const dataAccess = (...methods: string[]): string =>
	`Data Access log (must be switched on): ${methods.join(', ')}.`;

/** Closes every way that makes a new workload. */
export const CLOSE_ATTACH =
	'Grant act-as (Service Account User) on single accounts, never on a project, and deployment to few.';

/** Closes every way that changes a workload. */
export const CLOSE_CHANGE =
	'Keep workloads with powerful accounts in projects of their own, and let only their owners change them.';
