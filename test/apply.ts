/**
 * Applies fixes to assets as Google would, so that tests can look whether the finding is gone. It knows names in
 * any spelling: projects by id or number, accounts by e-mail or unique id.
 */
import {accountName, containerKey, CRM, parseAccountName, parseCustomRole} from '../src/inventory/names.ts';
import {parseMember} from '../src/inventory/principals.ts';
import type {Config} from '../src/config/defaults.ts';
import type {BindingRef, Change} from '../src/remediation/change.ts';
import {allowedValue} from '../src/remediation/constraints.ts';
import {applyToWorkload} from './apply-workloads.ts';
import {updateProvider} from './apply-provider.ts';
import type {Asset, Json} from '../src/sources/asset.ts';

/**
 * The assets after all changes, in order; the given ones stay as they are.
 * A deleted account stays in policies as `deleted:serviceAccount:EMAIL?uid=ID`, and leaves its groups.
 * @throws if a change finds nothing to change: a fix that does nothing is a bug
 */
export function applyChanges(assets: readonly Asset[], changes: readonly Change[]): Asset[] {
	return changes.reduce((state, change) => apply(state, change), structuredClone(assets) as Asset[]);
}

/** One change; `assets` are the caller's own copy and are changed in place. */
function apply(assets: Asset[], change: Change): Asset[] {
	const names = new Names(assets);
	switch (change.op) {
		case 'remove-binding':
			return removeBinding(assets, change, names);
		case 'add-binding':
			return addBinding(assets, change, names);
		case 'remove-group-member':
			return removeGroupMember(assets, change);
		case 'close-group':
			return closeGroup(assets, change);
		case 'remove-delegation':
			return removeDelegation(assets, change);
		case 'disable-key':
		case 'disable-account':
			return disable(assets, change.op, change.resource, names);
		case 'delete-key': {
			const target = names.canonical(change.resource);
			const kept = assets.filter(asset => asset.assetType !== KEY || names.ofAsset(asset) !== target);
			return kept.length < assets.length ? kept : nothing(change);
		}
		case 'delete-account':
			return deleteAccount(assets, change.resource, names);
		case 'enforce-constraint':
			return enforce(assets, change, names);
		case 'update-provider':
			return updateProvider(assets, change, asset => names.ofAsset(asset)) ?? nothing(change);
		default:
			return applyToWorkload(assets, change, name => names.canonical(name)) ?? nothing(change);
	}
}

const ACCOUNT = 'iam.googleapis.com/ServiceAccount';
const KEY = 'iam.googleapis.com/ServiceAccountKey';
const ORG_POLICY = 'orgpolicy.googleapis.com/Policy';

function nothing(change: object): never {
	throw new Error(`the change finds nothing to change: ${JSON.stringify(change)}`);
}

const json = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const jsonList = (value: unknown): Json[] => (Array.isArray(value) ? value.map(json) : []);
const dataOf = (asset: Asset): Json => asset.resource?.data ?? {};

/** Canonical names of everything in some assets. */
class Names {
	readonly #projectId = new Map<string, string>();
	readonly #emailOf = new Map<string, string>();

	constructor(assets: readonly Asset[]) {
		for (const asset of assets) {
			const data = dataOf(asset);
			if (asset.assetType === 'cloudresourcemanager.googleapis.com/Project') {
				const id = text(data['projectId']);
				const named = [asset.name, text(data['name'])].map(name => containerKey(name ?? '')?.split('/')[1]);
				const number = [text(data['projectNumber']) ?? data['projectNumber']?.toString(), ...named].find(
					part => part !== undefined && /^\d+$/.test(part),
				);
				if (id !== undefined && number !== undefined) this.#projectId.set(number, id);
			}
			if (asset.assetType === ACCOUNT) {
				const parts = [asset.name, text(data['name']) ?? ''].map(parseAccountName);
				const email = text(data['email']) ?? parts.find(part => part?.account.includes('@'))?.account;
				const id = text(data['uniqueId']) ?? parts.find(part => /^\d+$/.test(part?.account ?? ''))?.account;
				if (email !== undefined && id !== undefined) this.#emailOf.set(id, email.toLowerCase());
				const project = text(data['projectId']) ?? parts.find(part => part && !/^(\d+|-)$/.test(part.project))?.project;
				const number = /^projects\/(\d+)$/.exec(asset.ancestors?.[0] ?? '')?.[1];
				if (project !== undefined && number !== undefined) this.#projectId.set(number, project);
			}
		}
	}

	canonical(name: string): string {
		const account = parseAccountName(name);
		if (account) {
			const email = this.#emailOf.get(account.account) ?? account.account.toLowerCase();
			// E-mails are unique in the world; the project in front may be `-`.
			return accountName('-', email) + (account.key === undefined ? '' : `/keys/${account.key}`);
		}
		const key = containerKey(name);
		const full = key === undefined ? name : CRM + key;
		return full.replace(/(?<=\/projects\/)\d+(?=\/|$)/, number => this.#projectId.get(number) ?? number);
	}

	ofAsset(asset: Asset): string {
		const inner = text(dataOf(asset)['name']);
		// The name inside has the e-mail where the asset's own has the unique id.
		const name =
			(asset.assetType === ACCOUNT || asset.assetType === KEY) && inner && parseAccountName(inner) ? inner : asset.name;
		return this.canonical(name);
	}

	/** Custom roles with their project's id; others as they are. */
	role(role: string): string {
		const custom = parseCustomRole(role);
		return custom ? `${this.canonical(custom.owner)}/roles/${custom.id}` : role;
	}
}

const sameMember = (a: string, b: string): boolean => parseMember(a).member === parseMember(b).member;

/** Bindings with the role and condition of `ref`: unconditional ones only match unconditional ones. */
function isOf(binding: Json, ref: BindingRef, names: Names): boolean {
	const expression =
		binding['condition'] === undefined ? undefined : (text(json(binding['condition'])['expression']) ?? '');
	return names.role(text(binding['role']) ?? '') === names.role(ref.role) && expression === ref.condition?.expression;
}

const membersOf = (binding: Json): string[] =>
	Array.isArray(binding['members']) ? binding['members'].map(String) : [];

function removeBinding(assets: Asset[], change: Change & BindingRef, names: Names): Asset[] {
	const target = names.canonical(change.resource);
	let removed = 0;
	for (const asset of assets) {
		if (!asset.iamPolicy || names.ofAsset(asset) !== target) continue;
		const bindings = jsonList(asset.iamPolicy['bindings']);
		for (const binding of bindings) {
			if (!isOf(binding, change, names)) continue;
			const members = membersOf(binding);
			binding['members'] = members.filter(member => !sameMember(member, change.member));
			removed += members.length - membersOf(binding).length;
		}
		asset.iamPolicy['bindings'] = bindings.filter(binding => membersOf(binding).length > 0);
	}
	return removed > 0 ? assets : nothing(change);
}

function addBinding(assets: Asset[], change: Change & BindingRef, names: Names): Asset[] {
	const target = names.canonical(change.resource);
	const owners = assets.filter(asset => names.ofAsset(asset) === target);
	// The policy may be a line of its own, beside the one with the resource.
	const owner = owners.find(asset => asset.iamPolicy) ?? owners[0];
	if (!owner) return nothing(change);
	const policy = (owner.iamPolicy ??= {});
	const bindings = jsonList(policy['bindings']);
	policy['bindings'] = bindings;
	const binding = bindings.find(candidate => isOf(candidate, change, names));
	if (binding) {
		const members = membersOf(binding);
		if (members.some(member => sameMember(member, change.member))) return nothing(change);
		binding['members'] = [...members, change.member];
	} else {
		bindings.push({
			role: change.role,
			members: [change.member],
			...(change.condition && {condition: {...change.condition}}),
		});
	}
	return assets;
}

const GROUP_ROLES = ['members', 'owners', 'managers'] as const;

/** Out of every list of the group that has it. @returns how many entries went */
function leave(group: Json, member: string): number {
	let left = 0;
	for (const role of GROUP_ROLES) {
		const list = group[role];
		if (!Array.isArray(list)) continue;
		const kept = list.filter(entry => !sameMember(String(entry), member));
		left += list.length - kept.length;
		group[role] = kept;
	}
	return left;
}

const groupsOf = (assets: readonly Asset[]): Json[] =>
	assets.filter(asset => asset.assetType === 'cloudidentity.googleapis.com/Group').map(dataOf);

function removeGroupMember(assets: Asset[], change: {group: string; member: string}): Asset[] {
	let left = 0;
	for (const data of groupsOf(assets)) {
		const id = text(json(data['groupKey'] ?? data['group_key'])['id']);
		if (id !== undefined && sameMember(`group:${id}`, change.group)) left += leave(data, change.member);
	}
	return left > 0 ? assets : nothing(change);
}

function closeGroup(assets: Asset[], change: {group: string}): Asset[] {
	let closed = 0;
	for (const data of groupsOf(assets)) {
		const id = text(json(data['groupKey'] ?? data['group_key'])['id']);
		if (id === undefined || !sameMember(`group:${id}`, change.group) || data['joining'] !== 'open') continue;
		data['joining'] = 'invited';
		closed++;
	}
	return closed > 0 ? assets : nothing(change);
}

/** The Workspace admin log gets an entry of it. What the configuration says is no asset: `applyToConfig`. */
function removeDelegation(assets: Asset[], {client}: {client: string}): Asset[] {
	const at = '9999-01-01T00:00:00Z';
	const data = {event: 'delegation-removed', subject: `client:${client}`, via: [], at, source: 'auditLogs'};
	return [
		...assets,
		{name: `//sa-audit/log-event/removed/${client}`, assetType: 'sa-audit/LogEvent', resource: {data}},
	];
}

/** What people do to the configuration along with some changes. */
export function applyToConfig(config: Partial<Config> | undefined, changes: readonly Change[]): Partial<Config> {
	const gone = new Set(changes.flatMap(change => (change.op === 'remove-delegation' ? [change.client] : [])));
	const {domainWideDelegation, ...rest} = config ?? {};
	if (!domainWideDelegation) return rest;
	return {...rest, domainWideDelegation: domainWideDelegation.filter(({clientId}) => !gone.has(clientId))};
}

function disable(assets: Asset[], op: 'disable-key' | 'disable-account', resource: string, names: Names): Asset[] {
	const type = op === 'disable-key' ? KEY : ACCOUNT;
	const target = names.canonical(resource);
	let disabled = 0;
	for (const asset of assets) {
		const data = asset.resource?.data;
		if (asset.assetType !== type || !data || data['disabled'] === true || names.ofAsset(asset) !== target) continue;
		data['disabled'] = true;
		disabled++;
	}
	return disabled > 0 ? assets : nothing({op, resource});
}

function deleteAccount(assets: Asset[], resource: string, names: Names): Asset[] {
	const target = names.canonical(resource);
	const email = parseAccountName(target)?.account;
	const gone = assets.filter(asset => asset.assetType === ACCOUNT && names.ofAsset(asset) === target);
	if (email === undefined || gone.length === 0) return nothing({op: 'delete-account', resource});
	const member = `serviceAccount:${email}`;
	const numeric = gone.map(asset => text(dataOf(asset)['uniqueId']) ?? parseAccountName(asset.name)?.account);
	// An export without the unique id cannot tell it; any number says the same to an auditor.
	const uid = numeric.find(id => id !== undefined && /^\d+$/.test(id)) ?? '0';
	const kept = assets.filter(asset => {
		const name = names.ofAsset(asset);
		return !(
			(asset.assetType === ACCOUNT || asset.assetType === KEY) &&
			(name === target || name.startsWith(`${target}/`))
		);
	});
	for (const asset of kept) {
		for (const binding of jsonList(asset.iamPolicy?.['bindings'])) {
			binding['members'] = membersOf(binding).map(entry =>
				sameMember(entry, member) ? `deleted:${member}?uid=${uid}` : entry,
			);
		}
	}
	for (const data of groupsOf(kept)) leave(data, member);
	return kept;
}

function enforce(assets: Asset[], change: Change & {op: 'enforce-constraint'}, names: Names): Asset[] {
	const container = names.canonical(change.resource);
	const key = containerKey(container);
	const own = assets.find(asset => names.ofAsset(asset) === container);
	const below = assets.find(asset => asset.ancestors?.some(ancestor => names.canonical(ancestor) === container));
	if (key === undefined || (!own && !below)) return nothing(change);
	const value = allowedValue(change.constraint);
	const rule = value === undefined ? {enforce: true} : {values: {allowedValues: [value]}};
	const spec = {rules: [rule]};

	let known = false;
	for (const asset of assets) {
		if (asset.assetType === ORG_POLICY && policyOf(asset, names) === `${container}/policies/${change.constraint}`) {
			const data = dataOf(asset);
			if (JSON.stringify(json(data['spec'])['rules']) === JSON.stringify(spec.rules)) return nothing(change);
			asset.resource = {...asset.resource, data: {...data, spec}};
			known = true;
		}
		if (asset.orgPolicy && names.ofAsset(asset) === container) {
			for (const policy of asset.orgPolicy) {
				if (text(policy['constraint'])?.replace(/^constraints\//, '') !== change.constraint) continue;
				for (const field of ['restoreDefault', 'restore_default', 'boolean_policy', 'list_policy'])
					delete policy[field];
				if (value === undefined) policy['booleanPolicy'] = {enforced: true};
				else policy['listPolicy'] = {allowedValues: [value]};
			}
		}
	}
	if (known) return assets;
	const ancestors =
		own?.ancestors ?? below?.ancestors?.slice(below.ancestors.findIndex(a => names.canonical(a) === container));
	const name = `${key}/policies/${change.constraint}`;
	assets.push({
		name: `//orgpolicy.googleapis.com/${name}`,
		assetType: ORG_POLICY,
		...(ancestors && {ancestors: [...ancestors]}),
		resource: {parent: container, data: {name, spec}},
	});
	return assets;
}

/** `CONTAINER/policies/CONSTRAINT` of a v2 policy, canonical. */
function policyOf(asset: Asset, names: Names): string | undefined {
	const relative = asset.name.replace(/^\/\/orgpolicy\.googleapis\.com\//, '');
	const [, owner, constraint] = /^([^/]+\/[^/]+)\/policies\/([^/]+)$/.exec(relative) ?? [];
	return owner === undefined ? undefined : `${names.canonical(owner)}/policies/${constraint}`;
}
