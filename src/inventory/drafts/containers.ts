/** Organizations, folders and projects: their own assets, and what any asset says about where it lies. */
import type {Asset, Json} from '../../sources/asset.ts';
import {UsageError} from '../../errors.ts';
import {object, text, WrongType} from '../fields.ts';
import type {Container} from '../model.ts';
import {containerKey, projectInName} from '../names.ts';
import type {Reading} from './reading.ts';

/** Key of the container an asset is, or lies in. */
export function containerOf(asset: Asset, stamp: number, reading: Reading): string | undefined {
	const {registry} = reading;
	const own = containerKey(asset.name);
	const first = containerKey(asset.ancestors?.[0] ?? '');
	if (own) {
		registry.note(own);
		// Ancestors begin with the container itself (a project by its number), or with its parent.
		if (first?.startsWith('projects/') && own.startsWith('projects/')) reading.joinProject(own, first);
		else if (first) registry.link(own, first, stamp);
		return own;
	}
	if (first) return first;
	const parent = asset.resource?.parent;
	const byParent = parent === undefined ? undefined : (containerKey(parent) ?? projectInName(parent));
	const key = byParent ?? projectInName(asset.name);
	if (key) registry.note(key);
	return key;
}

/** A container's own asset. */
export function readContainer(asset: Asset, data: Json, stamp: number, reading: Reading): void {
	const {registry} = reading;
	const name = reading.try(text, data, 'name');
	const key = containerKey(asset.name) ?? containerKey(name ?? '');
	if (!key) throw new WrongType('name is no project, folder or organization');
	const state = reading.try(text, data, 'state') ?? reading.try(text, data, 'lifecycleState');
	const displayName = reading.free(data, 'displayName') ?? (key.startsWith('projects/') ? name : undefined);
	// v1 has it in `owner`, v3 beside the name. [seen]
	const owner = reading.try(object, data, 'owner') ?? {};
	const directoryCustomerId =
		reading.try(text, data, 'directoryCustomerId') ?? reading.try(text, owner, 'directoryCustomerId');
	const active = state === undefined || state === 'ACTIVE' || state.endsWith('UNSPECIFIED');
	registry.describe(key, {displayName, directoryCustomerId, active}, stamp);
	const id = reading.try(text, data, 'projectId');
	const relative = containerKey(name ?? '');
	const number = reading.try(text, data, 'projectNumber') ?? relative?.slice('projects/'.length);
	if (key.startsWith('projects/')) {
		if (id !== undefined && number !== undefined && /^\d+$/.test(number))
			registry.join(`projects/${id}`, `projects/${number}`);
		else if (id !== undefined && key !== `projects/${id}` && /^projects\/\d+$/.test(key))
			registry.join(`projects/${id}`, key);
	}
	if (asset.ancestors === undefined || asset.ancestors.length < 2) {
		const parent =
			parentIn(data, reading) ?? (asset.resource?.parent ? containerKey(asset.resource.parent) : undefined);
		if (parent && parent !== key) registry.link(key, parent, stamp);
	}
	reading.count('resources', key, key);
}

/** Parent in a v3 (`"folders/1"`) or v1 (`{type, id}`) body. */
function parentIn(data: Json, reading: Reading): string | undefined {
	const parent = data['parent'];
	if (typeof parent === 'string') return containerKey(parent);
	if (typeof parent !== 'object' || parent === null) return undefined;
	const type = reading.try(text, parent as Json, 'type');
	const id = reading.try(text, parent as Json, 'id');
	return type && id ? containerKey(`${type}s/${id}`) : undefined;
}

/**
 * Marks what is audited. Without scopes everything is.
 * @throws UsageError if a scope is in none of the assets
 */
export function narrow(
	containers: readonly Container[],
	find: (key: string) => Container | undefined,
	scopes: readonly string[],
): void {
	if (scopes.length === 0) return;
	for (const container of containers) container.inScope = false;
	for (const scope of scopes) {
		const top = find(scope);
		if (!top) {
			const known = containers.filter(container => container.key.startsWith(scope.slice(0, scope.indexOf('/') + 1)));
			const names = known.slice(0, 5).map(container => container.key);
			throw new UsageError(
				`${scope} is not in what was given`,
				names.length ? `known are ${names.join(', ')}` : 'check the id, or leave the scope out',
			);
		}
		for (let i = top.order; i < top.end; i++) containers[i]!.inScope = true;
	}
}
