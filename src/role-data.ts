/** The predefined roles: refreshed ones in the user's cache win over those that ship with the package. */
import type {RoleData} from './access/roles.ts';
import {unpackRoleData} from './access/roles.ts';
import {readDataFile} from './data-file.ts';
import {readRefreshedRoles} from './sources/role-cache.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface LoadedRoles {
	data: RoleData;
	/** `shipped`, or where the refreshed ones came from. */
	origin: 'shipped' | 'refreshed';
}

let shipped: RoleData | undefined;
let refreshed: {file: string; data: RoleData | undefined} | undefined;

/** Unpacked once per process. @param env says where the cache is; without one, the shipped roles count */
export function roleData(env: Env = {}): LoadedRoles {
	const cached = readRefreshedRoles(env);
	if (cached) {
		if (refreshed?.file !== cached.file) refreshed = {file: cached.file, data: usable(cached.packed)};
		if (refreshed.data) return {data: refreshed.data, origin: 'refreshed'};
	}
	shipped ??= unpackRoleData(readDataFile('predefined-roles.json.gz'));
	return {data: shipped, origin: 'shipped'};
}

/** A cache that cannot be read is worth nothing; the shipped roles are there. */
function usable(packed: Uint8Array): RoleData | undefined {
	try {
		const data = unpackRoleData(packed);
		return typeof data.source?.date === 'string' && data.roles['roles/owner'] !== undefined ? data : undefined;
	} catch {
		return undefined;
	}
}

/** Predefined roles that hold one of these permissions. */
export function openingRoles({roles, numbers}: RoleData, permissions: ReadonlySet<string>): Set<string> {
	const wanted = new Set([...permissions].map(permission => numbers.get(permission)));
	const found = new Set<string>(['roles/admin', 'roles/writer']);
	for (const [name, {perms}] of Object.entries(roles)) if (perms?.some(number => wanted.has(number))) found.add(name);
	return found;
}
