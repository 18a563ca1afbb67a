/**
 * Tiny organizations in a few lines, written as an export with `collect`'s lines would be and read through the
 * real builder.
 *
 * Places: `org` (organizations/1, example.com) holds `folder` (folders/2) and the project `lab` (20); the folder holds
 * the projects `shop` (10) and `web` (11). `NAME@PROJECT` is a service account, made on first mention; `compute@`,
 * `appspot@`, `cloudbuild@`, `cloudservices@` and `agent@PROJECT` are Google's. A bare word is a user of example.com.
 */
import {
	accountLine,
	accountName,
	activityLine,
	containerName,
	coverageLine,
	keyLine,
	policyLine,
	resourceLine,
	type Account,
	type Binding,
	type Json,
	type Place,
} from '../../scripts/asset-lines.ts';
import {checks as catalogue} from '../../checks/index.ts';
import {audit} from '../../src/audit.ts';
import type {Check} from '../../src/check.ts';
import {type Config, DEFAULTS} from '../../src/config/schema.ts';
import {InventoryBuilder} from '../../src/inventory/build.ts';
import {type PrepareOptions, prepareWorld} from '../../src/prepare.ts';
import type {Report} from '../../src/report.ts';
import type {Asset} from '../../src/sources/asset.ts';
import {unwrap} from '../../src/sources/wrapper.ts';
import type {World} from '../../src/world.ts';

export const NOW = '2026-06-01T00:00:00Z';
/** Before every threshold. */
export const OLD = '2024-01-01T00:00:00Z';
const OBSERVED = {startTime: '2025-04-01T00:00:00Z', endTime: '2026-05-30T00:00:00Z'};

export const TOKEN_CREATOR = 'roles/iam.serviceAccountTokenCreator';
export const KEY_ADMIN = 'roles/iam.serviceAccountKeyAdmin';
export const ACCOUNT_ADMIN = 'roles/iam.serviceAccountAdmin';
export const OWNER = 'roles/owner';
export const EDITOR = 'roles/editor';
export const OBJECT_VIEWER = 'roles/storage.objectViewer';
export const OBJECT_ADMIN = 'roles/storage.objectAdmin';
export const IAM_ADMIN = 'roles/resourcemanager.projectIamAdmin';
export const ORGANIZATION_ADMIN = 'roles/resourcemanager.organizationAdmin';

const ORG: Place = {path: 'organizations/1', ancestors: ['organizations/1']};
const FOLDER: Place = {path: 'folders/2', ancestors: ['folders/2', 'organizations/1']};
const project = (id: string, number: number, above: Place): Place => ({
	path: `projects/${number}`,
	id,
	ancestors: [`projects/${number}`, ...above.ancestors],
});
export const PLACES: Readonly<Record<string, Place>> = {
	org: ORG,
	folder: FOLDER,
	shop: project('shop', 10, FOLDER),
	web: project('web', 11, FOLDER),
	lab: project('lab', 20, ORG),
};
const PROJECTS = Object.values(PLACES).filter(place => place.id !== undefined);

/** A binding: who (one or several), which role, where, and under which condition. */
export type Grant = readonly [members: string | readonly string[], role: string, on: string, expression?: string];
/** `updated`: the asset's time, empty for none. */
export type AccountFacts = Partial<Account> & {updated?: string};

/** Lines beside bindings, and settings of accounts by short name. */
export interface Extra {
	lines?: readonly Json[];
	accounts?: Readonly<Record<string, AccountFacts>>;
	/** What is not said to be read: facts of `collect`'s coverage lines to leave out. */
	unread?: readonly string[];
}
export type Piece = Grant | Extra;

const SPECIAL: Record<string, (place: Place) => string> = {
	compute: place => `${place.path.split('/')[1]}-compute@developer.gserviceaccount.com`,
	appspot: place => `${place.id}@appspot.gserviceaccount.com`,
	cloudbuild: place => `${place.path.split('/')[1]}@cloudbuild.gserviceaccount.com`,
	cloudservices: place => `${place.path.split('/')[1]}@cloudservices.gserviceaccount.com`,
	agent: place => `service-${place.path.split('/')[1]}@compute-system.iam.gserviceaccount.com`,
};

const isShort = (text: string): boolean => /^[a-z0-9-]+@[a-z]+$/.test(text) && (text.split('@')[1] ?? '') in PLACES;
/** No asset of their own in an export: they live in Google's projects. */
const isAgent = (short: string): boolean => /^(?:cloudservices|agent)@/.test(short);

/** E-mail of an account by its short name. */
export function email(short: string): string {
	const [name, id] = short.split('@') as [string, string];
	const place = PLACES[id]!;
	return SPECIAL[name]?.(place) ?? `${name}@${id}.iam.gserviceaccount.com`;
}

/** Member syntax of a short name. */
export function member(text: string): string {
	if (isShort(text)) return `serviceAccount:${email(text)}`;
	if (/^group:[^@]+$/.test(text)) return `${text}@example.com`;
	return text.includes(':') || text.startsWith('all') ? text : `user:${text}@example.com`;
}

/** Canonical resource name of an account, a key (`ci@shop/k1`) or a place by its short name; a full name is one. */
export function resource(short: string): string {
	if (short.startsWith('//')) return short;
	const [account, key] = short.split('/') as [string, string?];
	if (isShort(account)) {
		return `//iam.googleapis.com/projects/${account.split('@')[1]}/serviceAccounts/${email(account)}${key === undefined ? '' : `/keys/${key}`}`;
	}
	const place = PLACES[short]!;
	return `//cloudresourcemanager.googleapis.com/${place.id === undefined ? place.path : `projects/${place.id}`}`;
}

/** Unique id of an account by its short name, its OAuth client id too. */
export function uniqueId(short: string): string {
	const digits = [...short].reduce((sum, letter) => (sum * 131 + letter.charCodeAt(0)) % 1e12, 7);
	return `1${String(digits).padStart(20, '0')}`;
}

function accountOf(short: string, more: Partial<Account> = {}): Account {
	return {
		email: email(short),
		uniqueId: uniqueId(short),
		place: PLACES[short.split('@')[1]!]!,
		...more,
	};
}

export const account = (short: string, more: AccountFacts = {}): Extra => ({accounts: {[short]: more}});
export const disabled = (short: string): Extra => account(short, {disabled: true});

export function key(short: string, id: string, more: Partial<Parameters<typeof keyLine>[1]> = {}): Extra {
	return {accounts: {[short]: {}}, lines: [keyLine(accountOf(short), {id, created: OLD, ...more})]};
}

export function group(name: string, ...members: string[]): Extra {
	const id = member(`group:${name}`).slice('group:'.length);
	const data = {groupKey: {id}, members: members.map(member)};
	return {
		accounts: Object.fromEntries(members.filter(isShort).map(short => [short, {}])),
		lines: [
			{
				name: `//cloudidentity.googleapis.com/groups/${name}`,
				asset_type: 'cloudidentity.googleapis.com/Group',
				resource: {data},
			},
		],
	};
}

/** A custom role of a place; bind it as `customName(on, id)`. */
export function customRole(on: string, id: string, permissions: readonly string[], more: Json = {}): Extra {
	const name = customName(on, id);
	const data = {name, title: id, includedPermissions: permissions, stage: 'GA', ...more};
	return {lines: [resourceLine(`//iam.googleapis.com/${name}`, 'iam.googleapis.com/Role', PLACES[on]!, data, OLD)]};
}

export const customName = (on: string, id: string): string =>
	`${PLACES[on]!.id === undefined ? PLACES[on]!.path : `projects/${on}`}/roles/${id}`;

/** When an account authenticated last; undefined: not in the observed period. */
export function activity(short: string, last?: string, period: Partial<typeof OBSERVED> = {}): Extra {
	return {lines: [activityLine(accountOf(short), undefined, last, {...OBSERVED, ...period})]};
}

/** @param scope a short name or a full one */
export function coverage(
	fact: string,
	scope: string,
	status: 'complete' | 'partial' | 'missing',
	more: {assetType?: string; reason?: string; from?: string; to?: string} = {},
): Extra {
	const place = PLACES[scope];
	if (place) return {lines: [coverageLine(place, fact, {status, ...more})]};
	const data = {fact, scope, status, ...more};
	return {lines: [{name: `//sa-audit/coverage/${scope}/${fact}`, asset_type: 'sa-audit/Coverage', resource: {data}}]};
}

/** A deny policy on a place; permissions in v2 spelling without the host. */
export function deny(on: string, principals: readonly string[], permissions: readonly string[]): Extra {
	const name = `policies/${encodeURIComponent(`cloudresourcemanager.googleapis.com/${PLACES[on]!.path}`)}/denypolicies/d`;
	const deniedPermissions = permissions.map(permission => `iam.googleapis.com/${permission}`);
	return {lines: [{name, kind: 'DenyPolicy', rules: [{denyRule: {deniedPrincipals: principals, deniedPermissions}}]}]};
}

export const EVERYBODY = 'principalSet://goog/public:all';

/** A boolean constraint in force (or not) on a place, as an ORG_POLICY export has it. */
export function constraint(on: string, name: string, enforced = true): Extra {
	const place = PLACES[on]!;
	const policy = {constraint: `constraints/${name}`, boolean_policy: enforced ? {enforced} : {}};
	const assetType = `cloudresourcemanager.googleapis.com/${place === ORG ? 'Organization' : place === FOLDER ? 'Folder' : 'Project'}`;
	return {
		lines: [{name: containerName(place), asset_type: assetType, ancestors: place.ancestors, org_policy: [policy]}],
	};
}

/** Values that a list constraint allows on a place; none: all of them. */
export function listConstraint(on: string, name: string, ...allowed: string[]): Extra {
	const place = PLACES[on]!;
	const list_policy = allowed.length > 0 ? {allowed_values: allowed} : {all_values: 'ALLOW'};
	const kind = place === ORG ? 'Organization' : place === FOLDER ? 'Folder' : 'Project';
	return {
		lines: [
			{
				name: containerName(place),
				asset_type: `cloudresourcemanager.googleapis.com/${kind}`,
				ancestors: place.ancestors,
				org_policy: [{constraint: `constraints/${name}`, list_policy}],
			},
		],
	};
}

/** A VM that runs as an account. */
export function vm(name: string, short: string): Extra {
	const place = PLACES[short.split('@')[1]!]!;
	const full = `//compute.googleapis.com/projects/${place.id}/zones/europe-west1-b/instances/${name}`;
	const data = {name, status: 'RUNNING', serviceAccounts: [{email: email(short), scopes: []}]};
	return {accounts: {[short]: {}}, lines: [resourceLine(full, 'compute.googleapis.com/Instance', place, data, OLD)]};
}

/** A Cloud Run service that runs as an account. */
export function runService(name: string, short: string): Extra {
	const place = PLACES[short.split('@')[1]!]!;
	const full = `//run.googleapis.com/projects/${place.id}/locations/europe-west1/services/${name}`;
	const data = {spec: {template: {spec: {serviceAccountName: email(short)}}}};
	return {accounts: {[short]: {}}, lines: [resourceLine(full, 'run.googleapis.com/Service', place, data, OLD)]};
}

/** Leaves the facts out: nothing says that they were read. */
export const unread = (...facts: string[]): Extra => ({unread: facts});

const FACTS = [
	'resources',
	'allowPolicies',
	'roles',
	'serviceAccounts',
	'serviceAccountKeys',
	'orgPolicies',
	'denyPolicies',
	'boundaryPolicies',
	'activity',
];

/** The assets of a world, as a source hands them over: everything read unless it says otherwise. */
export function world(...pieces: readonly Piece[]): Asset[] {
	const accounts = new Map<string, AccountFacts>();
	const policies = new Map<string, Binding[]>();
	const lines: Json[] = [];
	const missing = new Set<string>();
	for (const piece of pieces) {
		if (!isGrant(piece)) {
			for (const [short, more] of Object.entries(piece.accounts ?? {}))
				accounts.set(short, {...accounts.get(short), ...more});
			lines.push(...(piece.lines ?? []));
			for (const fact of piece.unread ?? []) missing.add(fact);
			continue;
		}
		const [members, role, on, expression] = piece;
		const names = typeof members === 'string' ? [members] : members;
		for (const short of [...names, on]) if (isShort(short) && !accounts.has(short)) accounts.set(short, {});
		const bindings = policies.get(on) ?? [];
		bindings.push({
			role,
			members: names.map(member),
			...(expression !== undefined && {condition: {title: 'when', expression}}),
		});
		policies.set(on, bindings);
	}
	const shown = [...accounts].filter(([short]) => !isAgent(short));
	const covered = FACTS.filter(fact => !missing.has(fact) && fact !== 'activity');
	return assetsOf([
		...(missing.has('resources') ? [] : containerLines()),
		...(missing.has('serviceAccounts')
			? []
			: shown.map(([short, {updated = OLD, ...more}]) => accountLine(accountOf(short, more), 'BwX=', updated))),
		...(missing.has('allowPolicies') ? [] : [...policies].map(([on, bindings]) => policyOf(on, bindings))),
		...lines,
		...covered.flatMap(fact => [ORG, FOLDER, ...PROJECTS].map(place => coverageLine(place, fact))),
		...(missing.has('activity') ? [] : PROJECTS.map(place => coverageLine(place, 'activity'))),
	]);
}

const isGrant = (piece: Piece): piece is Grant => Array.isArray(piece);

function containerLines(): Json[] {
	const type = (name: string): string => `cloudresourcemanager.googleapis.com/${name}`;
	return [
		resourceLine(containerName(ORG), type('Organization'), ORG, {name: ORG.path, displayName: 'example.com'}, OLD),
		resourceLine(containerName(FOLDER), type('Folder'), FOLDER, {name: FOLDER.path, displayName: 'prod'}, OLD),
		...PROJECTS.map(place => {
			const data = {
				projectId: place.id,
				projectNumber: place.path.split('/')[1],
				lifecycleState: 'ACTIVE',
				name: place.id,
			};
			return resourceLine(containerName(place), type('Project'), place, data, OLD);
		}),
	];
}

function policyOf(on: string, bindings: Binding[]): Json {
	const stamp = {etag: 'BwX=', updateTime: OLD};
	if (isShort(on)) {
		const owner = accountOf(on);
		return policyLine(accountName(owner), 'iam.googleapis.com/ServiceAccount', owner.place, bindings, stamp);
	}
	const place = PLACES[on];
	if (!place) return policyLine(on, 'storage.googleapis.com/Bucket', PLACES['shop']!, bindings, stamp);
	const kind = place === ORG ? 'Organization' : place === FOLDER ? 'Folder' : 'Project';
	return policyLine(containerName(place), `cloudresourcemanager.googleapis.com/${kind}`, place, bindings, stamp);
}

/** Export lines as assets, through the reader of wrappers. */
export function assetsOf(lines: readonly Json[]): Asset[] {
	const assets: Asset[] = [];
	const fail = (message: string): never => {
		throw new Error(`the world is malformed: ${message}`);
	};
	// Assets share nothing with the lines: whoever changes one must not change another world.
	for (const line of lines)
		unwrap(structuredClone(line), {asset: asset => assets.push(asset), problem: fail, remark: fail});
	return assets;
}

export interface OpenOptions extends PrepareOptions {
	/** `--project` and the like, as container keys. */
	scopes?: readonly string[];
	config?: Partial<Config>;
	/** RFC 3339. */
	now?: string;
}

/** Reads assets and compiles the world. @throws if an asset is malformed */
export function openWorld(
	assets: readonly Asset[],
	{scopes, config, now = NOW, ...options}: OpenOptions = {},
): Promise<World> {
	const builder = new InventoryBuilder({now: Date.parse(now)});
	builder.onProblem = problem => {
		throw new Error(`the world is malformed: ${problem.message}`);
	};
	for (const [index, asset] of assets.entries()) builder.asset(asset, {file: 'world', line: index + 1});
	return prepareWorld(builder.finish({scopes}), {...DEFAULTS, ...config}, options);
}

export const RUN: Report['run'] = {
	id: 'r',
	startedAt: NOW,
	finishedAt: NOW,
	now: NOW,
	sources: [{kind: 'assets', scope: ['organizations/1']}],
};

/** A whole report over assets. A check that throws fails the test, unless `onThrow` is given. */
export async function reportOf(
	assets: readonly Asset[],
	options: OpenOptions & {checks?: readonly Check[]; onThrow?: (check: string, error: unknown) => void} = {},
): Promise<Report> {
	const onThrow = (_: string, error: unknown): never => {
		throw error;
	};
	const {checks = catalogue, ...rest} = options;
	return audit(await openWorld(assets, rest), {
		checks,
		run: RUN,
		version: '0.0.0',
		onThrow: options.onThrow ?? onThrow,
	});
}
