/**
 * A synthetic organization as Asset Inventory lines, streamed: nothing is kept but the line at hand, and
 * every project draws from its own random stream, so memory is flat and the same seed gives the same lines.
 */
import {containerName, coverageLine, policyLine, resourceLine} from '../scripts/asset-lines.ts';
import type {Binding, Json, Place} from '../scripts/asset-lines.ts';
import {DOMAIN, ORGANIZATION, anyGroup, anyUser, folderCount, folderPlace} from './plan.ts';
import {groupCount, groupEmail} from './plan.ts';
import type {Size} from './plan.ts';
import {projectLines} from './project.ts';
import {BASE64, HEX, randomOf} from './random.ts';

export interface Counts {
	lines: number;
	/** UTF-8, newlines included. */
	bytes: number;
	projects: number;
	accounts: number;
	/** User-managed only. */
	keys: number;
	/** Pairs of binding and member, over all allow policies. */
	memberGrants: number;
}

/** Bump when the generator changes what it writes: files of an older shape are then generated anew. */
export const SHAPE = 1;

const MANAGED_AT = '2026-05-04T10:00:00Z';

/** All lines without their newlines, in the order a reader meets them; what was written comes back at the end. */
export function* organizationLines(size: Size): Generator<string, Counts> {
	const counts: Counts = {lines: 0, bytes: 0, projects: 0, accounts: 0, keys: 0, memberGrants: 0};
	for (const asset of organizationAssets(size)) {
		const line = JSON.stringify(asset);
		count(asset, line, counts);
		yield line;
	}
	return counts;
}

function* organizationAssets(size: Size): Generator<Json> {
	yield* topLines(size);
	for (const level of [0, 1, 2]) {
		for (let index = 0; index < folderCount(size, level); index++) yield* folderLines(size, level, index);
	}
	for (let index = 0; index < size.projects; index++) yield* projectLines(size, index);
	for (let index = 0; index < groupCount(size); index++) yield groupLine(size, index);
}

function* topLines(size: Size): Generator<Json> {
	const random = randomOf(size.seed, 'organization');
	const type = 'cloudresourcemanager.googleapis.com/Organization';
	const data = {
		name: ORGANIZATION.path,
		displayName: DOMAIN,
		lifecycleState: 'ACTIVE',
		creationTime: '2019-02-11T09:00:00Z',
		owner: {directoryCustomerId: 'C01bench0'},
	};
	const bindings = [
		{role: 'roles/resourcemanager.organizationAdmin', members: [`group:${groupEmail(0)}`]},
		{role: 'roles/iam.securityReviewer', members: [`group:${groupEmail(1)}`]},
		{role: 'roles/browser', members: [`domain:${DOMAIN}`]},
		{role: 'roles/logging.viewer', members: [anyGroup(size, random), anyUser(size, random)]},
	];
	yield resourceLine(containerName(ORGANIZATION), type, ORGANIZATION, data, MANAGED_AT);
	yield policyLine(containerName(ORGANIZATION), type, ORGANIZATION, bindings, stampOf(random.text(BASE64, 10)));
	yield* guardCoverage(ORGANIZATION);
	const role = {
		name: `${ORGANIZATION.path}/roles/tokenBroker`,
		title: 'Token broker',
		includedPermissions: ['iam.serviceAccounts.get', 'iam.serviceAccounts.getAccessToken'],
		stage: 'GA',
		etag: `${random.text(BASE64, 10)}==`,
	};
	yield resourceLine(`//iam.googleapis.com/${role.name}`, 'iam.googleapis.com/Role', ORGANIZATION, role, MANAGED_AT);
}

function* folderLines(size: Size, level: number, index: number): Generator<Json> {
	const random = randomOf(size.seed, 'folder', level, index);
	const place = folderPlace(level, index);
	const type = 'cloudresourcemanager.googleapis.com/Folder';
	const name = containerName(place);
	const data = {
		name: place.path,
		parent: place.ancestors[1],
		displayName: `${['division', 'department', 'team'][level]}-${index}`,
		lifecycleState: 'ACTIVE',
		createTime: '2021-06-01T09:00:00Z',
	};
	const bindings: Binding[] = [
		{role: 'roles/viewer', members: [anyGroup(size, random), anyGroup(size, random)]},
		{role: 'roles/logging.viewer', members: [anyGroup(size, random), anyUser(size, random)]},
		{role: 'roles/resourcemanager.folderViewer', members: [anyGroup(size, random)]},
	];
	if (level === 2 && random.chance(0.05)) {
		bindings.push({role: 'roles/iam.serviceAccountTokenCreator', members: [anyGroup(size, random)]});
	}
	yield resourceLine(name, type, place, data, MANAGED_AT);
	yield policyLine(name, type, place, bindings, stampOf(random.text(BASE64, 10)));
	yield* guardCoverage(place);
	if (level === 1 && index % 2 === 0) yield constraintLine(place);
	if (level === 1 && index % 3 === 0) yield denyLine(size, place, random.text(HEX, 32));
}

function constraintLine(place: Place): Json {
	const policy = {
		constraint: 'constraints/iam.disableServiceAccountKeyUpload',
		update_time: MANAGED_AT,
		boolean_policy: {enforced: true},
	};
	const assetType = 'cloudresourcemanager.googleapis.com/Folder';
	return {name: containerName(place), asset_type: assetType, org_policy: [policy], ancestors: place.ancestors};
}

function denyLine(size: Size, place: Place, uid: string): Json {
	const random = randomOf(uid);
	const attached = encodeURIComponent(`cloudresourcemanager.googleapis.com/${place.path}`);
	const actions = ['getAccessToken', 'signBlob', 'signJwt', 'implicitDelegation'];
	const data = {
		name: `policies/${attached}/denypolicies/no-tokens`,
		uid,
		kind: 'DenyPolicy',
		displayName: 'No tokens for outsiders',
		createTime: MANAGED_AT,
		updateTime: MANAGED_AT,
		rules: [
			{
				denyRule: {
					deniedPrincipals: [anyGroup(size, random), anyGroup(size, random)].map(
						group => `principalSet://goog/group/${group.slice('group:'.length)}`,
					),
					deniedPermissions: actions.map(action => `iam.googleapis.com/serviceAccounts.${action}`),
				},
			},
		],
	};
	return resourceLine(`//iam.googleapis.com/${data.name}`, 'iam.googleapis.com/DenyPolicy', place, data, MANAGED_AT);
}

function groupLine(size: Size, index: number): Json {
	const random = randomOf(size.seed, 'group', index);
	const members = new Set(Array.from({length: random.int(5, 50)}, () => anyUser(size, random)));
	const owner = [...members][0]!;
	// Groups nest, upwards in number only: real ones have no cycles worth measuring.
	if (index > 3 && random.chance(0.1)) members.add(`group:${groupEmail(random.int(0, index - 1))}`);
	const data = {
		name: `groups/${random.text(HEX, 15)}`,
		groupKey: {id: groupEmail(index)},
		members: [...members],
		owners: [owner],
		managers: [],
		joining: 'invited',
	};
	const name = `//cloudidentity.googleapis.com/${data.name}`;
	return resourceLine(name, 'cloudidentity.googleapis.com/Group', ORGANIZATION, data, MANAGED_AT);
}

/** Deny policies, boundaries and groups are never in an export: these lines say that they were read. */
function* guardCoverage(place: Place): Generator<Json> {
	for (const fact of ['denyPolicies', 'boundaryPolicies', 'groups']) yield coverageLine(place, fact);
}

function stampOf(text: string): {etag: string; updateTime: string} {
	return {etag: `Bw${text}=`, updateTime: MANAGED_AT};
}

function count(asset: Json, line: string, counts: Counts): void {
	counts.lines++;
	counts.bytes += Buffer.byteLength(line) + 1;
	const policy = asset['iam_policy'] as {bindings: Binding[]} | undefined;
	for (const binding of policy?.bindings ?? []) counts.memberGrants += binding.members.length;
	const data = (asset['resource'] as {data: Json} | undefined)?.data;
	if (!data) return;
	const type = asset['asset_type'];
	if (type === 'cloudresourcemanager.googleapis.com/Project') counts.projects++;
	else if (type === 'iam.googleapis.com/ServiceAccount') counts.accounts++;
	else if (type === 'iam.googleapis.com/ServiceAccountKey' && data['keyType'] === 'USER_MANAGED') counts.keys++;
}
