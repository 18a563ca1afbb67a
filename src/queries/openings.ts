/**
 * One search feeds three checks: for each binding that lets somebody become an account, and each member
 * of it, everything that this first step opens. Nothing here grows with principals x accounts.
 */
import type {Grant} from '../access/grants.ts';
import {covers, type Pair, severityOf} from '../access/power.ts';
import {levelRank} from '../access/role-class.ts';
import {accountKind} from '../inventory/account-kind.ts';
import {ACT_AS} from '../graph/escalations.ts';
import type {ServiceAccount} from '../inventory/model.ts';
import {projectOfEmail} from '../inventory/names.ts';
import type {Principal} from '../inventory/principals.ts';
import {SEVERITIES, type Severity} from '../report.ts';
import type {World} from '../world.ts';
import {lowerBound} from './lower-bound.ts';
import type {Arc} from '../graph/arcs.ts';
import {CONDITIONAL, type Sureness} from '../graph/rights.ts';
import {type Reached, startOf} from '../graph/search.ts';

/** An account that the first step of an opening leads to. */
export interface Target {
	account: ServiceAccount;
	reached: Reached;
	/** Power that the member does not have itself, strongest first. */
	gained: readonly Pair[];
	severity: Severity;
	/** The path's sureness, no higher than that of the gained power. */
	sure: Sureness;
}

/** What a member of a grant gains, by question. */
export interface Gains {
	best: Target | undefined;
	/** How many accounts. */
	count: number;
	/** E-mails, strongest first, at most twenty. */
	examples: string[];
}

export interface Opening {
	grant: Grant;
	member: Principal;
	/** Who holds all that the first step needs: the member, or one of its members that holds the rest elsewhere. */
	actor: Principal;
	/** Accounts in one hop with power that the member does not have. */
	direct: Gains;
	/** The same in two hops or more, and not in one by any binding. */
	chained: Gains;
	/** Accounts of other projects that accounts among the member's can become. */
	lateral: Gains & {sources: LateralSource[]};
}

/** An account that acts through a member. Its project may lie outside the inventory: its e-mail names it. */
export interface LateralSource {
	email: string;
	principal: Principal;
	/** Key of its project, by id where that is known. */
	project: string;
}

const EXAMPLES = 20;
const OWNER = levelRank('owner-like');

/** Whether a member is an identity from outside that Google maps by a token: federated, or a Kubernetes account. */
function isFederated(member: Principal): boolean {
	return member.kind === 'principal' || member.kind === 'principalSet' || member.value.includes('[');
}

const isPublic = (member: Principal): boolean => member.kind === 'allUsers' || member.kind === 'allAuthenticatedUsers';

/** Whether a member can be the gaining side of anything. */
export function canGain(world: World, member: Principal): boolean {
	if (member.kind === 'unknown' || world.access.cannotAct(member) !== undefined) return false;
	if (member.kind === 'principalSet' && member.value.endsWith('/type/ServiceAgent')) return false;
	if (member.kind !== 'serviceAccount') return true;
	// Customers cannot authenticate as a service agent.
	return accountKind(member.value) !== 'service-agent';
}

/** All openings, in policy order, members by name within a binding. Computed once per world. */
export function openings(world: World): readonly Opening[] {
	let known = computed.get(world);
	if (!known) computed.set(world, (known = [...compute(world)]));
	return known;
}

const computed = new WeakMap<World, readonly Opening[]>();

/** What all openings of a world share. */
interface Scan {
	/** Numbers of accounts that have any power, ascending. */
	powered: Int32Array;
	/** Accounts that act through a member, by member: large groups stand in many bindings. */
	sources: Map<Principal, readonly LateralSource[]>;
	/** Members of a set that have a vehicle, by set. */
	riders: Map<Principal, readonly Principal[]>;
}

function* compute(world: World): Generator<Opening> {
	const scan: Scan = {powered: poweredAccounts(world), sources: new Map(), riders: new Map()};
	for (const grant of world.grants.grants) {
		if (!grant.cls.escalates) continue;
		for (const member of grant.binding.members) {
			if (!canGain(world, member)) continue;
			const opening = open(world, grant, member, scan);
			if (opening) yield opening;
			// One finding per question and binding: what the member holds alone comes first.
			if (opening?.direct.best || opening?.chained.best || opening?.lateral.best) continue;
			if (!grant.cls.watched.has(ACT_AS) || !isSet(member) || world.vehicles.shortRides(member, grant).length > 0)
				continue;
			// Act-as by one group, the vehicle by another: nobody but a member of both holds the pair.
			const rider = riderOf(world, grant, member, scan);
			const joint = rider && open(world, grant, member, scan, rider);
			if (joint) yield joint;
		}
	}
}

/** Numbers of accounts that have any power, ascending. */
function poweredAccounts(world: World): Int32Array {
	const numbers: number[] = [];
	for (const [number, account] of world.order.accounts.entries()) {
		if (world.powers.of(account.principal).possible.length > 0) numbers.push(number);
	}
	return Int32Array.from(numbers);
}

const isSet = (member: Principal): boolean => member.kind === 'group' || member.kind === 'principalSet';

/** The first member, by name, of a set that may act as by this grant and that has a vehicle from elsewhere. */
function riderOf(world: World, grant: Grant, member: Principal, scan: Scan): Principal | undefined {
	let riders = scan.riders.get(member);
	if (!riders) {
		riders = world.access.memberships
			.membersOf(member)
			.filter(principal => canGain(world, principal) && world.vehicles.hasVehicle(principal, member))
			.toSorted((a, b) => (a.member < b.member ? -1 : 1));
		scan.riders.set(member, riders);
	}
	return riders.find(principal => world.vehicles.shortRides(principal, grant).length > 0);
}

/** More arcs than this are not worth comparing with each other. */
const FEW = 32;

/**
 * What arcs lead to if nothing goes on from there: one hop, no policy rewritten, no account that acts. Then there
 * is nothing to search, and that is how it is with most grants.
 * @returns the same ranges as `Search.from`, or undefined: search
 */
export function oneHop(world: World, source: Principal, arcs: readonly Arc[]): Reached[] | undefined {
	if (arcs.length > FEW) return undefined;
	const from = startOf(source);
	const ranges: Reached[] = [];
	for (const arc of arcs) {
		if (arc.kind === 'rewrite' || arc.kind === 'assume') return undefined;
		const {range, sure} = arc;
		if (world.search.actsIn(range, source)) return undefined;
		if (arc.kind === 'delegate') continue;
		if (ranges.some(known => known.lo === range.lo && known.hi === range.hi && known.sure >= sure)) continue;
		ranges.push({lo: range.lo, hi: range.hi, hops: 1, sure, from, arc});
	}
	return ranges.length > 1 ? ranges.sort((a, b) => b.sure - a.sure) : ranges;
}

/** @param actor who holds all that the first step needs: the member itself, or one of its members */
function open(world: World, grant: Grant, member: Principal, scan: Scan, actor = member): Opening | undefined {
	const {powered} = scan;
	const all = world.arcs.ofGrant(actor, grant, member);
	const first = all.filter(arc => arc.kind !== 'rewrite' && arc.kind !== 'assume' && (actor === member || arc.rides));
	if (first.length === 0) return undefined;
	const ranges =
		oneHop(world, actor, first) ?? world.search.from(actor, {first, rewriteCost: 0, noFirstRewrite: true}).ranges;
	const direct = ranges.filter(range => range.hops === 1);
	const deep = ranges.filter(range => range.hops > 1);
	// That a federated or Kubernetes identity may be the account it is bound on is what the account is for.
	const ownPurpose = isFederated(member) && grant.binding.resource.account !== undefined;
	// Targets in one hop by another binding are chained all the same: removing that binding would not end them.
	const isNear = (number: number): boolean => direct.some(range => range.lo <= number && number < range.hi);
	return {
		grant,
		member,
		actor,
		direct: ownPurpose ? NOTHING : gains(world, actor, direct, powered, () => true),
		chained: deep.length === 0 ? NOTHING : gains(world, actor, deep, powered, number => !isNear(number), ownPurpose),
		lateral: lateral(world, member, ranges, scan),
	};
}

const NOTHING: Gains = {best: undefined, count: 0, examples: []};

/** Accounts in the ranges with power that the member lacks. */
function gains(
	world: World,
	member: Principal,
	ranges: readonly Reached[],
	powered: Int32Array,
	wanted: (number: number) => boolean,
	ownPurpose = false,
): Gains {
	const graded = (severity: Severity, range: Reached, number: number): Severity => {
		// What a pipeline deploys as is what it is for: low, unless it gains high power or above.
		const plain = ownPurpose && severity === 'medium' && deploysOnly(world, range, number) ? 'low' : severity;
		return isTemporary(world, range) ? lower(plain) : plain;
	};
	const found = new Map<number, Target>();
	for (const range of ranges) {
		for (let i = lowerBound(powered, range.lo); i < powered.length && powered[i]! < range.hi; i++) {
			const number = powered[i]!;
			if (found.has(number) || !wanted(number)) continue;
			const account = world.order.accounts[number]!;
			if (account.principal === member || !inScope(account)) continue;
			const gained = withoutOwned(world, world.powers.gained(member, account.principal), range);
			const plain = severityOf(gained);
			if (!plain) continue;
			const severity = graded(plain, range, number);
			const sure = world.powers.isConditional(account.principal, gained[0]!)
				? (Math.min(range.sure, CONDITIONAL) as Sureness)
				: range.sure;
			found.set(number, {account, reached: range, gained, severity, sure});
		}
	}
	return summarize([...found.values()]);
}

/** Whether the second of two hops is act-as with a vehicle, and nothing else opens it. */
function deploysOnly(world: World, range: Reached, number: number): boolean {
	if (range.hops !== 2 || range.from.kind !== 'account') return false;
	return world.arcs
		.of(range.from.actor)
		.every(
			arc =>
				arc.kind !== 'become' ||
				number < arc.range.lo ||
				number >= arc.range.hi ||
				(arc.rides === true && arc.grant.cls.watched.has(ACT_AS)),
		);
}

/** Whether any step of the way ends by itself: a time-bound grant or an entitlement. */
function isTemporary(world: World, {arc, from}: Reached): boolean {
	if (arc.grant && world.rights.isTemporary(arc.grant)) return true;
	for (let visit: Reached['from'] | undefined = from; visit?.arc; visit = visit.from) {
		if (visit.arc.grant && world.rights.isTemporary(visit.arc.grant)) return true;
	}
	return false;
}

/** One severity lower; low stays low. */
function lower(severity: Severity): Severity {
	return SEVERITIES[Math.min(SEVERITIES.indexOf(severity) + 1, SEVERITIES.length - 1)]!;
}

/**
 * An owner-like account on the way can grant itself the rest: what it covers is gained at that account, and
 * the hop beyond it gains nothing more.
 */
function withoutOwned(world: World, gained: readonly Pair[], {from}: Reached): readonly Pair[] {
	let left = gained;
	for (let visit: Reached['from'] | undefined = from; visit && left.length > 0; visit = visit.from) {
		if (visit.kind !== 'account') continue;
		const {actor} = visit;
		left = left.filter(pair => !world.powers.isOwnerLike(actor, pair.container));
	}
	return left;
}

function lateral(world: World, member: Principal, ranges: readonly Reached[], scan: Scan): Opening['lateral'] {
	if (isPublic(member)) return {...NOTHING, sources: []};
	let sources = scan.sources.get(member);
	if (!sources) scan.sources.set(member, (sources = sourceAccounts(world, member)));
	if (sources.length === 0) return {...NOTHING, sources: []};
	const hits = new Map<number, Target>();
	const firing = new Set<LateralSource>();
	for (const source of sources) {
		const own = world.inventory.container(source.project);
		const home = own?.key === source.project && world.order.span(own.order, own.order + 1);
		const owned = world.powers.of(source.principal).certain.filter(pair => pair.rank === OWNER);
		for (const range of ranges) {
			for (let number = range.lo; number < range.hi; number++) {
				if (home && number >= home.lo && number < home.hi) {
					number = home.hi - 1;
					continue;
				}
				const account = world.order.accounts[number]!;
				if (!isElsewhere(source, account) || !inScope(account)) continue;
				if (account.project && owned.some(pair => covers(pair.container, account.project!))) continue;
				firing.add(source);
				if (hits.has(number)) continue;
				const gained = world.powers.of(account.principal).possible;
				const severity: Severity = gained[0]?.rank === OWNER ? 'critical' : 'high';
				hits.set(number, {account, reached: range, gained, severity, sure: range.sure});
			}
		}
	}
	return {...summarize([...hits.values()]), sources: [...firing]};
}

/** Accounts that act through a member: itself, those of a group or set; each with a project that is known. */
function sourceAccounts(world: World, member: Principal): LateralSource[] {
	const principals = member.kind === 'serviceAccount' ? [member] : world.access.memberships.membersOf(member);
	return principals.flatMap((principal): LateralSource[] => {
		if (principal.kind !== 'serviceAccount' || isFederated(principal)) return [];
		const email = principal.value;
		const account = world.inventory.accounts.get(email);
		const project = account ? account.project?.key : projectOfEmail(email);
		if (project === undefined || account?.disabled || accountKind(email) === 'service-agent') return [];
		return [{email, principal, project}];
	});
}

/** Whether an account lies in another project than the source, as far as names tell. */
function isElsewhere(source: LateralSource, {project}: ServiceAccount): boolean {
	if (!project || project.key === source.project) return project === undefined;
	// The source's e-mail may name its project by a number that nothing else tells.
	return !/^projects\/\d+$/.test(source.project) || project.number !== undefined;
}

/** Strongest first: by power, then sureness, then distance, then name. */
function summarize(targets: readonly Target[]): Gains {
	const rank = (target: Target): number => target.gained[0]?.rank ?? 0;
	const height = (target: Target): number => target.gained[0]?.container.order ?? Infinity;
	const order = (a: Target, b: Target): number =>
		rank(b) - rank(a) ||
		b.sure - a.sure ||
		height(a) - height(b) ||
		a.reached.hops - b.reached.hops ||
		(a.account.name < b.account.name ? -1 : 1);
	// Only the first are shown: there may be thousands for each member of a binding.
	const first: Target[] = [];
	for (const target of targets) {
		if (first.length === EXAMPLES && order(target, first[EXAMPLES - 1]!) > 0) continue;
		let at = first.length;
		while (at > 0 && order(target, first[at - 1]!) < 0) at--;
		first.splice(at, 0, target);
		if (first.length > EXAMPLES) first.pop();
	}
	return {best: first[0], count: targets.length, examples: first.map(target => target.account.email)};
}

function inScope(account: ServiceAccount): boolean {
	return account.project?.inScope ?? true;
}
