/** Numbers, dates and names that prove a finding, whatever the check put there. */
import {type Child, el} from './dom.ts';
import {number} from './names.ts';
import {routeToFinding} from './route.ts';

/** Entries of one list. */
const LISTED = 100;

/** @param isHere whether the page holds the finding of a fingerprint */
export function evidence(data: Readonly<Record<string, unknown>>, isHere: (fingerprint: string) => boolean): Child {
	const entries = Object.entries(data);
	if (entries.length === 0) return el('p', {class: 'empty'}, 'The finding itself is all there is.');
	return rows(entries);

	function rows(list: readonly [string, unknown][]): HTMLElement {
		return el(
			'dl',
			{class: 'rows'},
			list.map(([name, value]) => el('div', {}, el('dt', {}, words(name)), el('dd', {}, shown(value)))),
		);
	}

	function shown(value: unknown): Child {
		if (value === null || value === undefined) return el('span', {class: 'note'}, 'none');
		if (typeof value === 'number') return number(value);
		if (typeof value === 'boolean') return value ? 'yes' : 'no';
		if (typeof value === 'string') return value;
		if (Array.isArray(value)) return items(value);
		return pair(value as Record<string, unknown>);
	}

	function items(list: readonly unknown[]): Child {
		if (list.length === 0) return el('span', {class: 'note'}, 'none');
		const more = list.length - LISTED;
		return el(
			'ul',
			{},
			list.slice(0, LISTED).map(item => el('li', {}, shown(item))),
			more > 0 && el('li', {class: 'note'}, `and ${number(more)} more, in the JSON report`),
		);
	}

	/** Another finding about the same, a power on a scope, or anything else. */
	function pair(value: Readonly<Record<string, unknown>>): Child {
		const {check, fingerprint, level, scope} = value;
		if (typeof fingerprint === 'string' && typeof check === 'string') {
			return isHere(fingerprint) ? el('a', {href: routeToFinding(fingerprint)}, check) : `${check} ${fingerprint}`;
		}
		if (typeof level === 'string' && typeof scope === 'string') return `${level} on ${scope}`;
		return rows(Object.entries(value));
	}
}

/** `bindingOn` as `binding on`. */
function words(name: string): string {
	return name.replace(/([a-z0-9])([A-Z])/g, (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`);
}
