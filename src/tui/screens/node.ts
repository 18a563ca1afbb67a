/** One node of a path, stepped into: who can become it, whom it can become, what it may do, its keys and workloads. */
import type {NodeLook, Neighbours} from '../../queries/look.ts';
import {shortResource} from '../../text.ts';
import type {Block} from '../block.ts';
import type {TextBody} from '../body.ts';
import type {AuditData} from '../data.ts';
import {span} from '../line.ts';
import {count, dayText} from '../words.ts';

/** Powers and bindings that are shown. */
const SHOWN = 40;

/** From here on two columns. */
const WIDE = 140;

/** @param width 0: nobody looks, and one thing comes after the other */
export function nodeBody({ask, report}: AuditData, id: string, width: number): TextBody {
	const node = ask.look(id);
	const title = node?.kind === 'account' ? 'Service account' : node?.kind === 'container' ? 'Container' : 'Principal';
	if (!node) {
		const text = `${id} is named by a path, but nothing more is known of it.`;
		return {kind: 'text', title, columns: [[{kind: 'text', text}]], name: id};
	}
	const [who, what] = [whoBlocks(node), whatBlocks(node, report.run.now)];
	return {kind: 'text', title, columns: width >= WIDE ? [who, what] : [[...who, {kind: 'blank'}, ...what]], name: id};
}

function whoBlocks(node: NodeLook): Block[] {
	const {id, becomeBy, becomes, kind} = node;
	const isContainer = kind === 'container';
	return [
		{kind: 'text', text: id, style: 'name'},
		...accountBlocks(node),
		{kind: 'blank'},
		...neighbours(isContainer ? 'Who can rewrite its policy' : 'Who can become it', becomeBy, from => ({from, to: id})),
		{kind: 'blank'},
		...(isContainer
			? neighbours('Accounts in it and below', becomes)
			: neighbours('Whom it can become', becomes, to => ({from: id, to}))),
	];
}

function whatBlocks({id, power, grants, keys, workloads, memberOf, members, kind}: NodeLook, now: string): Block[] {
	const isContainer = kind === 'container';
	return [
		...(isContainer
			? []
			: section(
					'What it may do',
					power.map(({level, scope, conditional}) => `${level} on ${scope}${conditional ? ' (conditional)' : ''}`),
					'nothing on a project or above',
				)),
		...section(
			isContainer ? 'Bindings on it' : 'By these bindings',
			grants.map(({role, resource, member, condition}) => {
				const via = member === id ? '' : isContainer ? ` to ${member}` : ` through ${member}`;
				return `${role}${isContainer ? '' : ` on ${shortResource(resource)}`}${via}${condition === undefined ? '' : ` where ${condition}`}`;
			}),
			'none that open something or give power',
		),
		...(kind === 'account'
			? section(
					'Keys',
					keys.map(key => keyText(key, now)),
					'no user-managed key',
				)
			: []),
		...(kind === 'principal'
			? []
			: section(
					isContainer ? 'Workloads' : 'Workloads that run as it',
					workloads.map(({resource}) => shortResource(resource)),
					'none that was read',
				)),
		...links(isContainer ? 'Above it' : 'It is in', memberOf),
		...links(isContainer ? 'Below it' : 'Its members', members),
	];
}

function accountBlocks({account, resource}: NodeLook): Block[] {
	if (!account) return [];
	const {kind, disabled, displayName, description, created, lastUsed, unread} = account;
	const fields: [string, string | undefined][] = [
		['kind', `${kind}${disabled ? ', disabled' : ''}`],
		['project', resource === undefined ? undefined : /\/projects\/([^/]+)\//.exec(resource)?.[1]],
		['name', displayName],
		['described', description],
		['created', created && dayText(created)],
		['last used', lastUsed === undefined ? 'no use seen, or none could be' : dayText(lastUsed)],
		['read', unread ? 'no: it is only named by others' : undefined],
	];
	return fields.flatMap(([name, value]) => (value === undefined ? [] : [{kind: 'field' as const, name, value}]));
}

/** @param path what the way between the two is asked with; absent: Enter steps into the other node */
function neighbours(
	title: string,
	{total, first}: Neighbours,
	path?: (id: string) => {from: string; to: string},
): Block[] {
	const hops = (number: number) => (path ? `${count(number, 'hop')}`.padEnd(8) : '');
	return [
		{kind: 'heading', text: `${title}: ${total === 0 ? 'nobody that is known' : total.toLocaleString('en-US')}`},
		...first.map(({id, hops: number, confidence}): Block => ({
			kind: 'item',
			line: [
				span(hops(number), 'faint'),
				span(id),
				...(confidence === 'certain' ? [] : [span(` (${confidence})`, 'unsure')]),
			],
			link: {to: path ? {view: 'path', ...path(id)} : {view: 'node', id}},
		})),
		...(total > first.length
			? [{kind: 'text' as const, text: `and ${count(total - first.length, 'more', 'more')}`, indent: 2}]
			: []),
	];
}

function section(title: string, lines: readonly string[], none: string): Block[] {
	const shown = lines.slice(0, SHOWN);
	return [
		{kind: 'blank'},
		{kind: 'heading', text: title},
		...(lines.length === 0 ? [none] : shown).map((text): Block => ({kind: 'text', text, indent: 2})),
		...(lines.length > SHOWN ? [{kind: 'text' as const, text: `and ${lines.length - SHOWN} more`, indent: 2}] : []),
	];
}

function links(title: string, ids: readonly string[]): Block[] {
	if (ids.length === 0) return [];
	return [
		{kind: 'blank'},
		{kind: 'heading', text: `${title}: ${ids.length}`},
		...ids.slice(0, SHOWN).map((id): Block => ({kind: 'item', line: [span(id)], link: {to: {view: 'node', id}}})),
	];
}

function keyText({id, disabled, uploaded, created, expires}: NodeLook['keys'][number], now: string): string {
	const age = created === undefined ? '' : `, made ${dayText(created)}`;
	const end =
		expires === undefined
			? ', never expires'
			: expires < now
				? `, expired ${dayText(expires)}`
				: `, expires ${dayText(expires)}`;
	return `${id.slice(0, 12)}${uploaded ? ', uploaded' : ''}${age}${end}${disabled ? ', disabled' : ''}`;
}
