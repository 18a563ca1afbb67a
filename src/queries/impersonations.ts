/** Every account that a person became, as far as logs show: whatever is gained, it hides who one is. */
import type {Use} from '../evidence/uses.ts';
import {isLogged} from '../evidence/evidence.ts';
import {clientsOf, placesOf} from '../evidence/whence.ts';
import type {World} from '../world.ts';

export interface Impersonation {
	/** Member syntax: `user:`, or a workforce identity. */
	person: string;
	account: string;
	/** Accounts in between, in order. */
	through: string[];
	/** How, by the names of the logs; `acted as it`: only what was done afterwards was logged. */
	method: string;
	count: number;
	first: string;
	last: string;
	networks: string[];
	clients: string[];
	/** The account is in the project asked about, and there. */
	known: boolean;
}

const AFTERWARDS = 'acted as it';

/** By person, account and way, in total order. */
export function impersonations(world: World): Impersonation[] {
	const groups = new Map<string, Use[]>();
	for (const use of world.evidence.uses) {
		if (!isLogged(use) || use.chain.length < 2 || !isPerson(use.chain[0]!)) continue;
		if (use.account && !(use.account.project?.inScope ?? true)) continue;
		const key = [use.chain.join(' '), use.becoming ?? AFTERWARDS].join('\u0000');
		const known = groups.get(key);
		if (known) known.push(use);
		else groups.set(key, [use]);
	}
	const minted = new Set([...groups].flatMap(([key, [use]]) => (use!.becoming ? [key.split('\u0000')[0]!] : [])));
	return [...groups]
		.filter(([key, [use]]) => use!.becoming !== undefined || !minted.has(key.split('\u0000')[0]!))
		.map(([, uses]) => impersonationOf(uses))
		.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function impersonationOf(uses: readonly Use[]): Impersonation {
	const {chain, becoming, account} = uses[0]!;
	const iso = (time: number): string => new Date(time).toISOString();
	return {
		person: chain[0]!,
		account: bare(chain.at(-1)!),
		through: chain.slice(1, -1).map(bare),
		method: becoming ?? AFTERWARDS,
		count: uses.reduce((sum, {count}) => sum + count, 0),
		first: iso(Math.min(...uses.map(({first}) => first))),
		last: iso(Math.max(...uses.map(({last}) => last))),
		networks: placesOf(uses),
		clients: clientsOf(uses),
		known: account !== undefined,
	};
}

const bare = (member: string): string => member.replace(/^serviceAccount:/, '');
const isPerson = (member: string): boolean => member.startsWith('user:') || member.includes('/workforcePools/');
const sortKey = ({person, account, through, method}: Impersonation): string =>
	[person, account, through.join(' '), method].join('\u0000');
