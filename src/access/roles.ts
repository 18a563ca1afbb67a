/**
 * Roles as sets of permissions. Predefined roles ship with the package (data/predefined-roles.json.gz:
 * iann0036/iam-dataset, 2026-08-22, MIT); custom roles come from the inventory.
 */
import {gunzipSync} from 'node:zlib';
import type {CustomRole} from '../inventory/model.ts';

/** A role as it counts: what it contains, never what it is called. */
export interface Role {
	/** Canonical name as bound. */
	name: string;
	title: string | undefined;
	/** Numbers in the permission table, ascending. */
	permissions: Uint16Array;
	/**
	 * `known`: the permissions are all of them. `atLeast`: Google does not publish them all (`roles/admin`,
	 * `roles/writer`, `roles/reader`). `unknown`: the role was not read.
	 */
	knowledge: 'known' | 'atLeast' | 'unknown';
	/** A `_withcond_` name stands for a conditional grant whose expression was not exported. */
	hiddenCondition: boolean;
}

/** The shipped role data, unpacked; shared by every catalogue and never changed. */
export interface RoleData {
	source: {repo: string; commit: string; date: string};
	permissions: string[];
	roles: Record<string, {title?: string; stage?: string; perms?: number[]; retired?: boolean; permsUnknown?: boolean}>;
	/** Number of each permission. */
	numbers: ReadonlyMap<string, number>;
}

/** @param compressed the gzipped JSON of the shipped (or refreshed) role data */
export function unpackRoleData(compressed: Uint8Array): RoleData {
	const data = JSON.parse(gunzipSync(compressed).toString('utf8')) as Omit<RoleData, 'numbers'>;
	return {...data, numbers: new Map(data.permissions.map((name, number) => [name, number]))};
}

const NONE = new Uint16Array(0);
/** What the new basic roles are at least (facts/README: treat as at least owner, editor). */
const AT_LEAST: Record<string, string> = {
	'roles/admin': 'roles/owner',
	'roles/writer': 'roles/editor',
	'roles/reader': 'roles/viewer',
};

/** All roles of one audit: predefined, custom, and placeholders for what nobody described. */
export class RoleCatalogue {
	readonly #data: RoleData;
	readonly #custom: ReadonlyMap<string, CustomRole>;
	readonly #roles = new Map<string, Role>();
	/** Permissions that only custom roles name, numbered after the shipped ones. */
	readonly #newNumbers = new Map<string, number>();
	readonly #newNames: string[] = [];

	constructor(data: RoleData, custom: ReadonlyMap<string, CustomRole> = new Map()) {
		this.#data = data;
		this.#custom = custom;
	}

	/** Where the predefined roles come from, for the report. */
	get source(): {repo: string; commit: string; date: string} {
		return this.#data.source;
	}

	/** How many permissions are known by name; numbers are below this. */
	get size(): number {
		return this.#data.permissions.length + this.#newNames.length;
	}

	/** Number of a permission (v1 name), undefined if no role ever named it. */
	numberOf(permission: string): number | undefined {
		return this.#data.numbers.get(permission) ?? this.#newNumbers.get(permission);
	}

	nameOf(number: number): string {
		const shipped = this.#data.permissions;
		return number < shipped.length ? shipped[number]! : this.#newNames[number - shipped.length]!;
	}

	/** A permission's number, made on first sight: custom roles may hold newer permissions. */
	intern(permission: string): number {
		let number = this.numberOf(permission);
		if (number === undefined) {
			number = this.size;
			this.#newNames.push(permission);
			this.#newNumbers.set(permission, number);
		}
		return number;
	}

	/** The role of a binding, by canonical name. Never undefined: an unread role has knowledge `unknown`. */
	get(name: string): Role {
		let role = this.#roles.get(name);
		if (!role) this.#roles.set(name, (role = this.#make(name)));
		return role;
	}

	/** Names of all predefined roles. */
	predefined(): string[] {
		return Object.keys(this.#data.roles);
	}

	#make(name: string): Role {
		const marker = name.indexOf('_withcond_');
		if (marker > 0) return {...this.get(name.slice(0, marker)), name, hiddenCondition: true};
		// A binding may name anything, `constructor` too.
		const entry = Object.hasOwn(this.#data.roles, name) ? this.#data.roles[name] : undefined;
		if (entry) {
			const atLeast = AT_LEAST[name];
			const perms = atLeast ? this.#data.roles[atLeast]!.perms! : (entry.perms ?? []);
			const incomplete = entry.permsUnknown === true || atLeast !== undefined;
			return {
				name,
				title: entry.title,
				permissions: Uint16Array.from(perms).toSorted(),
				// A retired role without published permissions grants something that we do not know.
				knowledge: incomplete ? 'atLeast' : entry.perms === undefined ? 'unknown' : 'known',
				hiddenCondition: false,
			};
		}
		const custom = this.#custom.get(name);
		if (!custom) return {name, title: undefined, permissions: NONE, knowledge: 'unknown', hiddenCondition: false};
		// A disabled role "will not contribute permissions to any principals it is granted to" (IAM REST reference,
		// RoleLaunchStage [seen]); a deleted one neither. Their bindings stay, and undelete or enable revives them.
		const permissions =
			custom.deleted || custom.disabled ? [] : custom.permissions.map(permission => this.intern(permission));
		return {
			name,
			title: custom.title,
			permissions: Uint16Array.from(permissions).toSorted(),
			knowledge: 'known',
			hiddenCondition: false,
		};
	}
}

/** Whether a sorted permission list holds a number. */
export function hasPermission(role: Role, number: number | undefined): boolean {
	if (number === undefined) return false;
	const {permissions} = role;
	let low = 0;
	let high = permissions.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (permissions[middle]! < number) low = middle + 1;
		else high = middle;
	}
	return permissions[low] === number;
}
