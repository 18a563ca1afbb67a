/** The order of the list of findings, and its groups. */
import {type Severity, SEVERITIES} from '../report.ts';
import type {FindingTable} from './findings.ts';
import type {Group} from './screen.ts';

/** `severity` is the report's own total order. */
export const SORTS = ['severity', 'check', 'resource', 'project', 'principal', 'confidence', 'new first'] as const;
export type Sort = (typeof SORTS)[number];

/** @param found numbers of findings, ascending, which is the report's order; may be sorted in place */
export function sortFindings(table: FindingTable, found: Uint32Array, sort: Sort, reversed: boolean): Uint32Array {
	if (sort !== 'severity') {
		const keys = keysOf(table, sort);
		found.sort((a, b) => keys[a]! - keys[b]! || a - b);
	}
	return reversed ? found.toReversed() : found;
}

function keysOf(table: FindingTable, sort: Exclude<Sort, 'severity'>): ArrayLike<number> {
	const {columns} = table;
	if (sort === 'confidence') return columns.confidence;
	if (sort === 'new first') return columns.fresh.map(fresh => 1 - fresh);
	const {ranks, all} = columns.texts[sort];
	// Those that have none come last.
	return columns.numbers[sort].map(number => (number === 0 ? all.length : ranks[number]!));
}

export interface FindingGroup {
	name: string;
	worst: Severity;
	/** Numbers of findings, in the order of the list. */
	members: number[];
}

/** Groups by their worst finding, then by size, then by name. */
export function groupFindings(table: FindingTable, found: Uint32Array, by: Group): FindingGroup[] {
	const {severity, texts, numbers} = table.columns;
	const column = by === 'account' ? 'resource' : by;
	const groups = new Map<string, FindingGroup>();
	/** By number of the text: most texts occur more than once. */
	const known = new Map<number, FindingGroup>();
	for (const index of found) {
		const number = numbers[column][index]!;
		let group = known.get(number);
		if (!group) {
			const name = nameOf(texts[column].all[number]!, by);
			group = groups.get(name);
			if (!group) groups.set(name, (group = {name, worst: 'low', members: []}));
			known.set(number, group);
		}
		group.members.push(index);
		if (severity[index]! < SEVERITIES.indexOf(group.worst)) group.worst = SEVERITIES[severity[index]!]!;
	}
	return [...groups.values()].sort(
		(a, b) =>
			SEVERITIES.indexOf(a.worst) - SEVERITIES.indexOf(b.worst) ||
			b.members.length - a.members.length ||
			(a.name < b.name ? -1 : 1),
	);
}

/** A key belongs to its account. */
function nameOf(text: string, by: Group): string {
	if (text === '') return by === 'project' ? '(above projects)' : by === 'cause' ? '(no single binding)' : '(none)';
	return by === 'account' ? text.replace(/ key \S+$/, '') : text;
}
