/** The two lines at the bottom: what just happened or is being typed, and the keys that mean something here. */
import {displayWidth, safeLine, wrap} from '../../text.ts';
import {ends, fitLine, type Line, type Span, span} from '../line.ts';
import {bindingsIn, keyLabel} from '../keys.ts';
import {whatIsShown} from '../now.ts';
import {contextOf, type State} from '../state.ts';
import type {TextField} from '../text-field.ts';

const GRAPHEMES = new Intl.Segmenter('en', {granularity: 'grapheme'});

export function footerLines(state: State): Line[] {
	const {columns} = state.size;
	return [fitLine(statusLine(state), columns), barLine(state)];
}

function statusLine(state: State): Line {
	const {mode, typing, notice, data, size} = state;
	if (mode === 'filter') {
		const shown = whatIsShown(state);
		const status = shown?.body.kind === 'list' ? shown.body.status : '';
		const hint = typing.text === '' ? 'text severity:high check: project: principal: !not' : status;
		return ends(
			[span(' /', 'accent'), ...fieldSpans(typing, size.columns - 4)],
			[span(`${hint} `, 'faint')],
			size.columns,
		);
	}
	if (notice) return noticeLines(state).at(-1)!;
	if (!data || mode !== 'browse') return [];
	const {filter} = state.stacks[state.tab].at(-1)!;
	return filter === '' ? [] : [span(' filter ', 'faint'), span(filter, 'accent'), span('  (Esc clears it)', 'faint')];
}

/** What just happened, whole: where it is longer than a line it goes over the end of the body. */
export function noticeLines({notice, size}: State): Line[] {
	if (!notice) return [];
	const [mark, style] = notice.kind === 'good' ? [' ✓ ', 'good' as const] : [' ! ', 'hole' as const];
	return wrap(notice.text, size.columns - 3).map((line, index): Line => [
		span(index === 0 ? mark : '   ', style),
		span(line),
	]);
}

/** A field with its cursor; the part around the cursor where it is too long. */
export function fieldSpans({text, at}: TextField, width: number): Span[] {
	const [cursor] = GRAPHEMES.segment(text.slice(at));
	let before = safeLine(text.slice(0, at));
	while (displayWidth(before) > Math.max(8, width - 12)) before = before.slice(Math.ceil(before.length / 8));
	const under = cursor?.segment ?? ' ';
	return [span(before), span(safeLine(under), 'selected'), span(safeLine(text.slice(at + under.length)))];
}

/** Keys by their place in the table; what does not fit is dropped, and the ellipsis says so. */
export function barLine(state: State): Line {
	const {columns} = state.size;
	const nested = state.stacks[state.tab].length > 1;
	const context = contextOf(state);
	const entries = bindingsIn(context, state.linear).flatMap(({bar, keys, action}) => {
		if (action === 'judge' && !state.reading?.canJudge) return [];
		// Further in `q` only goes back, which Esc does as well.
		if (action === 'quit' && nested) return [];
		if (action === 'back' && nested) return [{key: keyLabel(keys[0]!), label: 'back', always: true}];
		return bar === undefined
			? []
			: [{key: keyLabel(keys[0]!), label: bar, always: action === 'help' || action === 'quit'}];
	});
	const wide = ({key, label}: (typeof entries)[number]): number => displayWidth(key) + displayWidth(label) + 3;
	let left = columns - 2 - entries.filter(({always}) => always).reduce((sum, entry) => sum + wide(entry), 0);
	let dropped = false;
	const shown = entries.filter(entry => {
		if (entry.always) return true;
		if (dropped || wide(entry) > left - 2) return ((dropped = true), false);
		left -= wide(entry);
		return true;
	});
	const lastOptional = shown.findLastIndex(({always}) => !always);
	const spans = shown.flatMap(({key, label}, index): Span[] => [
		...(dropped && index === lastOptional + 1 ? [span('… ', 'faint')] : []),
		span(key, 'accent'),
		span(` ${label}  `, 'faint'),
	]);
	return fitLine([span(' '), ...spans], columns);
}
