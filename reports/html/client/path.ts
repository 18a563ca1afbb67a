/**
 * A path drawn down a line: a station for everybody who is become, between them how, how sure, and because of
 * what. Shapes tell kinds, strokes tell confidence, words tell both.
 */
import type {Proof, Step} from '../data.ts';
import {confidenceBadge} from './badge.ts';
import {type Child, el} from './dom.ts';
import {count, day, kindName, kindOf, shortName} from './names.ts';
import {kindMark} from './mark.ts';

export function pathDrawing(path: readonly Step[]): HTMLElement {
	return el(
		'ol',
		{class: 'path'},
		station(path[0]!.from, 'starts as'),
		path.map(step => [hop(step), station(step.to, 'becomes')]),
	);
}

function station(principal: string, how: string): HTMLElement {
	const kind = kindOf(principal);
	return el(
		'li',
		{class: 'station'},
		kindMark(kind),
		el('span', {class: 'unseen'}, how),
		el('b', {title: principal}, shortName(principal)),
		el('span', {class: 'note'}, ` ${kindName(kind)}`),
	);
}

function hop(step: Step): HTMLElement {
	const {escalation, alsoBy, confidence, used, observed, blockedBy, because, temporary} = step;
	return el(
		'li',
		{class: `hop ${confidence}${blockedBy.length > 0 ? ' blocked' : ''}`},
		el(
			'p',
			{},
			'by ',
			el('code', {class: 'how'}, escalation),
			' ',
			confidenceBadge(confidence),
			temporary && el('span', {class: 'badge low'}, 'temporary'),
			alsoBy.length > 0 && el('span', {class: 'note'}, ` also by ${alsoBy.join(', ')}`),
		),
		used !== null && el('p', {class: 'note'}, useOf(used, observed)),
		because.length > 0 && el('ul', {class: 'because', 'aria-label': 'Because of'}, because.map(proof)),
		blockedBy.length > 0 &&
			el('div', {class: 'blocked-by'}, el('p', {}, 'Blocked by'), el('ul', {class: 'because'}, blockedBy.map(proof))),
	);
}

function useOf(used: NonNullable<Step['used']>, observed: Step['observed']): string {
	if (used === 'not observable')
		return `Use is ${used}${observed?.reason === undefined ? '' : `: ${observed.reason}`}.`;
	if (used === 'not seen')
		return `Not seen in use${observed?.from === undefined ? '' : ` since ${day(observed.from)}`}.`;
	// A report may come from elsewhere: words that this page does not know are shown as they are.
	if (typeof used === 'string') return `Use: ${used as string}.`;
	return `Used ${count(used.count, 'time')}, ${day(used.first)} to ${day(used.last)}.`;
}

const EFFECTS: Readonly<Record<Proof['effect'], string>> = {allows: 'allows', denies: 'denies', undecided: 'undecided'};

function proof(item: Proof): HTMLElement {
	return el(
		'li',
		{class: item.effect},
		el('span', {class: `effect ${item.effect}`}, EFFECTS[item.effect]),
		' ',
		reason(item),
	);
}

const code = (text: string, full = text) => el('code', {title: full}, text);

function reason(item: Proof): Child {
	switch (item.kind) {
		case 'binding':
			return [
				code(item.role),
				' to ',
				code(shortName(item.member), item.member),
				' on ',
				code(shortName(item.resource), item.resource),
				el('span', {class: 'note'}, ` (${item.permission}${item.selfGranted ? ', granted by itself first' : ''})`),
				item.condition !== undefined && [' if ', code(item.condition)],
			];
		case 'membership':
			return [code(shortName(item.member), item.member), ' is a member of ', code(shortName(item.of), item.of)];
		case 'role':
			return ['what ', code(item.role), ' holds: ', code(item.permission)];
		case 'condition':
			return ['condition ', code(item.expression), ` is ${String(item.value)}`];
		case 'deny':
		case 'boundary':
			return [item.kind === 'deny' ? 'deny policy ' : 'access boundary ', code(item.policy), `, rule ${item.rule + 1}`];
		case 'constraint':
			return ['constraint ', code(item.constraint), ' on ', code(shortName(item.resource), item.resource)];
		case 'workload':
			return [
				code(shortName(item.resource), item.resource),
				...(item.code === undefined ? [] : [' runs code of ', code(shortName(item.code), item.code)]),
				item.code === undefined ? ' runs as ' : ' as ',
				code(shortName(item.runsAs), item.runsAs),
			];
		case 'gap':
			return [code(item.fact), ' of ', code(shortName(item.scope), item.scope), ' was not read'];
		default:
			return JSON.stringify(item);
	}
}
