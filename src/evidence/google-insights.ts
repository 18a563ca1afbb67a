/**
 * Google's own insights and recommendations about accounts, typed. Facts: Policy Intelligence documentation of each type
 * (fields of `content`, subtypes) [seen].
 */
import type {Document, Inventory, ServiceAccount} from '../inventory/model.ts';
import {containerKey, parseAccountName} from '../inventory/names.ts';
import {parseTime} from '../inventory/fields.ts';
import type {Json} from '../sources/asset.ts';

/** An account that Google lists as unused. */
export interface InactiveInsight {
	account: ServiceAccount;
	/** Epoch ms; undefined: never in the observed period. */
	last: number | undefined;
	/** The observed period. */
	from: number | undefined;
	to: number | undefined;
	name: string;
}

/** An account of another project that can become accounts of this one. */
export interface MovementInsight {
	/** E-mails, lower-case. */
	source: string;
	targets: readonly string[];
	/** As the policy names it; undefined: the source itself. */
	member: string | undefined;
	resource: string;
	role: string;
	refreshed: number | undefined;
	name: string;
}

/** A role that an account did not use, or used little of. */
export interface UnusedRole {
	account: ServiceAccount;
	/** Canonical name of the resource, and role as bindings name it. */
	resource: string;
	role: string;
	expression: string;
	/** What Google would grant instead; empty: nothing of the role was used. */
	replaceBy: readonly string[];
	days: number | undefined;
	name: string;
	/** A recommendation, or only what an insight says. */
	by: 'recommendation' | 'insight';
}

/** A role of which an account used something, or will. */
export interface UsedRole extends Pick<UnusedRole, 'account' | 'resource' | 'role' | 'expression'> {
	/** End of the observed period, epoch ms. */
	to: number | undefined;
}

export class GoogleInsights {
	readonly inactive = new Map<ServiceAccount, InactiveInsight>();
	readonly movements: MovementInsight[] = [];
	readonly #movementOf = new Map<string, MovementInsight>();
	readonly unusedRoles: UnusedRole[] = [];
	readonly usedRoles: UsedRole[] = [];

	constructor(inventory: Inventory) {
		for (const document of inventory.documents.get('recommender.googleapis.com/Insight') ?? [])
			this.#takeInsight(inventory, document);
		for (const document of inventory.documents.get('recommender.googleapis.com/Recommendation') ?? [])
			this.#takeRecommendation(inventory, document);
	}

	/** The insight about what one member of a binding can do. */
	movementBy(resource: string, role: string, member: string): MovementInsight | undefined {
		return this.#movementOf.get(bindingKey(resource, role, member));
	}

	#takeInsight(inventory: Inventory, {data, name}: Document): void {
		const content = objectOf(data['content']);
		if (!content || !isOpen(data)) return;
		const refreshed = timeOf(data['lastRefreshTime']);
		const period = secondsOf(data['observationPeriod']);
		if (name.includes('google.iam.serviceAccount.Insight') || data['insightSubtype'] === 'SERVICE_ACCOUNT_USAGE') {
			const account = accountOf(inventory, content['email']) ?? accountOf(inventory, content['serviceAccountId']);
			if (!account) return;
			const from = refreshed !== undefined && period !== undefined ? refreshed - period * 1000 : undefined;
			const last = timeOf(content['lastAuthenticatedTime']);
			const known = this.inactive.get(account);
			if (known && (known.to ?? 0) >= (refreshed ?? 0)) return;
			this.inactive.set(account, {account, last, from, to: refreshed, name});
			return;
		}
		if (name.includes('LateralMovementInsight') || data['insightSubtype'] === 'CROSS_PROJECT_IMPERSONATION') {
			const source = textOf(objectOf(content['impersonator'])?.['serviceAccount'])?.toLowerCase();
			const policy = objectOf(content['impersonationPolicy']) ?? {};
			if (source === undefined) return;
			const movement: MovementInsight = {
				source,
				targets: textsOf(content['targetServiceAccounts']).map(email => email.toLowerCase()),
				resource: resourceName(inventory, textOf(policy['resource']) ?? ''),
				role: roleName(inventory, textOf(policy['role']) ?? ''),
				member: textOf(policy['member']),
				refreshed,
				name,
			};
			this.movements.push(movement);
			const by = movement.member ?? `serviceAccount:${source}`;
			this.#movementOf.set(bindingKey(movement.resource, movement.role, by), movement);
			return;
		}
		if (!name.includes('google.iam.policy.Insight') && data['insightSubtype'] !== 'PERMISSIONS_USAGE') return;
		// What was inferred to be needed counts as used.
		const used = [content['exercisedPermissions'], content['inferredPermissions']];
		const isUsed = used.some(list => Array.isArray(list) && list.length > 0);
		if (!isUsed && !Array.isArray(used[0])) return;
		const [resource] = textsOf(data['targetResources']);
		const expression = textOf(objectOf(content['condition'])?.['expression']) ?? '';
		const granted = grantOf(inventory, {member: content['member'], role: content['role'], resource, expression});
		if (!granted) return;
		if (isUsed) {
			this.usedRoles.push({...granted, to: refreshed});
			return;
		}
		this.unusedRoles.push({
			...granted,
			replaceBy: [],
			days: period === undefined ? undefined : Math.floor(period / 86_400),
			name,
			by: 'insight',
		});
	}

	#takeRecommendation(inventory: Inventory, {data, name}: Document): void {
		const content = objectOf(data['content']);
		const overview = objectOf(content?.['overview']);
		if (!content || !isOpen(data)) return;
		const operations = listOf(content['operationGroups']).flatMap(group => listOf(group['operations']));
		const removal = operations.find(operation => operation['action'] === 'remove');
		const filters = objectOf(removal?.['pathFilters']) ?? {};
		const filter = (end: string): unknown => Object.entries(filters).find(([path]) => path.endsWith(end))?.[1];
		const minimum = Number(overview?.['minimumObservationPeriodInDays']);
		const granted = grantOf(inventory, {
			member: overview?.['member'] ?? filter('/members/*'),
			role: overview?.['removedRole'] ?? filter('/role'),
			resource: textOf(overview?.['resource']) ?? textOf(removal?.['resource']),
			expression: textOf(filter('/condition/expression')) ?? '',
		});
		if (!granted) return;
		this.unusedRoles.push({
			...granted,
			replaceBy: textsOf(overview?.['addedRoles']),
			days: minimum > 0 ? minimum : undefined,
			name,
			by: 'recommendation',
		});
	}
}

/** What an insight or recommendation is about, in the inventory's names; undefined: not an account of it. */
function grantOf(
	inventory: Inventory,
	{member, role, resource, expression}: {member: unknown; role: unknown; resource?: string; expression: string},
): Omit<UsedRole, 'to'> | undefined {
	const email = textOf(member);
	const account = email?.startsWith('serviceAccount:') ? accountOf(inventory, email.slice(15)) : undefined;
	const name = textOf(role);
	if (!account || name === undefined || resource === undefined) return undefined;
	return {account, resource: resourceName(inventory, resource), role: roleName(inventory, name), expression};
}

const bindingKey = (...parts: string[]): string => parts.join('\u0000');

/** Dismissed and done ones say nothing about now. */
function isOpen(data: Json): boolean {
	const state = textOf(objectOf(data['stateInfo'])?.['state']);
	return state === undefined || state === 'ACTIVE' || state === 'ACCEPTED' || state === 'CLAIMED';
}

/** Google names projects by number here, accounts by unique id. */
function resourceName(inventory: Inventory, resource: string): string {
	const key = containerKey(resource);
	if (key !== undefined) return inventory.container(key)?.name ?? resource;
	const parts = parseAccountName(resource);
	return (parts && inventory.account(parts.account)?.name) ?? resource;
}

/** Custom roles by their project's id. */
function roleName(inventory: Inventory, name: string): string {
	const custom = /^(projects\/[^/]+)(\/roles\/.+)$/.exec(name);
	const owner = custom && inventory.container(custom[1]!);
	return custom && owner ? owner.key + custom[2]! : name;
}

function accountOf(inventory: Inventory, value: unknown): ServiceAccount | undefined {
	const text = textOf(value);
	return text === undefined ? undefined : inventory.account(text);
}

function objectOf(value: unknown): Json | undefined {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function listOf(value: unknown): Json[] {
	const found = Array.isArray(value) ? (value as unknown[]).map(objectOf) : [];
	return found.filter(element => element !== undefined);
}

function textOf(value: unknown): string | undefined {
	return typeof value === 'string' && value !== '' ? value : undefined;
}

function textsOf(value: unknown): string[] {
	return Array.isArray(value) ? value.filter(element => typeof element === 'string') : [];
}

function timeOf(value: unknown): number | undefined {
	const time = typeof value === 'string' ? parseTime(value) : NaN;
	return Number.isNaN(time) ? undefined : time;
}

/** `7776000s` */
function secondsOf(value: unknown): number | undefined {
	const match = typeof value === 'string' ? /^(\d+)(?:\.\d+)?s$/.exec(value) : null;
	return match ? Number(match[1]) : undefined;
}
