import {expect, test} from 'vitest';
import {filterFindings, fitsFilter, parseFilter} from '../../src/tui/filter.ts';
import {FindingTable} from '../../src/tui/findings.ts';
import {groupFindings, sortFindings} from '../../src/tui/order.ts';
import type {Finding} from '../../src/report.ts';
import {sample, withFindings} from '../reports/sample.ts';

const [template] = [...sample.findings] as [Finding];
const account = (name: string, project: string) =>
	`//iam.googleapis.com/projects/${project}/serviceAccounts/${name}@${project}.iam.gserviceaccount.com`;

/** By a short name, to speak of below. */
const CASES: Record<string, Partial<Finding>> = {
	keyOld: {
		severity: 'high',
		check: 'user-managed-key',
		resource: `${account('ci', 'shop')}/keys/aaaabbbbcccc`,
		project: 'shop',
		baseline: 'unchanged',
	},
	keyNew: {
		severity: 'medium',
		check: 'user-managed-key',
		resource: `${account('web', 'lab')}/keys/ddddeeeeffff`,
		project: 'lab',
		baseline: 'new',
	},
	chain: {
		severity: 'critical',
		check: 'impersonation-chain',
		resource: account('root', 'shop'),
		project: 'shop',
		principal: 'group:Devs@example.com',
		confidence: 'conditional',
	},
	move: {
		severity: 'high',
		check: 'lateral-movement',
		resource: account('root', 'shop'),
		project: 'shop',
		principal: 'serviceAccount:ci@lab.iam.gserviceaccount.com',
		confidence: 'unverified',
	},
	folder: {
		severity: 'low',
		check: 'naming-convention',
		resource: '//cloudresourcemanager.googleapis.com/folders/2',
		project: undefined,
		suppressed: {reason: 'fine', owner: 'a@b.c'},
	},
};
const names = Object.keys(CASES);
const BARE = {
	...template,
	principal: undefined,
	suppressed: undefined,
	baseline: undefined,
	confidence: 'certain' as const,
};
const table = new FindingTable(
	withFindings(names.map((name, index) => ({...BARE, fingerprint: String(index).padStart(32, '0'), ...CASES[name]})))
		.findings,
);
const found = (text: string): string[] => [...filterFindings(table, text)].map(index => names[index]!);

test.each<[filter: string, found: string[]]>([
	['', names],
	['   ', names],
	['key', ['keyOld', 'keyNew']],
	['KEY shop', ['keyOld']],
	['devs', ['chain']],
	['severity:high', ['keyOld', 'move']],
	['severity:high,critical', ['keyOld', 'chain', 'move']],
	['sev:crit', ['chain']],
	['severity:', names],
	['severity:nonsense', []],
	['check:key', ['keyOld', 'keyNew']],
	['!check:key', ['chain', 'move', 'folder']],
	['-check:key severity:high', ['move']],
	['project:lab', ['keyNew']],
	['lab', ['keyNew', 'move']],
	['principal:serviceaccount:ci', ['move']],
	['serviceaccount:ci', ['move']],
	['who:devs', ['chain']],
	['resource:root', ['chain', 'move']],
	['account:root !who:group', ['move']],
	['confidence:conditional,unverified', ['chain', 'move']],
	['is:new', ['keyNew']],
	['is:accepted', ['folder']],
	['!is:accepted severity:low', []],
	['"ci@shop.iam.gserviceaccount.com key"', ['keyOld']],
	['"ci@shop', ['keyOld']],
	['0000000000002', ['chain']],
	['nobody', []],
])('the filter %j leaves %j', (filter, expected) => {
	expect(found(filter)).toEqual(expected);
});

test('terms that another list does not have are text', () => {
	expect(parseFilter('severity:high fact:roles', ['fact'])).toEqual([
		{negated: false, field: undefined, words: ['severity:high']},
		{negated: false, field: 'fact', words: ['roles']},
	]);
	expect(fitsFilter(parseFilter('fact:roles !missing', ['fact']), {fact: 'roles', status: 'partial'})).toBe(true);
	expect(fitsFilter(parseFilter('fact:roles !missing', ['fact']), {fact: 'roles', status: 'missing'})).toBe(false);
});

test.each([
	['severity', false, ['keyOld', 'keyNew', 'chain', 'move', 'folder']],
	['severity', true, ['folder', 'move', 'chain', 'keyNew', 'keyOld']],
	['check', false, ['chain', 'move', 'folder', 'keyOld', 'keyNew']],
	['project', false, ['keyNew', 'keyOld', 'chain', 'move', 'folder']],
	['principal', false, ['chain', 'move', 'keyOld', 'keyNew', 'folder']],
	['confidence', false, ['keyOld', 'keyNew', 'folder', 'chain', 'move']],
	['new first', false, ['keyNew', 'keyOld', 'chain', 'move', 'folder']],
] as const)('sorted by %s, reversed: %s', (sort, reversed, expected) => {
	const order = sortFindings(table, filterFindings(table, ''), sort, reversed);
	expect([...order].map(index => names[index])).toEqual(expected);
});

test('groups: the worst first, then the largest; keys belong to their account', () => {
	const groups = groupFindings(table, filterFindings(table, ''), 'account');
	expect(groups.map(({name, worst, members}) => [name, worst, members.map(index => names[index])])).toEqual([
		['root@shop.iam.gserviceaccount.com', 'critical', ['chain', 'move']],
		['ci@shop.iam.gserviceaccount.com', 'high', ['keyOld']],
		['web@lab.iam.gserviceaccount.com', 'medium', ['keyNew']],
		['folders/2', 'low', ['folder']],
	]);
	expect(groupFindings(table, filterFindings(table, ''), 'project').map(({name}) => name)).toEqual([
		'shop',
		'lab',
		'(above projects)',
	]);
});

test('looking through findings makes the words of none', () => {
	const lazy = new FindingTable({
		length: 3,
		brief: () => ({
			check: 'user-managed-key',
			fingerprint: 'f',
			severity: 'low',
			confidence: 'certain',
			resource: '//x/y',
		}),
		whole() {
			throw new Error('asked for the words');
		},
		[Symbol.iterator]() {
			throw new Error('asked for all');
		},
	});
	expect(filterFindings(lazy, 'key severity:low')).toHaveLength(3);
	expect(groupFindings(lazy, filterFindings(lazy, ''), 'cause').map(({name}) => name)).toEqual(['(no single binding)']);
});
