/** WCAG 2 AA for every pair of colours that the page puts on each other, in both themes, by the formula. */
import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';

const file = fileURLToPath(new URL('../../../reports/html/client/style/tokens.css', import.meta.url));
const css = await readFile(file, 'utf8');
const tokens = new Map(
	[...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name, ...pair]) => [
		name!,
		pair,
	]),
);

type Color = readonly number[];
const channels = (hex: string): Color => [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
const mixed = (a: Color, b: Color, share: number): Color =>
	a.map((value, index) => value * share + b[index]! * (1 - share));

/** Relative luminance, as WCAG 2 defines it. */
function luminance(color: Color): number {
	const [r, g, b] = color.map(value => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
	return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: Color, b: Color): number {
	const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
	return (light! + 0.05) / (dark! + 0.05);
}

/** `accent`, or `critical 11% surface` for a tint. */
function colorOf(name: string, theme: number): Color {
	const [top, share, base] = name.split(' ');
	const color = channels(tokens.get(top!)![theme]!);
	return base === undefined
		? color
		: mixed(color, channels(tokens.get(base)![theme]!), Number.parseInt(share!, 10) / 100);
}

const TEXT: readonly [text: string, ...on: string[]][] = [
	['text', 'bg', 'surface', 'inset', 'accent 4% surface'],
	['muted', 'bg', 'surface', 'inset', 'accent 4% surface', 'muted 11% surface'],
	['accent', 'bg', 'surface', 'inset', 'accent 4% surface'],
	...['critical', 'high', 'medium', 'low'].map((tone): [string, ...string[]] => [
		tone,
		'surface',
		'inset',
		`${tone} 7% surface`,
		`${tone} 11% surface`,
		`${tone} 13% surface`,
	]),
	...['pass', 'unknown'].map((tone): [string, ...string[]] => [tone, 'surface', 'inset', `${tone} 11% surface`]),
];
/** Lines of controls, bars, shapes and strokes that carry meaning. */
const GRAPHICS: readonly [graphic: string, ...on: string[]][] = [
	['control', 'surface', 'bg'],
	...['bar-critical', 'bar-high', 'bar-medium', 'bar-low', 'accent'].map((bar): [string, ...string[]] => [
		bar,
		'inset',
		'surface',
	]),
	...['account', 'power', 'user', 'group', 'outside'].map((kind): [string, ...string[]] => [
		`node-${kind}`,
		'surface',
		'inset',
	]),
	['edge', 'surface', 'inset'],
	['edge-strong', 'surface'],
];

const cases = [
	...TEXT.flatMap(([top, ...on]) => on.map(under => [top, under, 4.5] as const)),
	...GRAPHICS.flatMap(([top, ...on]) => on.map(under => [top, under, 3] as const)),
].flatMap(([top, under, least]) => ['light', 'dark'].map((theme, index) => [theme, top, under, least, index] as const));

test.each(cases)('%s: %s on %s is at least %f', (_, top, under, least, theme) => {
	expect(contrast(colorOf(top, theme), colorOf(under, theme))).toBeGreaterThanOrEqual(least);
});
