/** From what a user types to principals and resources of an inventory (contract, "Commands"). */
import {type Target, accountTarget, containerTarget} from './access/evaluate.ts';
import {UsageError} from './errors.ts';
import {BUCKET} from './inventory/resource-facts.ts';
import type {AllowPolicy, Container, Inventory, ServiceAccount} from './inventory/model.ts';
import {containerKey, parseAccountName} from './inventory/names.ts';
import {parseMember, type Principal, type PrincipalKind} from './inventory/principals.ts';
import {nearest} from './nearest.ts';

/**
 * A principal in IAM member syntax; it need not be named anywhere.
 * @throws UsageError if it is no member syntax
 */
export function resolvePrincipal(inventory: Inventory, text: string): Principal {
	const known = inventory.principals.find(text) ?? inventory.principals.find(byNumber(inventory, text));
	const {kind, value} = parseMember(text);
	if (kind !== 'unknown' && (known || isWellFormed(kind, value))) return known ?? inventory.principals.of(text);
	const account = text.includes('@') ? inventory.account(text) : undefined;
	const hint = account
		? `Did you mean ${account.principal.member}?`
		: text.includes('@')
			? `Did you mean user:${text}, group:${text} or serviceAccount:${text}?`
			: 'Write it as a policy does: user:a@b.c, serviceAccount:..., group:..., domain:..., allUsers, principal://..., principalSet://...';
	throw new UsageError(`${text} is no principal.`, hint);
}

/** An identity of a pool as policies write it: by the number of the pool's project. Facts: iam-semantics section 2. [seen] */
function byNumber(inventory: Inventory, text: string): string {
	return text.replace(
		/^(principal(?:Set)?:\/\/iam\.googleapis\.com\/)projects\/([^/]+)\//,
		(whole, host: string, project: string) => {
			const number = inventory.container(`projects/${project}`)?.number;
			return number === undefined ? whole : `${host}projects/${number}/`;
		},
	);
}

/** What follows the prefix in member syntax. Facts: iam-semantics section 2. */
function isWellFormed(kind: PrincipalKind, value: string): boolean {
	switch (kind) {
		case 'user':
		case 'group':
			return /^[^@\s]+@[^@\s]+$/.test(value);
		case 'serviceAccount':
			// A Kubernetes account has no e-mail: `PROJECT.svc.id.goog[NAMESPACE/NAME]`.
			return /^[^@\s]+@[^@\s]+$|^[^\s[\]]+\.svc\.id\.goog\[[^/\s]+\/[^/\s]+\]$/.test(value);
		case 'domain':
			return !/[@/\s]/.test(value);
		case 'principal':
		case 'principalSet':
			return /^\/\/[^/\s]+\/./.test(value);
		default:
			return true;
	}
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
	if (isAccount) {
		const account = inventory.account(bare);
		if (account) return parts?.key === undefined ? accountTarget(account) : keyTarget(account, parts.key);
		// By a unique id that no account read has: its policy is all that is known of it.
		if (!inventory.policies.has(bare)) throw unknownResource(inventory, text);
	}
	const found = bare.startsWith('//') ? resourceTarget(inventory, bare) : undefined;
	if (found) return found;
	throw unknownResource(inventory, text);
}

/** A key carries no policy: what its account's says holds for it. */
function keyTarget(account: ServiceAccount, key: string): Target {
	const name = `${account.name}/keys/${key}`;
	return {...accountTarget(account), name, assetType: 'iam.googleapis.com/ServiceAccountKey', above: [account.name]};
}

/**
 * Anything with a policy, in something that has one, or in a known container, from which it inherits whether or not
 * its own asset was read.
 */
function resourceTarget(inventory: Inventory, name: string): Target | undefined {
	const key = /^\/\/[^/]+\/(?:[^/]+\/)?((?:projects|folders|organizations)\/[^/]+)\//.exec(name)?.[1];
	const container = key === undefined ? undefined : inventory.container(key);
	const policies = namesOf(name, key, container).flatMap(spelling => policiesAround(inventory, spelling));
	const own = policies.find(({within}) => !within);
	const home = container ?? policies[0]?.policy.resource.container ?? homeOfBucket(inventory, name);
	if (!own && !home) return undefined;
	const above = policies.flatMap(({policy, within}) => (within ? [policy.resource.name] : []));
	return {
		name: own?.policy.resource.name ?? name,
		assetType: own?.policy.resource.assetType ?? assetTypeOf(name),
		container: home,
		...(above.length > 0 && {above}),
	};
}

/** Where a bucket is that the name is of, or of something in: names of buckets tell no project. */
function homeOfBucket(inventory: Inventory, name: string): Container | undefined {
	const bucket = /^\/\/storage\.googleapis\.com\/(?:projects\/_\/buckets\/)?([^/]+)/.exec(name)?.[1];
	if (bucket === undefined) return undefined;
	const asset = `//storage.googleapis.com/${bucket}`;
	return inventory.documents.get(BUCKET)?.find(document => document.name === asset)?.container;
}

/** A name as written, by its project's id and by its number; an object of a bucket by the bucket's own name. */
function namesOf(name: string, key: string | undefined, container: Container | undefined): string[] {
	const names = [name.replace(/^\/\/storage\.googleapis\.com\/projects\/_\/buckets\//, '//storage.googleapis.com/')];
	if (key !== undefined && container) {
		for (const spelled of [container.key, container.number && `projects/${container.number}`])
			if (spelled) names.push(name.replace(`/${key}/`, `/${spelled}/`));
	}
	return [...new Set(names)];
}

/** The policies of a resource and of what its name says it lies in, nearest first. */
function policiesAround(inventory: Inventory, name: string): {policy: AllowPolicy; within: boolean}[] {
	const found: {policy: AllowPolicy; within: boolean}[] = [];
	for (let at = name; at.lastIndexOf('/') > 1; at = at.slice(0, at.lastIndexOf('/'))) {
		const policy = inventory.policies.get(at);
		if (policy) found.push({policy, within: at !== name});
	}
	return found;
}

/** `//compute.googleapis.com/projects/p/zones/z/instances/i` -> `compute.googleapis.com/Instance`, as well as a name tells. */
function assetTypeOf(name: string): string {
	const [, , host, ...path] = name.split('/');
	const collection = path.at(-2) ?? '';
	// Names of objects may hold slashes themselves.
	if (host === 'storage.googleapis.com') return path.includes('objects') ? `${host}/Object` : BUCKET;
	if (host === 'secretmanager.googleapis.com' && collection === 'versions') return `${host}/SecretVersion`;
	const singular = collection.endsWith('ies') ? `${collection.slice(0, -3)}y` : collection.replace(/s$/, '');
	return `${host}/${singular.charAt(0).toUpperCase()}${singular.slice(1)}`;
}

function unknownResource(inventory: Inventory, text: string): UsageError {
	const names = [
		...inventory.containers.map(container => container.key),
		...inventory.accounts.keys(),
		...(text.startsWith('//') ? [...inventory.accounts.values()].map(account => account.name) : []),
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
