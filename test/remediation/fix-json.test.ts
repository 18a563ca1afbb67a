import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Change} from '../../src/remediation/change.ts';
import {fixJson} from '../../src/remediation/fix-json.ts';
import {renderFix} from '../../src/remediation/render.ts';
import {shapeOf, withNames} from '../../src/remediation/shape.ts';
import {safeJson} from '../../src/text.ts';
import {ACCOUNT, BINDING, change, CHANGES, CONDITION, KEY} from './cases.ts';

function expectSame(changes: Change[], summary = 'Do it.'): void {
	expect(fixJson({summary, changes})).toBe(safeJson(renderFix({summary, changes})));
}

/** Names that a shape takes, and those that must be told by themselves. */
const name = fc.oneof(
	fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,8}$/),
	fc.constantFrom(
		'zq0qz',
		'zq1qz',
		'-',
		'_',
		'-x',
		'1',
		'007',
		'X',
		"it's",
		'a"b',
		'a b',
		'\u202e',
		'a\\',
		'${x}',
		'ä',
	),
);
const host = fc.oneof(
	name.map(project => `${project}.iam.gserviceaccount.com`),
	fc.constantFrom('developer.gserviceaccount.com', 'example.com', 'zq0qz.com'),
);
const email = fc.oneof(
	fc.tuple(name, host).map(([local, at]) => `${local}@${at}`),
	name,
);

describe('the texts of a fix as JSON are what rendering it gives', () => {
	test.each(CHANGES)('$op $resource', change => {
		expectSame([change]);
		// Another time from what was kept of the first.
		expectSame([withNames(change, index => `other-${index}`)]);
		expectSame([change]);
	});

	test('several changes, with and without a command, some of them the same', () =>
		expectSame([...CHANGES, {op: 'remove-delegation', client: '1'}, ...CHANGES], 'A "summary" with \u202e in it.'));

	test('whatever is in names and texts', () =>
		fc.assert(
			fc.property(fc.array(change, {maxLength: 3}), fc.string(), (changes, summary) => expectSame(changes, summary)),
			{numRuns: 300},
		));

	test('whatever accounts, keys, projects and members are called', () =>
		fc.assert(
			fc.property(name, email, name, email, (project, account, id, other) => {
				const resource = `//iam.googleapis.com/projects/${project}/serviceAccounts/${account}`;
				const key = `${resource}/keys/${id}`;
				const binding = {role: `projects/${project}/roles/${id}`, member: `serviceAccount:${other}`};
				expectSame([{op: 'disable-key', resource: key}]);
				expectSame([{op: 'delete-key', resource: key}]);
				expectSame([{op: 'disable-account', resource}]);
				expectSame([{op: 'delete-account', resource}]);
				expectSame([{op: 'remove-binding', resource, ...binding}]);
				const pod = `serviceAccount:${project}.svc.id.goog[${id}/${other}]`;
				expectSame([{op: 'remove-binding', resource, ...binding, member: pod}]);
				expectSame([
					{op: 'add-binding', resource: `//pubsub.googleapis.com/projects/${project}/topics/${id}`, ...binding},
				]);
				expectSame([{op: 'remove-group-member', group: `group:${account}`, member: `user:${other}`}]);
			}),
			{numRuns: 500},
		));
});

describe('shapes', () => {
	const keyOf = (change: Change): string | undefined => shapeOf(change)?.key;

	test('the same for keys of any plain name', () => {
		const other = '//iam.googleapis.com/projects/p/serviceAccounts/a@b.iam.gserviceaccount.com/keys/00ff';
		expect(keyOf({op: 'disable-key', resource: other})).toBe(keyOf({op: 'disable-key', resource: KEY}));
		expect(shapeOf({op: 'disable-key', resource: other})?.names).toEqual(['p', 'a', 'b', '00ff']);
	});

	test('none for what is not printable, or told of in another way', () => {
		expect(keyOf({op: 'disable-key', resource: `${KEY}\u202e`})).toBeUndefined();
		expect(keyOf({op: 'remove-delegation', client: '1'})).toBeUndefined();
	});

	test('another for numbers, for another operation and for another role', () => {
		const keys = [
			keyOf({op: 'disable-account', resource: ACCOUNT}),
			keyOf({op: 'delete-account', resource: ACCOUNT}),
			keyOf({op: 'disable-account', resource: ACCOUNT.replace(/[^/]+$/, '123')}),
			keyOf({op: 'remove-binding', ...BINDING}),
			keyOf({op: 'remove-binding', ...BINDING, role: 'roles/owner'}),
			keyOf({op: 'remove-binding', ...BINDING, condition: CONDITION}),
			keyOf({op: 'remove-binding', ...BINDING, condition: {...CONDITION, title: 'Another'}}),
		];
		expect(new Set(keys).size).toBe(keys.length);
	});
});
