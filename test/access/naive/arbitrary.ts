/** Random small worlds. The pools of names are small on purpose: what is drawn should meet. */
import fc from 'fast-check';
import {PERMISSION_NAMES, PREDEFINED, TABLES} from './tables.ts';
import {
	accountName,
	chainOf,
	CRM,
	homeOf,
	OTHER_RESOURCES,
	type Question,
	type SmallAccount,
	type SmallBinding,
	type SmallRule,
	type SmallWorld,
	type Tree,
	type WhoTest,
} from './world.ts';

export const NOW = Date.parse('2026-05-20T10:00:00Z');
const DAY = 86_400_000;

const NUMBERS: Record<string, string> = {'projects/shop': '10', 'projects/lab': '20', 'projects/away': '30'};
const POOL = 'projects/10/locations/global/workloadIdentityPools/ci';
const GKE_POOL = 'iam.googleapis.com/projects/20/locations/global/workloadIdentityPools/lab.svc.id.goog';
const STAFF = 'iam.googleapis.com/locations/global/workforcePools/staff';
const AGENTS = 'agents.global.org-1.system.id.goog';

const ACCOUNTS: Omit<SmallAccount, 'disabled'>[] = [
	{email: 'a@shop.iam.gserviceaccount.com', project: 'projects/shop'},
	{email: '10-compute@developer.gserviceaccount.com', project: 'projects/shop'},
	{email: 'b@lab.iam.gserviceaccount.com', project: 'projects/lab'},
	{email: 'c@away.iam.gserviceaccount.com', project: 'projects/away'},
];
const GROUPS = ['g1@example.com', 'g2@example.com', 'g3@example.com', 'g4@example.com'];
const CONTAINERS = [
	'organizations/1',
	'folders/2',
	'folders/3',
	'projects/shop',
	'projects/lab',
	'organizations/9',
	'projects/away',
];

/** Principals that can stand in an allow policy and be asked about. */
const PEOPLE = ['user:ann@example.com', 'user:bob@example.com', 'user:eve@other.example', 'user:joe@gmail.com'];
const ROBOTS = [
	...ACCOUNTS.map(({email}) => `serviceAccount:${email}`),
	'serviceAccount:service-10@gcp-sa-pubsub.iam.gserviceaccount.com',
];
const FEDERATED = [
	`principal://iam.googleapis.com/${POOL}/subject/s`,
	`principalSet://iam.googleapis.com/${POOL}/*`,
	`principalSet://iam.googleapis.com/${POOL}/attribute.repository/o/r`,
	`principalSet://iam.googleapis.com/${POOL}/attribute.repository/o/other`,
	`principal://${STAFF}/subject/s`,
	`principalSet://${STAFF}/group/g`,
	`principalSet://${STAFF}/*`,
	'serviceAccount:lab.svc.id.goog[ns/ksa]',
	`principal://${GKE_POOL}/subject/ns/ns/sa/ksa`,
	`principalSet://${GKE_POOL}/namespace/ns`,
	`principalSet://${GKE_POOL}/kubernetes.cluster/https://container.googleapis.com/v1/projects/lab/locations/l/clusters/c`,
	`principal://${AGENTS}/resources/aiplatform/projects/10/locations/l/reasoningEngines/e`,
	`principalSet://${AGENTS}/*`,
	`principalSet://${AGENTS}/attribute.platformContainer/aiplatform/projects/10`,
];
const SETS = CONTAINERS.flatMap(key => {
	const written = NUMBERS[key] === undefined ? key : `projects/${NUMBERS[key]}`;
	const set = `principalSet://cloudresourcemanager.googleapis.com/${written}/type`;
	return key.startsWith('folders') ? [`${set}/ServiceAccount`] : [`${set}/ServiceAccount`, `${set}/ServiceAgent`];
});
const PUBLIC = ['allUsers', 'allAuthenticatedUsers', 'domain:example.com', 'domain:other.example'];
const DELETED = ['deleted:user:ann@example.com?uid=1', `deleted:serviceAccount:${ACCOUNTS[0]!.email}?uid=2`];
const GROUP_MEMBERS = GROUPS.map(email => `group:${email}`);
const CONVENIENCE = ['projectOwner:shop', 'projectEditor:shop', 'projectViewer:lab'];

export const PRINCIPALS = [
	...PEOPLE,
	...ROBOTS,
	...FEDERATED,
	...GROUP_MEMBERS,
	...PUBLIC,
	...DELETED,
	...SETS.slice(0, 3),
];

export const TARGETS = [
	...CONTAINERS.map(key => CRM + key),
	...ACCOUNTS.map(account => accountName({...account, disabled: false})),
	...OTHER_RESOURCES.map(({name}) => name),
];
const BUCKET = OTHER_RESOURCES[0].name;

const member = fc.oneof(
	{weight: 6, arbitrary: fc.constantFrom(...PEOPLE, ...ROBOTS)},
	{weight: 4, arbitrary: fc.constantFrom(...GROUP_MEMBERS)},
	{weight: 3, arbitrary: fc.constantFrom(...FEDERATED)},
	{weight: 2, arbitrary: fc.constantFrom(...SETS)},
	{weight: 1, arbitrary: fc.constantFrom(...PUBLIC)},
	{weight: 1, arbitrary: fc.constantFrom(...DELETED)},
);

const tagTest: fc.Arbitrary<Tree> = fc.constantFrom('prod', 'test').map(value => ({is: 'tag' as const, value}));
const atom: fc.Arbitrary<Tree> = fc.oneof(
	tagTest,
	fc
		.tuple(fc.constantFrom('before' as const, 'after' as const), fc.constantFrom(-DAY, DAY))
		.map(([is, by]): Tree => ({is, time: NOW + by})),
	fc
		.tuple(
			fc.boolean(),
			fc.constantFrom(...OTHER_RESOURCES.map(({type}) => type), 'cloudresourcemanager.googleapis.com/Project'),
		)
		.map(([equal, value]): Tree => ({is: 'resource', attribute: 'type', equal, value})),
	fc.boolean().map((equal): Tree => ({is: 'resource', attribute: 'service', equal, value: 'storage.googleapis.com'})),
	fc.boolean().map((equal): Tree => ({is: 'resource', attribute: 'name', equal, value: 'projects/_/buckets/b1'})),
	fc.constantFrom('projects/_/buckets/b', 'projects/lab/zones/').map((prefix): Tree => ({is: 'nameStarts', prefix})),
	fc.constant<Tree>({is: 'grantsOnly', role: 'roles/viewer'}),
	fc.constant<Tree>({is: 'accessLevel'}),
);
const composed = (leaf: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> =>
	fc.letrec<{tree: Tree}>(tie => ({
		tree: fc.oneof(
			{maxDepth: 2, withCrossShrink: true},
			{weight: 4, arbitrary: leaf},
			{weight: 1, arbitrary: tie('tree').map((of): Tree => ({is: 'not', of}))},
			{
				weight: 2,
				arbitrary: fc
					.tuple(fc.constantFrom('all' as const, 'any' as const), fc.array(tie('tree'), {minLength: 2, maxLength: 3}))
					.map(([is, of]): Tree => ({is, of})),
			},
		),
	})).tree;
const condition = fc.oneof(
	{weight: 12, arbitrary: composed(atom)},
	{weight: 1, arbitrary: fc.constant<Tree>({is: 'broken'})},
);

const CUSTOM = ['projects/shop/roles/custom', 'organizations/1/roles/custom'];
const UNTOLD = [
	'roles/admin',
	'roles/writer',
	'roles/nobody.knows',
	'projects/lab/roles/gone',
	'roles/storage.admin_withcond_0123456789abcdef',
];

/** Basic roles carry no conditions (iam-semantics section 1, "Legacy basic roles"). */
const BASIC = new Set(['roles/owner', 'roles/editor', 'roles/viewer']);
export const binding: fc.Arbitrary<SmallBinding> = fc
	.record({
		on: fc.constantFrom(...TARGETS, CRM + 'organizations/1', CRM + 'projects/shop'),
		role: fc.oneof(
			{weight: 6, arbitrary: fc.constantFrom(...PREDEFINED)},
			{weight: 2, arbitrary: fc.constantFrom(...CUSTOM)},
			{weight: 1, arbitrary: fc.constantFrom(...UNTOLD)},
		),
		members: fc.uniqueArray(member, {minLength: 1, maxLength: 4}),
		convenience: fc.option(fc.constantFrom(...CONVENIENCE), {nil: undefined, freq: 3}),
		condition: fc.option(condition, {nil: undefined, freq: 3}),
	})
	.map(({on, role, members, convenience, condition: when}) => ({
		on,
		role,
		// Convenience values are found on buckets.
		members: on === BUCKET && convenience !== undefined ? [...members, convenience] : members,
		...(when && !BASIC.has(role) && !role.includes('_withcond_') && {condition: when}),
	}));

const denied = fc.oneof(
	{weight: 2, arbitrary: fc.constantFrom('principalSet://goog/public:all')},
	{
		weight: 2,
		arbitrary: fc.constantFrom(
			...PEOPLE.slice(0, 3).map(user => `principal://goog/subject/${user.slice('user:'.length)}`),
		),
	},
	{
		weight: 2,
		arbitrary: fc.constantFrom(
			...ACCOUNTS.map(({email}) => `principal://iam.googleapis.com/projects/-/serviceAccounts/${email}`),
		),
	},
	{weight: 3, arbitrary: fc.constantFrom(...GROUPS.map(email => `principalSet://goog/group/${email}`))},
	{weight: 2, arbitrary: fc.constantFrom(...SETS)},
	{weight: 2, arbitrary: fc.constantFrom(...FEDERATED.filter(text => !text.startsWith('serviceAccount:')))},
	{weight: 1, arbitrary: fc.constant('principalSet://goog/cloudIdentityCustomerId/C01')},
	{weight: 1, arbitrary: fc.constant('deleted:principal://goog/subject/ann@example.com?uid=1')},
);
const deniedPermission = fc.constantFrom(
	'iam.googleapis.com/serviceAccounts.getAccessToken',
	'iam.googleapis.com/serviceAccounts.setIamPolicy',
	'iam.googleapis.com/serviceAccountKeys.create',
	'iam.googleapis.com/serviceAccountKeys.*',
	'cloudresourcemanager.googleapis.com/projects.setIamPolicy',
	'cloudresourcemanager.googleapis.com/projects.*',
	'storage.googleapis.com/buckets.setIamPolicy',
	'compute.googleapis.com/instances.*',
	// Not legal, so without effect: only listed names and groups are.
	'iam.googleapis.com/serviceAccounts.*',
	'cloudscheduler.googleapis.com/jobs.create',
);
export const rule: fc.Arbitrary<SmallRule> = fc
	.record({
		denied: fc.uniqueArray(denied, {minLength: 1, maxLength: 3}),
		excepted: fc.uniqueArray(
			denied.filter(text => text !== 'principalSet://goog/public:all'),
			{maxLength: 2},
		),
		permissions: fc.uniqueArray(deniedPermission, {minLength: 1, maxLength: 4}),
		exceptedPermissions: fc.uniqueArray(deniedPermission, {maxLength: 1}),
		condition: fc.option(composed(tagTest), {nil: undefined, freq: 3}),
	})
	.map(({condition: when, ...rest}) => ({...rest, ...(when && {condition: when})}));
export const deny = fc.record({
	attached: fc.constantFrom(...CONTAINERS),
	rules: fc.array(rule, {minLength: 1, maxLength: 2}),
});

const whoTest = fc.constantFrom<WhoTest>(
	{type: 'iam.googleapis.com/ServiceAccount'},
	{type: 'iam.googleapis.com/WorkspaceIdentity'},
	{type: 'iam.googleapis.com/WorkloadPoolIdentity'},
	{subject: 'ann@example.com'},
	{subject: ACCOUNTS[0]!.email},
	{subjectEnds: '@example.com'},
	'broken',
);
const PRINCIPAL_SETS = [
	...CONTAINERS.map(key => CRM + (NUMBERS[key] === undefined ? key : `projects/${NUMBERS[key]}`)),
	CRM + 'organizations/1',
	`//iam.googleapis.com/${POOL}`,
	`//${STAFF}`,
	'//iam.googleapis.com/locations/global/workspace/C01',
];
const boundTo = fc
	.record({
		set: fc.constantFrom(...PRINCIPAL_SETS),
		condition: fc.option(fc.record({test: whoTest, negated: fc.boolean()}), {nil: undefined, freq: 2}),
	})
	.map(({set, condition: when}) => ({set, ...(when && {condition: when})}));
export const boundary = fc.record({
	resources: fc.uniqueArray(fc.constantFrom(...CONTAINERS), {maxLength: 3}),
	version: fc.constantFrom(1, 3),
	bound: fc.array(boundTo, {maxLength: 2}),
});

const containers = fc
	.record({
		shop: fc.constantFrom('organizations/1', 'folders/2', 'folders/3'),
		lab: fc.constantFrom('organizations/1', 'folders/2', 'folders/3'),
		inner: fc.constantFrom('organizations/1', 'folders/2'),
		away: fc.constantFrom('organizations/9', undefined),
		customer: fc.constantFrom('C01', undefined),
	})
	.map(({shop, lab, inner, away, customer}): SmallWorld['containers'] => [
		{key: 'organizations/1', domain: 'example.com', ...(customer && {customer})},
		{key: 'organizations/9', domain: 'other.example', ...(customer && {customer: 'C09'})},
		{key: 'folders/2', parent: 'organizations/1'},
		{key: 'folders/3', parent: inner},
		{key: 'projects/shop', number: '10', parent: shop},
		{key: 'projects/lab', number: '20', parent: lab},
		{key: 'projects/away', number: '30', ...(away && {parent: away})},
	]);

export const smallWorld: fc.Arbitrary<SmallWorld> = fc
	.record({
		containers,
		disabled: fc.subarray(
			ACCOUNTS.map(({email}) => email),
			{maxLength: 1},
		),
		groups: fc.tuple(
			...GROUPS.map(email =>
				fc.record({
					email: fc.constant(email),
					state: fc.constantFrom(
						'read' as const,
						'read' as const,
						'read' as const,
						'partial' as const,
						'unread' as const,
					),
					members: fc.uniqueArray(fc.constantFrom(...GROUP_MEMBERS, ...PEOPLE, ...ROBOTS, ...DELETED), {maxLength: 4}),
				}),
			),
		),
		roles: fc.tuple(
			...CUSTOM.map(name =>
				fc.record({
					name: fc.constant(name),
					permissions: fc.subarray(PERMISSION_NAMES, {minLength: 1}),
					state: fc.constantFrom(
						'usable' as const,
						'usable' as const,
						'usable' as const,
						'disabled' as const,
						'deleted' as const,
					),
				}),
			),
		),
		bindings: fc.array(binding, {maxLength: 14, size: 'max'}),
		tags: fc.option(fc.dictionary(fc.constantFrom(...TARGETS), fc.constantFrom('prod', 'test', null), {maxKeys: 8}), {
			nil: undefined,
			freq: 2,
		}),
		denies: fc.array(deny, {maxLength: 3}),
		boundaries: fc.oneof(
			{weight: 2, arbitrary: fc.constant<SmallWorld['boundaries']>([])},
			{weight: 1, arbitrary: fc.array(boundary, {maxLength: 3})},
		),
		unreadPolicies: fc.oneof(
			{weight: 2, arbitrary: fc.constant<string[] | undefined>(undefined)},
			{weight: 2, arbitrary: fc.constant<string[]>([])},
			{weight: 1, arbitrary: fc.subarray(TARGETS, {maxLength: 3})},
		),
		disabledPools: fc.oneof(
			{weight: 4, arbitrary: fc.constant<string[]>([])},
			{weight: 1, arbitrary: fc.constant<string[]>([POOL])},
		),
	})
	.map(({disabled, tags, unreadPolicies, groups, roles, ...rest}): SmallWorld => ({
		now: NOW,
		...rest,
		groups: [...groups],
		roles: [...roles],
		accounts: ACCOUNTS.map(account => ({...account, disabled: disabled.includes(account.email)})),
		...(tags && {tags: {...tags}}),
		...(unreadPolicies && {unreadPolicies}),
	}));

/**
 * Questions for a world, the same for the same salt: half drawn from everything that can be asked, half
 * around what some binding grants, where most that is not plainly denied lies.
 */
export function questionsOf(world: SmallWorld, salt: number, count: number): Question[] {
	let state = salt >>> 0;
	const draw = <T>(from: readonly T[]): T => {
		// A linear congruential generator is enough to pick from short lists.
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return from[Math.floor((state / 2 ** 32) * from.length)]!;
	};
	const grants = world.bindings.map(({on, role, members}) => ({
		principals: [...members.filter(named => PRINCIPALS.includes(named)), ...PEOPLE, ...ROBOTS],
		permissions: world.roles.find(({name}) => name === role)?.permissions ?? TABLES.roles[role] ?? PERMISSION_NAMES,
		targets: TARGETS.filter(
			target => target === on || chainOf(world, homeOf(world, target)).includes(on.slice(CRM.length)),
		),
	}));
	return Array.from({length: count}, (_, index) => {
		const grant = index % 2 === 0 || grants.length === 0 ? undefined : draw(grants);
		return {
			principal: draw(grant?.principals ?? PRINCIPALS),
			permission: draw(grant?.permissions.length ? grant.permissions : PERMISSION_NAMES),
			on: draw(grant?.targets ?? TARGETS),
		};
	});
}
