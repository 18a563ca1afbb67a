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
	/** Why a refreshed copy that is there does not count. */
	problem?: string;
}

let shipped: RoleData | undefined;
let refreshed: {file: string; found: RoleData | string} | undefined;

/** Unpacked once per process. @param env says where the cache is; without one, the shipped roles count */
export function roleData(env: Env = {}): LoadedRoles {
	const cached = readRefreshedRoles(env);
	if (cached && refreshed?.file !== cached.file) {
		refreshed = {file: cached.file, found: typeof cached.found === 'string' ? cached.found : usable(cached.found)};
	}
	const found = cached && refreshed?.found;
	if (found !== undefined && typeof found !== 'string') return {data: found, origin: 'refreshed'};
	shipped ??= unpackRoleData(readDataFile('predefined-roles.json.gz'));
	const problem =
		found &&
		`the role cache ${cached!.file} cannot be used (${found}): the shipped roles count. ` +
			'`sa-audit roles refresh` writes it anew.';
	return {data: shipped, origin: 'shipped', ...(problem && {problem})};
}

/** The roles in a cache, or what is wrong with it. */
function usable(packed: Uint8Array): RoleData | string {
	try {
		const data = unpackRoleData(packed);
		const isWhole = typeof data.source?.date === 'string' && data.roles['roles/owner'] !== undefined;
		return isWhole ? data : 'it holds no role data';
	} catch (error) {
		return error instanceof SyntaxError ? 'it is no JSON' : ((error as NodeJS.ErrnoException).code ?? 'it is damaged');
	}
}

/** Predefined roles that hold one of these permissions. */
export function openingRoles({roles, numbers}: RoleData, permissions: ReadonlySet<string>): Set<string> {
	const wanted = new Set([...permissions].map(permission => numbers.get(permission)));
	const found = new Set<string>(['roles/admin', 'roles/writer']);
	for (const [name, {perms}] of Object.entries(roles)) if (perms?.some(number => wanted.has(number))) found.add(name);
	return found;
}
