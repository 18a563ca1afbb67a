/** What single entries prove. Entries as Google logs them: iam-semantics section 7, the audit logging examples. */
import {describe, expect, test} from 'vitest';
import {EntryCounter} from '../../src/evidence/entry-counter.ts';
import {LogBook} from '../../src/evidence/log-book.ts';
import {becomingOf, parseLogEvent, parseUsage, logEventData, usageData} from '../../src/evidence/usage.ts';

const NOW = Date.parse('2026-11-01T00:00:00Z');
const APP = 'app@acme-web.iam.gserviceaccount.com';
const DEPLOYER = 'deployer@acme-web.iam.gserviceaccount.com';
const ID = '123456789012345678901';

type Json = Record<string, unknown>;

function entry(payload: Json, more: Json = {}): Json {
	return {
		insertId: 'a',
		logName: 'projects/acme-web/logs/cloudaudit.googleapis.com%2Fdata_access',
		timestamp: '2026-10-01T10:00:00.123456789Z',
		...more,
		protoPayload: {'@type': 'type.googleapis.com/google.cloud.audit.AuditLog', ...payload},
	};
}

function read(...entries: Json[]): LogBook {
	const book = new LogBook(NOW);
	const reader = new EntryCounter(book);
	for (const one of entries) reader.take(one);
	reader.finish();
	return book;
}

const usesOf = (...entries: Json[]): Json[] =>
	read(...entries)
		.usages()
		.map(({subject, key, via, method}) => ({subject, via, method, ...(key !== undefined && {key})}));

const minting = (who: Json, more: Json = {}): Json =>
	entry(
		{
			serviceName: 'iamcredentials.googleapis.com',
			methodName: 'GenerateAccessToken',
			resourceName: `projects/-/serviceAccounts/${ID}`,
			authenticationInfo: who,
			...more,
		},
		{resource: {type: 'service_account', labels: {email_id: APP, unique_id: ID, project_id: 'acme-web'}}},
	);

describe('an account that acts', () => {
	const acting = (who: Json): Json =>
		entry({serviceName: 'storage.googleapis.com', methodName: 'storage.objects.get', authenticationInfo: who});
	const method = 'storage.objects.get';
	const subject = `serviceAccount:${APP}`;

	test.each<[string, Json, Json[]]>([
		['itself', {principalEmail: APP}, [{subject, via: [], method}]],
		[
			'whatever the case',
			{principalEmail: APP.toUpperCase().replace('.GSERVICEACCOUNT.COM', '.gserviceaccount.com')},
			[{subject, via: [], method}],
		],
		['by its subject alone', {principalSubject: `serviceAccount:${APP}`}, [{subject, via: [], method}]],
		[
			'with a key',
			{
				principalEmail: APP,
				serviceAccountKeyName: `//iam.googleapis.com/projects/acme-web/serviceAccounts/${APP}/keys/k1`,
			},
			[{subject, via: [], method, key: `//iam.googleapis.com/projects/acme-web/serviceAccounts/${APP}/keys/k1`}],
		],
		[
			'through others, the first one first',
			{
				principalEmail: APP,
				serviceAccountDelegationInfo: [
					{principalSubject: 'user:Ann@example.com'},
					{firstPartyPrincipal: {principalEmail: DEPLOYER}},
				],
			},
			[{subject, via: ['user:Ann@example.com', `serviceAccount:${DEPLOYER}`], method}],
		],
		[
			'through a third party',
			{
				principalEmail: APP,
				serviceAccountDelegationInfo: [{thirdPartyPrincipal: {thirdPartyClaims: {sub: 'x', key: 'secret'}}}],
			},
			[{subject, via: ['third-party:x'], method}],
		],
		[
			'empty entries and itself are no hops',
			{
				principalEmail: APP,
				serviceAccountDelegationInfo: [
					{},
					{firstPartyPrincipal: {}},
					null,
					7,
					{firstPartyPrincipal: {principalEmail: APP}},
				],
			},
			[{subject, via: [], method}],
		],
		['but not a person', {principalEmail: 'ann@example.com'}, []],
		['nor a Kubernetes identity', {principalSubject: 'serviceAccount:acme-web.svc.id.goog[default/app]'}, []],
		['nor nobody', {}, []],
	])('%s', (_, who, uses) => {
		expect(usesOf(acting(who))).toEqual(uses);
	});
});

describe('an account that is become', () => {
	const became = {subject: `serviceAccount:${APP}`, method: 'GenerateAccessToken'};

	test.each<[string, Json, Json[]]>([
		['by a person', minting({principalEmail: 'Ann@Example.com'}), [{...became, via: ['user:ann@example.com']}]],
		[
			'by a federated identity behind an empty delegation entry',
			minting({principalSubject: 'principal://iam.googleapis.com/projects/1/x', serviceAccountDelegationInfo: [{}]}),
			[{...became, via: ['principal://iam.googleapis.com/projects/1/x']}],
		],
		[
			'by an account, which acted itself too',
			minting({principalEmail: DEPLOYER}),
			[
				{subject: `serviceAccount:${DEPLOYER}`, via: [], method: 'iamcredentials.googleapis.com/GenerateAccessToken'},
				{...became, via: [`serviceAccount:${DEPLOYER}`]},
			],
		],
		[
			'through delegates',
			minting({principalEmail: 'ann@example.com'}, {request: {delegates: [`projects/-/serviceAccounts/${DEPLOYER}`]}}),
			[{...became, via: ['user:ann@example.com', `serviceAccount:${DEPLOYER}`]}],
		],
		[
			'and the chain that names only itself adds nothing',
			minting(
				{principalEmail: 'ann@example.com'},
				{metadata: {identityDelegationChain: [`projects/-/serviceAccounts/${APP}`]}},
			),
			[{...became, via: ['user:ann@example.com']}],
		],
		['not when it was refused', minting({principalEmail: 'ann@example.com'}, {status: {code: 7}}), []],
		['not by nobody', minting({}), []],
		[
			'by being attached',
			entry({
				serviceName: 'iam.googleapis.com',
				methodName: 'iam.serviceAccounts.actAs',
				resourceName: `projects/-/serviceAccounts/${APP}`,
				authenticationInfo: {principalEmail: 'ann@example.com'},
			}),
			[{subject: `serviceAccount:${APP}`, via: ['user:ann@example.com'], method: 'iam.serviceAccounts.actAs'}],
		],
		[
			'of which only the unique id is known',
			entry({
				serviceName: 'iamcredentials.googleapis.com',
				methodName: 'SignJwt',
				resourceName: `projects/-/serviceAccounts/${ID}`,
				authenticationInfo: {principalEmail: 'ann@example.com'},
			}),
			[{subject: `serviceAccount:${ID}`, via: ['user:ann@example.com'], method: 'SignJwt'}],
		],
		[
			'by an exchange, where the federated identity is the subject',
			entry({
				serviceName: 'sts.googleapis.com',
				methodName: 'google.identity.sts.v1.SecurityTokenService.ExchangeToken',
				authenticationInfo: {principalSubject: 'repo:acme/app'},
				metadata: {
					mapped_principal:
						'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/subject/repo:acme/app',
				},
			}),
			[
				{
					subject:
						'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/subject/repo:acme/app',
					via: [],
					method: 'ExchangeToken',
				},
			],
		],
	])('%s', (_, one, uses) => {
		expect(usesOf(one)).toEqual(uses);
	});
});

describe('events', () => {
	const admin = (method: string, more: Json): Json =>
		entry(
			{
				serviceName: 'iam.googleapis.com',
				methodName: `google.iam.admin.v1.${method}`,
				authenticationInfo: {principalEmail: 'ann@example.com'},
				...more,
			},
			{logName: 'projects/acme-web/logs/cloudaudit.googleapis.com%2Factivity'},
		);

	test('a key that is made: who, which, when, and nothing of its body', () => {
		const book = read(
			admin('CreateServiceAccountKey', {
				resourceName: `projects/-/serviceAccounts/${ID}`,
				response: {name: `projects/acme-web/serviceAccounts/${APP}/keys/k1`, private_key_data: 'SECRET'},
			}),
		);
		expect(book.events()).toEqual([
			{
				event: 'key-created',
				subject: `serviceAccount:${APP}`,
				uniqueId: ID,
				keyId: 'k1',
				by: 'user:ann@example.com',
				via: [],
				at: Date.parse('2026-10-01T10:00:00.123Z'),
				source: 'auditLogs',
			},
		]);
		expect(book.usages()).toMatchObject([
			{method: 'CreateServiceAccountKey', via: ['user:ann@example.com'], changes: 1, untraced: 1},
		]);
		expect(JSON.stringify([book.events(), book.usages()])).not.toContain('SECRET');
	});

	test.each([
		['DeleteServiceAccount', {request: {name: `projects/acme-web/serviceAccounts/${APP}`}}, {event: 'account-deleted'}],
		['CreateServiceAccount', {response: {email: APP, unique_id: ID}}, {event: 'account-created', uniqueId: ID}],
		['DisableServiceAccount', {resourceName: `projects/-/serviceAccounts/${APP}`}, {event: 'account-disabled'}],
		[
			'DeleteServiceAccountKey',
			{request: {name: `projects/p/serviceAccounts/${APP}/keys/k2`}},
			{event: 'key-deleted', keyId: 'k2'},
		],
		[
			'UploadServiceAccountKey',
			{response: {name: `projects/p/serviceAccounts/${APP}/keys/k3`}},
			{event: 'key-uploaded', keyId: 'k3'},
		],
	])('%s', (method, more, expected) => {
		expect(read(admin(method, more)).events()).toMatchObject([{subject: `serviceAccount:${APP}`, ...expected}]);
		expect(read(admin(method, {...more, status: {code: 7}})).events()).toEqual([]);
	});

	test('delegation that an administrator of Workspace authorizes', () => {
		const parameters = [
			{name: 'API_CLIENT_NAME', value: '1234'},
			{name: 'API_SCOPES', value: 'https://b, https://a'},
		];
		const one = entry({
			serviceName: 'admin.googleapis.com',
			methodName: 'google.admin.AdminService.authorizeApiClientAccess',
			authenticationInfo: {principalEmail: 'admin@example.com'},
			metadata: {event: [{eventName: 'AUTHORIZE_API_CLIENT_ACCESS', parameter: parameters}]},
		});
		expect(read(one).events()).toMatchObject([
			{
				event: 'delegation-authorized',
				subject: 'client:1234',
				scopes: ['https://a', 'https://b'],
				by: 'user:admin@example.com',
			},
		]);
	});
});

describe('times', () => {
	const at = (times: Json): number | undefined =>
		read({...minting({principalEmail: 'ann@example.com'}), timestamp: undefined, ...times}).usages()[0]?.last;

	test.each([
		[{timestamp: '2026-10-01T10:00:00Z'}, '2026-10-01T10:00:00.000Z'],
		[{timestamp: '2026-10-01T10:00:00.999999999Z'}, '2026-10-01T10:00:00.999Z'],
		[{timestamp: '2026-10-01 10:00:00.5 UTC'}, '2026-10-01T10:00:00.500Z'],
		[{receiveTimestamp: '2026-10-01T10:00:00Z'}, '2026-10-01T10:00:00.000Z'],
		[{timestamp: '2031-01-01T00:00:00Z', receiveTimestamp: '2026-10-01T10:00:00Z'}, '2026-10-01T10:00:00.000Z'],
		[{timestamp: '2031-01-01T00:00:00Z'}, '2031-01-01T00:00:00.000Z'],
	])('%j is %s', (times, expected) => {
		expect(new Date(at(times)!).toISOString()).toBe(expected);
	});

	test('none at all is counted and left out', () => {
		const book = read({...minting({principalEmail: 'ann@example.com'}), timestamp: 'yesterday'});
		expect([book.counts.timeless, book.usages()]).toEqual([1, []]);
	});
});

describe('the records as assets', () => {
	test('are read back as they were', () => {
		const book = read(minting({principalEmail: DEPLOYER}), minting({principalEmail: 'ann@example.com'}));
		for (const usage of book.usages()) expect(parseUsage(usageData(usage))).toEqual(usage);
		const event = {event: 'key-created', subject: 's', keyId: 'k', via: [], at: 5, source: 'auditLogs'} as const;
		expect(parseLogEvent(logEventData(event))).toEqual(event);
	});

	test('of the contract are read without what the contract does not have', () => {
		const data = {
			subject: 'serviceAccount:a',
			via: ['user:b'],
			method: 'google.iam.credentials.v1.IAMCredentials.SignBlob',
			last: '2026-10-01T00:00:00Z',
		};
		const usage = parseUsage(data);
		expect(usage).toMatchObject({count: 1, first: Date.parse(data.last), changes: 0, network: ''});
		expect(becomingOf(usage!)).toBe('SignBlob');
		expect(becomingOf({method: 'iamcredentials.googleapis.com/SignBlob', via: ['user:b']})).toBeUndefined();
		expect(parseUsage({subject: 'serviceAccount:a'})).toBeUndefined();
		expect(parseUsage({last: data.last})).toBeUndefined();
	});
});
