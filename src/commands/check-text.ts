/** The catalogue as a list, and one check in full. */
import type {Check} from '../check.ts';
import {complianceOf, type ControlRef, controlsOf} from '../compliance.ts';
import {ESSENTIAL} from '../config/defaults.ts';
import type {PlainFormat} from '../formats.ts';
import {PRACTICES} from '../practices.ts';
import {displayWidth, safeJson, wrap} from '../text.ts';

/** What a check says about itself, and what the data says of it. */
interface CheckFacts extends Omit<Check, 'inspect'> {
	compliance: readonly string[];
	controls: readonly ControlRef[];
	practices: readonly {number: number; title: string}[];
	/** Profiles under which it runs. */
	profiles: readonly string[];
}

function factsOf({inspect: _, ...said}: Check): CheckFacts {
	return {
		...said,
		compliance: complianceOf(said.id),
		controls: controlsOf(said.id),
		practices: said.practice.map(number => ({number, title: PRACTICES[number - 1]!.title})),
		profiles: ESSENTIAL.has(said.id) ? ['essential', 'standard', 'strict'] : ['standard', 'strict'],
	};
}

export function* checkList(checks: readonly Check[], format: PlainFormat, columns: number): Generator<string> {
	if (format === 'ndjson') {
		for (const check of checks) yield `${safeJson(factsOf(check))}\n`;
	} else if (format === 'json') {
		yield `${JSON.stringify({checks: checks.map(factsOf)}, null, '\t')}\n`;
	} else {
		const width = Math.max(...checks.map(check => displayWidth(check.id)));
		for (const check of checks) {
			const first = `${check.id.padEnd(width)}  `;
			yield `${wrap(check.title, columns, first, ' '.repeat(width + 2)).join('\n')}\n`;
		}
	}
}

export function* explained(check: Check, format: PlainFormat, columns: number): Generator<string> {
	const facts = factsOf(check);
	if (format === 'ndjson') yield `${safeJson(facts)}\n`;
	else if (format === 'json') yield `${JSON.stringify(facts, null, '\t')}\n`;
	else yield* inFull(facts, columns);
}

function* inFull(check: CheckFacts, columns: number): Generator<string> {
	const rows: [string, string][] = [
		['severity', check.severity],
		['on', check.on],
		['needs', check.needs.join(', ')],
		['threats', check.threats.join(', ')],
		['profiles', check.profiles.join(', ')],
		['why', check.why],
		['fires', check.example.fires],
		['silent', check.example.silent],
		['fix', check.fix],
		...settingRows(check),
		...check.practices.map(({number, title}): [string, string] => ['practice', `${number} ${title}`]),
		...check.controls.map(({id, title}): [string, string] => ['compliance', `${id} ${title}`]),
	];
	yield `${check.id}: ${check.title}\n\n`;
	for (const [name, text] of rows) {
		if (text !== '') yield `${wrap(text, columns, name.padEnd(12), ' '.repeat(12)).join('\n')}\n`;
	}
	// An address in two pieces is none.
	for (const url of check.references) yield `${'see'.padEnd(12)}${url}\n`;
}

function settingRows({id, settings = {}}: CheckFacts): [string, string][] {
	return Object.entries(settings).map(([name, {about, standard, strict}]) => {
		const other = strict === undefined ? '' : `; strict: ${JSON.stringify(strict)}`;
		return ['setting', `checks.${id}.${name}: ${about} Default: ${JSON.stringify(standard)}${other}`];
	});
}
