/**
 * Sets of principals that allow policies never name, so that `Memberships` does not index them: those of
 * deny policies and of access boundaries. Facts: iam-semantics section 2.
 */
import type {Container, Inventory, ServiceAccount} from '../inventory/model.ts';
import {projectOfEmail} from '../inventory/names.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Proof} from '../report.ts';
import type {Tri} from './conditions.ts';
import {parseFederated} from './sets.ts';

/** Whether a principal is in a set, and what decided it (only where something needs saying). */
export interface Match {
	value: Tri;
	proof: Proof[];
}

export const NO: Match = {value: 'false', proof: []};
export const YES: Match = {value: 'true', proof: []};

/** Undecided because a fact was not read. */
export function undecided(member: Principal, of: string, fact: string, scope: string): Match {
	return {
		value: 'unknown',
		proof: [
			{kind: 'membership', effect: 'undecided', member: member.member, of},
			{kind: 'gap', effect: 'undecided', fact, scope},
		],
	};
}

/** Whether `inner` is `outer` or lies below it. */
export function within(inner: Container, outer: Container): boolean {
	return outer.order <= inner.order && inner.order < outer.end;
}

/** A pool's name with the project in the one spelling of the inventory. */
export function poolKey(inventory: Inventory, pool: string): string {
	if (!pool.startsWith('projects/')) return pool;
	const [, project, ...rest] = pool.split('/');
	return [inventory.container(`projects/${project!}`)?.key ?? `projects/${project!}`, ...rest].join('/');
}

const GKE_LEGACY = /^([a-z0-9:.-]+)\.svc\.id\.goog\[/;
const AGENT =
	/^\/\/agents\.global\.(?:org|proj)-\d+\.system\.id\.goog\/(?:resources|attribute\.platformContainer)\/[^/]+\/(projects\/[^/]+)/;

/** Key of the project whose workload pool or agent platform a principal comes from, as written. */
export function projectOfWorkload(principal: Principal): string | undefined {
	if (principal.kind === 'serviceAccount') {
		const gke = GKE_LEGACY.exec(principal.value)?.[1];
		return gke && `projects/${gke}`;
	}
	const pool = parseFederated(principal)?.pool;
	if (pool) return /^projects\/[^/]+/.exec(pool)?.[0];
	return AGENT.exec(principal.value)?.[1];
}

/** Where a service account lives: a container, `outside` all that is known, or undefined: nothing tells. */
export function homeOf(
	inventory: Inventory,
	principal: Principal,
): {account?: ServiceAccount; project: Container | 'outside' | undefined} {
	const account = inventory.accounts.get(principal.value);
	if (account?.project) return {account, project: account.project};
	const key = projectOfEmail(principal.value);
	if (key === undefined) return {...(account && {account}), project: undefined};
	return {...(account && {account}), project: inventory.container(key) ?? 'outside'};
}

/** Consumer accounts belong to no Workspace customer. */
const CONSUMER: ReadonlySet<string> = new Set(['gmail.com', 'googlemail.com']);

export function isConsumerDomain(domain: string): boolean {
	return CONSUMER.has(domain);
}

/** Domain of an e-mail address; of a `domain:` member the domain itself. */
export function domainOf(principal: Principal): string {
	return principal.value.slice(principal.value.lastIndexOf('@') + 1);
}
