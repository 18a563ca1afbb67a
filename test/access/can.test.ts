import {describe, expect, test} from 'vitest';
import type {Answer} from '../../src/access/evaluate.ts';
import {DEFAULTS} from '../../src/config/schema.ts';
import {prepareWorld} from '../../src/prepare.ts';
import type {Proof} from '../../src/report.ts';
import {resolvePrincipal, resolveResource} from '../../src/resolve.ts';
import type {Asset, Json} from '../../src/sources/asset.ts';
import {accountAsset, CHAINS, coverage, denyPolicy, FOLDER, group, ORG, resource, world} from './guard-world.ts';

// Facts: "1" to "4" are sections of iam-semantics.md, "can" is the contract's chapter on it.
const MINT = 'iam.serviceAccounts.getAccessToken';
const SET_POLICY = 'iam.serviceAccounts.setIamPolicy';
const CREATOR = 'roles/iam.serviceAccountTokenCreator';
const SA = 'sa@shop.iam.gserviceaccount.com';
const LAB_SA = 'serviceAccount:sa@lab.iam.gserviceaccount.com';
const ANN = 'user:ann@example.com';
const CRM = '//cloudresourcemanager.googleapis.com/';
const SA_NAME = `//iam.googleapis.com/projects/shop/serviceAccounts/${SA}`;
const UNREAD = '//iam.googleapis.com/projects/shop/serviceAccounts/999999999999999999999';
const BUCKET = '//storage.googleapis.com/b1';

type Verdict = 'allow' | 'deny' | 'unknown condition' | 'unknown fact';

interface Bound {
	/** Container key as exports write it, or a full name; the project of `SA` by default. */
	on?: string;
	role?: string;
	members?: string[];
	condition?: string;
}

/** An allow policy with one binding. */
function policy({on = 'projects/10', role = CREATOR, members = [ANN], condition}: Bound): Asset {
	const name = on.startsWith('//') ? on : CRM + on;
	const ancestors = CHAINS[on] ?? CHAINS['projects/10']!;
	const binding = {role, members, ...(condition !== undefined && {condition: {expression: condition}})};
	const assetType = on === BUCKET ? 'storage.googleapis.com/Bucket' : 'cloudresourcemanager.googleapis.com/Project';
	return {name, assetType, ancestors, iamPolicy: {bindings: [binding]}};
}

interface Question {
	assets: Asset[];
	who?: string;
	what?: string;
	on?: string;
}

async function can({assets, who = ANN, what = MINT, on = SA}: Question): Promise<Answer> {
	const inventory = world(assets);
	const {access} = await prepareWorld(inventory, DEFAULTS);
	return access.can(resolvePrincipal(inventory, who), what, resolveResource(inventory, on));
}

async function verdict(question: Question): Promise<Verdict> {
	const {decision, undecided} = await can(question);
	return decision === 'unknown' ? `unknown ${undecided!}` : decision;
}

/** Every policy was read, so that nothing unread hides a grant. */
const ALL_READ = Object.keys(CHAINS).map(key => coverage('allowPolicies', key, 'complete'));

type Case = [fact: string, question: Question, expected: Verdict];
const judge = async (_fact: string, question: Question, expected: Verdict): Promise<void> => {
	expect(await verdict(question)).toBe(expected);
};

describe('allow', () => {
	test.each<Case>([
		['1: a policy of the resource itself', {assets: [policy({on: SA_NAME})]}, 'allow'],
		['1: a policy of an account that only its unique id names', {assets: [policy({on: UNREAD})], on: UNREAD}, 'allow'],
		['1: inherited from the project', {assets: [policy({})]}, 'allow'],
		['1: inherited from the folder', {assets: [policy({on: FOLDER})]}, 'allow'],
		['1: inherited from the organization', {assets: [policy({on: ORG})]}, 'allow'],
		['1: a policy beside it', {assets: [policy({on: 'projects/20'})]}, 'deny'],
		['1: a policy of another organization', {assets: [...ALL_READ, policy({on: 'organizations/9'})]}, 'deny'],
		['1: a policy below gives nothing above', {assets: [policy({on: SA_NAME})], on: 'projects/shop'}, 'deny'],
		['1: the role lacks the permission', {assets: [policy({role: 'roles/iam.serviceAccountUser'})]}, 'deny'],
		['1: owner lacks getAccessToken', {assets: [policy({role: 'roles/owner'})]}, 'deny'],
		['1: owner has setIamPolicy', {assets: [policy({role: 'roles/owner'})], what: SET_POLICY}, 'allow'],
		['1: nothing is granted', {assets: [policy({members: ['user:bob@example.com']})]}, 'deny'],
	])('%s', judge);
});

describe('groups', () => {
	const grant = policy({members: ['group:devs@example.com']});
	const nested = [
		grant,
		group('devs@example.com', ['group:inner@example.com']),
		group('inner@example.com', ['group:devs@example.com', ANN]),
	];
	const partial = coverage('groups', '//cloudidentity.googleapis.com/groups/devs@example.com', 'partial');
	test.each<Case>([
		['2: member', {assets: [grant, group('devs@example.com', [ANN])]}, 'allow'],
		['2: e-mails have no case', {assets: [grant, group('Devs@example.com', ['user:Ann@Example.com'])]}, 'allow'],
		['2: nested and cyclic', {assets: nested}, 'allow'],
		['2: nested and cyclic, somebody else', {assets: nested, who: 'user:eve@example.com'}, 'deny'],
		['2: the group itself', {assets: nested, who: 'group:devs@example.com'}, 'allow'],
		['2: a group in it', {assets: nested, who: 'group:inner@example.com'}, 'allow'],
		['can: not read', {assets: [grant]}, 'unknown fact'],
		[
			'can: one inside was not read',
			{assets: [grant, group('devs@example.com', ['group:dark@example.com'])]},
			'unknown fact',
		],
		['can: read in part, a known member', {assets: [grant, group('devs@example.com', [ANN]), partial]}, 'allow'],
		['can: read in part, somebody else', {assets: [grant, group('devs@example.com', []), partial]}, 'unknown fact'],
		['2: the public is in no group', {assets: [grant], who: 'allUsers'}, 'deny'],
	])('%s', judge);
});

describe('domains and public sets', () => {
	const to = (member: string): Asset[] => [policy({members: [member]})];
	const federated = 'principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/s';
	test.each<Case>([
		['2: domain, by e-mail', {assets: to('domain:example.com')}, 'allow'],
		['2: another domain', {assets: to('domain:example.com'), who: 'user:eve@other.example'}, 'deny'],
		['2: a longer domain', {assets: to('domain:example.com'), who: 'user:eve@sub.example.com'}, 'deny'],
		['2: accounts are in no domain', {assets: to('domain:example.com'), who: LAB_SA}, 'deny'],
		['2: allUsers', {assets: to('allUsers'), who: 'user:x@gmail.com'}, 'allow'],
		['2: allUsers, federated', {assets: to('allUsers'), who: federated}, 'allow'],
		['2: allUsers itself', {assets: to('allUsers'), who: 'allUsers'}, 'allow'],
		[
			'2: allAuthenticatedUsers, any Google account',
			{assets: to('allAuthenticatedUsers'), who: 'user:x@gmail.com'},
			'allow',
		],
		['2: allAuthenticatedUsers, any service account', {assets: to('allAuthenticatedUsers'), who: LAB_SA}, 'allow'],
		[
			'2: allAuthenticatedUsers, federated has no Google account',
			{assets: to('allAuthenticatedUsers'), who: federated},
			'deny',
		],
		['2: allAuthenticatedUsers is not everybody', {assets: to('allAuthenticatedUsers'), who: 'allUsers'}, 'deny'],
	])('%s', judge);
});

describe('convenience members', () => {
	const WHAT = 'storage.buckets.get';
	const bucket = (member: string): Asset => policy({on: BUCKET, role: 'roles/storage.admin', members: [member]});
	const owner = (on: string): Asset => policy({on, role: 'roles/owner'});
	test.each<Case>([
		[
			'2: owner of that project',
			{assets: [bucket('projectOwner:shop'), owner('projects/10')], what: WHAT, on: BUCKET},
			'allow',
		],
		[
			'2 [recalled]: inherited owner',
			{assets: [bucket('projectOwner:shop'), owner(ORG)], what: WHAT, on: BUCKET},
			'allow',
		],
		[
			'2: owner of another project',
			{assets: [bucket('projectOwner:shop'), owner('projects/20')], what: WHAT, on: BUCKET},
			'deny',
		],
		[
			'2: another basic role',
			{assets: [bucket('projectEditor:shop'), owner('projects/10')], what: WHAT, on: BUCKET},
			'deny',
		],
		[
			'2: a project elsewhere',
			{
				assets: [bucket('projectViewer:away'), policy({on: 'projects/30', role: 'roles/viewer'})],
				what: WHAT,
				on: BUCKET,
			},
			'allow',
		],
		[
			'can: the policy that would tell was not read',
			{
				assets: [
					bucket('projectViewer:away'),
					...ALL_READ.slice(0, -1),
					coverage('allowPolicies', 'projects/30', 'missing'),
				],
				what: WHAT,
				on: BUCKET,
			},
			'unknown fact',
		],
	])('%s', judge);
});

describe('account sets and agents', () => {
	const set = (key: string, type = 'ServiceAccount'): string =>
		`principalSet://cloudresourcemanager.googleapis.com/${key}/type/${type}`;
	const to = (member: string): Asset[] => [policy({members: [member]})];
	const AGENT = 'serviceAccount:service-20@gcp-sa-pubsub.iam.gserviceaccount.com';
	test.each<Case>([
		['2: project', {assets: to(set('projects/20')), who: LAB_SA}, 'allow'],
		['2: another project', {assets: to(set('projects/10')), who: LAB_SA}, 'deny'],
		['2: folder', {assets: to(set('folders/2')), who: `serviceAccount:${SA}`}, 'allow'],
		['2: outside the folder', {assets: to(set('folders/2')), who: LAB_SA}, 'deny'],
		['2: organization', {assets: to(set('organizations/1')), who: LAB_SA}, 'allow'],
		['2: another organization', {assets: to(set('organizations/9')), who: LAB_SA}, 'deny'],
		['2: people are no accounts', {assets: to(set('organizations/1'))}, 'deny'],
		['2: agents have their own set', {assets: to(set('projects/20', 'ServiceAgent')), who: AGENT}, 'allow'],
		[
			'2: agents of the organization, named nowhere else',
			{assets: to(set('organizations/1', 'ServiceAgent')), who: AGENT},
			'allow',
		],
		['2: agents are not in the set of accounts', {assets: to(set('projects/20')), who: AGENT}, 'deny'],
		['2: accounts are not in the set of agents', {assets: to(set('projects/20', 'ServiceAgent')), who: LAB_SA}, 'deny'],
		['2: an agent by name', {assets: to(AGENT), who: AGENT}, 'allow'],
		['2: a narrower set', {assets: to(set('organizations/1')), who: set('projects/20')}, 'allow'],
		['2: a wider set', {assets: to(set('projects/20')), who: set('organizations/1')}, 'deny'],
		['2: a set of accounts is authenticated', {assets: to('allAuthenticatedUsers'), who: set('projects/20')}, 'allow'],
	])('%s', judge);
});

describe('federation', () => {
	const POOL = 'iam.googleapis.com/projects/10/locations/global/workloadIdentityPools/ci';
	const GKE = 'iam.googleapis.com/projects/20/locations/global/workloadIdentityPools/lab.svc.id.goog';
	const STAFF = 'iam.googleapis.com/locations/global/workforcePools/staff';
	const AGENTS = 'agents.global.org-1.system.id.goog';
	const KSA = `principal://${GKE}/subject/ns/ns/sa/ksa`;
	const LEGACY = 'serviceAccount:lab.svc.id.goog[ns/ksa]';
	const CLUSTER = `principalSet://${GKE}/kubernetes.cluster/https://container.googleapis.com/v1/projects/lab/locations/l/clusters/c`;
	const AGENT = `principal://${AGENTS}/resources/aiplatform/projects/10/locations/l/reasoningEngines/e`;
	const subject = (pool: string, id = 's'): string => `principal://${pool}/subject/${id}`;
	const ask = (member: string, who: string): Question => ({assets: [policy({members: [member]})], who});
	test.each<Case>([
		['2: workload subject', ask(subject(POOL), subject(POOL)), 'allow'],
		['2: another subject', ask(subject(POOL), subject(POOL, 't')), 'deny'],
		['2: whole pool', ask(`principalSet://${POOL}/*`, subject(POOL)), 'allow'],
		['2: another pool', ask(`principalSet://${POOL}2/*`, subject(POOL)), 'deny'],
		[
			'2: project by id',
			ask(`principalSet://${POOL.replace('projects/10', 'projects/shop')}/*`, subject(POOL)),
			'allow',
		],
		[
			'can: attribute, told by the token',
			ask(`principalSet://${POOL}/attribute.repository/o/r`, subject(POOL)),
			'unknown fact',
		],
		['can: group, told by the token', ask(`principalSet://${POOL}/group/g`, subject(POOL)), 'unknown fact'],
		['2: attribute of another pool', ask(`principalSet://${POOL}2/attribute.repository/o/r`, subject(POOL)), 'deny'],
		['2: the attribute set itself', ask(`principalSet://${POOL}/group/g`, `principalSet://${POOL}/group/g`), 'allow'],
		[
			'2: another value of the attribute',
			ask(`principalSet://${POOL}/attribute.repository/o/r`, `principalSet://${POOL}/attribute.repository/o/s`),
			'deny',
		],
		[
			'can: another attribute, which the same tokens may have',
			ask(`principalSet://${POOL}/attribute.repository/o/r`, `principalSet://${POOL}/attribute.ref/main`),
			'unknown fact',
		],
		['2: a set is in its pool', ask(`principalSet://${POOL}/*`, `principalSet://${POOL}/group/g`), 'allow'],
		['2: a literal * is no set', ask(subject(POOL, '*'), subject(POOL)), 'deny'],
		['2: workforce subject', ask(subject(STAFF), subject(STAFF)), 'allow'],
		['2: workforce pool', ask(`principalSet://${STAFF}/*`, subject(STAFF)), 'allow'],
		['can: workforce group', ask(`principalSet://${STAFF}/group/g`, subject(STAFF)), 'unknown fact'],
		['2: GKE, legacy grant, new form asked', ask(LEGACY, KSA), 'allow'],
		['2: GKE, new grant, legacy form asked', ask(KSA, LEGACY), 'allow'],
		['2: GKE, another account', ask(LEGACY, KSA.replace('sa/ksa', 'sa/other')), 'deny'],
		['2: GKE, namespace', ask(`principalSet://${GKE}/namespace/ns`, LEGACY), 'allow'],
		['2: GKE, another namespace', ask(`principalSet://${GKE}/namespace/other`, KSA), 'deny'],
		['2: GKE, pool', ask(`principalSet://${GKE}/*`, LEGACY), 'allow'],
		['can: GKE, cluster, told by the token', ask(CLUSTER, KSA), 'unknown fact'],
		['can: GKE, cluster, legacy form', ask(CLUSTER, LEGACY), 'unknown fact'],
		['can: GKE, by uid', ask(`principal://${GKE}/kubernetes.serviceaccount.uid/u1`, KSA), 'unknown fact'],
		[
			'can: GKE, by uid, legacy form',
			ask(`principal://${GKE}/kubernetes.serviceaccount.uid/u1`, LEGACY),
			'unknown fact',
		],
		['2: GKE, by uid in another pool', ask(`principal://${POOL}/kubernetes.serviceaccount.uid/u1`, LEGACY), 'deny'],
		['2: agent identity', ask(AGENT, AGENT), 'allow'],
		['2: agent identities of the organization', ask(`principalSet://${AGENTS}/*`, AGENT), 'allow'],
		[
			'2: of a project',
			ask(`principalSet://${AGENTS}/attribute.platformContainer/aiplatform/projects/10`, AGENT),
			'allow',
		],
		[
			'2: of another project',
			ask(`principalSet://${AGENTS}/attribute.platformContainer/aiplatform/projects/1`, AGENT),
			'deny',
		],
	])('%s', judge);

	const off = (data: Json): Asset => {
		const name = POOL.replace('iam.googleapis.com/', '');
		return resource('iam.googleapis.com/WorkloadIdentityPool', `//${POOL}`, {name, ...data}, CHAINS['projects/10']);
	};
	const provider = (data: Json, id = 'p'): Asset =>
		resource(
			'iam.googleapis.com/WorkloadIdentityPoolProvider',
			`//${POOL}/providers/${id}`,
			data,
			CHAINS['projects/10'],
		);
	const all = policy({members: ['allUsers', `principalSet://${POOL}/*`]});
	test.each<Case>([
		['issue 3: a pool that is on', {assets: [all, off({state: 'ACTIVE'})], who: subject(POOL)}, 'allow'],
		['issue 3: a disabled pool', {assets: [all, off({disabled: true})], who: subject(POOL)}, 'deny'],
		['issue 3: a deleted pool', {assets: [all, off({state: 'DELETED'})], who: subject(POOL)}, 'deny'],
		[
			'issue 3: a set of a disabled pool',
			{assets: [all, off({disabled: true})], who: `principalSet://${POOL}/*`},
			'deny',
		],
		[
			'issue 3: the only provider disabled',
			{assets: [all, off({}), provider({disabled: true})], who: subject(POOL)},
			'deny',
		],
		[
			'issue 3: one provider of two disabled',
			{assets: [all, off({}), provider({disabled: true}), provider({}, 'q')], who: subject(POOL)},
			'allow',
		],
		['issue 3: a provider that is on', {assets: [all, off({}), provider({})], who: subject(POOL)}, 'allow'],
		[
			'issue 3: where not all providers were read',
			{
				assets: [all, provider({disabled: true}), coverage('workloadIdentityPools', 'projects/10', 'partial')],
				who: subject(POOL),
			},
			'allow',
		],
		['issue 3: another pool', {assets: [all, off({disabled: true})], who: subject(STAFF)}, 'allow'],
	])('%s', judge);
});

describe('conditions', () => {
	const when = (condition: string, more: Partial<Question> = {}): Question => ({
		assets: [policy({condition})],
		...more,
	});
	const onBucket = (condition: string): Question => ({
		assets: [policy({on: BUCKET, role: 'roles/storage.admin', condition})],
		what: 'storage.buckets.get',
		on: BUCKET,
	});
	const GRANTS = "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/viewer'])";
	const TAG = "resource.matchTag('1/env', 'prod')";
	const tagged = (value: string): Asset =>
		resource('cloudresourcemanager.googleapis.com/EffectiveTag', `${CRM}projects/10/effectiveTags/x`, {
			namespacedTagKey: '1/env',
			namespacedTagValue: `1/env/${value}`,
		});
	test.each<Case>([
		['3: request.time, still open', when("request.time < timestamp('2026-06-01T00:00:00Z')"), 'allow'],
		['3: request.time, expired', when("request.time < timestamp('2026-05-01T00:00:00Z')"), 'deny'],
		['3: request.time, not yet', when("request.time > timestamp('2026-06-01T00:00:00Z')"), 'deny'],
		['3: accounts have no resource.type', when("resource.type == 'iam.googleapis.com/ServiceAccount'"), 'deny'],
		['3: accounts have no resource.name', when("resource.name.startsWith('projects/')"), 'deny'],
		['3: accounts have no resource.service', when("resource.service == 'iam.googleapis.com'"), 'deny'],
		['3: negated, it could be true', when("resource.type != 'compute.googleapis.com/Instance'"), 'unknown condition'],
		['3: or the other part', when("resource.type == 'x' || request.time > timestamp('2026-01-01T00:00:00Z')"), 'allow'],
		[
			'3: projects have a type',
			when("resource.type == 'cloudresourcemanager.googleapis.com/Project'", {
				on: 'projects/shop',
				what: 'resourcemanager.projects.get',
			}),
			'allow',
		],
		['3: buckets have a type', onBucket("resource.type == 'storage.googleapis.com/Bucket'"), 'allow'],
		['3: buckets have a name', onBucket("resource.name.startsWith('projects/_/buckets/b1')"), 'allow'],
		['3: another bucket', onBucket("resource.name == 'projects/_/buckets/b2'"), 'deny'],
		['3: tags that were not read', when(TAG), 'unknown condition'],
		['3: tags that were', {assets: [policy({condition: TAG}), tagged('prod')]}, 'allow'],
		['3: another value', {assets: [policy({condition: TAG}), tagged('test')]}, 'deny'],
		['3: modified grants, another permission', when(GRANTS), 'allow'],
		[
			'3: modified grants, setIamPolicy',
			{assets: [policy({role: 'roles/iam.serviceAccountAdmin', condition: GRANTS})], what: SET_POLICY},
			'unknown condition',
		],
		['3: access levels', when("'accessPolicies/1/accessLevels/a' in request.auth.access_levels"), 'unknown condition'],
		['3: host', when("request.host == 'h'"), 'unknown condition'],
		['3: a parse error', when('request.time <'), 'unknown condition'],
		['2: _withcond_', {assets: [policy({role: `${CREATOR}_withcond_0123456789abcdef`})]}, 'unknown condition'],
		[
			'2: _withcond_, a role without the permission',
			{assets: [policy({role: 'roles/storage.admin_withcond_0123456789abcdef'})]},
			'deny',
		],
		['can: another grant has none', {assets: [policy({condition: TAG}), policy({on: ORG})]}, 'allow'],
	])('%s', judge);
});

describe('who cannot act', () => {
	const off = (data: Json): Asset => {
		const asset = accountAsset('shop', 'off');
		return {...asset, resource: {data: {...asset.resource!.data, ...data}}};
	};
	const OFF = 'serviceAccount:off@shop.iam.gserviceaccount.com';
	const grant = policy({members: [OFF, 'deleted:user:ann@example.com?uid=1', 'allUsers']});
	test.each<[string, Question, RegExp]>([
		['can: a disabled account', {assets: [grant, off({disabled: true})], who: OFF}, /disabled/],
		['can: a deleted user', {assets: [grant], who: 'deleted:user:ann@example.com?uid=1'}, /deleted/],
		['can: disabled outweighs what was not read', {assets: [off({disabled: true})], who: OFF}, /disabled/],
	])('%s', async (_fact, question, reason) => {
		const answer = await can(question);
		expect(answer.decision).toBe('deny');
		expect(answer.reason).toMatch(reason);
	});

	test.each<Case>([
		['4: an account that is on', {assets: [grant, off({disabled: false})], who: OFF}, 'allow'],
		['2: made anew under the old name', {assets: [policy({members: ['deleted:user:ann@example.com?uid=1']})]}, 'deny'],
		['2: an account made anew', {assets: [policy({members: [`deleted:${LAB_SA}?uid=1`]})], who: LAB_SA}, 'deny'],
		[
			'1: a disabled account can be a target',
			{assets: [policy({}), off({disabled: true})], on: OFF.slice('serviceAccount:'.length)},
			'allow',
		],
	])('%s', judge);
});

describe('roles', () => {
	const NAME = 'projects/shop/roles/minter';
	const role = (data: Json): Asset =>
		resource(
			'iam.googleapis.com/Role',
			`//iam.googleapis.com/${NAME}`,
			{name: NAME, includedPermissions: [MINT], ...data},
			CHAINS['projects/10'],
		);
	const grant = policy({role: NAME});
	test.each<Case>([
		['1: custom role', {assets: [grant, role({stage: 'GA'})]}, 'allow'],
		[
			'1: custom role, bound by project number',
			{assets: [policy({role: NAME.replace('shop', '10')}), role({})]},
			'allow',
		],
		['1: custom role without it', {assets: [grant, role({})], what: SET_POLICY}, 'deny'],
		[
			'IAM REST, RoleLaunchStage DISABLED: contributes no permissions',
			{assets: [grant, role({stage: 'DISABLED'})]},
			'deny',
		],
		['IAM REST, Role.deleted: contributes no permissions', {assets: [grant, role({deleted: true})]}, 'deny'],
		['can: a custom role that was not read', {assets: [grant]}, 'unknown fact'],
		['can: a predefined role that nobody knows', {assets: [policy({role: 'roles/not.known'})]}, 'unknown fact'],
		['can: a role with the name of a property', {assets: [policy({role: 'constructor'})]}, 'unknown fact'],
		[
			'facts README: roles/admin is at least owner',
			{assets: [policy({role: 'roles/admin'})], what: SET_POLICY},
			'allow',
		],
		['facts README: what else it has is not told', {assets: [policy({role: 'roles/admin'})]}, 'unknown fact'],
		[
			'facts README: roles/writer is at least editor',
			{assets: [policy({role: 'roles/writer'})], what: 'iam.serviceAccountKeys.create'},
			'allow',
		],
	])('%s', judge);
});

describe('resources below others', () => {
	const KEY = `${SA_NAME}/keys/k1`;
	const SECRET = '//secretmanager.googleapis.com/projects/10/secrets/s';
	const reads = (on: string, asked: string, more: Partial<Bound> = {}): Question => ({
		assets: [policy({on, role: 'roles/secretmanager.secretAccessor', ...more}), ...ALL_READ],
		what: 'secretmanager.versions.access',
		on: asked,
	});
	const onKey = (on: string, asked: string): Question => ({
		assets: [accountAsset('shop', 'sa'), policy({on, role: 'roles/iam.serviceAccountKeyAdmin'}), ...ALL_READ],
		what: 'iam.serviceAccountKeys.delete',
		on: asked,
	});
	test.each<Case>([
		['1: a key, by the policy of its account', onKey(SA_NAME, KEY), 'allow'],
		['1: a key, by that of the project', onKey('projects/10', KEY), 'allow'],
		['1: a key of another account', onKey(SA_NAME.replace('sa@', 'other@'), KEY), 'deny'],
		['1: a secret version, by the policy of its secret', reads(SECRET, `${SECRET}/versions/1`), 'allow'],
		[
			'1: with the project by its id',
			reads(SECRET, `${SECRET.replace('projects/10', 'projects/shop')}/versions/1`),
			'allow',
		],
		['1: of another secret', reads(SECRET, `${SECRET}2/versions/1`), 'deny'],
		[
			'3: secret versions have a name',
			reads('projects/10', `${SECRET}/versions/1`, {condition: "resource.name.startsWith('projects/10/secrets/s/')"}),
			'allow',
		],
		[
			'1: an object, by the policy of its bucket',
			{
				assets: [policy({on: BUCKET, role: 'roles/storage.objectViewer'}), ...ALL_READ],
				what: 'storage.objects.get',
				on: '//storage.googleapis.com/projects/_/buckets/b1/objects/o',
			},
			'allow',
		],
		...['allow', 'deny'].map((verdict): Case => [
			`3: objects have a name, ${verdict}`,
			{
				assets: [
					policy({
						role: 'roles/storage.objectViewer',
						condition: "resource.name.startsWith('projects/_/buckets/b1/objects/pub/')",
					}),
					policy({on: BUCKET, members: []}),
					...ALL_READ,
				],
				what: 'storage.objects.get',
				on: `//storage.googleapis.com/projects/_/buckets/b1/objects/${verdict === 'allow' ? 'pub/a' : 'own/a'}`,
			},
			verdict as Verdict,
		]),
		[
			'1: a custom role of the organization',
			{
				assets: [policy({on: ORG, role: 'roles/iam.organizationRoleAdmin'}), ...ALL_READ],
				what: 'iam.roles.update',
				on: `//iam.googleapis.com/${ORG}/roles/r`,
			},
			'allow',
		],
	])('%s', judge);
});

describe('policies that were not read', () => {
	const nothing = policy({members: ['user:bob@example.com']});
	const hole = (scope: string, status = 'missing'): Asset[] => [
		...Object.keys(CHAINS).map(key => coverage('allowPolicies', key, key === scope ? status : 'complete')),
		...(CHAINS[scope] ? [] : [coverage('allowPolicies', scope, status)]),
	];
	test.each<Case>([
		['can: everything was read', {assets: [nothing, ...ALL_READ]}, 'deny'],
		['can: the organization', {assets: [nothing, ...hole(ORG)]}, 'unknown fact'],
		['can: the folder', {assets: [nothing, ...hole(FOLDER)]}, 'unknown fact'],
		['can: the project, in part', {assets: [nothing, ...hole('projects/10', 'partial')]}, 'unknown fact'],
		['can: the account', {assets: [nothing, ...hole(SA_NAME)]}, 'unknown fact'],
		[
			'can: the account, in part',
			{assets: [nothing, policy({on: SA_NAME, members: ['user:bob@example.com']}), ...hole(SA_NAME, 'partial')]},
			'unknown fact',
		],
		['can: somewhere else', {assets: [nothing, ...hole('projects/20')]}, 'deny'],
		['can: a grant is a grant', {assets: [policy({}), ...hole(ORG)]}, 'allow'],
		['can: no policy in the whole input', {assets: []}, 'unknown fact'],
	])('%s', judge);
});

describe('deny and boundary', () => {
	const ALL = 'principalSet://goog/public:all';
	const rule = (more: Json = {}): Json => ({
		deniedPrincipals: [ALL],
		deniedPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
		...more,
	});
	const deny = (more: Json = {}): Asset[] => [policy({}), denyPolicy(ORG, [rule(more)], 'd')];
	const TAG = {denialCondition: {expression: "resource.matchTag('1/env', 'prod')"}};
	const AGENTS = 'agents.global.org-1.system.id.goog';
	const AGENT = `principal://${AGENTS}/resources/aiplatform/projects/10/locations/l/reasoningEngines/e`;
	test.each<Case>([
		['1: a rule that matches', {assets: deny()}, 'deny'],
		['1: an exception', {assets: deny({exceptionPrincipals: ['principal://goog/subject/ann@example.com']})}, 'allow'],
		[
			'1: another permission',
			{assets: deny({deniedPermissions: ['iam.googleapis.com/serviceAccounts.signBlob']})},
			'allow',
		],
		[
			'1: serviceAccounts.* is no group',
			{assets: deny({deniedPermissions: ['iam.googleapis.com/serviceAccounts.*']})},
			'allow',
		],
		[
			'1: one denied permission leaves the rest of the role',
			{assets: deny(), what: 'iam.serviceAccounts.signBlob'},
			'allow',
		],
		['can: a condition that nobody can decide', {assets: deny(TAG)}, 'unknown condition'],
		[
			'can: a group that was not read',
			{assets: deny({deniedPrincipals: ['principalSet://goog/group/dark@example.com']})},
			'unknown fact',
		],
		[
			'paths: as sure as the weakest part',
			{
				assets: [
					policy({condition: "resource.matchTag('1/env', 'test')"}),
					denyPolicy(ORG, [rule({deniedPrincipals: ['principalSet://goog/group/dark@example.com']})]),
				],
			},
			'unknown fact',
		],
		['1: without a grant it stays a deny', {assets: [...ALL_READ, denyPolicy(ORG, [rule(TAG)])]}, 'deny'],
		[
			'2: agent identities of a project that only the rule names',
			{
				assets: [
					policy({members: [AGENT]}),
					denyPolicy(ORG, [
						rule({deniedPrincipals: [`principalSet://${AGENTS}/attribute.platformContainer/aiplatform/projects/10`]}),
					]),
				],
				who: AGENT,
			},
			'deny',
		],
	])('%s', judge);

	const IN_ORG = 'organizations/1/locations/global';
	const name = `${IN_ORG}/principalAccessBoundaryPolicies/p`;
	const boundary = (listed: string): Asset[] => [
		policy({members: [ANN, LAB_SA]}),
		resource('iam.googleapis.com/PrincipalAccessBoundaryPolicy', `//iam.googleapis.com/${name}`, {
			name,
			uid: 'u',
			details: {rules: [{effect: 'ALLOW', resources: [CRM + listed]}], enforcementVersion: '3'},
		}),
		resource('iam.googleapis.com/PolicyBinding', `//iam.googleapis.com/${IN_ORG}/policyBindings/b`, {
			name: `${IN_ORG}/policyBindings/b`,
			target: {principalSet: `${CRM}projects/20`},
			policyKind: 'PRINCIPAL_ACCESS_BOUNDARY',
			policy: name,
			policyUid: 'u',
		}),
	];
	test.each<Case>([
		['1: outside its boundary', {assets: boundary('projects/20'), who: LAB_SA}, 'deny'],
		['1: inside its boundary', {assets: boundary('projects/10'), who: LAB_SA}, 'allow'],
		['1: no boundary, no restriction', {assets: boundary('projects/20')}, 'allow'],
	])('%s', judge);
});

describe('the proof', () => {
	test('of an allow: the binding, the way into it, its condition, then the gaps', async () => {
		const condition = "request.time < timestamp('2026-06-01T00:00:00Z')";
		const assets = [
			policy({on: ORG, members: ['group:devs@example.com'], condition}),
			group('devs@example.com', ['group:inner@example.com']),
			group('inner@example.com', [ANN]),
		];
		const gap = (fact: string, scope: string): Proof => ({kind: 'gap', effect: 'undecided', fact, scope});
		const {proof, decision, reason} = await can({assets});
		expect({decision, reason}).toEqual({decision: 'allow', reason: 'granted'});
		expect(proof).toEqual([
			{
				kind: 'binding',
				effect: 'allows',
				resource: CRM + ORG,
				role: CREATOR,
				member: 'group:devs@example.com',
				permission: MINT,
				condition,
			},
			{kind: 'membership', effect: 'allows', member: ANN, of: 'group:inner@example.com'},
			{kind: 'membership', effect: 'allows', member: 'group:inner@example.com', of: 'group:devs@example.com'},
			{kind: 'condition', effect: 'allows', expression: condition, value: true},
			// Unread deny policies and boundaries leave an allow as it is (contract, "can").
			...['projects/shop', FOLDER, ORG].map(scope => gap('denyPolicies', scope)),
			gap('boundaryPolicies', ORG),
		]);
	});

	test('of an allow where deny policies and boundaries were read: no gap', async () => {
		const read = Object.keys(CHAINS).flatMap(key => [
			coverage('denyPolicies', key, 'complete'),
			coverage('boundaryPolicies', key, 'complete'),
		]);
		const {proof} = await can({assets: [policy({}), ...read]});
		expect(proof.map(({kind}) => kind)).toEqual(['binding']);
	});

	test('of a deny: the rule that exists', async () => {
		const rule = {
			deniedPrincipals: ['principalSet://goog/public:all'],
			deniedPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
		};
		const other = {...rule, deniedPermissions: ['iam.googleapis.com/serviceAccounts.actAs']};
		const {proof, reason} = await can({assets: [policy({}), denyPolicy(ORG, [other, rule], 'd')]});
		expect(proof).toEqual([
			{
				kind: 'deny',
				effect: 'denies',
				policy: '//iam.googleapis.com/policies/cloudresourcemanager.googleapis.com%2Forganizations%2F1/denypolicies/d',
				rule: 1,
			},
		]);
		expect(reason).toMatch(/^denied by rule 1 of /);
	});

	test('of an unknown: what is missing', async () => {
		const {proof} = await can({assets: [policy({members: ['group:dark@example.com']})]});
		expect(proof).toContainEqual({kind: 'gap', effect: 'undecided', fact: 'groups', scope: 'group:dark@example.com'});
	});
});
