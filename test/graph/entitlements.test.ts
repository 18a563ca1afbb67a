/** Entitlements and time-bound grants: ways that somebody has for a time. */
import {describe, expect, test} from 'vitest';
import {endName, pathsFrom} from '../../src/queries/paths.ts';
import type {Step} from '../../src/report.ts';
import {resolvePrincipal, resolveResource} from '../../src/resolve.ts';
import type {Json} from '../../src/sources/asset.ts';
import {
	account,
	email,
	group,
	IAM_ADMIN,
	KEY_ADMIN,
	member,
	openWorld,
	OWNER,
	PLACES,
	reportOf,
	resource,
	TOKEN_CREATOR,
	world,
	type Extra,
	type Piece,
} from '../worlds/world.ts';

const MANUAL = {approvalWorkflow: {manualApprovals: {steps: [{approvers: [{principals: ['user:boss@example.com']}]}]}}};
const ENDING = 'request.time < timestamp("2030-01-01T00:00:00Z")';
const STARTED = 'request.time > timestamp("2025-01-01T00:00:00Z")';
const EXPIRED = 'request.time < timestamp("2020-01-01T00:00:00Z")';

/** An entitlement of a place, as the v1 API writes it. */
function entitlement(on: string, eligible: readonly string[], roles: readonly string[], more: Json = {}): Extra {
	const {path, ancestors} = PLACES[on]!;
	const name = `${path}/locations/global/entitlements/break-glass`;
	const data = {
		name,
		state: 'AVAILABLE',
		maxRequestDuration: '3600s',
		eligibleUsers: [{principals: eligible.map(member)}],
		privilegedAccess: {gcpIamAccess: {resource: resource(on), roleBindings: roles.map(role => ({role}))}},
		...more,
	};
	const type = 'privilegedaccessmanager.googleapis.com/Entitlement';
	return {
		lines: [{name: `//privilegedaccessmanager.googleapis.com/${name}`, asset_type: type, ancestors, resource: {data}}],
	};
}

/** Steps of the path to an end, or nothing if there is none. */
async function steps(pieces: readonly Piece[], from: string, to: string): Promise<Step[]> {
	const opened = await openWorld(world(...pieces));
	const wanted = to.includes('@') ? member(to) : to;
	return (
		pathsFrom(opened, resolvePrincipal(opened.inventory, member(from)), {}, end => endName(end) === wanted)[0]?.steps ??
		[]
	);
}

const root = account('root@shop');

describe('paths over entitlements', () => {
	test.each<[string, Piece[], string, string, string]>([
		[
			'an eligible user',
			[entitlement('shop', ['ann'], [TOKEN_CREATOR])],
			'ann',
			'root@shop',
			'sa-get-access-token certain temporary',
		],
		[
			'of the folder above',
			[entitlement('folder', ['ann'], [TOKEN_CREATOR])],
			'ann',
			'root@shop',
			'sa-get-access-token certain temporary',
		],
		[
			'by a group',
			[entitlement('shop', ['group:ops'], [TOKEN_CREATOR]), group('ops', 'ann')],
			'ann',
			'root@shop',
			'sa-get-access-token certain temporary',
		],
		[
			'an account',
			[entitlement('shop', ['ci@lab'], [TOKEN_CREATOR]), account('ci@lab')],
			'ci@lab',
			'root@shop',
			'sa-get-access-token certain temporary',
		],
		[
			'a role among several',
			[entitlement('shop', ['ann'], ['roles/viewer', KEY_ADMIN])],
			'ann',
			'root@shop',
			'sa-key-create certain temporary',
		],
		[
			'rewriting the policy for a time',
			[entitlement('shop', ['ann'], [IAM_ADMIN])],
			'ann',
			'projects/shop',
			'project-set-iam-policy certain temporary',
		],
		[
			'somebody must approve',
			[entitlement('shop', ['ann'], [TOKEN_CREATOR], MANUAL)],
			'ann',
			'root@shop',
			'sa-get-access-token conditional temporary',
		],
		[
			'approval of a policy role',
			[entitlement('shop', ['ann'], [IAM_ADMIN], MANUAL)],
			'ann',
			'projects/shop',
			'project-set-iam-policy conditional temporary',
		],
		[
			'act-as for a time completes a vehicle',
			[entitlement('shop', ['ann'], ['roles/iam.serviceAccountUser']), ['ann', 'roles/run.developer', 'shop']],
			'ann',
			'root@shop',
			'run-service-create certain temporary',
		],
		[
			'a vehicle for a time',
			[entitlement('shop', ['ann'], ['roles/run.developer']), ['ann', 'roles/iam.serviceAccountUser', 'root@shop']],
			'ann',
			'root@shop',
			'run-service-create certain temporary',
		],
		[
			'a vehicle that somebody must approve',
			[
				entitlement('shop', ['ann'], ['roles/run.developer'], MANUAL),
				['ann', 'roles/iam.serviceAccountUser', 'root@shop'],
			],
			'ann',
			'root@shop',
			'run-service-create conditional temporary',
		],
		[
			'what one has for good is not temporary',
			[['ann', TOKEN_CREATOR, 'root@shop'], entitlement('shop', ['ann'], [KEY_ADMIN])],
			'ann',
			'root@shop',
			'sa-get-access-token certain',
		],
		[
			'with an expression that is true',
			[
				entitlement('shop', ['ann'], [], {
					privilegedAccess: {
						gcpIamAccess: {
							resource: resource('shop'),
							roleBindings: [{role: TOKEN_CREATOR, conditionExpression: STARTED}],
						},
					},
				}),
			],
			'ann',
			'root@shop',
			'sa-get-access-token certain temporary',
		],
	])('%s', async (_, pieces, from, to, expected) => {
		const [step, ...rest] = await steps([root, ...pieces], from, to);
		expect(rest).toEqual([]);
		expect(`${step!.escalation} ${step!.confidence}${step!.temporary ? ' temporary' : ''}`).toBe(expected);
	});

	test.each<[string, Piece[], string]>([
		['somebody who is not eligible', [entitlement('shop', ['bob'], [TOKEN_CREATOR])], 'ann'],
		['of another project', [entitlement('web', ['ann'], [TOKEN_CREATOR])], 'ann'],
		['a role that opens nothing', [entitlement('shop', ['ann'], ['roles/viewer'])], 'ann'],
		['one that is being deleted', [entitlement('shop', ['ann'], [TOKEN_CREATOR], {state: 'DELETING'})], 'ann'],
		['nobody is eligible', [entitlement('shop', [], [TOKEN_CREATOR])], 'ann'],
		[
			'its expression is false',
			[
				entitlement('shop', ['ann'], [], {
					privilegedAccess: {
						gcpIamAccess: {
							resource: resource('shop'),
							roleBindings: [{role: TOKEN_CREATOR, conditionExpression: EXPIRED}],
						},
					},
				}),
			],
			'ann',
		],
	])('none: %s', async (_, pieces, from) => {
		expect(await steps([root, ['ann', 'roles/viewer', 'shop'], ...pieces], from, 'root@shop')).toEqual([]);
	});

	test('the proof names the role and the eligible member', async () => {
		const [step] = await steps(
			[root, entitlement('shop', ['group:ops'], [TOKEN_CREATOR]), group('ops', 'ann')],
			'ann',
			'root@shop',
		);
		expect(step!.because).toEqual([
			{
				kind: 'binding',
				effect: 'allows',
				resource: resource('shop'),
				role: TOKEN_CREATOR,
				member: 'group:ops@example.com',
				permission: 'iam.serviceAccounts.getAccessToken',
			},
			{kind: 'membership', effect: 'allows', member: member('ann'), of: 'group:ops@example.com'},
		]);
	});
});

describe('time-bound grants', () => {
	test.each<[string, string | undefined, boolean]>([
		['that will end', ENDING, true],
		['that began', STARTED, false],
		['between two times', `${STARTED} && ${ENDING}`, true],
		['without a condition', undefined, false],
	])('%s', async (_, expression, isTemporary) => {
		const [step] = await steps(
			[
				expression === undefined
					? ['ann', TOKEN_CREATOR, 'root@shop']
					: ['ann', TOKEN_CREATOR, 'root@shop', expression],
			],
			'ann',
			'root@shop',
		);
		expect(step!.confidence).toBe('certain');
		expect(step!.temporary ?? false).toBe(isTemporary);
	});

	test('that has ended opens nothing', async () => {
		expect(await steps([['ann', TOKEN_CREATOR, 'root@shop', EXPIRED]], 'ann', 'root@shop')).toEqual([]);
	});
});

test('can does not count an entitlement, whoever is eligible', async () => {
	const opened = await openWorld(world(root, entitlement('shop', ['ann'], [TOKEN_CREATOR])));
	const ask = (on: string) =>
		opened.access.can(
			resolvePrincipal(opened.inventory, member('ann')),
			'iam.serviceAccounts.getAccessToken',
			resolveResource(opened.inventory, on),
		);
	expect(ask(email('root@shop')).decision).toBe('deny');
	expect(ask('projects/shop').decision).toBe('deny');
});

describe('checks', () => {
	const powerful: Piece[] = [['root@shop', OWNER, 'shop']];
	const severities = async (pieces: readonly Piece[]): Promise<string[]> => {
		const {findings} = await reportOf(world(...powerful, ...pieces));
		return [...findings]
			.filter(({check, principal}) => check === 'privilege-escalation' && principal === member('ann'))
			.map(({severity, confidence}) => `${severity} ${confidence}`);
	};
	test.each<[string, Piece[], string[]]>([
		['for good', [['ann', TOKEN_CREATOR, 'shop']], ['critical certain']],
		['for a time: one severity lower', [['ann', TOKEN_CREATOR, 'shop', ENDING]], ['high certain']],
		['eligible: one severity lower', [entitlement('shop', ['ann'], [TOKEN_CREATOR])], ['high certain']],
		[
			'eligible, with approval: conditional as well',
			[entitlement('shop', ['ann'], [TOKEN_CREATOR], MANUAL)],
			['high conditional'],
		],
		['not eligible', [entitlement('shop', ['bob'], [TOKEN_CREATOR])], []],
	])('privilege escalation %s', async (_, pieces, expected) => {
		expect(await severities(pieces)).toEqual(expected);
	});

	test.each([
		['the first', 'a@shop', 'z@shop'],
		['the last', 'z@shop', 'a@shop'],
	])('of two ways as long and as sure, the one that lasts counts: %s ends', async (_, ending, lasting) => {
		const pieces: Piece[] = [
			['root@web', OWNER, 'web'],
			['ann', TOKEN_CREATOR, 'shop'],
			[ending, TOKEN_CREATOR, 'root@web', ENDING],
			[lasting, TOKEN_CREATOR, 'root@web'],
		];
		const {findings} = await reportOf(world(...pieces));
		const found = [...findings].find(
			({check, principal}) => check === 'impersonation-chain' && principal === member('ann'),
		);
		expect(found).toMatchObject({severity: 'critical', resource: resource('root@web')});
		expect(found!.path!.map(({to, temporary}) => [to, temporary])).toEqual([
			[member(lasting), undefined],
			[member('root@web'), undefined],
		]);
	});

	test('the fix is the entitlement, not a binding that is not there', async () => {
		const {findings} = await reportOf(world(...powerful, entitlement('shop', ['ann'], [TOKEN_CREATOR])));
		const found = [...findings].find(
			({check, principal}) => check === 'privilege-escalation' && principal === member('ann'),
		)!;
		expect(found.remediation!.gcloud).toEqual([]);
		expect(found.remediation!.summary).toContain('entitlements/break-glass');
		expect(found.path![0]!.temporary).toBe(true);
	});
});

test('an entitlement that cannot be read is a hole', async () => {
	const {coverage} = await reportOf(world(root, entitlement('shop', ['ann'], [TOKEN_CREATOR], {eligibleUsers: 'ann'})));
	const holes = coverage.filter(({fact, scope}) => fact === 'input' && scope.includes('entitlements/break-glass'));
	expect(holes.map(({status}) => status)).toEqual(['partial']);
});
