/**
 * The smallest world in which one entry of the escalation catalogue makes a path, made from the entry itself: a custom
 * role with exactly what it asks for, bound where Google checks it, and whatever it needs beside (an account, a
 * workload, an identity that some binding names, a delegate). A setting changes one thing of it: a near-miss.
 *
 * Everything happens in the project `shop`; `root@shop` is the account to be become, `ann` becomes it.
 */
import {coverageLine, policyLine, resourceLine, type Json} from '../../scripts/asset-lines.ts';
import {shippedDeniablePermissions, v2Name} from '../../src/access/deny-permissions.ts';
import type {Escalation, Place, Requirement, Yield} from '../../src/graph/catalogue/types.ts';
import {WORKLOAD_TYPES} from '../../src/inventory/workloads.ts';
import {APP, BODIES} from '../inventory/workload-bodies.ts';
import {codePlace, joined, projectOf} from './code-body.ts';
import {
	account,
	constraint,
	customName,
	customRole,
	email,
	member,
	OLD,
	PLACES,
	resource,
	type Extra,
	type Grant,
	type Piece,
} from '../worlds/world.ts';

/** What differs from the world in which the entry fires. */
export interface Setting {
	/** Permission that nobody holds. */
	without?: string;
	/** Which list of `anyOf` is held; default: the first. */
	alternative?: number;
	/** `project`, `folder`: what is checked on accounts, workloads and projects is held there instead. */
	heldOn?: 'shop' | 'folder';
	/** What is checked on workloads only is held there instead: on the project, or on a workstation. */
	workloadHeldOn?: 'shop' | 'workstation';
	/** Requirement (by number) that is held in a place that does not lead to the target. */
	misplaced?: number;
	/** Condition on every binding that the entry rests on. */
	condition?: string;
	/** Project of the account and of everything else that the entry aims at, but for what is held. */
	target?: 'shop' | 'web' | 'lab';
	/** Default: one that runs as the account, in the target's project. */
	workload?: 'none' | 'unread' | 'runs as another' | 'in shop';
	/** Who has the roles, by short name. */
	actor?: string;
	/** Aims at what the entry yields as well. */
	also?: boolean;
	/** The delegate mints nothing; the group is led by somebody else; nothing says that act-as is skipped. */
	deadEnd?: boolean;
	/** Permissions of `expects` that are not held. */
	unexpected?: boolean;
	extra?: readonly Piece[];
}

/** A world's pieces, who starts, and where the path should end as `paths` spells it. */
export interface EntryWorld {
	pieces: Piece[];
	/** Member syntax. */
	from: string;
	to: string;
	/** Bindings that the entry rests on: one per permission. */
	bindings: {permission: string; role: string; resource: string}[];
}

/** Who holds the permission in entries that are about a kind of principal. */
const HOLDERS: Readonly<Record<string, string>> = {
	'wif-external-principal':
		'principal://iam.googleapis.com/projects/10/locations/global/workloadIdentityPools/ci/subject/main',
	'gke-workload-identity-binding': 'serviceAccount:shop.svc.id.goog[web/app]',
	'service-agent-as-stepping-stone': 'agent@shop',
};

const MINT = 'iam.serviceAccounts.getAccessToken';
const ACT_AS = 'iam.serviceAccounts.actAs';

/** Id under which the entry's hops appear. */
export const hopId = ({id, hopsAs}: Escalation): string => hopsAs ?? id;

/** Whether a principal of a particular kind starts its paths. */
export const hasHolder = ({id}: Escalation): boolean => id in HOLDERS;

/** Permissions of one requirement, with one list of its alternatives. */
export const permissionsOf = ({all, anyOf}: Requirement, alternative = 0): string[] => [
	...all,
	...(anyOf?.[Math.min(alternative, anyOf.length - 1)] ?? []),
];

/** What is reached, by the entry's own words. */
export const yieldOf = (entry: Escalation, {also}: Setting = {}): Yield => (also ? entry.alsoYields! : entry.yields);

export const RUNS: ReadonlySet<Yield> = new Set(['actable account', 'attached account', 'attached or actable account']);

/** Short name of the container on which a requirement is held, or on which deny policies stop it. */
export function containerOf(on: Place): 'org' | 'folder' | 'shop' {
	return on === 'organization' ? 'org' : on === 'folder' ? 'folder' : 'shop';
}

/** @throws if the entry is of a shape for which no world is known: a new shape needs one here */
export function entryWorld(entry: Escalation, setting: Setting = {}): EntryWorld {
	const {target = 'shop', condition, actor = HOLDERS[entry.id] ?? 'ann'} = setting;
	const aim = aimOf(entry, setting, actor);
	const pieces: Piece[] = [
		...aim.pieces,
		...(setting.extra ?? []),
		account(`root@${target}`),
		account('other@shop'),
		account('other@web'),
	];
	const bindings: EntryWorld['bindings'] = [];
	const bind = (id: string, permissions: readonly string[], on: string): void => {
		const held = permissions.filter(permission => permission !== setting.without);
		pieces.push(customRole('org', id, held));
		const role = customName('org', id);
		pieces.push(on.startsWith('//') ? policyOn(on, role, member(actor), condition) : grant(actor, role, on, condition));
		for (const permission of held) bindings.push({permission, role, resource: on.startsWith('//') ? on : resource(on)});
	};
	for (const [number, requirement] of entry.requires.entries()) {
		const on =
			setting.misplaced === number
				? misplace(requirement.on)
				: placeOf(requirement.on, aim.account, setting, aim.code ?? aim.workload);
		bind(`needs${number}`, permissionsOf(requirement, setting.alternative), on);
	}
	if (entry.expects && !setting.unexpected) bind('expected', entry.expects, 'shop');
	return {pieces, from: member(actor), to: aim.to, bindings};
}

const grant = (who: string, role: string, on: string, condition?: string): Grant =>
	condition === undefined ? [who, role, on] : [who, role, on, condition];

function placeOf(
	on: Place,
	accountName: string,
	{heldOn, workloadHeldOn}: Setting,
	workload: string | undefined,
): string {
	switch (on) {
		case 'account':
		case 'attached account':
			return heldOn ?? accountName;
		case 'workload':
		case 'resource':
			if (workloadHeldOn === 'workstation') return `${workload!}/workstations/mine`;
			return heldOn ?? workloadHeldOn ?? workload ?? 'shop';
		case 'project':
		case 'container':
			return heldOn ?? 'shop';
		case 'role owner':
			return 'shop';
		case 'folder':
			return 'folder';
		case 'organization':
			return 'org';
	}
}

/** The right permission in the wrong place. */
function misplace(on: Place): string {
	if (on === 'organization') return 'folder';
	return on === 'account' || on === 'attached account' ? 'other@web' : 'web';
}

interface Aim {
	to: string;
	/** On which permissions on accounts are held. */
	account: string;
	/** Full name. */
	workload?: string;
	/** Full name of where the workload's code lies, if that is what is replaced. */
	code?: string;
	pieces: Piece[];
}

function aimOf(entry: Escalation, setting: Setting, actor: string): Aim {
	const {target = 'shop'} = setting;
	const yields = yieldOf(entry, setting);
	const root = `root@${target}`;
	const at = {to: member(root), account: root};
	switch (yields) {
		case 'account':
			return {...at, pieces: []};
		case 'delegation': {
			const delegate = `middle@${target}`;
			const mints: Piece[] = [customRole('org', 'mints', [MINT]), [delegate, customName('org', 'mints'), root]];
			return {...at, account: delegate, pieces: [account(delegate), ...(setting.deadEnd ? [] : mints)]};
		}
		case 'container':
			return {...at, to: containerKey(containerOf(entry.requires[0]!.on), target), pieces: []};
		case 'custom role': {
			const held = customName('shop', 'held');
			return {
				...at,
				to: `projects/${target}`,
				pieces: [customRole('shop', 'held', []), ...(setting.deadEnd ? [] : [[actor, held, 'shop'] as Grant])],
			};
		}
		case 'actable account':
			return {...at, pieces: workloadsRead(setting)};
		case 'attached account':
		case 'attached or actable account':
			return {...at, ...workloadOf(entry, setting)};
		case 'project identity':
			return identityOf(entry, setting, at.account);
		case 'pool identities': {
			const identity = poolIdentity(entry, target);
			const impersonates: Piece[] = [customRole('org', 'mints', [MINT]), [identity, customName('org', 'mints'), root]];
			const {pieces} = entry.workloads ? workloadOf(entry, setting, 'other') : {pieces: []};
			return {...at, pieces: [...pieces, ...impersonates]};
		}
		case 'group':
			return {...at, to: member('group:devs'), pieces: [ledGroup(setting.deadEnd ? 'bob' : actor)]};
		case 'entitled roles':
		case 'other':
			throw new Error(`no world is known for ${entry.id}, which yields ${yields}`);
	}
}

function containerKey(place: 'org' | 'folder' | 'shop', target: string): string {
	return place === 'shop' ? `projects/${target}` : PLACES[place]!.path;
}

function identityOf(entry: Escalation, {target = 'shop', alternative = 0, deadEnd}: Setting, accountName: string): Aim {
	const number = PLACES[target]!.path.slice('projects/'.length);
	const exemption = entry.exemptions?.[alternative];
	const pattern = exemption?.identity ?? entry.identities![0]!;
	const identity = `serviceAccount:${pattern.replace('{number}', number).replace('{id}', target)}`;
	const pieces: Piece[] = [[identity, 'roles/iam.securityReviewer', 'shop']];
	if (exemption) pieces.push(account(`appspot@${target}`), account(`compute@${target}`));
	if (exemption && !deadEnd) pieces.push(constraint(target, exemption.constraint, false));
	return {to: identity, account: accountName, pieces};
}

function poolIdentity({id, pools}: Escalation, target: 'shop' | 'web' | 'lab'): string {
	const {path} = PLACES[target]!;
	switch (pools) {
		case 'kubernetes':
			return `serviceAccount:${target}.svc.id.goog[web/app]`;
		case 'workforce':
			return 'principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/eve';
		case 'workload':
			return `principal://iam.googleapis.com/${path}/locations/global/workloadIdentityPools/ci/subject/main`;
		case undefined:
			throw new Error(`${id} does not say which pools`);
	}
}

function ledGroup(owner: string): Extra {
	const data = {groupKey: {id: 'devs@example.com'}, members: [member(owner)], owners: [member(owner)]};
	const type = 'cloudidentity.googleapis.com/Group';
	return {lines: [{name: '//cloudidentity.googleapis.com/groups/devs', asset_type: type, resource: {data}}]};
}

/** The first type of the entry that tells an account; others inherit theirs. */
export function workloadType({id, workloads}: Escalation): string {
	const type = workloads?.find(name => WORKLOAD_TYPES.has(name));
	if (type === undefined) throw new Error(`no workload type of ${id} is read`);
	return type;
}

function workloadOf(entry: Escalation, setting: Setting, runsAs = 'root'): Omit<Aim, 'to' | 'account'> {
	const {target = 'shop'} = setting;
	const type = workloadType(entry);
	const [host, kind] = type.split('/') as [string, string];
	const home = setting.workload === 'in shop' ? 'shop' : target;
	const workload = `//${host}/projects/${home}/locations/here/${kind.toLowerCase()}s/w`;
	if (setting.workload === 'none' || setting.workload === 'unread') return {workload, pieces: workloadsRead(setting)};
	const body = BODIES.find(
		([, of, , expected]) => of === type && (expected as {runsAs?: string[]} | undefined)?.runsAs?.[0] === APP,
	);
	if (!body) throw new Error(`no body of ${type} with an account is known`);
	const ran = setting.workload === 'runs as another' ? 'other@shop' : `${runsAs}@${target}`;
	const data = JSON.parse(JSON.stringify(body[2]).replaceAll(APP, email(ran))) as Json;
	const tie = entry.code?.[setting.alternative ?? 0];
	const code = tie && codePlace(tie, type, home);
	const line = resourceLine(workload, type, PLACES[home]!, code ? joined(data, code.body) : data, OLD);
	return {
		workload,
		...(code && {code: code.name}),
		pieces: [{lines: [line]}, ...(code?.pieces ?? []), ...workloadsRead(setting)],
	};
}

/** All of them, by coverage lines, unless the setting has it otherwise. */
function workloadsRead({workload}: Setting): Piece[] {
	const status = workload === 'unread' ? 'missing' : 'complete';
	return [{lines: ['shop', 'web', 'lab'].map(id => coverageLine(PLACES[id]!, 'workloads', {status}))}];
}

function policyOn(name: string, role: string, who: string, expression: string | undefined): Extra {
	const project = projectOf(name);
	const condition = expression === undefined ? {} : {condition: {title: 'when', expression}};
	const stamp = {etag: 'BwX=', updateTime: OLD};
	// Asset Inventory has the type of the resource here; no rule looks at it.
	const type = `${/^\/\/([^/]+)/.exec(name)![1]!}/Thing`;
	return {lines: [policyLine(name, type, PLACES[project]!, [{role, members: [who], ...condition}], stamp)]};
}

/** A deny policy on a container that takes one permission from everybody. */
export function denied(on: 'org' | 'folder' | 'shop' | 'web', permission: string): Extra {
	const name = `policies/${encodeURIComponent(`cloudresourcemanager.googleapis.com/${PLACES[on]!.path}`)}/denypolicies/d`;
	const own = v2Name(permission);
	// Some permissions have no entry of their own: a group of Google's list covers them.
	const entry = shippedDeniablePermissions().lists(own) ? own : own.replace(/\/.*/, '/*.*');
	const denyRule = {deniedPrincipals: ['principalSet://goog/public:all'], deniedPermissions: [entry]};
	return {lines: [{name, kind: 'DenyPolicy', rules: [{denyRule}]}]};
}

/** An access boundary that leaves everybody of the organization the project `lab` only. */
export function bounded(version: string): Extra {
	const at = 'organizations/1/locations/global';
	const policy = `${at}/principalAccessBoundaryPolicies/lab`;
	const rules = [{effect: 'ALLOW', resources: ['//cloudresourcemanager.googleapis.com/projects/20']}];
	const boundary = {name: policy, uid: 'u', details: {rules, enforcementVersion: version}};
	const principalSet = '//cloudresourcemanager.googleapis.com/organizations/1';
	const binding = {
		name: `${at}/policyBindings/b`,
		target: {principalSet},
		policyKind: 'PRINCIPAL_ACCESS_BOUNDARY',
		policy,
		policyUid: 'u',
	};
	const line = (type: string, data: Json): Json => ({
		name: `//iam.googleapis.com/${String(data['name'])}`,
		asset_type: `iam.googleapis.com/${type}`,
		resource: {data},
	});
	return {lines: [line('PrincipalAccessBoundaryPolicy', boundary), line('PolicyBinding', binding)]};
}

/** Whether act-as is what completes the entry. */
export const needsActAs = ({requires}: Escalation): boolean => requires.some(({all}) => all.includes(ACT_AS));
