/** One project of the synthetic organization: its policy, accounts, keys, activity, machines, pool and role. */
import {accountLine, accountName, activityLine, containerName, coverageLine} from '../scripts/asset-lines.ts';
import {keyLine, policyLine, resourceLine} from '../scripts/asset-lines.ts';
import type {Account, Json, Place} from '../scripts/asset-lines.ts';
import {accountBindings, hasCustomRole, projectBindings} from './bindings.ts';
import {accountCount, accountEmail, projectNumber, projectPlace} from './plan.ts';
import type {Size} from './plan.ts';
import {BASE64, DIGITS, HEX, randomOf} from './random.ts';
import type {Random} from './random.ts';

const OBSERVED = {startTime: '2025-09-28T07:00:00Z', endTime: '2026-10-31T07:00:00Z'};
const FIRST_DAY = Date.parse('2021-01-01T00:00:00Z');
const LAST_DAY = Date.parse('2026-10-30T00:00:00Z');

/** All lines of one project; custom roles come last, after the bindings that name them. */
export function* projectLines(size: Size, index: number): Generator<Json> {
	const random = randomOf(size.seed, 'project', index);
	const place = projectPlace(index);
	const type = 'cloudresourcemanager.googleapis.com/Project';
	const data = {
		projectNumber: String(projectNumber(index)),
		projectId: place.id,
		lifecycleState: 'ACTIVE',
		name: place.id,
		createTime: timeOf(random),
		labels: {env: place.id!.split('-')[1], 'cost-center': `cc-${random.int(100, 999)}`},
		parent: {type: 'folder', id: place.ancestors[1]!.slice('folders/'.length)},
	};
	yield resourceLine(containerName(place), type, place, data, timeOf(random));
	yield policyLine(containerName(place), type, place, projectBindings(size, index, random), stampOf(random));
	for (const fact of ['denyPolicies', 'boundaryPolicies', 'groups', 'workloads']) yield coverageLine(place, fact);
	yield* accountsLines(size, index, place, random);
	for (let n = random.int(0, 4); n > 0; n--) yield machineLine(size, index, n, place, random);
	if (index % 20 === 0) yield* poolLines(place);
	if (hasCustomRole(index)) yield roleLine(place, random);
}

function* accountsLines(size: Size, index: number, place: Place, random: Random): Generator<Json> {
	const observed = index % 4 === 0;
	for (let n = 0; n < accountCount(size, index); n++) {
		const email = accountEmail(index, n);
		const account: Account = {
			email,
			uniqueId: `1${random.text(DIGITS, 20)}`,
			place,
			displayName: email.slice(0, email.indexOf('@')),
			...(random.chance(0.5) && {description: `Used by service ${n}. Contact: team-${index % 97}@corp.example.com`}),
			...(random.chance(0.04) && {disabled: true}),
		};
		yield accountLine(account, etagOf(random), timeOf(random));
		if (random.chance(0.35)) {
			const bindings = accountBindings(size, index, place, random);
			yield policyLine(accountName(account), 'iam.googleapis.com/ServiceAccount', place, bindings, stampOf(random));
		}
		if (observed) yield activityLine(account, undefined, lastUse(random), OBSERVED);
		yield* keysLines(account, observed, random);
	}
}

function* keysLines(account: Account, observed: boolean, random: Random): Generator<Json> {
	if (!random.chance(0.372)) return;
	for (let n = random.pick([1, 1, 1, 1, 2, 2, 2, 3, 3, 4]); n > 0; n--) {
		const id = random.text(HEX, 40);
		const created = timeOf(random);
		const expires = random.chance(0.1) ? {expires: new Date(Date.parse(created) + 31_536e6).toISOString()} : {};
		yield keyLine(account, {id, created, ...expires, ...(random.chance(0.06) && {disabled: true})});
		if (observed) yield activityLine(account, id, lastUse(random), OBSERVED);
	}
	// An export holds Google's own keys too; readers must tell them apart.
	if (random.chance(0.1)) {
		yield keyLine(account, {id: random.text(HEX, 40), created: timeOf(random), type: 'SYSTEM_MANAGED'});
	}
}

function machineLine(size: Size, index: number, n: number, place: Place, random: Random): Json {
	const zone = `projects/${place.id}/zones/europe-west1-${random.pick(['b', 'c', 'd'])}`;
	const data = {
		id: random.text(DIGITS, 19),
		name: `machine-${n}`,
		status: 'RUNNING',
		zone: `https://www.googleapis.com/compute/v1/${zone}`,
		machineType: `https://www.googleapis.com/compute/v1/${zone}/machineTypes/e2-standard-4`,
		creationTimestamp: timeOf(random),
		serviceAccounts: [
			{
				email: accountEmail(index, random.int(0, accountCount(size, index) - 1)),
				scopes: ['https://www.googleapis.com/auth/cloud-platform'],
			},
		],
		metadata: {items: [{key: 'enable-oslogin', value: 'TRUE'}], fingerprint: etagOf(random)},
		labels: {app: `app-${random.int(1, 500)}`},
	};
	const name = `//compute.googleapis.com/${zone}/instances/machine-${n}`;
	return resourceLine(name, 'compute.googleapis.com/Instance', place, data, timeOf(random));
}

function* poolLines(place: Place): Generator<Json> {
	const name = `${place.path}/locations/global/workloadIdentityPools/ci`;
	const type = 'iam.googleapis.com/WorkloadIdentityPool';
	const pool = {name, displayName: 'CI', state: 'ACTIVE'};
	yield resourceLine(`//iam.googleapis.com/${name}`, type, place, pool, '2025-01-15T09:00:00Z');
	const provider = {
		name: `${name}/providers/actions`,
		state: 'ACTIVE',
		attributeMapping: {'google.subject': 'assertion.sub', 'attribute.repository_id': 'assertion.repository_id'},
		attributeCondition: "assertion.repository_owner_id == '90210'",
		oidc: {issuerUri: 'https://token.actions.githubusercontent.com'},
	};
	yield resourceLine(
		`//iam.googleapis.com/${provider.name}`,
		`${type}Provider`,
		place,
		provider,
		'2025-01-15T09:00:00Z',
	);
}

function roleLine(place: Place, random: Random): Json {
	const more = random.chance(0.2) ? ['iam.serviceAccounts.getAccessToken'] : ['storage.objects.list'];
	const data = {
		name: `projects/${place.id}/roles/operator`,
		title: 'Operator',
		includedPermissions: ['logging.logEntries.list', 'run.services.get', 'storage.objects.get', ...more],
		stage: 'GA',
		etag: etagOf(random),
	};
	return resourceLine(`//iam.googleapis.com/${data.name}`, 'iam.googleapis.com/Role', place, data, timeOf(random));
}

function lastUse(random: Random): string | undefined {
	if (random.chance(0.3)) return undefined;
	return `2026-${String(random.int(1, 10)).padStart(2, '0')}-${String(random.int(1, 28)).padStart(2, '0')}T07:00:00Z`;
}

const etagOf = (random: Random): string => `Bw${random.text(BASE64, 10)}=`;
const timeOf = (random: Random): string => new Date(FIRST_DAY + random.next() * (LAST_DAY - FIRST_DAY)).toISOString();
const stampOf = (random: Random): {etag: string; updateTime: string} => ({
	etag: etagOf(random),
	updateTime: timeOf(random),
});
