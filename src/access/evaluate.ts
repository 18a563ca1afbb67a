/**
 * `can(principal, permission, resource)`: allow, deny or unknown, with the proof. Everything else asks
 * here; no shortcut for administrators comes before it. Facts: iam-semantics sections 1 to 3.
 */
import type {AllowPolicy, Binding, Container, Inventory, ServiceAccount} from '../inventory/model.ts';
import {IAM} from '../inventory/names.ts';
import {PrincipalMap} from '../inventory/principal-map.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Proof} from '../report.ts';
import {attributesFor, NO_RESOURCE_ATTRIBUTES, UNKNOWN_RESOURCE_ATTRIBUTES} from './condition-attributes.ts';
import type {ConditionContext, Conditions, ConditionValue, EffectiveTags, Tri} from './conditions.ts';
import {hasPermission, type Role, type RoleCatalogue} from './roles.ts';
import {poolKey} from './set-match.ts';
import {type Memberships, parseFederated} from './sets.ts';

/** What a permission is asked on. */
export interface Target {
	/** Canonical full resource name. */
	name: string;
	assetType: string;
	/** The container itself, or the one the resource lies in. */
	container: Container | undefined;
	/** The account itself, or the one that a key belongs to. */
	account?: ServiceAccount;
	/** Names of resources between it and its container whose policies hold for it too, nearest first. */
	above?: readonly string[];
}

export interface Answer {
	decision: 'allow' | 'deny' | 'unknown';
	/** Why it is unknown: a condition nobody can decide from an inventory, or a fact that was not read. */
	undecided?: 'condition' | 'fact';
	proof: Proof[];
	reason: string;
}

/** A layer that can only take away: deny policies, access boundaries. `true` means it blocks. */
export interface Barrier {
	judge(principal: Principal, permission: string, target: Target): {value: Tri; proof: Proof[]};
	/** Whether anything at or above a container could block at all. Cheap. */
	couldBar(container: Container | undefined): boolean;
	/** Two principals with the same text are judged alike on everything, proofs aside; empty: nothing bars it. */
	profile(principal: Principal): string;
	/** Gaps at and above a container: policies that exist and could not be read whole. */
	gaps?(container: Container | undefined): Proof[];
}

export interface AccessParts {
	inventory: Inventory;
	roles: RoleCatalogue;
	memberships: Memberships;
	/** Undefined as long as no binding of the inventory has a condition. */
	conditions?: Conditions;
	/** Effective tags of a target, undefined where they were not read. */
	tags?: (target: Target) => EffectiveTags | undefined;
	deny?: Barrier;
	boundaries?: Barrier;
}

/** One binding that could grant, and how sure each part of that is. */
interface Candidate {
	binding: Binding;
	certainty: 'true' | 'unknown';
	undecided?: 'condition' | 'fact';
	proof: Proof[];
	note?: string;
}

/** A grant that time alone has ended or not begun. */
interface Lapsed {
	binding: Binding;
	member: Principal;
	window: 'expired' | 'future';
}

const UNKNOWN: ConditionValue = {value: 'unknown', note: 'the condition was not evaluated'};

/** Asset type of a target that stands for any resource in a container: its attributes exist, their values are open. */
export const UNKNOWN_RESOURCE = 'sa-audit/AnyResource';

export function accountTarget(account: ServiceAccount): Target {
	return {name: account.name, assetType: 'iam.googleapis.com/ServiceAccount', container: account.project, account};
}

const CONTAINER_TYPE = {organization: 'Organization', folder: 'Folder', project: 'Project'} as const;

export function containerTarget(container: Container): Target {
	const assetType = `cloudresourcemanager.googleapis.com/${CONTAINER_TYPE[container.kind]}`;
	return {name: container.name, assetType, container};
}

/** The compiled policies of one inventory. */
export class Access {
	readonly inventory: Inventory;
	readonly roles: RoleCatalogue;
	readonly memberships: Memberships;
	readonly #parts: AccessParts;
	readonly #byRolePermission = new Map<string, boolean>();
	/** Values of conditions that ask about nothing but the time and modified grants, on account targets. */
	readonly #onAccounts = new Map<string, ConditionValue>();

	#off: ReadonlySet<string> | undefined;
	/** Profiles by what the barriers say of a principal; number 0 is nobody's bar. */
	readonly #profiles = new Map<string, number>([['', 0]]);
	readonly #profileOf = new PrincipalMap<number>();

	constructor(parts: AccessParts) {
		this.#parts = parts;
		this.inventory = parts.inventory;
		this.roles = parts.roles;
		this.memberships = parts.memberships;
	}

	/** Policies that count for a target, its own first, then each ancestor's. */
	*policiesOn(target: Target): Generator<AllowPolicy> {
		const own = this.inventory.policies.get(target.name);
		if (own) yield own;
		for (const name of target.above ?? NO_NAMES) {
			const policy = this.inventory.policies.get(name);
			if (policy) yield policy;
		}
		let container = target.container;
		if (container && container.name === target.name) container = container.parent;
		for (; container; container = container.parent) {
			const policy = this.inventory.policies.get(container.name);
			if (policy) yield policy;
		}
	}

	/** Whether a role grants a permission; `unknown` for unread roles and what Google does not publish. */
	grants(role: Role, permission: string): Tri {
		const number = this.roles.numberOf(permission);
		if (hasPermission(role, number)) return 'true';
		return role.knowledge === 'known' ? 'false' : 'unknown';
	}

	#grantsCached(name: string, permission: string): Tri {
		const key = `${permission} ${name}`;
		const known = this.#byRolePermission.get(key);
		if (known === true) return 'true';
		const role = this.roles.get(name);
		if (known === false) return role.knowledge === 'known' ? 'false' : 'unknown';
		const value = this.grants(role, permission);
		this.#byRolePermission.set(key, value === 'true');
		return value;
	}

	/**
	 * Value of a binding's condition on a target.
	 * @param permission v1 name: setIamPolicy calls see the roles they change
	 */
	conditionOn(binding: Binding, target: Target, permission: string): ConditionValue | undefined {
		const role = this.roles.get(binding.role);
		if (role.hiddenCondition) return {value: 'unknown', note: 'the policy was exported without its conditions'};
		if (!binding.condition) return undefined;
		const compiled = this.#parts.conditions?.compile(binding.condition.expression);
		if (!compiled) return UNKNOWN;
		const {uses} = compiled;
		const setsPolicy = permission.endsWith('.setIamPolicy') && uses.modifiedGrants;
		const plain = target.account !== undefined && !uses.tags && !setsPolicy;
		if (plain) {
			const known = this.#onAccounts.get(binding.condition.expression);
			if (known) return known;
		}
		const value = compiled.evaluate(this.context(target, permission, uses.tags));
		if (plain) this.#onAccounts.set(binding.condition.expression, value);
		return value;
	}

	/** What a condition can see of a request on this target. */
	context(target: Target, permission: string, tags: boolean): ConditionContext {
		const project = target.container?.kind === 'project' ? target.container : undefined;
		return {
			now: this.inventory.now,
			resource: target.account
				? NO_RESOURCE_ATTRIBUTES
				: target.assetType === UNKNOWN_RESOURCE
					? UNKNOWN_RESOURCE_ATTRIBUTES
					: attributesFor(target.assetType, target.name, {
							id: project?.key.slice('projects/'.length),
							number: project?.number,
						}),
			...(tags && {tags: this.#parts.tags?.(target)}),
			...(permission.endsWith('.setIamPolicy') && {modifiedGrants: 'any' as const}),
		};
	}

	/** Compiled condition of a binding, for callers that need more than its value. */
	compiled(binding: Binding): ReturnType<Conditions['compile']> | undefined {
		return binding.condition && this.#parts.conditions?.compile(binding.condition.expression);
	}

	/** Whether a deny policy or boundary could block anything in a container. Cheap. */
	mayBeBarred(container: Container | undefined): boolean {
		const {deny, boundaries} = this.#parts;
		return (deny?.couldBar(container) ?? false) || (boundaries?.couldBar(container) ?? false);
	}

	/**
	 * Number of how deny policies and boundaries see a principal: `barred` gives two principals of one profile the
	 * same value everywhere, and gaps in the proof to both or to neither. 0: nothing ever bars it.
	 */
	profile(principal: Principal): number {
		const {deny, boundaries} = this.#parts;
		if (!deny && !boundaries) return 0;
		const known = this.#profileOf.get(principal);
		if (known !== undefined) return known;
		const [denied, bound] = [deny?.profile(principal) ?? '', boundaries?.profile(principal) ?? ''];
		const text = denied === '' && bound === '' ? '' : `${denied}|${bound}`;
		let number = this.#profiles.get(text);
		if (number === undefined) this.#profiles.set(text, (number = this.#profiles.size));
		this.#profileOf.set(principal, number);
		return number;
	}

	/** Deny policies and boundaries together: `true` if either certainly blocks. */
	barred(principal: Principal, permission: string, target: Target): {value: Tri; proof: Proof[]} {
		const deny = this.#parts.deny?.judge(principal, permission, target) ?? NOTHING;
		if (deny.value === 'true') return deny;
		const boundary = this.#parts.boundaries?.judge(principal, permission, target) ?? NOTHING;
		if (boundary.value === 'true') return boundary;
		if (deny.value === 'false' && boundary.value === 'false') return NOTHING;
		return {value: 'unknown', proof: [...deny.proof, ...boundary.proof]};
	}

	/**
	 * Decides one question.
	 * @param permission v1 name (`iam.serviceAccounts.actAs`)
	 */
	can(principal: Principal, permission: string, target: Target): Answer {
		const cannotAct = this.cannotAct(principal);
		if (cannotAct) return {decision: 'deny', proof: [], reason: cannotAct};

		const barred = this.barred(principal, permission, target);
		if (barred.value === 'true') {
			return {decision: 'deny', proof: barred.proof, reason: reasonOfBarrier(barred.proof)};
		}

		const lapsed: Lapsed[] = [];
		const candidates = this.#candidates(principal, permission, target, lapsed);
		const sure = candidates.find(candidate => candidate.certainty === 'true');
		if (sure) {
			if (barred.value === 'unknown') {
				const fact = lacksFact(barred.proof);
				return {
					decision: 'unknown',
					undecided: fact ? 'fact' : 'condition',
					proof: [...sure.proof, ...barred.proof],
					reason: fact
						? 'granted, but whether a deny rule or boundary applies depends on a fact that was not read'
						: 'granted, but whether a deny rule or boundary applies depends on a condition that an inventory cannot decide',
				};
			}
			return {decision: 'allow', proof: [...sure.proof, ...this.#unreadBarriers(target)], reason: 'granted'};
		}
		const holes = this.#unreadPolicies(target);
		const [doubtful] = candidates;
		if (doubtful) {
			return {
				decision: 'unknown',
				// As sure as the weakest part: a barrier that lacks a fact outweighs a condition on the grant.
				undecided: barred.value === 'unknown' && lacksFact(barred.proof) ? 'fact' : (doubtful.undecided ?? 'fact'),
				proof: [...doubtful.proof, ...barred.proof],
				reason: doubtful.note ?? 'a grant could apply',
			};
		}
		if (holes.length > 0) {
			return {
				decision: 'unknown',
				undecided: 'fact',
				proof: holes,
				reason: 'an allow policy that could grant it was not read',
			};
		}
		const none = `no binding grants ${permission} to ${principal.member} here or above`;
		const [first] = lapsed;
		if (!first) return {decision: 'deny', proof: [], reason: none};
		const {binding, window} = first;
		const when = window === 'expired' ? 'has expired' : 'begins only later';
		return {
			decision: 'deny',
			proof: this.#lapsedProof(principal, permission, first),
			reason: `${none} at this time: that of ${binding.role} on ${binding.resource.name} ${when}`,
		};
	}

	/** A grant that time has ended or not begun: all that would allow it, and the condition that is false. */
	#lapsedProof(principal: Principal, permission: string, {binding, member}: Lapsed): Proof[] {
		return [
			bindingProof(binding, member, permission, 'denies'),
			...this.membershipProof(principal, member),
			{kind: 'condition', effect: 'denies', expression: binding.condition!.expression, value: false},
		];
	}

	/** Why a principal cannot act at all, whatever is granted. */
	cannotAct(principal: Principal): string | undefined {
		if (principal.kind === 'deleted') return `${principal.member} is deleted and cannot act`;
		const pool = parseFederated(principal)?.pool;
		if (pool !== undefined && this.#poolsOff().has(poolKey(this.inventory, pool))) {
			return `the pool of ${principal.member} is disabled or deleted, so it cannot act`;
		}
		if (principal.kind !== 'serviceAccount') return undefined;
		return this.inventory.accounts.get(principal.value)?.disabled
			? `${principal.member} is disabled and cannot act`
			: undefined;
	}

	/** Pools that were disabled or deleted: no token of theirs is accepted. */
	#poolsOff(): ReadonlySet<string> {
		if (this.#off) return this.#off;
		const off = new Set<string>();
		for (const type of ['iam.googleapis.com/WorkloadIdentityPool', 'iam.googleapis.com/WorkforcePool']) {
			for (const {name, data} of this.inventory.documents.get(type) ?? []) {
				if (data['disabled'] !== true && data['state'] !== 'DELETED') continue;
				off.add(poolKey(this.inventory, name.startsWith(IAM) ? name.slice(IAM.length) : name));
			}
		}
		return (this.#off = off);
	}

	/**
	 * Bindings that grant or could grant, the surest first, then in policy order.
	 * @param lapsed receives those that would, had they not expired or had they begun
	 */
	#candidates(principal: Principal, permission: string, target: Target, lapsed: Lapsed[]): Candidate[] {
		const memberships = this.memberships.of(principal);
		const sets = new Set(memberships.map(membership => membership.set));
		const doubtful: Candidate[] = [];
		for (const policy of this.policiesOn(target)) {
			for (const binding of policy.bindings) {
				const grants = this.#grantsCached(binding.role, permission);
				if (grants === 'false') continue;
				const certain = binding.members.find(member => sets.has(member));
				const doubt = certain
					? undefined
					: binding.members
							.map(member => ({member, doubt: this.memberships.doubt(principal, member)}))
							.find(entry => entry.doubt !== undefined);
				const member = certain ?? doubt?.member;
				if (!member) continue;
				const condition = this.conditionOn(binding, target, permission);
				if (condition?.value === 'false') {
					const {timeWindow: window} = condition;
					if (certain && grants === 'true' && (window === 'expired' || window === 'future'))
						lapsed.push({binding, member, window});
					continue;
				}
				const candidate = this.#candidate(binding, permission, principal, member, {
					grants,
					doubt: doubt?.doubt,
					condition,
				});
				if (candidate.certainty === 'true') return [candidate];
				doubtful.push(candidate);
			}
		}
		// A condition that nobody can decide is a better explanation than a fact that somebody could read.
		return doubtful.toSorted((a, b) => Number(a.undecided === 'fact') - Number(b.undecided === 'fact'));
	}

	#candidate(
		binding: Binding,
		permission: string,
		principal: Principal,
		member: Principal,
		parts: {grants: Tri; doubt: ReturnType<Memberships['doubt']>; condition: ConditionValue | undefined},
	): Candidate {
		const {grants, doubt, condition} = parts;
		const sure = grants === 'true' && !doubt && (!condition || condition.value === 'true');
		const proof: Proof[] = [bindingProof(binding, member, permission, sure ? 'allows' : 'undecided')];
		if (!doubt) proof.push(...this.membershipProof(principal, member));
		if (condition && binding.condition) {
			proof.push({
				kind: 'condition',
				effect: condition.value === 'true' ? 'allows' : 'undecided',
				expression: binding.condition.expression,
				value: condition.value === 'true' ? true : 'unknown',
			});
		} else if (condition) {
			proof.push({kind: 'condition', effect: 'undecided', expression: '', value: 'unknown'});
		}
		if (sure) return {binding, certainty: 'true', proof};
		if (doubt) {
			proof.push({kind: 'membership', effect: 'undecided', member: principal.member, of: member.member});
			if (doubt.fact !== 'token') proof.push({kind: 'gap', effect: 'undecided', fact: doubt.fact, scope: doubt.scope});
		}
		if (grants === 'unknown') proof.push({kind: 'role', effect: 'undecided', role: binding.role, permission});
		const byCondition = grants === 'true' && !doubt;
		const note = byCondition
			? `the only grant has a condition that is undecided: ${condition?.note ?? 'it asks for what an inventory does not hold'}`
			: grants === 'unknown'
				? `what ${binding.role} contains was not read`
				: doubt?.fact === 'groups'
					? `the members of ${doubt.scope} were not read`
					: doubt?.fact === 'allowPolicies'
						? `the allow policy of ${doubt.scope} was not read, so who ${member.member} stands for is open`
						: `only its token would tell whether ${principal.member} is in ${member.member}`;
		return {binding, certainty: 'unknown', undecided: byCondition ? 'condition' : 'fact', proof, note};
	}

	/** How a principal comes to be a bound member, one membership at a time; empty if it is bound itself. */
	membershipProof(principal: Principal, member: Principal): Proof[] {
		const memberships = this.memberships.of(principal);
		const chain: Proof[] = [];
		for (let set = member; set !== principal;) {
			const membership = memberships.find(known => known.set === set);
			if (!membership) break;
			chain.unshift({kind: 'membership', effect: 'allows', member: membership.via.member, of: set.member});
			set = membership.via;
		}
		return chain;
	}

	/** Allow policies on the way up that were not read. */
	#unreadPolicies(target: Target): Proof[] {
		const gaps: Proof[] = [];
		const {coverage} = this.inventory;
		if (!target.container) {
			gaps.push({kind: 'gap', effect: 'undecided', fact: 'resources', scope: target.name});
		} else if (target.container.name !== target.name) {
			for (const name of [target.name, ...(target.above ?? NO_NAMES)]) {
				const own = coverage.resourceStanding('allowPolicies', name, target.container);
				// A policy that is there is what there is, unless a line says that it was read only in part.
				const isThere = this.inventory.policies.has(name) && !coverage.stated('allowPolicies', name);
				if (own.status !== 'complete' && !isThere) {
					gaps.push({kind: 'gap', effect: 'undecided', fact: 'allowPolicies', scope: name});
				}
			}
		}
		for (let container = target.container; container; container = container.parent) {
			if (coverage.standing('allowPolicies', container).status !== 'complete') {
				gaps.push({kind: 'gap', effect: 'undecided', fact: 'allowPolicies', scope: container.key});
			}
		}
		return gaps;
	}

	/** Deny policies and boundaries that were not read: the allow stays, with the gaps named. */
	#unreadBarriers(target: Target): Proof[] {
		const gaps: Proof[] = [...(this.#parts.deny?.gaps?.(target.container) ?? [])];
		const {coverage} = this.inventory;
		for (let container = target.container; container; container = container.parent) {
			if (coverage.standing('denyPolicies', container).status !== 'complete') {
				gaps.push({kind: 'gap', effect: 'undecided', fact: 'denyPolicies', scope: container.key});
			}
		}
		const root = target.container?.root;
		if (root && coverage.standing('boundaryPolicies', root).status !== 'complete') {
			gaps.push({kind: 'gap', effect: 'undecided', fact: 'boundaryPolicies', scope: root.key});
		}
		return gaps;
	}
}

const NO_NAMES: readonly string[] = [];
const NOTHING: {value: Tri; proof: Proof[]} = {value: 'false', proof: []};

export function bindingProof(binding: Binding, member: Principal, permission: string, effect: Proof['effect']): Proof {
	return {
		kind: 'binding',
		effect,
		resource: binding.resource.name,
		role: binding.role,
		member: member.member,
		permission,
		...(binding.condition && {condition: binding.condition.expression}),
	};
}

/** Whether an undecided barrier waits for a fact (a gap, or a membership that a token would tell), not only for a condition. */
function lacksFact(proof: readonly Proof[]): boolean {
	return proof.some(item => item.kind === 'gap' || (item.kind === 'membership' && item.effect === 'undecided'));
}

function reasonOfBarrier(proof: readonly Proof[]): string {
	const first = proof.find(item => item.kind === 'deny' || item.kind === 'boundary');
	if (!first || (first.kind !== 'deny' && first.kind !== 'boundary')) return 'blocked';
	return first.kind === 'deny'
		? `denied by rule ${first.rule} of ${first.policy}`
		: `outside every access boundary that applies (${first.policy})`;
}
