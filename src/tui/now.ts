/** What is on the screen now, laid out: asked by the reducer, which moves in it, and by the views, which draw it. */
import {type Layout, layOut, sideBySide} from './block.ts';
import {type Body, bodyOf, type TextBody} from './body.ts';
import {type Frame, frameOf} from './frame.ts';
import {screenNow, type State} from './state.ts';

export interface Now {
	body: Body;
	frame: Frame;
}

/** @returns undefined: there is nothing to show yet */
export function whatIsShown(state: State): Now | undefined {
	const {data, size} = state;
	if (!data) return undefined;
	const body = bodyOf(state, data, screenNow(state), size.columns);
	return {body, frame: frameOf(state, body.kind === 'list')};
}

export function layoutOf({columns}: TextBody, frame: Frame, chosen: number): Layout {
	if (columns.length === 1) return layOut(columns[0]!, frame.columns, chosen);
	return sideBySide(columns, frame.columns, chosen);
}
