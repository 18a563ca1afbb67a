/**
 * Writes `data/demo.ndjson` from the description in `demo-organization.ts` and `demo-projects.ts`.
 * `--check` writes nothing and fails if the file is stale.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {accountLine, accountName, activityLine, containerName, coverageLine} from './asset-lines.ts';
import {keyLine, policyLine, resourceLine} from './asset-lines.ts';
import type {Account, Json} from './asset-lines.ts';
import {
	DOMAIN,
	FOLDERS,
	FOLDER_POLICIES,
	GROUPS,
	ORGANIZATION,
	ORGANIZATION_POLICY,
	PRODUCTION,
} from './demo-organization.ts';
import type {AccountStory, KeyStory, ProjectStory} from './demo-organization.ts';
import {guardLines} from './demo-guards.ts';
import {LONG_AGO, digits, etag, folderPlace, organization, projectPlace, sha1} from './demo-places.ts';
import {PROJECTS} from './demo-projects.ts';
import {settingLines} from './demo-settings.ts';
import {workloadLines} from './demo-workloads.ts';

const FILE = fileURLToPath(new URL('../data/demo.ndjson', import.meta.url));
/** The period that Policy Analyzer looked back over. */
const OBSERVED = {startTime: '2025-09-28T07:00:00Z', endTime: '2026-10-31T07:00:00Z'};

/** Last uses are in the small hours of the day, keys and accounts are made in office hours. */
const at = (day: string, hour: string): string => `${day}T${hour}:00Z`;

function accountOf(story: AccountStory, project: ProjectStory): Account {
	const defaults: Record<string, [string, string]> = {
		compute: [`${project.number}-compute@developer.gserviceaccount.com`, 'Compute Engine default service account'],
		appspot: [`${project.id}@appspot.gserviceaccount.com`, 'App Engine default service account'],
	};
	const [email, displayName] = defaults[story.id] ?? [`${story.id}@${project.id}.iam.gserviceaccount.com`, story.id];
	return {
		email,
		displayName,
		uniqueId: `1${digits(email, 20)}`,
		place: projectPlace(project),
		...(story.about !== undefined && {description: story.about}),
		...(story.disabled && {disabled: true}),
	};
}

function* keyLines(account: Account, story: KeyStory, index: number, observed: boolean): Generator<Json> {
	const id = sha1(`${account.email} key ${index}`);
	yield keyLine(account, {
		id,
		created: at(story.created, '10:12'),
		...(story.expires !== undefined && {expires: at(story.expires, '10:12')}),
		...(story.disabled && {disabled: true}),
		...(story.system && {type: 'SYSTEM_MANAGED' as const}),
		...(story.uploaded && {origin: 'USER_PROVIDED' as const}),
	});
	// Policy Analyzer says nothing about disabled keys. [seen: blind spots, iam-semantics section 7]
	if (!observed || story.disabled || story.system) return;
	yield activityLine(account, id, story.last === undefined ? undefined : at(story.last, '03:41'), OBSERVED);
}

function* accountLines(story: AccountStory, project: ProjectStory): Generator<Json> {
	const account = accountOf(story, project);
	const updateTime = story.changed === undefined ? LONG_AGO : at(story.changed, '14:20');
	const observed = project.noActivity === undefined;
	yield accountLine(account, etag(account.email), updateTime);
	if (story.policy) {
		yield policyLine(accountName(account), 'iam.googleapis.com/ServiceAccount', account.place, story.policy, {
			etag: etag(`${account.email} policy`),
			updateTime: '2026-09-02T13:05:00Z',
		});
	}
	if (observed) {
		yield activityLine(account, undefined, story.last === undefined ? undefined : at(story.last, '03:41'), OBSERVED);
	}
	for (const [index, key] of (story.keys ?? []).entries()) yield* keyLines(account, key, index, observed);
}

function* projectLines(project: ProjectStory): Generator<Json> {
	const place = projectPlace(project);
	const type = 'cloudresourcemanager.googleapis.com/Project';
	const data = {
		projectNumber: project.number,
		projectId: project.id,
		lifecycleState: 'ACTIVE',
		name: project.id,
		createTime: '2022-05-09T09:00:00Z',
		labels: project.labels,
		parent: {type: 'folder', id: project.folder},
	};
	const stamp = {etag: etag(project.id), updateTime: '2026-09-02T13:05:00Z'};
	yield resourceLine(containerName(place), type, place, data, LONG_AGO);
	yield policyLine(containerName(place), type, place, project.policy, stamp);
	for (const story of project.accounts) yield* accountLines(story, project);
	yield* workloadLines(project, place);
	yield* settingLines(project, place);
	for (const assetType of ['serviceAccountLastAuthentication', 'serviceAccountKeyLastAuthentication']) {
		yield coverageLine(place, 'activity', {
			assetType,
			...(project.noActivity === undefined
				? {from: OBSERVED.startTime, to: OBSERVED.endTime}
				: {status: 'missing', reason: project.noActivity}),
		});
	}
}

function* organizationLines(): Generator<Json> {
	const [org, folder] = ['Organization', 'Folder'].map(name => `cloudresourcemanager.googleapis.com/${name}`) as [
		string,
		string,
	];
	const stamp = {updateTime: '2026-08-19T11:00:00Z'};
	const logged = ['iam.googleapis.com', 'sts.googleapis.com'].map(service => ({
		service,
		audit_log_configs: [{log_type: 'ADMIN_READ'}, {log_type: 'DATA_READ'}],
	}));
	const data = {
		name: organization.path,
		displayName: DOMAIN,
		lifecycleState: 'ACTIVE',
		creationTime: '2022-04-26T09:00:00Z',
		owner: {directoryCustomerId: ORGANIZATION.customer},
	};
	yield resourceLine(containerName(organization), org, organization, data, LONG_AGO);
	yield policyLine(containerName(organization), org, organization, ORGANIZATION_POLICY, {...stamp, etag: etag(DOMAIN)});
	for (const {number, name} of FOLDERS) {
		const place = folderPlace(number);
		const body = {name: place.path, parent: organization.path, displayName: name, lifecycleState: 'ACTIVE'};
		yield resourceLine(containerName(place), folder, place, {...body, createTime: '2022-05-02T09:00:00Z'}, LONG_AGO);
		yield policyLine(containerName(place), folder, place, FOLDER_POLICIES[number] ?? [], {
			...stamp,
			etag: etag(name),
			...(number === PRODUCTION && {audit_configs: logged}),
		});
	}
}

function* groupLines(): Generator<Json> {
	const person = (name: string): string => (name.includes('@') ? name : `user:${name}@${DOMAIN}`);
	for (const {name, title, members, owners} of GROUPS) {
		const id = `${name}@${DOMAIN}`;
		const data = {
			name: `groups/0${sha1(id).slice(0, 13)}`,
			groupKey: {id},
			displayName: title,
			// `members` lists everybody, owners too (contract).
			members: [...new Set([...members, ...owners].map(person))],
			owners: owners.map(person),
			managers: [],
			joining: 'invited',
		};
		const assetType = 'cloudidentity.googleapis.com/Group';
		yield resourceLine(`//cloudidentity.googleapis.com/${data.name}`, assetType, organization, data, LONG_AGO);
	}
}

/** What exports cannot prove read by holding one asset: see the contract, "What counts as read". */
function* coverageLines(): Generator<Json> {
	const places = [organization, ...FOLDERS.map(({number}) => folderPlace(number)), ...PROJECTS.map(projectPlace)];
	for (const place of places) {
		for (const fact of ['denyPolicies', 'boundaryPolicies', 'workloads', 'groups']) yield coverageLine(place, fact);
	}
}

/** The whole demo, one asset a line, newline at the end. */
export function demoText(): string {
	const lines = [organizationLines(), ...PROJECTS.map(projectLines), guardLines(), groupLines(), coverageLines()];
	return lines
		.flatMap(part => [...part])
		.map(line => `${JSON.stringify(line)}\n`)
		.join('');
}

if (import.meta.main) {
	if (!process.argv.includes('--check')) writeFileSync(FILE, demoText());
	else if (readFileSync(FILE, 'utf8') !== demoText()) {
		process.stderr.write('data/demo.ndjson is stale; run: node scripts/make-demo.ts\n');
		process.exitCode = 1;
	}
}
