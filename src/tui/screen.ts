/** Where one can be in the audit, and what the keys there have done so far. */
import type {Sort} from './order.ts';

export type Tab = 'overview' | 'findings' | 'accounts' | 'coverage';
export const TABS: readonly Tab[] = ['overview', 'findings', 'accounts', 'coverage'];

export const GROUPS = ['check', 'project', 'account', 'cause'] as const;
export type Group = (typeof GROUPS)[number];

/** What a screen shows; two of the same place show the same. */
export type Place =
	| {view: 'overview'}
	| {view: 'findings'}
	| {view: 'accounts'}
	| {view: 'coverage'}
	/** One finding, by its number in the report. */
	| {view: 'finding'; finding: number}
	/** The chain of a finding, or the shortest one between two nodes. */
	| {view: 'path'; finding: number}
	| {view: 'path'; from: string; to: string}
	/** One node of a path, by its name there. */
	| {view: 'node'; id: string}
	/** One line of the coverage, or one check, by its number in the list. */
	| {view: 'hole'; line: number};

export interface Screen {
	place: Place;
	/** Which row or item keys act on. */
	cursor: number;
	/** First line of a text that is shown, where nothing in it can be chosen. */
	top: number;
	/** As typed. */
	filter: string;
	sort: Sort;
	reversed: boolean;
	group?: Group | undefined;
	/** Names of groups that are unfolded. */
	open: ReadonlySet<string>;
}

/** Where Enter leads from a row or item. */
export type Link = {to: Place} | {unfold: string} | {filter: string};

export function screenOf(place: Place, filter = ''): Screen {
	return {place, cursor: 0, top: 0, filter, sort: 'severity', reversed: false, open: new Set()};
}
