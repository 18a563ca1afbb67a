/** Whatever a check gives as evidence, in lines: a later version may give more, and all of it is shown. */
import type {Block} from '../block.ts';

/** Elements of a list that are shown. */
const SHOWN = 20;

export function evidenceBlocks(evidence: Readonly<Record<string, unknown>>): Block[] {
	return Object.entries(evidence).flatMap(([name, value]) => entry(words(name), value));
}

function entry(name: string, value: unknown): Block[] {
	if (!Array.isArray(value)) return [{kind: 'field', name, value: textOf(value)}];
	if (value.length === 0) return [{kind: 'field', name, value: 'none'}];
	const rest = value.length - SHOWN;
	const shown = value.slice(0, SHOWN).map((element, index): Block => ({
		kind: 'field',
		name: index === 0 ? name : '',
		value: textOf(element),
	}));
	return rest > 0 ? [...shown, {kind: 'field', name: '', value: `and ${rest} more`}] : shown;
}

/** `level: owner-like, scope: projects/p` */
function textOf(value: unknown): string {
	if (value === null || value === undefined) return 'not known';
	if (Array.isArray(value)) return value.map(textOf).join(', ');
	if (typeof value === 'object')
		return Object.entries(value)
			.map(([name, part]) => `${words(name)}: ${textOf(part)}`)
			.join(', ');
	return String(value);
}

/** `lastAuthenticated` -> `last authenticated` */
const words = (name: string): string =>
	name.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
