/** The two things that one types more than a filter for: to accept a finding, and to write what is shown. */
import {foundIn} from './screens/findings.ts';
import {type Effect, type Form, screenNow, type State} from './state.ts';
import {edit, type Edit, field} from './text-field.ts';

export function acceptForm(finding: number): Form {
	return {
		kind: 'accept',
		finding,
		at: 0,
		fields: [
			{name: 'Reason', hint: 'why it is all right, in words that others understand', value: field()},
			{name: 'Owner', hint: 'who answers for it', value: field()},
			{name: 'Until', hint: 'the last day on which it holds, YYYY-MM-DD; empty: without an end', value: field()},
		],
	};
}

export function exportForm(): Form {
	return {
		kind: 'export',
		at: 0,
		fields: [
			{
				name: 'File',
				hint: 'the ending tells the format (.json .html .csv .md .sarif .txt ...), or FORMAT=FILE',
				value: field(),
			},
		],
	};
}

export function editForm(form: Form, change: Edit): Form {
	const fields = form.fields.map((each, index) =>
		index === form.at ? {...each, value: edit(each.value, change)} : each,
	);
	return {...form, fields, problem: undefined};
}

/** The next field, or what is to be done when all are filled in. */
export function submit(state: State, form: Form): State {
	if (form.busy) return state;
	if (form.at < form.fields.length - 1) return {...state, form: {...form, at: form.at + 1}};
	const values = form.fields.map(({value}) => value.text.trim());
	return {...state, form: {...form, busy: true, problem: undefined}, effect: effectOf(state, form, values)};
}

function effectOf(state: State, form: Form, values: readonly string[]): Effect {
	if (form.kind === 'accept') {
		const [reason = '', owner = '', until = ''] = values;
		return {kind: 'accept', finding: form.finding!, reason, owner, until};
	}
	return {kind: 'export', file: values[0] ?? '', findings: shownFindings(state)};
}

/** Those that the list shows; all where no list is shown. */
function shownFindings(state: State): Uint32Array {
	const {place, filter, sort, reversed} = screenNow(state);
	const {table} = state.data!;
	return place.view === 'findings' ? foundIn(table, filter, sort, reversed) : foundIn(table, '', 'severity', false);
}
