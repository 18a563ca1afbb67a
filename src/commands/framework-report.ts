/** `checks --framework ID`: each control, what it demands, and which checks look at it. */
import type {Check} from '../check.ts';
import type {Framework} from '../compliance.ts';
import type {PlainFormat} from '../formats.ts';
import {safeJson, wrap} from '../text.ts';

export function* frameworkReport(
	{controls, ...about}: Framework,
	checks: readonly Check[],
	format: PlainFormat,
	columns: number,
): Generator<string> {
	const titles = new Map(checks.map(check => [check.id, check.title]));
	const rows = controls.map(({checks: ids, ...control}) => ({
		id: `${about.id}:${control.number}`,
		...control,
		checks: ids.map(id => ({id, implemented: titles.has(id), title: titles.get(id) ?? null})),
	}));
	if (format === 'ndjson') {
		for (const row of rows) yield `${safeJson(row)}\n`;
		return;
	}
	if (format === 'json') {
		yield `${JSON.stringify({...about, controls: rows}, null, '\t')}\n`;
		return;
	}
	yield `${about.id}: ${about.title}\n${about.covers}\n${about.url}\n`;
	for (const {number, title, says, note, checks: found} of rows) {
		yield `\n${wrap(title, columns, `${number}  `, ' '.repeat(number.length + 2)).join('\n')}\n`;
		yield `${wrap(says, columns, '  says   ', ' '.repeat(9)).join('\n')}\n`;
		for (const {id, implemented} of found) yield `  check  ${id}${implemented ? '' : ' (not in this version)'}\n`;
		if (found.length === 0) yield '  check  none\n';
		if (note !== undefined) yield `${wrap(note, columns, '  note   ', ' '.repeat(9)).join('\n')}\n`;
	}
}
