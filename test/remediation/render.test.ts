import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Change} from '../../src/remediation/change.ts';
import {renderFix} from '../../src/remediation/render.ts';
import {parseGcloud, shellWords} from '../gcloud.ts';
import {ACCOUNT, BINDING, change, CHANGES, CONDITION, KEY, PROJECT} from './cases.ts';

const render = (...changes: Change[]) => renderFix({summary: 'Do it.', changes});

/** What a fix may run, by the words before the first argument. */
const VERBS = new RegExp(
	`^gcloud (${[
		'.* (add|remove)-iam-policy-binding',
		'identity groups memberships (add|delete)',
		'iam service-accounts keys (disable|enable|delete)',
		'iam service-accounts (disable|enable|delete)',
		'resource-manager org-policies (enable-enforce|allow|delete)',
	].join('|')})( |$)`,
);

describe('gcloud', () => {
	test.each<[string, Change, string]>([
		[
			'a project binding',
			{op: 'remove-binding', ...BINDING},
			'gcloud projects remove-iam-policy-binding shop --member=user:ann@example.com --role=roles/iam.serviceAccountTokenCreator --condition=None',
		],
		[
			'a condition with commas takes another delimiter, one that is not in it',
			{op: 'remove-binding', ...BINDING, condition: {title: 'a;b', expression: 'resource.name in ["x:y", "z"]'}},
			`gcloud projects remove-iam-policy-binding shop --member=user:ann@example.com --role=roles/iam.serviceAccountTokenCreator --condition='^|^expression=resource.name in ["x:y", "z"]|title=a;b'`,
		],
		[
			'a condition without commas',
			{op: 'remove-binding', ...BINDING, resource: ACCOUNT, condition: {title: 'now', expression: "request.host=='a'"}},
			`gcloud iam service-accounts remove-iam-policy-binding ci@shop.iam.gserviceaccount.com --project=shop --member=user:ann@example.com --role=roles/iam.serviceAccountTokenCreator --condition='expression=request.host=='\\''a'\\'',title=now'`,
		],
		[
			'a bucket',
			{op: 'add-binding', ...BINDING, resource: '//storage.googleapis.com/projects/_/buckets/code'},
			'gcloud storage buckets add-iam-policy-binding gs://code --member=user:ann@example.com --role=roles/iam.serviceAccountTokenCreator --condition=None',
		],
		[
			'a custom role in its canonical name',
			{op: 'remove-binding', ...BINDING, role: '//iam.googleapis.com/projects/shop/roles/deploy'},
			'gcloud projects remove-iam-policy-binding shop --member=user:ann@example.com --role=projects/shop/roles/deploy --condition=None',
		],
		[
			'a group in a group',
			{op: 'remove-group-member', group: 'group:devs@example.com', member: 'group:all@example.com'},
			'gcloud identity groups memberships delete --group-email=devs@example.com --member-email=all@example.com',
		],
		[
			'a key',
			{op: 'disable-key', resource: KEY},
			'gcloud iam service-accounts keys disable 0123abcd --iam-account=ci@shop.iam.gserviceaccount.com --project=shop',
		],
		[
			'an account',
			{op: 'delete-account', resource: ACCOUNT},
			'gcloud iam service-accounts delete ci@shop.iam.gserviceaccount.com --project=shop',
		],
		[
			'a boolean constraint',
			{op: 'enforce-constraint', resource: PROJECT, constraint: 'iam.disableServiceAccountKeyCreation'},
			'gcloud resource-manager org-policies enable-enforce iam.disableServiceAccountKeyCreation --project=shop',
		],
		[
			'a list constraint',
			{
				op: 'enforce-constraint',
				resource: '//cloudresourcemanager.googleapis.com/organizations/34',
				constraint: 'iam.serviceAccountKeyExpiryHours',
			},
			'gcloud resource-manager org-policies allow iam.serviceAccountKeyExpiryHours 2160h --organization=34',
		],
	])('%s', (_, change, command) => expect(render(change).gcloud).toEqual([command]));

	test.each<[string, Change]>([
		[
			'a managed constraint',
			{op: 'enforce-constraint', resource: PROJECT, constraint: 'iam.managed.disableServiceAccountKeyCreation'},
		],
		['a custom constraint', {op: 'enforce-constraint', resource: PROJECT, constraint: 'custom.noKeys'}],
		[
			'a BigQuery dataset',
			{op: 'remove-binding', ...BINDING, resource: '//bigquery.googleapis.com/projects/p/datasets/d'},
		],
		[
			'a type that is not known',
			{op: 'remove-binding', ...BINDING, resource: '//example.googleapis.com/projects/p/things/t'},
		],
		[
			'a condition where the command takes none',
			{op: 'remove-binding', ...BINDING, resource: '//pubsub.googleapis.com/projects/p/topics/t', condition: CONDITION},
		],
		['a condition without a title', {op: 'remove-binding', ...BINDING, condition: {expression: 'true'}}],
		[
			'a name that would be a flag',
			{op: 'remove-binding', ...BINDING, resource: '//cloudresourcemanager.googleapis.com/projects/--all'},
		],
		['a key that would be a flag', {op: 'delete-key', resource: `${ACCOUNT}/keys/--quiet`}],
		['a constraint that would be a flag', {op: 'enforce-constraint', resource: PROJECT, constraint: '--flags-file=x'}],
		['buckets by wildcard', {op: 'remove-binding', ...BINDING, resource: '//storage.googleapis.com/*'}],
		['a member with NUL', {op: 'remove-binding', ...BINDING, member: 'user:a\0b'}],
		['joining a group', {op: 'close-group', group: 'group:devs@example.com'}],
		['domain-wide delegation', {op: 'remove-delegation', client: '1234'}],
		['a whole domain in a group', {op: 'remove-group-member', group: 'group:a@b.c', member: 'domain:b.c'}],
	])('none for %s, and the summary says so', (_, change) => {
		const {summary, gcloud, undo, verify, terraform} = render(change);
		expect({gcloud, undo, verify}).toEqual({gcloud: [], undo: [], verify: []});
		expect(summary).toMatch(/^Do it\. gcloud has no command that changes just this: /);
		expect(terraform).not.toBe('');
	});

	test('a fix in words alone stays as it is', () => {
		expect(render()).toEqual({summary: 'Do it.', gcloud: [], terraform: '', undo: [], verify: []});
	});

	test('what has no command is counted beside what has one', () => {
		const rendered = render(
			{op: 'disable-key', resource: KEY},
			{op: 'remove-binding', ...BINDING, resource: '//x.googleapis.com/y'},
		);
		expect(rendered.gcloud).toHaveLength(1);
		expect(rendered.summary).toContain('no command for 1 of these 2 changes');
	});

	test.each(CHANGES)('does what it says: $op on $resource$group', change => {
		const {gcloud, verify} = render(change);
		expect(gcloud.map(parseGcloud)).toEqual([change]);
		expect(verify.map(parseGcloud)).toEqual(['read-only']);
	});

	test('does what it says whatever strangers wrote, and never writes a whole policy', () => {
		fc.assert(
			fc.property(change, change => {
				const {gcloud, undo, verify} = render(change);
				expect(gcloud.map(parseGcloud)).toEqual([change]);
				expect(verify.map(parseGcloud)).toEqual(['read-only']);
				for (const command of [...gcloud, ...undo]) expect(command).toMatch(VERBS);
				for (const command of [...gcloud, ...undo, ...verify]) {
					const words = shellWords(command);
					expect(
						words.filter(word => /^(set-iam-policy|set-policy|delete-iam-policy|--quiet|--all)$/.test(word)),
					).toEqual([]);
				}
			}),
			{numRuns: 500},
		);
	});
});

describe('undo', () => {
	test('reverses each change, the last one first', () => {
		const conditional = {...BINDING, role: 'roles/viewer.x', condition: CONDITION};
		const {undo} = render(
			{op: 'remove-binding', ...conditional},
			{op: 'add-binding', ...BINDING},
			{op: 'disable-account', resource: ACCOUNT},
			{op: 'disable-key', resource: KEY},
		);
		expect(undo.map(parseGcloud)).toEqual([
			{undoes: {op: 'disable-key', resource: KEY}},
			{undoes: {op: 'disable-account', resource: ACCOUNT}},
			{op: 'remove-binding', ...BINDING},
			{op: 'add-binding', ...conditional},
		]);
	});

	test.each<Change>([
		{op: 'remove-group-member', group: 'group:devs@example.com', member: 'user:ann@example.com'},
		{op: 'remove-group-member', group: 'group:devs@example.com', member: 'user:ann@example.com', roles: ['MANAGER']},
		{op: 'enforce-constraint', resource: PROJECT, constraint: 'iam.disableServiceAccountKeyCreation'},
		{op: 'enforce-constraint', resource: PROJECT, constraint: 'iam.serviceAccountKeyExpiryHours'},
	])('of $op', change => expect(render(change).undo.map(parseGcloud)).toEqual([{undoes: change}]));

	test.each<[Change, RegExp]>([
		[{op: 'delete-key', resource: KEY}, /cannot be brought back/],
		[{op: 'delete-account', resource: ACCOUNT}, /no command that surely undoes it/],
	])('there is none for $0.op, and the summary says so', (change, say) => {
		const {undo, summary} = render(change);
		expect(undo).toEqual([]);
		expect(summary).toMatch(say);
	});
});

describe('verify', () => {
	test('asks for the one member and role, once', () => {
		const {verify} = render(
			{op: 'remove-binding', ...BINDING, condition: CONDITION},
			{op: 'remove-binding', ...BINDING},
		);
		expect(verify).toEqual([
			`gcloud projects get-iam-policy shop --flatten='bindings[].members' --filter='bindings.role="roles/iam.serviceAccountTokenCreator" AND bindings.members="user:ann@example.com"' --format='json(bindings)'`,
		]);
	});

	test('text in a filter cannot leave its string', () => {
		const [command] = render({op: 'remove-binding', ...BINDING, member: 'user:a" OR x="\\'}).verify;
		expect(shellWords(command!)).toContain(
			'--filter=bindings.role="roles/iam.serviceAccountTokenCreator" AND bindings.members="user:a\\" OR x=\\"\\\\"',
		);
	});
});
