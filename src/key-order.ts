/** Objects with their keys in the contract's order. */

/**
 * Spread first, a template fixes the order of keys, whoever made the object. Left at `undefined`, a key is not
 * written. A key that is missing here does not compile.
 */
export type Keys<Shape> = Record<keyof Required<Shape>, undefined>;
/** Short for templates. */
export const no = undefined;

/**
 * The object itself if its keys have the order of the template, else a copy that has it. What our own checks make
 * has it, and a report has hundreds of thousands of them.
 */
export function ordered<Shape extends object>(value: Shape, template: Keys<Shape>): Shape {
	return isOrdered(value, template) ? value : {...template, ...value};
}

export function isOrdered<Shape extends object>(value: Shape, template: Keys<Shape>): boolean {
	const wanted = namesOf(template);
	let at = 0;
	for (const name in value) {
		while (at < wanted.length && wanted[at] !== name) at++;
		if (at++ >= wanted.length) return false;
	}
	return true;
}

const namesOfTemplates = new Map<object, readonly string[]>();

function namesOf(template: object): readonly string[] {
	let names = namesOfTemplates.get(template);
	if (!names) namesOfTemplates.set(template, (names = Object.keys(template)));
	return names;
}
