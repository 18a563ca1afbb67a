/** What views are made of: cards, and a word where a list is not whole. */
import type {Held} from '../data.ts';
import {type Child, el} from './dom.ts';
import {count, number} from './names.ts';

export function card(title: string, ...children: Child[]): HTMLElement {
	return el('section', {class: 'card'}, el('h3', {}, title), children);
}

export function cut({items, total}: Held<unknown>, noun: string): Child {
	const missing = total - items.length;
	return (
		missing > 0 &&
		el(
			'p',
			{class: 'note warn'},
			`${number(items.length)} of ${count(total, noun)} are in this page; the JSON report has all.`,
		)
	);
}
