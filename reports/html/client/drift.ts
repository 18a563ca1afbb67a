/** What opened or closed a path since the baseline, in words. */
import type {Drift} from '../data.ts';
import {type Child, el} from './dom.ts';
import {shortName} from './names.ts';

export function driftList(list: readonly Drift[]): HTMLElement {
	return el(
		'ul',
		{class: 'plain'},
		list.map(drift => el('li', {}, line(drift))),
	);
}

function line(drift: Drift): Child {
	const changed = drift.certain ? drift.change : `perhaps ${drift.change}`;
	switch (drift.kind) {
		case 'membership':
			return [`membership ${changed}: `, name(drift.member), ' in ', name(drift.of)];
		case 'workload':
			return [`workload ${changed}: `, name(drift.resource), ' runs as ', name(drift.runsAs)];
		case 'binding':
			return [
				`${drift.change === 'changed' ? 'condition' : 'binding'} ${changed}: `,
				name(drift.member),
				' has ',
				el('code', {}, drift.role),
				' on ',
				name(drift.resource),
				drift.condition !== undefined && [' where ', el('code', {}, drift.condition)],
			];
		default:
			return JSON.stringify(drift);
	}
}

const name = (full: string) => el('code', {title: full}, shortName(full));
