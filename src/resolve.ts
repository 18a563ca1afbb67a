/** From what a user types to principals and resources of an inventory (contract, "Commands"). */
import {type Target, accountTarget, containerTarget} from './access/evaluate.ts';
import {UsageError} from './errors.ts';
import type {Inventory} from './inventory/model.ts';
import {containerKey, parseAccountName, projectInName} from './inventory/names.ts';
import {parseMember, type Principal} from './inventory/principals.ts';
import {nearest} from './nearest.ts';

/**
 * A principal in IAM member syntax; it need not be named anywhere.
 * @throws UsageError if it is no member syntax
 */
export function resolvePrincipal(inventory: Inventory, text: string): Principal {
	const known = inventory.principals.find(text);
	const {kind} = parseMember(text);
	if (kind !== 'unknown') return known ?? inventory.principals.of(text);
	const account = text.includes('@') ? inventory.account(text) : undefined;
	const hint = account
		? `Did you mean ${account.principal.member}?`
		: text.includes('@')
			? `Did you mean user:${text}, group:${text} or serviceAccount:${text}?`
			: 'Write it as a policy does: user:a@b.c, serviceAccount:..., group:..., domain:..., allUsers, principal://..., principalSet://...';
	throw new UsageError(`${text} is no principal.`, hint);
}

/**
 * A resource by full or short name, or a service account by e-mail or unique id.
 * @throws UsageError with the nearest known names
 */
export function resolveResource(inventory: Inventory, text: string): Target {
	const bare = text.startsWith('serviceAccount:') ? text.slice('serviceAccount:'.length) : text;
	const key = containerKey(bare);
	if (key) {
		const container = inventory.container(key);
		if (container) return containerTarget(container);
		throw unknownResource(inventory, text);
	}
	const parts = parseAccountName(bare);
	const isAccount = parts !== undefined || /^[^/\s]+@[^/\s]+$/.test(bare) || /^\d{15,}$/.test(bare);
	if (isAccount && parts?.key === undefined) {
		const account = inventory.account(bare);
		if (account) return accountTarget(account);
		throw unknownResource(inventory, text);
	}
	const policy = inventory.policies.get(bare);
	if (policy)
		return {name: policy.resource.name, assetType: policy.resource.assetType, container: policy.resource.container};
	// Anything in a known project inherits from it, whether or not its own asset was read.
	const project = bare.startsWith('//') ? inventory.container(projectInName(bare) ?? '') : undefined;
	if (project) return {name: bare, assetType: assetTypeOf(bare), container: project};
	throw unknownResource(inventory, text);
}

/** `//compute.googleapis.com/projects/p/zones/z/instances/i` -> `compute.googleapis.com/Instance`, as well as a name tells. */
function assetTypeOf(name: string): string {
	const [, , host, ...path] = name.split('/');
	const collection = path.at(-2) ?? '';
	const singular = collection.endsWith('ies') ? `${collection.slice(0, -3)}y` : collection.replace(/s$/, '');
	return `${host}/${singular.charAt(0).toUpperCase()}${singular.slice(1)}`;
}

function unknownResource(inventory: Inventory, text: string): UsageError {
	const names = [
		...inventory.containers.map(container => container.key),
		...inventory.accounts.keys(),
		...inventory.policies.keys(),
	];
	return new UsageError(
		`${text} is not in what was given.`,
		nearestHint(text, names) ?? 'Check the spelling, or give more of the export.',
	);
}

function nearestHint(text: string, names: readonly string[]): string | undefined {
	const near = nearest(text, names);
	return near === undefined ? undefined : `Did you mean ${near}?`;
}
