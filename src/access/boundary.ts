/**
 * Principal access boundaries as one compiled judge. A principal without a boundary may reach everything; with
 * some, the union of what their rules list, but they only block permissions of their enforcement version.
 * Facts: iam-semantics section 1 (PAB) and 3 (conditions of bindings). [seen]
 */
import {WrongType} from '../inventory/fields.ts';
import type {Container, Document, Inventory} from '../inventory/model.ts';
import {containerKey} from '../inventory/names.ts';
import {PrincipalMap} from '../inventory/principal-map.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Proof} from '../report.ts';
import {blockable} from './boundary-permissions.ts';
import {type Boundary, boundaryName, readBoundary, readPolicyBinding} from './boundary-read.ts';
import {principalSetMatcher, type SetFacts, type SetMatcher} from './boundary-sets.ts';
import type {Conditions, Tri} from './conditions.ts';
import type {Barrier, Target} from './evaluate.ts';
import {GuardConditions} from './guard-conditions.ts';
import {homeOf, type Match, NO, projectOfWorkload, within} from './set-match.ts';
import {type Memberships, parseFederated} from './sets.ts';

/** What of the boundaries could not be read whole. */
export interface BoundaryHole {
	/** Canonical name of the policy or binding. */
	name: string;
	reason: string;
}

export interface BoundaryOptions {
	/** Epoch milliseconds. */
	now: number;
	/** Without it every condition of a binding is undecided. */
	conditions?: Conditions;
	/** The organization's own domains beside its display name (`domains` of the configuration). */
	domains?: readonly string[];
}

interface Binding {
	index: number;
	target: string;
	holds: SetMatcher;
	policy: Boundary;
	expression: string | undefined;
}

/** A boundary that a principal is subject to, for certain or perhaps. */
interface Subjection {
	policy: Boundary;
	sure: boolean;
	proof: Proof[];
}

export class BoundaryPolicies implements Barrier {
	readonly #memberships: Memberships;
	readonly #conditions: GuardConditions;
	readonly #inventory: Inventory;
	readonly #organizations: readonly Container[];
	readonly #bindings: Binding[] = [];
	/** Those of a container that is known. */
	readonly #byContainer = new Map<Container, Binding[]>();
	/** All others. */
	readonly #elsewhere: Binding[] = [];
	/** Sets bound to policies that were not read: they may allow more to whom other boundaries narrow. */
	readonly #dangling: {name: string; holds: SetMatcher}[] = [];
	readonly #holes: BoundaryHole[] = [];
	readonly #subjections = new PrincipalMap<readonly Subjection[]>();

	constructor(inventory: Inventory, memberships: Memberships, options: BoundaryOptions) {
		this.#inventory = inventory;
		this.#organizations = inventory.containers.filter(({kind}) => kind === 'organization');
		this.#memberships = memberships;
		this.#conditions = new GuardConditions(options.now, options.conditions);
		const documents = (type: string): readonly Document[] =>
			inventory.documents.get(`iam.googleapis.com/${type}`) ?? [];
		const bindings = documents('PolicyBinding');
		if (bindings.length === 0) return;
		const policies = new Map<string, Boundary>();
		for (const document of documents('PrincipalAccessBoundaryPolicy')) {
			this.#reading(document, () => policies.set(boundaryName(document.name), readBoundary(document, inventory)));
		}
		const facts: SetFacts = {
			inventory,
			domains: (options.domains ?? []).map(domain => domain.toLowerCase()),
			workforcePools: ownersOfPools(documents('WorkforcePool')),
		};
		for (const document of bindings) this.#reading(document, () => this.#bind(document, policies, facts));
	}

	/** What could not be read, in the order of names. */
	get holes(): readonly BoundaryHole[] {
		return this.#holes;
	}

	/** Whether any boundary is bound to anybody. Cheap. */
	couldBar(): boolean {
		return this.#bindings.length > 0;
	}

	/** How boundaries see a principal: two with the same text are judged alike on everything, proofs aside. */
	profile(principal: Principal): string {
		if (this.#bindings.length === 0) return '';
		// A set is judged by its members: it shares with nobody.
		if (principal.kind === 'group' || ACCOUNT_SET.test(principal.member)) return principal.member;
		const subjections = this.#of(principal);
		if (subjections.length === 0) return '';
		const hasGap = (proof: readonly Proof[]): boolean => proof.some(item => item.kind === 'gap');
		const bound = subjections.map(({policy, sure, proof}) => `${policy.name}${sure ? '+' : hasGap(proof) ? '?' : '~'}`);
		return `${bound.join(' ')} ${this.#unread(principal).length}`;
	}

	/** Containers that some bound policy lists, depth-first: where what a boundary lets through may change. */
	containersNamed(): Container[] {
		const named = new Set(this.#bindings.flatMap(binding => binding.policy.reaches));
		return [...named].toSorted((a, b) => a.order - b.order);
	}

	/**
	 * Whether boundaries stop a principal from using a permission on a target. A set is stopped if each of
	 * its members is.
	 * @param permission v1 or v2 name
	 * @returns `true`: blocked, with every boundary that applies and could block it; `unknown`: with what is
	 * undecided; `false`: no boundary, one that lists the resource, or none that can block the permission.
	 * `rule` in the proof is always 0: no rule lists the resource.
	 */
	judge(principal: Principal, permission: string, target: Target): {value: Tri; proof: Proof[]} {
		if (this.#bindings.length === 0) return NO;
		if (principal.kind === 'group' || ACCOUNT_SET.test(principal.member))
			return this.#judgeSet(principal, permission, target);
		const subjections = this.#of(principal);
		if (subjections.length === 0) return NO;
		let value: Tri = 'false';
		let proof: Proof[] = [];
		let open: Proof[] | undefined;
		for (const {policy, sure, proof: because} of subjections) {
			const lists = this.#lists(policy, target);
			if (lists === 'true' && sure) return NO;
			if (lists !== 'false') (open ??= []).push(...because, ...(lists === 'unknown' ? [gap(target)] : []));
			const blocks = this.#blocks(policy, permission);
			if (blocks === 'false' || lists === 'true') continue;
			const certain = sure && blocks === 'true';
			if (certain && value !== 'true') proof = [];
			if (certain) value = 'true';
			else if (value === 'false') value = 'unknown';
			if (certain || value === 'unknown') proof.push(boundary(policy, certain ? 'denies' : 'undecided'), ...because);
		}
		if (value === 'false') return NO;
		const unread = value === 'true' ? this.#unread(principal) : [];
		if (value === 'true' && !open && unread.length === 0) return {value, proof};
		const items = [...proof.map(undecidedNow), ...(open ?? []), ...unread];
		return {value: 'unknown', proof: [...new Map(items.map(item => [JSON.stringify(item), item])).values()]};
	}

	#judgeSet(set: Principal, permission: string, target: Target): {value: Tri; proof: Proof[]} {
		const members = this.#memberships.membersOf(set);
		let worst: {value: Tri; proof: Proof[]} | undefined;
		for (const member of members) {
			const one = member === set ? NO : this.judge(member, permission, target);
			if (one.value === 'false') return NO;
			if (!worst || one.value === 'unknown') worst = one;
		}
		if (worst && set.kind === 'group' && this.#memberships.isOpen(set)) {
			const unread: Proof = {kind: 'gap', effect: 'undecided', fact: 'groups', scope: set.member};
			return {value: 'unknown', proof: [...worst.proof.map(undecidedNow), unread]};
		}
		return worst ?? NO;
	}

	/** Boundaries that apply or may apply to one principal. */
	#of(principal: Principal): readonly Subjection[] {
		const known = this.#subjections.get(principal);
		if (known) return known;
		const found: Subjection[] = [];
		for (const {holds, target, policy, expression} of this.#near(principal)) {
			const member = holds(principal);
			if (member.value === 'false') continue;
			const condition = this.#condition(expression, principal);
			if (condition === 'false') continue;
			const sure = member.value === 'true' && condition === 'true';
			found.push({policy, sure, proof: proofOf(principal, target, member, expression, condition)});
		}
		this.#subjections.set(principal, found);
		return found;
	}

	/** Bindings that may hold a principal, in their order: most are of containers that it does not lie in. */
	#near(principal: Principal): readonly Binding[] {
		const homes = this.#homes(principal);
		if (!homes) return this.#bindings;
		const near = [...this.#elsewhere];
		for (const home of homes) near.push(...(this.#byContainer.get(home) ?? []));
		return near.sort((a, b) => a.index - b.index);
	}

	/** Containers whose sets may hold a principal; undefined: any. As `boundary-sets.ts` decides it. */
	#homes(principal: Principal): readonly Container[] | undefined {
		const {kind} = principal;
		if (kind === 'user' || kind === 'domain') return this.#organizations;
		const workload = projectOfWorkload(principal);
		if (workload === undefined && kind !== 'serviceAccount') return undefined;
		const project =
			workload === undefined ? homeOf(this.#inventory, principal).project : this.#inventory.container(workload);
		if (project === undefined || project === 'outside') return undefined;
		const homes: Container[] = [];
		for (let at: Container | undefined = project; at; at = at.parent) homes.push(at);
		return homes;
	}

	#condition(expression: string | undefined, principal: Principal): Tri {
		return expression === undefined ? 'true' : this.#conditions.onPrincipal(expression, callerOf(principal));
	}

	/** Whether a policy makes a target eligible. */
	#lists(policy: Boundary, {container}: Target): Tri {
		if (container === undefined) return policy.reaches.length > 0 || policy.reachesUnknown ? 'unknown' : 'false';
		if (policy.reaches.some(reached => within(container, reached))) return 'true';
		// Without the organization above it, what is unknown may be an ancestor.
		return policy.reachesUnknown && container.root.kind !== 'organization' ? 'unknown' : 'false';
	}

	#blocks(policy: Boundary, permission: string): Tri {
		let value = policy.byPermission.get(permission);
		if (value === undefined) policy.byPermission.set(permission, (value = blockable(policy.version, permission)));
		return value;
	}

	#unread(principal: Principal): Proof[] {
		const gaps: Proof[] = [];
		for (const {name, holds} of this.#dangling) {
			if (holds(principal).value !== 'false')
				gaps.push({kind: 'gap', effect: 'undecided', fact: 'boundaryPolicies', scope: name});
		}
		return gaps;
	}

	#reading(document: Document, read: () => void): void {
		try {
			read();
		} catch (error) {
			if (!(error instanceof WrongType)) throw error;
			this.#holes.push({name: boundaryName(document.name), reason: error.message});
		}
	}

	#bind(document: Document, policies: ReadonlyMap<string, Boundary>, facts: SetFacts): void {
		const read = readPolicyBinding(document);
		if (!read) return;
		const {name, target, expression} = read;
		const holds = principalSetMatcher(target, facts);
		if (!holds) throw new WrongType('its target is no principal set');
		const policy = policies.get(read.policy);
		if (!policy) {
			this.#holes.push({name: read.policy, reason: `${name} binds it, but it was not read`});
			this.#dangling.push({name: read.policy, holds});
			return;
		}
		// A binding to a policy that was deleted and made anew under its name has no effect. [seen]
		if (read.policyUid !== undefined && policy.uid !== undefined && read.policyUid !== policy.uid) return;
		const binding: Binding = {index: this.#bindings.length, target, holds, policy, expression};
		this.#bindings.push(binding);
		const key = containerKey(target);
		const container = key === undefined ? undefined : this.#inventory.container(key);
		const known = container && this.#byContainer.get(container);
		if (known) known.push(binding);
		else if (container) this.#byContainer.set(container, [binding]);
		else this.#elsewhere.push(binding);
	}
}

const ACCOUNT_SET = /^principalSet:\/\/cloudresourcemanager\.googleapis\.com\//;

function ownersOfPools(pools: readonly Document[]): Map<string, string> {
	const owners = new Map<string, string>();
	for (const {name, data} of pools) {
		const pool = /locations\/global\/workforcePools\/[^/]+$/.exec(name)?.[0];
		const parent = data['parent'];
		if (pool !== undefined && typeof parent === 'string') owners.set(pool, parent);
	}
	return owners;
}

/** `principal.type` and `principal.subject` of a caller; what cannot be told is left out. */
function callerOf(principal: Principal): {type?: string; subject?: string} {
	const of = (type: string, subject?: string): {type: string; subject?: string} => ({
		type: `iam.googleapis.com/${type}`,
		...(subject !== undefined && {subject}),
	});
	if (principal.kind === 'user') return of('WorkspaceIdentity', principal.value);
	if (principal.kind === 'domain') return of('WorkspaceIdentity');
	if (principal.kind === 'serviceAccount') {
		return principal.value.includes('[') ? of('WorkloadPoolIdentity') : of('ServiceAccount', principal.value);
	}
	const pool = parseFederated(principal)?.pool;
	if (pool) return of(pool.startsWith('projects/') ? 'WorkloadPoolIdentity' : 'WorkforcePoolIdentity');
	return principal.value.startsWith('//agents.') ? of('AgentPoolIdentity') : {};
}

function proofOf(
	principal: Principal,
	of: string,
	member: Match,
	expression: string | undefined,
	condition: Tri,
): Proof[] {
	const proof: Proof[] =
		member.value === 'true'
			? [{kind: 'membership', effect: 'denies', member: principal.member, of}]
			: [...member.proof];
	if (expression === undefined) return proof;
	const sure = condition === 'true';
	return [...proof, {kind: 'condition', effect: sure ? 'denies' : 'undecided', expression, value: sure || 'unknown'}];
}

function boundary(policy: Boundary, effect: Proof['effect']): Proof {
	return {kind: 'boundary', effect, policy: policy.name, rule: 0};
}

/** Whether a listed container that was not read lies above the target. */
function gap(target: Target): Proof {
	return {kind: 'gap', effect: 'undecided', fact: 'resources', scope: target.container?.root.key ?? target.name};
}

/** An item that would block, in an answer that stays open. Memberships and conditions keep their own value. */
function undecidedNow(item: Proof): Proof {
	return item.kind === 'boundary' ? {...item, effect: 'undecided'} : item;
}
