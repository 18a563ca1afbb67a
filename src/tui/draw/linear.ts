/**
 * The same in words, one thing after the other, for who listens: no borders, no columns, everything that can be
 * opened has a number.
 */
import {safeLine} from '../../text.ts';
import {bindingsIn, keyLabel} from '../keys.ts';
import {plain} from '../line.ts';
import {layoutOf, whatIsShown} from '../now.ts';
import {contextOf, type Reading, screenNow, type State, viewOf} from '../state.ts';
import {count} from '../words.ts';

export interface Spoken {
	text: string;
	selected?: boolean;
}

/** Rails and bars say nothing to who listens. */
const DRAWN = /[│▼█▉▊▋▌▍▎▏]+/gu;

export function spokenLines(state: State): Spoken[] {
	const {mode, notice} = state;
	const lines =
		mode === 'help' ? help(state) : mode === 'form' ? form(state) : state.data ? shown(state) : reading(state.reading);
	return [
		...(notice ? [{text: notice.text}] : []),
		...(mode === 'filter' ? [{text: `Filter: ${state.typing.text}`}] : []),
		...lines,
		...(mode === 'help' ? [] : [{text: keysText(state)}]),
	].map(line => ({...line, text: safeLine(line.text)}));
}

function shown(state: State): Spoken[] {
	const {body, frame} = whatIsShown(state)!;
	const {cursor, top, filter} = screenNow(state);
	if (body.kind === 'list') {
		const last = Math.min(top + frame.rows, body.count);
		return [
			{text: `${body.title}: ${body.status}${filter === '' ? '' : `, filter ${filter}`}.`},
			{text: body.count === 0 ? body.empty : `Showing ${top + 1} to ${last} of ${body.count}.`},
			...Array.from({length: Math.max(0, last - top)}, (_, row) => ({
				text: `${row + 1}. ${body.spoken(top + row)}`,
				selected: top + row === cursor,
			})),
		];
	}
	const {lines, items} = layoutOf(body, frame, -1);
	const window = lines.slice(top, top + frame.rows);
	let number = 0;
	return [
		{text: `${body.title}: lines ${top + 1} to ${top + window.length} of ${lines.length}.`},
		...window.map((line, row): Spoken => {
			const index = items.findIndex(item => item.top === top + row);
			const text = plain(line).replace(DRAWN, '').trim();
			return index < 0 ? {text} : {text: `${++number}. ${text}`, selected: index === cursor};
		}),
	].filter(({text}) => text !== '');
}

function reading(now: Reading | undefined): Spoken[] {
	if (!now) return [{text: 'Starting.'}];
	const {doing, assets, sources, said} = now;
	const parts = sources.map(
		({name, done, total, unit}) => `${name}: ${done}${total === undefined ? '' : ` of ${total}`} ${unit}`,
	);
	return [
		{text: `${doing}: ${count(assets, 'asset')}.`},
		...parts.slice(0, 6).map(text => ({text})),
		...said.slice(-3).map(text => ({text})),
	];
}

function form({form: open}: State): Spoken[] {
	if (!open) return [];
	const title =
		open.kind === 'accept' ? 'Accept this finding. Nothing is changed in Google Cloud.' : 'Write what is shown.';
	return [
		{text: title},
		...open.fields.map(({name, hint, value}, index) => ({
			text: `${name} (${hint}): ${value.text}`,
			selected: index === open.at,
		})),
		...(open.problem ? [{text: open.problem}] : []),
	];
}

function help(state: State): Spoken[] {
	return bindingsIn(viewOf(state), true).map(({keys, help: text}) => ({
		text: `${keys.map(keyLabel).join(' or ')}: ${text}`,
	}));
}

function keysText(state: State): string {
	const keys = bindingsIn(contextOf(state), true).flatMap(({bar, keys: [key]}) =>
		bar === undefined ? [] : [`${keyLabel(key!)} ${bar}`],
	);
	return `Keys: ${keys.join(', ')}.`;
}
