/**
 * The filter language: words that must all be there. `text`, `severity:high,critical`, `check:`, `project:`, `principal:`
 * and others for one column; `!` or `-` before a word turns it around; quotes keep spaces.
 */
import {SEVERITIES} from '../report.ts';
import {COLUMNS, type Column, type FindingTable} from './findings.ts';

export interface Term {
	negated: boolean;
	/** Undefined: any column that holds text. */
	field: string | undefined;
	/** Lower-case; one of them must be there. */
	words: readonly string[];
}

/** What may stand before a colon in the list of findings, for the help. */
export const FIELDS = ['severity', 'check', 'project', 'principal', 'resource', 'cause', 'confidence', 'is'] as const;
type Field = (typeof FIELDS)[number];
const SHORT: Readonly<Record<string, string>> = {
	sev: 'severity',
	account: 'resource',
	who: 'principal',
	by: 'principal',
	role: 'cause',
	binding: 'cause',
	conf: 'confidence',
};
const SURENESS = ['certain', 'conditional', 'unverified'];

/** Never fails: what is no field of the list is text like any other (`serviceAccount:x` is). */
export function parseFilter(text: string, fields: readonly string[] = FIELDS): Term[] {
	const terms: Term[] = [];
	for (const [, sign, word, quoted] of text.matchAll(/([!-]?)((?:[^\s"]|"[^"]*"?)+)|("[^"]*"?)/g)) {
		const whole = (word ?? quoted ?? '').toLowerCase();
		const [, before = '', after = ''] = /^([a-z]+):(.*)$/s.exec(whole) ?? [];
		const name = fields.find(field => field === (SHORT[before] ?? before));
		const bare = (name === undefined ? whole : after).replaceAll('"', '');
		const words = (name === undefined ? [bare] : bare.split(',')).filter(each => each !== '');
		// Half typed, such as `severity:`: nothing to look for yet.
		if (words.length > 0) terms.push({negated: sign !== '', field: name, words});
	}
	return terms;
}

/** Numbers of the findings that fit, ascending. */
export function filterFindings(table: FindingTable, text: string): Uint32Array {
	const terms = parseFilter(text);
	const kept = new Uint32Array(table.length);
	let size = 0;
	if (terms.length === 0) {
		for (let index = 0; index < kept.length; index++) kept[index] = index;
		return kept;
	}
	const tests = terms.map(term => testOf(table, term));
	for (let index = 0; index < table.length; index++) {
		if (tests.every(test => test(index))) kept[size++] = index;
	}
	return kept.slice(0, size);
}

type Test = (index: number) => boolean;

function testOf(table: FindingTable, {field, words, negated}: Term): Test {
	const test = fieldTest(table, field as Field | undefined, words);
	return negated ? index => !test(index) : test;
}

function fieldTest(table: FindingTable, field: Field | undefined, words: readonly string[]): Test {
	const {columns} = table;
	switch (field) {
		case 'severity': {
			const wanted = numbersIn(SEVERITIES, words);
			return index => wanted.has(columns.severity[index]!);
		}
		case 'confidence': {
			const wanted = numbersIn(SURENESS, words);
			return index => wanted.has(columns.confidence[index]!);
		}
		case 'is': {
			const [fresh, accepted] = [words.includes('new'), words.includes('accepted') || words.includes('suppressed')];
			return index => (fresh && columns.fresh[index] === 1) || (accepted && columns.suppressed[index] === 1);
		}
		case undefined: {
			const tests = COLUMNS.map(column => columnTest(table, column, words));
			// Nobody looks for two letters of a fingerprint.
			if (words.every(word => /^[0-9a-f]{8,}$/.test(word)))
				tests.push(index => words.some(word => table.brief(index).fingerprint.includes(word)));
			return index => tests.some(test => test(index));
		}
		default:
			return columnTest(table, field, words);
	}
}

/** Whether the text of a column holds one of the words: every distinct text is searched once. */
function columnTest(table: FindingTable, column: Column, words: readonly string[]): Test {
	const {texts, numbers} = table.columns;
	const own = numbers[column];
	const fits = texts[column].holding(words.join('\u0000'));
	return index => fits[own[index]!] === 1;
}

/** Positions of the names that begin with one of the words. */
function numbersIn(names: readonly string[], words: readonly string[]): ReadonlySet<number> {
	return new Set(names.flatMap((name, number) => (words.some(word => name.startsWith(word)) ? [number] : [])));
}

/** Whether a row of another list fits: all its texts are searched; a field looks at its own. */
export function fitsFilter(terms: readonly Term[], texts: Readonly<Record<string, string>>): boolean {
	return terms.every(({field, words, negated}) => {
		const where = field === undefined ? Object.values(texts) : [texts[field] ?? ''];
		return words.some(word => where.some(text => text.toLowerCase().includes(word))) !== negated;
	});
}
