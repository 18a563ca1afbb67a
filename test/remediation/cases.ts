/** One change of every kind, on every kind of resource, and arbitrary ones with hostile text. */
import fc from 'fast-check';
import type {BindingRef, Change} from '../../src/remediation/change.ts';

/** The same cases in every run; a search for new ones is a matter of another seed. */
fc.configureGlobal({seed: 20_261_122});

/** Canonical names by whether `--condition` exists for them. */
export const RESOURCES: readonly (readonly [resource: string, conditions: boolean])[] = [
	['//cloudresourcemanager.googleapis.com/projects/shop', true],
	['//cloudresourcemanager.googleapis.com/folders/12', true],
	['//cloudresourcemanager.googleapis.com/organizations/34', true],
	['//cloudresourcemanager.googleapis.com/tagKeys/56', true],
	['//cloudresourcemanager.googleapis.com/tagValues/78', true],
	['//iam.googleapis.com/projects/shop/serviceAccounts/ci@shop.iam.gserviceaccount.com', true],
	['//iam.googleapis.com/projects/shop/locations/global/workloadIdentityPools/ci', true],
	['//storage.googleapis.com/shop-code', true],
	['//secretmanager.googleapis.com/projects/12/secrets/token', true],
	['//secretmanager.googleapis.com/projects/12/locations/europe-west1/secrets/token', true],
	['//pubsub.googleapis.com/projects/shop/topics/orders', false],
	['//pubsub.googleapis.com/projects/shop/subscriptions/orders', false],
	['//run.googleapis.com/projects/shop/locations/europe-west1/services/web', true],
	['//run.googleapis.com/projects/shop/locations/europe-west1/jobs/nightly', false],
	['//cloudfunctions.googleapis.com/projects/shop/locations/europe-west1/functions/resize', false],
	['//artifactregistry.googleapis.com/projects/shop/locations/europe/repositories/images', true],
	['//cloudkms.googleapis.com/projects/shop/locations/global/keyRings/ring', true],
	['//cloudkms.googleapis.com/projects/shop/locations/global/keyRings/ring/cryptoKeys/key', true],
	['//compute.googleapis.com/projects/shop/zones/europe-west1-b/instances/web', true],
	['//compute.googleapis.com/projects/shop/zones/europe-west1-b/disks/web', true],
	['//compute.googleapis.com/projects/shop/global/images/base', true],
	['//compute.googleapis.com/projects/shop/global/snapshots/base', true],
	['//compute.googleapis.com/projects/shop/regions/europe-west1/subnetworks/default', false],
	['//cloudtasks.googleapis.com/projects/shop/locations/europe-west1/queues/mail', false],
	['//spanner.googleapis.com/projects/shop/instances/main', true],
	['//spanner.googleapis.com/projects/shop/instances/main/databases/orders', true],
];

export const PROJECT = RESOURCES[0]![0];
export const ACCOUNT = '//iam.googleapis.com/projects/shop/serviceAccounts/ci@shop.iam.gserviceaccount.com';
export const KEY = `${ACCOUNT}/keys/0123abcd`;

export const BINDING: BindingRef = {
	resource: PROJECT,
	role: 'roles/iam.serviceAccountTokenCreator',
	member: 'user:ann@example.com',
};

export const CONDITION = {
	title: 'until the end',
	description: 'granted for the move',
	expression: 'request.time < timestamp("2027-01-01T00:00:00Z") && resource.name in ["a", "b"]',
};

/** Every operation that gcloud can do, in its plainest form. */
export const CHANGES: readonly Change[] = [
	...RESOURCES.flatMap(([resource]): Change[] => [
		{op: 'remove-binding', ...BINDING, resource},
		{op: 'add-binding', ...BINDING, resource},
	]),
	{op: 'remove-binding', ...BINDING, condition: CONDITION},
	{op: 'remove-group-member', group: 'group:devs@example.com', member: 'user:ann@example.com'},
	{
		op: 'remove-group-member',
		group: 'group:devs@example.com',
		member: 'serviceAccount:ci@shop.iam.gserviceaccount.com',
	},
	{op: 'disable-key', resource: KEY},
	{op: 'delete-key', resource: KEY},
	{op: 'disable-account', resource: ACCOUNT},
	{op: 'delete-account', resource: ACCOUNT},
	...['projects/shop', 'folders/12', 'organizations/34'].flatMap((container): Change[] =>
		['iam.disableServiceAccountKeyCreation', 'iam.serviceAccountKeyExpiryHours'].map(constraint => ({
			op: 'enforce-constraint',
			resource: `//cloudresourcemanager.googleapis.com/${container}`,
			constraint,
		})),
	),
];

const TRICKS = [
	"'",
	'"',
	'\\',
	'`id`',
	'$(id)',
	'${x}',
	'%{if}',
	'$',
	'%',
	'\n',
	'\r',
	'\t',
	'\u001b[2J',
	'\u202e',
	'\u0085',
	'!',
	'!!',
	'*',
	'~',
	'^',
	'^:^',
	',',
	', title=x',
	'=',
	':',
	';',
	'|',
	'#',
	'--quiet',
	'-',
	' ',
	'&&',
	'é',
	'監査',
	'😀',
	'\ufeff',
];

/** Text that a stranger may have written: no NUL and no broken surrogates, which no argument can hold. */
export const hostile: fc.Arbitrary<string> = fc
	.array(fc.oneof(fc.constantFrom(...TRICKS), fc.string({unit: 'binary', maxLength: 4}), fc.string({maxLength: 4})), {
		minLength: 1,
		maxLength: 6,
	})
	.map(parts => parts.join('').replaceAll('\0', ''))
	.filter(text => text !== '' && text.isWellFormed());

/** One part of a resource name. */
const part = hostile.map(text => text.replaceAll('/', '')).filter(text => text !== '' && !text.startsWith('-'));

const binding: fc.Arbitrary<BindingRef> = fc
	.constantFrom(...RESOURCES)
	.chain(([resource, conditions]) =>
		fc.record(
			{
				resource: fc.oneof(fc.constant(resource), hostileName(resource)),
				role: hostile.map(text => `roles/${text}`),
				member: hostile.map(text => `user:${text}`),
				condition: conditions
					? fc.record(
							{title: hostile, description: hostile, expression: hostile},
							{requiredKeys: ['title', 'expression']},
						)
					: fc.constant(undefined),
			},
			{requiredKeys: ['resource', 'role', 'member']},
		),
	)
	.map(({condition, ...ref}) => (condition ? {...ref, condition} : ref));

/** The last part of a name replaced, except where a service has a fixed form for it. */
function hostileName(resource: string): fc.Arbitrary<string> {
	if (resource.startsWith('//storage.googleapis.com/')) return fc.constant(resource);
	return part.map(text => resource.slice(0, resource.lastIndexOf('/') + 1) + text);
}

const lower = hostile.map(text => text.toLowerCase()).filter(text => text === text.toLowerCase());

/** Any change that gcloud has a command for. */
export const change: fc.Arbitrary<Change> = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.tuple(fc.constantFrom('remove-binding', 'add-binding'), binding).map(([op, ref]) => ({op, ...ref})),
	},
	fc.tuple(lower, lower).map(([group, member]) => ({
		op: 'remove-group-member',
		group: `group:${group}@example.com`,
		member: `user:${member}@example.com`,
	})),
	fc
		.tuple(fc.constantFrom('disable-key', 'delete-key'), part)
		.map(([op, key]) => ({op, resource: `${ACCOUNT}/keys/${key}`})),
	fc.tuple(fc.constantFrom('disable-account', 'delete-account'), part).map(([op, email]) => ({
		op,
		resource: `//iam.googleapis.com/projects/shop/serviceAccounts/${email}`,
	})),
	part
		.filter(text => !text.includes('.managed.') && !text.startsWith('custom.'))
		.map(constraint => ({op: 'enforce-constraint', resource: PROJECT, constraint})),
) as fc.Arbitrary<Change>;
