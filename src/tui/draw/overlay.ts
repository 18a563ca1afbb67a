/** What lies over a screen: the help, and the forms. */
import {layOut} from '../block.ts';
import {fitLine, type Line, span} from '../line.ts';
import {bindingsIn, keyLabel} from '../keys.ts';
import type {Form, State} from '../state.ts';
import {viewOf} from '../state.ts';
import {fieldSpans} from './footer.ts';
import {shortResource, wrap} from '../../text.ts';

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
	const entries = bindingsIn(view, state.linear).flatMap(({keys, help}) => {
		const names = keys.length > 4 ? [keys[0]!, 'to', keys.at(-1)!] : keys;
		return explained(names.map(keyLabel).join(names === keys ? '  ' : ' '), help, columns);
	});
	const lists: readonly string[] = ['findings', 'accounts', 'coverage'];
	const language: Line[] = lists.includes(view)
		? [[], [span(' Filters', 'title')], ...LANGUAGE.flatMap(([text, help]) => explained(text, help, columns))]
		: [];
	const lines = [[span(` Keys here: ${view}`, 'title')], [], ...entries, ...language];
	const top = Math.min(state.helpTop, Math.max(0, lines.length - rows));
	return Array.from({length: rows}, (_, row) => fitLine(lines[top + row] ?? [], columns));
}

/** What stands on the left, and what it means, on as many lines as that takes. */
function explained(name: string, help: string, columns: number): Line[] {
	const rest = ' '.repeat(26);
	return wrap(help, columns - 1, rest).map((line, index) => [
		...fitLine(index === 0 ? [span('  '), span(name, 'accent')] : [], rest.length),
		span(line.slice(rest.length)),
	]);
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
