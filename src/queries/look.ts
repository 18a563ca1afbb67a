/** What is known of one node of a path: who can become it, whom it can become, what it may do, its keys and workloads. */
import {searchOptions} from './paths.ts';
import {sourcesOf} from './sources.ts';
import {canGain} from './who.ts';
import {CONFIDENCE} from '../graph/rights.ts';
import type {Container, Inventory, ServiceAccount} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Workload} from '../inventory/workload.ts';
import type {Confidence} from '../report.ts';
import type {World} from '../world.ts';

/** Another node, in the spelling of paths, and how far away it is. */
export interface Neighbour {
	id: string;
	hops: number;
	confidence: Confidence;
}

/** The nearest of them and how many there are. */
export interface Neighbours {
	total: number;
	/** Nearest first, then surer, then by name. */
	first: readonly Neighbour[];
}

export interface NodeLook {
	/** As paths spell it: a member, or `projects/ID`, `folders/N`, `organizations/N`. */
	id: string;
	kind: 'account' | 'principal' | 'container';
	/** Canonical resource name of an account or container. */
	resource?: string;
	account?: {
		kind: ServiceAccount['kind'];
		disabled: boolean;
		displayName?: string;
		description?: string;
		created?: string;
		/** RFC 3339; absent: no use was seen, or none could be. */
		lastUsed?: string;
		/** Only named by others: its own asset was not read. */
		unread: boolean;
	};
	becomeBy: Neighbours;
	becomes: Neighbours;
	/** Strongest first. */
	power: readonly {level: string; scope: string; conditional: boolean}[];
	/** Bindings whose role opens something or gives power, as far as `MOST`. */
	grants: readonly {role: string; resource: string; member: string; condition?: string}[];
	keys: readonly {id: string; disabled: boolean; uploaded: boolean; created?: string; expires?: string}[];
	workloads: readonly {resource: string; assetType: string}[];
	/** Groups and sets that it is in. */
	memberOf: readonly string[];
	/** Members of a group, as far as `MOST`. */
	members: readonly string[];
}

/** Neighbours, members and bindings looked at one by one: a screen is no list of all. */
const MOST = 100;
/** Sources that are asked whether they take one group over. */
const ASKED = 5000;

/** @returns undefined: the inventory knows nothing of that name */
export function look(world: World, id: string): NodeLook | undefined {
	const {inventory} = world;
	const container = inventory.container(id);
	if (container && id === container.key) return lookAtContainer(world, container);
	const principal = inventory.principals.find(id);
	return principal && lookAtPrincipal(world, principal);
}

function lookAtPrincipal(world: World, principal: Principal): NodeLook {
	const {inventory, powers, grants, access} = world;
	const account = principal.kind === 'serviceAccount' ? inventory.accounts.get(principal.value) : undefined;
	const sets = access.memberships.setsOf(principal);
	const bindings = sets.flatMap(set => grants.of(set).map(({binding}) => ({binding, set})));
	return {
		id: principal.member,
		kind: account ? 'account' : 'principal',
		...(account && {resource: account.name, account: accountFacts(world, account)}),
		becomeBy: account ? sourcesInto(world, account) : takers(world, principal),
		becomes: targetsOf(world, principal),
		power: powers.of(principal).possible.map(pair => ({
			level: pair.level,
			scope: pair.container.key,
			conditional: powers.isConditional(principal, pair),
		})),
		grants: bindings.slice(0, MOST).map(({binding, set}) => ({
			role: binding.role,
			resource: binding.resource.name,
			member: set.member,
			...(binding.condition && {condition: binding.condition.expression}),
		})),
		keys: (account?.keys ?? []).map(key => ({
			id: key.id,
			disabled: key.disabled,
			uploaded: key.uploaded,
			...(key.validAfter !== undefined && {created: iso(key.validAfter)}),
			...(key.validBefore !== Infinity && {expires: iso(key.validBefore)}),
		})),
		workloads: account ? workloadsOf(inventory, account) : [],
		memberOf: sets.filter(set => set !== principal).map(set => set.member),
		members: isGroup(principal)
			? access.memberships
					.membersOf(principal)
					.slice(0, MOST)
					.map(member => member.member)
			: [],
	};
}

function lookAtContainer(world: World, container: Container): NodeLook {
	const {inventory, order} = world;
	const below = order.below(container);
	const first: Neighbour[] = [];
	for (let number = below.lo; number < Math.min(below.hi, below.lo + MOST); number++)
		first.push({id: order.accounts[number]!.principal.member, hops: 1, confidence: 'certain'});
	const bindings = inventory.policies.get(container.name)?.bindings ?? [];
	return {
		id: container.key,
		kind: 'container',
		resource: container.name,
		becomeBy: rewriters(world, container),
		becomes: {total: below.hi - below.lo, first},
		power: [],
		grants: bindings
			.flatMap(binding =>
				binding.members.slice(0, MOST).map(member => ({
					role: binding.role,
					resource: container.name,
					member: member.member,
					...(binding.condition && {condition: binding.condition.expression}),
				})),
			)
			.slice(0, MOST),
		keys: [],
		workloads: inventory
			.workloadsOf(container)
			.slice(0, MOST)
			.map(({name, assetType}) => ({resource: name, assetType})),
		memberOf: container.parent ? [container.parent.key] : [],
		members: container.children.slice(0, MOST).map(child => child.key),
	};
}

function accountFacts({evidence}: World, account: ServiceAccount): NonNullable<NodeLook['account']> {
	const {kind, disabled, displayName, description, createTime, read} = account;
	const last = evidence.lastUse(account);
	return {
		kind,
		disabled,
		...(displayName !== undefined && displayName !== '' && {displayName}),
		...(description !== undefined && description !== '' && {description}),
		...(createTime !== undefined && {created: iso(createTime)}),
		...(last !== undefined && {lastUsed: iso(last)}),
		unread: !read,
	};
}

/** Everybody who reaches an account, by the reach that the report counts; distances of those that are shown. */
function sourcesInto(world: World, account: ServiceAccount): Neighbours {
	const number = world.order.numberOf(account);
	if (number === undefined) return {total: 0, first: []};
	const reaching = sourcesOf(world).all.filter(
		({principal, flats}) => principal !== account.principal && flats.some(flat => covers(flat.cover, number)),
	);
	const first = reaching.slice(0, MOST).flatMap(({principal}): Neighbour[] => {
		const range = world.search
			.from(principal, searchOptions({}))
			.ranges.find(({lo, hi}) => lo <= number && number < hi);
		return range ? [{id: principal.member, hops: range.hops, confidence: CONFIDENCE[range.sure]!}] : [];
	});
	return {total: reaching.length, first: first.sort(nearest)};
}

/** Whom a principal can become: accounts, and containers whose policy it can rewrite. */
function targetsOf(world: World, principal: Principal): Neighbours {
	if (world.access.cannotAct(principal) !== undefined) return {total: 0, first: []};
	const {ranges, containers} = world.search.from(principal, searchOptions({}));
	const first: Neighbour[] = [];
	const seen = new Set<number>();
	for (const {lo, hi, hops, sure} of ranges) {
		for (let number = lo; number < hi; number++) {
			const account = world.order.accounts[number]!;
			if (seen.has(number) || account.principal === principal) continue;
			seen.add(number);
			if (first.length < MOST) first.push({id: account.principal.member, hops, confidence: CONFIDENCE[sure]!});
		}
	}
	const rewritten = containers.filter(({isEnd}) => isEnd);
	for (const {container, hops, sure} of rewritten.slice(0, MOST))
		first.push({id: container!.key, hops, confidence: CONFIDENCE[sure]!});
	return {total: seen.size + rewritten.length, first: first.sort(nearest).slice(0, MOST)};
}

/** Who takes a group over, or forges an identity: one hop. */
function takers(world: World, principal: Principal): Neighbours {
	const first: Neighbour[] = [];
	let total = 0;
	for (const {principal: source} of sourcesOf(world).all.slice(0, ASKED)) {
		if (source === principal) continue;
		const arc = world.arcs.of(source).find(each => each.kind === 'assume' && each.principal === principal);
		if (!arc) continue;
		total++;
		if (first.length < MOST) first.push({id: source.member, hops: 1, confidence: CONFIDENCE[arc.sure]!});
	}
	return {total, first: first.sort(nearest)};
}

/** Who rewrites the policy of a container, or of one above it, as bound there: one hop. */
function rewriters(world: World, container: Container): Neighbours {
	const bound = new Set<Principal>();
	for (let at: Container | undefined = container; at; at = at.parent) {
		for (const {members} of world.inventory.policies.get(at.name)?.bindings ?? [])
			for (const member of members) if (canGain(world, member)) bound.add(member);
	}
	const found = [...bound].flatMap((principal): Neighbour[] => {
		const arc = world.arcs
			.of(principal)
			.find(
				each =>
					each.kind === 'rewrite' &&
					!each.limited &&
					each.container.order <= container.order &&
					container.order < each.container.end,
			);
		return arc ? [{id: principal.member, hops: 1, confidence: CONFIDENCE[arc.sure]!}] : [];
	});
	return {total: found.length, first: found.sort(nearest).slice(0, MOST)};
}

const attached = new WeakMap<Inventory, ReadonlyMap<string, readonly Workload[]>>();

/** By e-mail, made once: every account that is opened asks. */
function workloadsOf(inventory: Inventory, account: ServiceAccount): NodeLook['workloads'] {
	let known = attached.get(inventory);
	if (!known) {
		const byEmail = new Map<string, Workload[]>();
		for (const workload of inventory.workloads) {
			for (const email of workload.runsAs) {
				const list = byEmail.get(email);
				if (list) list.push(workload);
				else byEmail.set(email, [workload]);
			}
		}
		attached.set(inventory, (known = byEmail));
	}
	const found = known.get(account.email.toLowerCase()) ?? [];
	return found.slice(0, MOST).map(({name, assetType}) => ({resource: name, assetType}));
}

function covers(cover: Int32Array, number: number): boolean {
	for (let i = 0; i < cover.length; i += 2) if (cover[i]! <= number && number < cover[i + 1]!) return true;
	return false;
}

const SURENESS: readonly Confidence[] = ['certain', 'conditional', 'unverified'];

function nearest(a: Neighbour, b: Neighbour): number {
	return a.hops - b.hops || SURENESS.indexOf(a.confidence) - SURENESS.indexOf(b.confidence) || (a.id < b.id ? -1 : 1);
}

const isGroup = ({kind}: Principal): boolean => kind === 'group';
const iso = (time: number): string => new Date(time).toISOString();
