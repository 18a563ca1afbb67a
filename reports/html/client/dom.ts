/**
 * Elements from data. The only way this page makes any: text becomes text nodes, attributes are set by name, and
 * nothing is ever parsed as HTML. Inline styles and `javascript:` links cannot be made here.
 */

export type Child = Node | string | number | null | undefined | false | readonly Child[];
type Value = string | number | boolean | null | undefined | ((event: never) => void);
export type Attributes = Readonly<Record<string, Value>>;

const SVG = 'http://www.w3.org/2000/svg';

/**
 * @param attributes `on...` functions become listeners; `true` is an empty attribute, `false` and undefined none
 */
export function el<Name extends keyof HTMLElementTagNameMap>(
	name: Name,
	attributes: Attributes = {},
	...children: Child[]
): HTMLElementTagNameMap[Name] {
	return filled(document.createElement(name), attributes, children);
}

export function svg<Name extends keyof SVGElementTagNameMap>(
	name: Name,
	attributes: Attributes = {},
	...children: Child[]
): SVGElementTagNameMap[Name] {
	return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled<Made extends Element>(element: Made, attributes: Attributes, children: readonly Child[]): Made {
	for (const [name, value] of Object.entries(attributes)) {
		if (value === undefined || value === null || value === false) continue;
		if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener);
		else if (name !== 'href' || isHarmless(String(value)))
			element.setAttribute(name, value === true ? '' : String(value));
	}
	append(element, children);
	return element;
}

/** Places in this page, and documentation. */
function isHarmless(link: string): boolean {
	return link.startsWith('#') || link.startsWith('https://');
}

function append(element: Element, children: readonly Child[]): void {
	for (const child of children) {
		if (child === undefined || child === null || child === false) continue;
		if (typeof child === 'string' || typeof child === 'number') element.append(String(child));
		else if (child instanceof Node) element.append(child);
		else append(element, child);
	}
}

/** Puts `children` in the place of whatever the element holds. */
export function refill(element: Element, ...children: Child[]): void {
	element.replaceChildren();
	append(element, children);
}

/** A button that does something here; never a submit. */
export function button(label: Child, action: () => void, attributes: Attributes = {}): HTMLButtonElement {
	return el('button', {type: 'button', onclick: action, ...attributes}, label);
}

/** Tells assistive technology what has changed. */
export function announce(text: string): void {
	const place = document.querySelector('#said');
	if (place !== null) place.textContent = text;
}
