/**
 * Whom deny rules are about. Most rules name people, accounts, groups that were read whole, or the accounts of a
 * container: then everybody else is seen alike, and rules x principals are never gone through.
 */
import type {Container, Inventory} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {DenyPrincipal} from './deny-principals.ts';
import {homeOf, type Match, NO, YES} from './set-match.ts';
import type {Memberships} from './sets.ts';

/** Whom some rules deny, and whom they except. */
interface Lists {
	/** A number of its own. */
	index: number;
	/** Canonical name of the first policy that has them. */
	policy: string;
	denied: readonly DenyPrincipal[];
	exceptions: readonly DenyPrincipal[];
}

export interface Who extends Lists {
	/** What holds for everybody who is none of `named` and has no home in `homes`; undefined: nothing does. */
	usual: Match | undefined;
	/** Sets and identities, in member syntax. */
	named: ReadonlySet<string>;
	/** Containers whose accounts are meant. */
	homes: ReadonlySet<Container>;
}

/** Kinds of principals that stand for others: exceptions may hold for some of them. */
const SETS: ReadonlySet<Principal['kind']> = new Set(['group', 'principalSet', 'domain']);
const PLAIN: ReadonlySet<Principal['kind']> = new Set(['user', 'serviceAccount', 'group']);

/** What the lists of rules say of everybody whom they do not name. */
export function whoOf(lists: Lists, memberships: Memberships): Who {
	const {denied, exceptions} = lists;
	const isPlain = ({identity, unreadable, accountsIn}: DenyPrincipal): boolean =>
		!unreadable &&
		identity !== undefined &&
		(accountsIn !== undefined ||
			(PLAIN.has(identity.kind) && !(identity.kind === 'group' && memberships.isOpen(identity))));
	const named = new Set<string>();
	const homes = new Set<Container>();
	const add = (entries: readonly DenyPrincipal[]): void => {
		for (const {identity, accountsIn} of entries) {
			if (identity) named.add(identity.member);
			if (accountsIn !== undefined && accountsIn !== 'nowhere') homes.add(accountsIn);
		}
	};
	// Exceptions matter only to those who are denied.
	if (denied.every(isPlain)) {
		add(denied);
		return {...lists, usual: NO, named, homes};
	}
	if (denied.some(({everyone}) => everyone) && exceptions.every(isPlain)) {
		add(exceptions);
		return {...lists, usual: YES, named, homes};
	}
	return {...lists, usual: undefined, named, homes};
}

/** All that the rules of an inventory are about, found by whom they name. */
export class Whos {
	readonly #inventory: Inventory;
	readonly #memberships: Memberships;
	readonly #all: Who[] = [];
	readonly #byName = new Map<string, Who[]>();
	readonly #byHome = new Map<Container, Who[]>();
	/** Those with `homes`. */
	readonly #homed: Who[] = [];
	/** Those that have something to say of everybody: they are asked one by one. */
	readonly #special: Who[] = [];
	/** Marks of all that hold for everybody who is not named, and how many they are. */
	#usual: {text: string; count: number} | undefined;

	constructor(inventory: Inventory, memberships: Memberships) {
		this.#inventory = inventory;
		this.#memberships = memberships;
	}

	get size(): number {
		return this.#all.length;
	}

	add(who: Who): void {
		this.#all.push(who);
		if (who.usual === undefined) {
			this.#special.push(who);
			return;
		}
		for (const name of who.named) append(this.#byName, name, who);
		for (const home of who.homes) append(this.#byHome, home, who);
		if (who.homes.size > 0) this.#homed.push(who);
	}

	/** What holds for a principal by not being named; undefined: it has to be looked at. */
	usual(who: Who, principal: Principal): Match | undefined {
		if (who.usual === undefined || SETS.has(principal.kind)) return undefined;
		if (this.#memberships.setsOf(principal).some(({member}) => who.named.has(member))) return undefined;
		if (who.homes.size > 0 && this.#homes(principal)?.some(home => who.homes.has(home)) !== false) return undefined;
		return who.usual;
	}

	/**
	 * How rules see a principal: two with the same text are judged alike on everything, proofs aside. Empty: as if there were
	 * none. The text is what holds for everybody and how this one differs.
	 * @param match of one that has to be looked at
	 */
	profile(principal: Principal, match: (who: Who) => Match): string {
		const usual = (this.#usual ??= this.#usually());
		let barred = usual.count;
		let text = '';
		for (const who of SETS.has(principal.kind) ? this.#all : this.#naming(principal)) {
			if (who.usual === undefined) continue;
			const own = mark(match(who));
			const others = mark(who.usual);
			if (own === others) continue;
			if (others !== '') barred--;
			if (own !== '') barred++;
			text += `${who.index}${own} `;
		}
		for (const who of this.#special) {
			const own = mark(match(who));
			if (own === '') continue;
			barred++;
			text += `${who.index}${own} `;
		}
		return barred === 0 ? '' : `${usual.text}, ${text}`;
	}

	#usually(): {text: string; count: number} {
		const barring = this.#all.filter(({usual}) => usual !== undefined && mark(usual) !== '');
		return {text: barring.map(({index}) => index).join(' '), count: barring.length};
	}

	/** All that name a principal or its home, in their order. */
	#naming(principal: Principal): readonly Who[] {
		const found = new Set<Who>();
		for (const {member} of this.#memberships.setsOf(principal))
			for (const who of this.#byName.get(member) ?? []) found.add(who);
		if (this.#homed.length > 0) {
			const homes = this.#homes(principal);
			for (const who of homes ? homes.flatMap(home => this.#byHome.get(home) ?? []) : this.#homed) found.add(who);
		}
		return found.size > 1 ? [...found].toSorted((a, b) => a.index - b.index) : [...found];
	}

	/** Containers that an account lies in; none for others. Undefined: where it lies is not known. */
	#homes(principal: Principal): Container[] | undefined {
		if (principal.kind !== 'serviceAccount' || principal.value.includes('[')) return [];
		const {project} = homeOf(this.#inventory, principal);
		if (project === undefined || project === 'outside') return undefined;
		const homes: Container[] = [];
		for (let at: Container | undefined = project; at; at = at.parent) homes.push(at);
		return homes;
	}
}

function mark({value, proof}: Match): '' | '+' | '?' | '~' {
	if (value === 'true') return '+';
	// A gap names the policy that has it: rules of one list but of several policies are undecided alike.
	if (value === 'unknown') return proof.some(item => item.kind === 'gap') ? '?' : '~';
	return '';
}

function append<K>(map: Map<K, Who[]>, key: K, who: Who): void {
	const list = map.get(key);
	if (list) list.push(who);
	else map.set(key, [who]);
}
