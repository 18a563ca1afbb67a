/**
 * Whom deny rules are about. Most rules name people, accounts and groups that were read whole: then everybody who is none of
 * them is seen alike, and rules x principals are never gone through.
 */
import type {Principal} from '../inventory/principals.ts';
import type {DenyPrincipal} from './deny-principals.ts';
import {type Match, NO, YES} from './set-match.ts';
import type {Memberships} from './sets.ts';

/** Whom some rules deny, and whom they except. */
interface Lists {
	/** A number of its own. */
	key: string;
	/** Canonical name of the first policy that has them. */
	policy: string;
	denied: readonly DenyPrincipal[];
	exceptions: readonly DenyPrincipal[];
}

export interface Who extends Lists {
	/** What holds for everybody who is in none of the sets and identities that are named; undefined: nothing does. */
	usual: Match | undefined;
	/** Those, in member syntax. */
	named: ReadonlySet<string>;
}

/** Kinds of principals that stand for others: exceptions may hold for some of them. */
const SETS: ReadonlySet<Principal['kind']> = new Set(['group', 'principalSet', 'domain']);
const PLAIN: ReadonlySet<Principal['kind']> = new Set(['user', 'serviceAccount', 'group']);

/** What the lists of rules say of everybody whom they do not name. */
export function whoOf(lists: Lists, memberships: Memberships): Who {
	const {denied, exceptions} = lists;
	const isPlain = ({identity, unreadable}: DenyPrincipal): boolean =>
		!unreadable &&
		identity !== undefined &&
		PLAIN.has(identity.kind) &&
		!(identity.kind === 'group' && memberships.isOpen(identity));
	const named = new Set<string>();
	const add = (entries: readonly DenyPrincipal[]): void => {
		for (const {identity} of entries) if (identity) named.add(identity.member);
	};
	// Exceptions matter only to those who are denied.
	if (denied.every(isPlain)) {
		add(denied);
		return {...lists, usual: NO, named};
	}
	if (denied.some(({everyone}) => everyone) && exceptions.every(isPlain)) {
		add(exceptions);
		return {...lists, usual: YES, named};
	}
	return {...lists, usual: undefined, named};
}

/** All that the rules of an inventory are about, found by whom they name. */
export class Whos {
	readonly #memberships: Memberships;
	readonly #all: Who[] = [];
	readonly #byName = new Map<string, Who[]>();
	/** How those see a principal that have something to say about everybody: they are asked one by one. */
	readonly #special: Who[] = [];
	#usual: string | undefined;

	constructor(memberships: Memberships) {
		this.#memberships = memberships;
	}

	get size(): number {
		return this.#all.length;
	}

	add(who: Who): void {
		this.#all.push(who);
		if (who.usual === undefined) this.#special.push(who);
		for (const name of who.usual === undefined ? [] : who.named) {
			const list = this.#byName.get(name);
			if (list) list.push(who);
			else this.#byName.set(name, [who]);
		}
	}

	/** What holds for a principal by not being named; undefined: it has to be looked at. */
	usual(who: Who, principal: Principal): Match | undefined {
		if (who.usual === undefined || SETS.has(principal.kind)) return undefined;
		const isNamed = this.#memberships.setsOf(principal).some(({member}) => who.named.has(member));
		return isNamed ? undefined : who.usual;
	}

	/**
	 * How rules see a principal: two with the same text are judged alike on everything, proofs aside.
	 * @param match of one that has to be looked at
	 */
	profile(principal: Principal, match: (who: Who) => Match): string {
		const text = (whos: readonly Who[]): string => whos.map(who => mark(who, match(who))).join('');
		if (this.#special.length === this.#all.length || SETS.has(principal.kind) || this.#isNamed(principal))
			return text(this.#all);
		this.#usual ??= this.#all.map(who => mark(who, who.usual ?? NO)).join('');
		if (this.#special.length === 0) return this.#usual;
		const special = text(this.#special);
		return special === '' ? this.#usual : `${this.#usual}, ${special}`;
	}

	#isNamed(principal: Principal): boolean {
		return this.#memberships.setsOf(principal).some(({member}) => this.#byName.has(member));
	}
}

function mark({key}: Who, {value, proof}: Match): string {
	if (value === 'true') return `${key}+ `;
	// A gap names the policy that has it: rules of one list but of several policies are undecided alike.
	if (value === 'unknown') return `${key}${proof.some(item => item.kind === 'gap') ? '?' : '~'} `;
	return '';
}
