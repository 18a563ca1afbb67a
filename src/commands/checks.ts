/** `checks [ID]`: the catalogue, or one check explained. */
import {checks as catalogue} from '../../checks/index.ts';
import type {Check} from '../check.ts';
import {PLAIN_FORMATS, type PlainFormat} from '../formats.ts';
import type {Io} from '../io.ts';
import {openOutput} from '../output.ts';
import {unknownCheck} from '../select.ts';
import {displayWidth, safeJson, wrap} from '../text.ts';
import type {CommonFlags} from './flags.ts';

const COLUMNS = 100;

/** @throws UsageError an id that no check has */
export async function runChecks(id: string | undefined, flags: CommonFlags, io: Io): Promise<number> {
	const chosen = id === undefined ? catalogue : catalogue.filter(check => check.id === id);
	if (id !== undefined && chosen.length === 0)
		throw unknownCheck(
			id,
			catalogue.map(check => check.id),
		);
	for (const {format, file} of PLAIN_FORMATS.targets(flags.format, flags.output)) {
		const output = await openOutput(file, io);
		try {
			await output.write(render(chosen, id !== undefined, format, output.terminal?.columns ?? COLUMNS));
		} finally {
			await output.discard();
		}
	}
	return 0;
}

function* render(checks: readonly Check[], explain: boolean, format: PlainFormat, columns: number): Generator<string> {
	if (format === 'ndjson') {
		for (const check of checks) yield `${safeJson(facts(check))}\n`;
	} else if (format === 'json') {
		const shown = explain ? facts(checks[0]!) : {checks: checks.map(facts)};
		yield `${JSON.stringify(shown, null, '\t')}\n`;
	} else if (explain) {
		for (const check of checks) yield* explained(check, columns);
	} else {
		const width = Math.max(...checks.map(check => displayWidth(check.id)));
		for (const check of checks) {
			const first = `${check.id.padEnd(width)}  `;
			yield `${wrap(check.title, columns, first, ' '.repeat(width + 2)).join('\n')}\n`;
		}
	}
}

function* explained(check: Check, columns: number): Generator<string> {
	const rows: [string, string][] = [
		['severity', check.severity],
		['on', check.on],
		['needs', check.needs.join(', ')],
		['threats', check.threats.join(', ')],
		['practice', check.practice.join(', ')],
		['compliance', check.compliance.join(', ')],
		['why', check.why],
		['fix', check.fix],
		['fires', check.example.fires],
		['silent', check.example.silent],
		...check.references.map((url): [string, string] => ['see', url]),
	];
	yield `${check.id}: ${check.title}\n\n`;
	for (const [name, text] of rows) {
		if (text !== '') yield `${wrap(text, columns, `${name.padEnd(10)}  `, ' '.repeat(12)).join('\n')}\n`;
	}
}

/** What a check says about itself, as data. */
function facts({inspect: _, ...said}: Check): Omit<Check, 'inspect'> {
	return said;
}
