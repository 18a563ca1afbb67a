/** What lies over a screen: the help, and the forms. */
import {layOut} from '../block.ts';
import {fitLine, type Line, span} from '../line.ts';
import {bindingsIn, keyLabel} from '../keys.ts';
import type {Form, State} from '../state.ts';
import {viewOf} from '../state.ts';
import {fieldSpans} from './footer.ts';
import {shortResource} from '../../text.ts';

const LANGUAGE: readonly (readonly [string, string])[] = [
	['words', 'must all be somewhere in the row'],
	['severity:critical,high', 'one of several; also check: project: principal: resource: cause: confidence:'],
	['is:new  is:accepted', 'not in the baseline; accepted by the configuration'],
	['!word  -check:key', 'must not be there'],
	['"two words"', 'with the space'],
];

/** Exactly `rows` lines. */
export function helpLines(state: State, rows: number): Line[] {
	const {columns} = state.size;
	const view = viewOf(state);
	const entries: Line[] = bindingsIn(view, state.linear).map(({keys, help}) => [
		span('  '),
		...fitLine(
			[
				span(
					keys.length > 4 ? `${keyLabel(keys[0]!)} to ${keyLabel(keys.at(-1)!)}` : keys.map(keyLabel).join('  '),
					'accent',
				),
			],
			22,
		),
		span(help),
	]);
	const lists: readonly string[] = ['findings', 'accounts', 'coverage'];
	const language: Line[] = lists.includes(view)
		? [
				[],
				[span(' Filters', 'title')],
				...LANGUAGE.map(([text, help]): Line => [span('  '), ...fitLine([span(text, 'accent')], 24), span(help)]),
			]
		: [];
	const lines = [[span(` Keys here: ${view}`, 'title')], [], ...entries, ...language];
	const top = Math.min(state.helpTop, Math.max(0, lines.length - rows));
	return Array.from({length: rows}, (_, row) => fitLine(lines[top + row] ?? [], columns));
}

/** Exactly `rows` lines. */
export function formLines(state: State, form: Form, rows: number): Line[] {
	const {columns} = state.size;
	const head: Line[] = layOut(headOf(state, form), columns - 2).lines;
	const fields = form.fields.flatMap(({name, hint, value}, index): Line[] => {
		const isHere = index === form.at;
		const text = isHere ? fieldSpans(value, columns - 14) : [span(value.text)];
		return [
			[span(isHere ? ' > ' : '   ', 'accent'), ...fitLine([span(name, isHere ? 'title' : undefined)], 9), ...text],
			[span(' '.repeat(12)), span(hint, 'faint')],
			[],
		];
	});
	const below: Line = form.problem
		? [span(' ! ', 'hole'), span(form.problem)]
		: [span(form.busy ? '   Writing …' : '   Enter goes on, Esc leaves it', 'faint')];
	const lines = [...head, [], ...fields, ...layOut([{kind: 'line', line: below}], columns).lines];
	return Array.from({length: rows}, (_, row) => fitLine([span(' '), ...(lines[row] ?? [])], columns));
}

function headOf({data}: State, form: Form): Parameters<typeof layOut>[0] {
	if (form.kind === 'export')
		return [
			{kind: 'heading', text: 'Write what is shown'},
			{
				kind: 'text',
				text: 'The findings that the list shows now, with everything that the report says beside them.',
				style: 'faint',
			},
		];
	const {check, resource, severity, principal} = data!.table.brief(form.finding!);
	const who = principal === undefined ? '' : `, ${principal}`;
	return [
		{kind: 'heading', text: 'Accept this finding'},
		{kind: 'text', text: `${severity} ${check} on ${shortResource(resource)}${who}`},
		{
			kind: 'text',
			text: 'Written into the configuration as a suppression. Nothing is changed in Google Cloud.',
			style: 'faint',
		},
	];
}
