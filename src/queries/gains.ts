/** What somebody gains by the accounts that a first step leads to, and the strongest of them. */
import {covers, type Pair, severityOf} from '../access/power.ts';
import {levelRank} from '../access/role-class.ts';
import {accountKind} from '../inventory/account-kind.ts';
import type {ServiceAccount} from '../inventory/model.ts';
import {projectOfEmail} from '../inventory/names.ts';
import type {Principal} from '../inventory/principals.ts';
import {SEVERITIES, type Severity} from '../report.ts';
import type {World} from '../world.ts';
import {CONDITIONAL, type Sureness} from '../graph/rights.ts';
import type {Reached} from '../graph/search.ts';
import {lowerBound} from './lower-bound.ts';
import {poweredNumbers} from './powered.ts';
import {isFederated, isPublic} from './who.ts';

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

/** An account that acts through a member. Its project may lie outside the inventory: its e-mail names it. */
export interface LateralSource {
	email: string;
	principal: Principal;
	/** Key of its project, by id where that is known. */
	project: string;
}

export type LateralGains = Gains & {sources: readonly LateralSource[]};

const EXAMPLES = 20;
const OWNER = levelRank('owner-like');
export const NOTHING: Gains = {best: undefined, count: 0, examples: []};
const NOWHERE: LateralGains = {...NOTHING, sources: []};

/** Judges reached accounts; keeps what all judgements of a world share. */
export class Judge {
	readonly #world: World;
	/** Numbers of accounts that have any power, ascending. */
	readonly #powered: Int32Array;
	/** By account number: the last judgement that counted it. */
	readonly #counted: Int32Array;
	#judgement = 0;
	/** Accounts that act through a member, by member: large groups stand in many bindings. */
	readonly #sources = new Map<Principal, readonly LateralSource[]>();

	constructor(world: World) {
		this.#world = world;
		this.#counted = new Int32Array(world.order.accounts.length);
		this.#powered = poweredNumbers(world);
	}

	/**
	 * Accounts in the ranges with power that the member lacks.
	 * @param unless ranges whose accounts do not count
	 * @param ownPurpose the first step is what its account is for
	 */
	gains(member: Principal, ranges: readonly Reached[], unless: readonly Reached[], ownPurpose = false): Gains {
		if (ranges.length === 0) return NOTHING;
		const {order, powers} = this.#world;
		const powered = this.#powered;
		const counted = this.#counted;
		const judgement = ++this.#judgement;
		let strongest: Strongest | undefined;
		for (const range of ranges) {
			let first = lowerBound(powered, range.lo);
			if (first === powered.length || powered[first]! >= range.hi) continue;
			const temporary = isTemporary(this.#world, range);
			const deployed = isDeployed(range);
			for (; first < powered.length && powered[first]! < range.hi; first++) {
				const number = powered[first]!;
				if (counted[number] === judgement || unless.some(({lo, hi}) => lo <= number && number < hi)) continue;
				const account = order.accounts[number]!;
				if (account.principal === member || !isInScope(account)) continue;
				const gained = this.#withoutOwned(powers.gained(member, account.principal), range);
				const plain = severityOf(gained);
				if (!plain) continue;
				counted[number] = judgement;
				// What a pipeline deploys as is what it is for: low, unless it gains high power or above.
				const isPurpose = plain === 'medium' && (deployed || (ownPurpose && this.#deploysOnly(range, number)));
				const purpose = isPurpose ? 'low' : plain;
				const sure = powers.isConditional(account.principal, gained[0]!)
					? (Math.min(range.sure, CONDITIONAL) as Sureness)
					: range.sure;
				const severity = temporary ? lower(purpose) : purpose;
				(strongest ??= new Strongest()).add(account, range, gained, severity, sure);
			}
		}
		return strongest?.gains() ?? NOTHING;
	}

	/** Accounts of other projects that accounts among the member's can become. */
	lateral(member: Principal, ranges: readonly Reached[]): LateralGains {
		if (ranges.length === 0 || isPublic(member)) return NOWHERE;
		let sources = this.#sources.get(member);
		if (!sources) this.#sources.set(member, (sources = this.#sourceAccounts(member)));
		if (sources.length === 0) return NOWHERE;
		const {inventory, order, powers} = this.#world;
		const counted = this.#counted;
		const judgement = ++this.#judgement;
		const firing: LateralSource[] = [];
		let strongest: Strongest | undefined;
		for (const source of sources) {
			const own = inventory.container(source.project);
			const home = own?.key === source.project && order.span(own.order, own.order + 1);
			const owned = powers.of(source.principal).certain.filter(pair => pair.rank === OWNER);
			let fires = false;
			for (const range of ranges) {
				for (let number = range.lo; number < range.hi; number++) {
					if (home && number >= home.lo && number < home.hi) {
						number = home.hi - 1;
						continue;
					}
					if (fires && counted[number] === judgement) continue;
					const account = order.accounts[number]!;
					if (!isElsewhere(source, account) || !isInScope(account)) continue;
					if (account.project && owned.some(pair => covers(pair.container, account.project!))) continue;
					fires = true;
					if (counted[number] === judgement) continue;
					counted[number] = judgement;
					const gained = powers.of(account.principal).possible;
					const plain: Severity = gained[0]?.rank === OWNER ? 'critical' : 'high';
					const severity = isTemporary(this.#world, range) ? lower(plain) : plain;
					(strongest ??= new Strongest()).add(account, range, gained, severity, range.sure);
				}
			}
			if (fires) firing.push(source);
		}
		return strongest ? {...strongest.gains(), sources: firing} : NOWHERE;
	}

	/** Accounts that act through a member: itself, those of a group or set; each with a project that is known. */
	#sourceAccounts(member: Principal): LateralSource[] {
		const {access, inventory} = this.#world;
		const principals = member.kind === 'serviceAccount' ? [member] : access.memberships.membersOf(member);
		return principals.flatMap((principal): LateralSource[] => {
			if (principal.kind !== 'serviceAccount' || isFederated(principal)) return [];
			const email = principal.value;
			const account = inventory.accounts.get(email);
			const project = account ? account.project?.key : projectOfEmail(email);
			if (project === undefined || account?.disabled || accountKind(email) === 'service-agent') return [];
			return [{email, principal, project}];
		});
	}

	/** Whether the second of two hops is act-as with a vehicle, and nothing else opens it, as far as was read. */
	#deploysOnly(range: Reached, number: number): boolean {
		if (range.hops !== 2 || range.from.kind !== 'account') return false;
		return this.#world.arcs
			.of(range.from.actor)
			.every(
				arc =>
					arc.kind !== 'become' ||
					arc.sure < CONDITIONAL ||
					number < arc.lo ||
					number >= arc.hi ||
					(arc.rides && arc.grant.cls.actsAs),
			);
	}

	/**
	 * An owner-like account on the way can grant itself the rest: what it covers is gained at that account, and
	 * the hop beyond it gains nothing more.
	 */
	#withoutOwned(gained: readonly Pair[], {from}: Reached): readonly Pair[] {
		let left = gained;
		for (let visit: Reached['from'] | undefined = from; visit && left.length > 0; visit = visit.from) {
			if (visit.kind !== 'account') continue;
			const {actor} = visit;
			if (this.#world.powers.ownsNothing(actor)) continue;
			left = left.filter(pair => !this.#world.powers.isOwnerLike(actor, pair.container));
		}
		return left;
	}
}

/** Counts targets and keeps the strongest: by severity, then power, sureness, distance and name. */
class Strongest {
	readonly #first: Target[] = [];
	#count = 0;

	add(account: ServiceAccount, reached: Reached, gained: readonly Pair[], severity: Severity, sure: Sureness): void {
		this.#count++;
		const first = this.#first;
		// Only the first are shown: there may be thousands for each member of a binding.
		if (first.length === EXAMPLES && order(account, reached, gained, severity, sure, first[EXAMPLES - 1]!) > 0) return;
		let at = first.length;
		while (at > 0 && order(account, reached, gained, severity, sure, first[at - 1]!) < 0) at--;
		first.splice(at, 0, {account, reached, gained, severity, sure});
		if (first.length > EXAMPLES) first.pop();
	}

	gains(): Gains {
		return {best: this.#first[0], count: this.#count, examples: this.#first.map(({account}) => account.email)};
	}
}

function order(
	account: ServiceAccount,
	reached: Reached,
	gained: readonly Pair[],
	severity: Severity,
	sure: Sureness,
	b: Target,
): number {
	if (severity !== b.severity) return SEVERITIES.indexOf(severity) - SEVERITIES.indexOf(b.severity);
	const [mine, theirs] = [gained[0], b.gained[0]];
	return (
		(theirs?.rank ?? 0) - (mine?.rank ?? 0) ||
		b.sure - sure ||
		(mine?.container.order ?? Infinity) - (theirs?.container.order ?? Infinity) ||
		reached.hops - b.reached.hops ||
		(account.name < b.account.name ? -1 : 1)
	);
}

/**
 * Whether the way is to deploy what an account is for: putting on a federated or Kubernetes identity that is bound
 * on the account itself.
 */
function isDeployed({hops, from, arc}: Reached): boolean {
	if (hops !== 2 || from.kind !== 'principal' || !isFederated(from.actor)) return false;
	return arc.grant?.binding.resource.account !== undefined;
}

/** Whether any step of the way ends by itself: a time-bound grant or an entitlement. */
export function isTemporary({rights}: World, {arc, from}: Reached): boolean {
	if (arc.grant && rights.isTemporary(arc.grant)) return true;
	for (let visit: Reached['from'] | undefined = from; visit?.arc; visit = visit.from) {
		if (visit.arc.grant && rights.isTemporary(visit.arc.grant)) return true;
	}
	return false;
}

/** One severity lower; low stays low. */
function lower(severity: Severity): Severity {
	return SEVERITIES[Math.min(SEVERITIES.indexOf(severity) + 1, SEVERITIES.length - 1)]!;
}

/** Whether an account lies in another project than the source, as far as names tell. */
function isElsewhere(source: LateralSource, {project}: ServiceAccount): boolean {
	if (!project || project.key === source.project) return project === undefined;
	// The source's e-mail may name its project by a number that nothing else tells.
	return !/^projects\/\d+$/.test(source.project) || project.number !== undefined;
}

function isInScope(account: ServiceAccount): boolean {
	return account.project?.inScope ?? true;
}
