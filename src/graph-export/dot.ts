/**
 * Paths as a Graphviz graph (`paths --format dot`): `dot -Tsvg` draws it. Solid arrows are certain, dashed
 * conditional, dotted unverified; red ones are blocked. Names come from the cloud, so every one is quoted.
 */
import type {Confidence, Step} from '../report.ts';
import {safeLine} from '../text.ts';
import {distinctHops, type NodeKind, nodeOf, Seen, type Steps} from './hops.ts';

const SHAPES: Partial<Record<NodeKind, string>> = {
	serviceAccount: 'box',
	user: 'ellipse',
	group: 'tab',
	domain: 'tab',
	project: 'folder',
	folder: 'folder',
	organization: 'folder',
	public: 'doublecircle',
};
const STYLES: Readonly<Record<Confidence, string>> = {certain: 'solid', conditional: 'dashed', unverified: 'dotted'};

export interface DotOptions {
	/** Said in a comment: there are more paths than these. */
	truncated?: boolean;
	/** So many hops and nodes are remembered, so that each is written once. */
	remembered?: number;
}

/** A digraph, one line a node and a hop. Streams: memory does not follow the paths. */
export function* dotText(paths: Iterable<Steps>, {truncated = false, remembered}: DotOptions = {}): Generator<string> {
	yield 'digraph "sa-audit" {\n';
	if (truncated) yield '\t// The search stopped early: there are more paths than these.\n';
	yield '\trankdir=LR;\n\tnode [fontname="Helvetica"];\n\tedge [fontname="Helvetica", fontsize=10];\n';
	const nodes = new Seen(remembered);
	for (const step of distinctHops(paths, new Seen(remembered))) {
		for (const id of [step.from, step.to]) if (nodes.add(id)) yield nodeLine(id);
		yield edgeLine(step);
	}
	yield '}\n';
}

function nodeLine(id: string): string {
	const {kind, name} = nodeOf(id);
	return `\t${quoted(id)} [label=${label(name)}, shape=${SHAPES[kind] ?? 'box'}, tooltip=${label(id)}];\n`;
}

function edgeLine({from, to, escalation, alsoBy, confidence, blockedBy, temporary}: Step): string {
	const notes = [
		...(alsoBy.length > 0 ? [`+${alsoBy.length}`] : []),
		...(temporary ? ['temporary'] : []),
		...(blockedBy.length > 0 ? ['blocked'] : []),
	];
	const text = [escalation, ...(notes.length > 0 ? [`(${notes.join(', ')})`] : [])].join(' ');
	const color = blockedBy.length > 0 ? ', color=red, fontcolor=red' : '';
	return `\t${quoted(from)} -> ${quoted(to)} [label=${label(text)}, style=${STYLES[confidence]}${color}];\n`;
}

/**
 * A quoted DOT id. `\"` is the only escape of the language itself; a backslash before the closing quote would
 * swallow it, and `\N`, `\G`, `\n` mean something in labels, so every backslash is doubled
 * (graphviz.org, "The DOT Language" and "escString" [recalled]).
 */
export function quoted(text: string): string {
	return `"${safeLine(text).replace(/["\\]/g, '\\$&')}"`;
}

/** Labels read HTML entities as well: `&lt;` would be drawn as `<`. */
function label(text: string): string {
	return quoted(text.replaceAll('&', '&amp;'));
}
