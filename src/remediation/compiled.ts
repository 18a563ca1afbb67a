/**
 * The texts of changes as JSON, made once for each shape with places for the names in it. Everything else is rendered
 * as ever: what a fix says is decided in `render.ts` alone.
 */
import type {Fix} from '../check.ts';
import {safeJson} from '../text.ts';
import type {Change} from './change.ts';
import {assemble, type ChangeTexts, textsOf} from './render.ts';
import {shapeOf, withNames} from './shape.ts';

/** `safeJson(renderFix(fix))`, quicker. */
export function fixJson({summary, changes}: Fix): string {
	const fix = assemble({summary: inside(summary), changes}, jsonTextsOf, '\\n');
	return (
		`{"summary":"${fix.summary}","gcloud":${listOf(fix.gcloud)},"terraform":"${fix.terraform}",` +
		`"undo":${listOf(fix.undo)},"verify":${listOf(fix.verify)}}`
	);
}

const listOf = (texts: readonly string[]): string => (texts.length === 0 ? '[]' : `["${texts.join('","')}"]`);

/** Text with places: `pieces[0]`, a name, `pieces[1]`, a name ... */
interface Template {
	pieces: string[];
	/** Number of the name in each place. */
	names: number[];
}

type Templates = {[Text in keyof ChangeTexts]: Template | undefined};

/** Shapes that are kept. Where a report has more (odd names, each a shape of its own), it begins anew. */
const MOST = 4096;
const compiled = new Map<string, Templates | undefined>();

/**
 * What `textsOf` says of a change, as the inside of JSON strings.
 * @param number of the change within its fix, from 1
 */
function jsonTextsOf(change: Change, number: number): ChangeTexts {
	const shape = shapeOf(change);
	if (shape === undefined) return inJson(textsOf(change, number));
	const key = `${number} ${shape.key}`;
	let templates = compiled.get(key);
	if (templates === undefined) {
		templates = compile(change, number, shape.key);
		if (templates === undefined) return inJson(textsOf(change, number));
		if (compiled.size === MOST) compiled.clear();
		compiled.set(key, templates);
	}
	const {names} = shape;
	return {
		change: filled(templates.change, names),
		undo: filled(templates.undo, names),
		verify: filled(templates.verify, names),
		note: filled(templates.note, names),
		terraform: fill(templates.terraform!, names),
	};
}

/** A name that nothing else has, and of which only its own number can follow. */
const markOf = (index: number): string => `zq${index}qz`;
const MARKS = /zq(\d+)qz/;

/** Undefined if the change itself holds what looks like a mark. */
function compile(change: Change, number: number, shape: string): Templates | undefined {
	if (MARKS.test(shape)) return undefined;
	const {change: command, undo, verify, note, terraform} = inJson(textsOf(withNames(change, markOf), number));
	return {
		change: template(command),
		undo: template(undo),
		verify: template(verify),
		note: template(note),
		terraform: template(terraform),
	};
}

function template(text: string | undefined): Template | undefined {
	if (text === undefined) return undefined;
	const parts = text.split(MARKS);
	return {
		pieces: parts.filter((_, index) => index % 2 === 0),
		names: parts.filter((_, index) => index % 2 === 1).map(Number),
	};
}

function filled(template: Template | undefined, names: readonly string[]): string | undefined {
	return template && fill(template, names);
}

function fill({pieces, names: places}: Template, names: readonly string[]): string {
	let text = pieces[0]!;
	for (let i = 0; i < places.length; i++) text += names[places[i]!]! + pieces[i + 1]!;
	return text;
}

function inJson({change, undo, verify, note, terraform}: ChangeTexts): ChangeTexts {
	return {
		change: change && inside(change),
		undo: undo && inside(undo),
		verify: verify && inside(verify),
		note: note && inside(note),
		terraform: inside(terraform),
	};
}

function inside(text: string): string {
	return safeJson(text).slice(1, -1);
}
