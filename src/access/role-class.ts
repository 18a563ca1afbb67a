/**
 * Each role classified once: which watched permissions it holds, and how much of Editor it is. A binding
 * whose class is empty matters to no path and no power (performance.md, point 6).
 */
import {
	EDITOR,
	EDITOR_SHARE,
	IMPERSONATING,
	LEVELS,
	ORGANIZATION_ADMIN,
	OWNER_ROLES,
	POLICY_REWRITING,
	READING_DATA,
	WRITING_DATA,
} from './power-data.ts';
import {hasPermission, type Role, type RoleCatalogue} from './roles.ts';

/** What a role means for power and escalation. */
export interface RoleClass {
	/** Dense number, in order of first appearance. */
	index: number;
	role: Role;
	/** Watched permissions that the role holds, by name. */
	watched: ReadonlySet<string>;
	reads: boolean;
	writes: boolean;
	impersonates: boolean;
	rewrites: {project: boolean; folder: boolean; organization: boolean};
	/** Number of Editor's permissions in it. */
	editorOverlap: number;
	/** At least 95 % of Editor by itself. */
	editorLike: boolean;
	/** Legacy or new owner role. */
	owner: boolean;
	organizationAdmin: boolean;
	/** Holds a permission that may open an arc by itself, or act-as. */
	escalates: boolean;
	/** May update custom roles. */
	updatesRoles: boolean;
	/** Holds act-as on accounts. */
	actsAs: boolean;
	/** Holds a permission that some vehicle asks for. */
	drives: boolean;
	/** Contents unknown or only a lower bound is known. */
	uncertain: boolean;
	/** Some power may rest on it, alone or with other roles. */
	powers: boolean;
	/** Nothing of the above: such a binding needs no grant node. */
	empty: boolean;
}

/** Fewer of Editor's permissions (half a percent) do not decide whether several roles are editor-like. */
const EDITOR_PART = 60;

export const levelRank = (level: (typeof LEVELS)[number]): number => LEVELS.indexOf(level);

/** Classifier over one role catalogue. */
export class RoleClasses {
	readonly catalogue: RoleCatalogue;
	readonly #classes = new Map<string, RoleClass>();
	readonly #unions = new Map<string, number>();
	readonly #watch: readonly string[];
	readonly #escalating: readonly string[];
	readonly #driving: readonly string[];
	readonly #editor: Role;
	readonly #organizationAdmin: Role;

	/**
	 * @param opening permissions that may open an arc, v1 names
	 * @param driving permissions that vehicles ask for beside act-as
	 */
	constructor(catalogue: RoleCatalogue, opening: Iterable<string>, driving: Iterable<string> = []) {
		this.catalogue = catalogue;
		this.#escalating = [...opening];
		this.#driving = [...driving];
		const all = new Set([
			...READING_DATA,
			...WRITING_DATA,
			...IMPERSONATING,
			...Object.values(POLICY_REWRITING),
			...this.#escalating,
			...this.#driving,
		]);
		this.#watch = [...all];
		this.#editor = catalogue.get(EDITOR);
		this.#organizationAdmin = catalogue.get(ORGANIZATION_ADMIN);
	}

	/** How many permissions Editor has in the role data. */
	get editorSize(): number {
		return this.#editor.permissions.length;
	}

	/** Number of Editor permissions from which something is editor-like. */
	get editorThreshold(): number {
		return Math.ceil(this.editorSize * EDITOR_SHARE);
	}

	of(name: string): RoleClass {
		let known = this.#classes.get(name);
		if (!known) this.#classes.set(name, (known = this.#classify(this.catalogue.get(name))));
		return known;
	}

	#classify(role: Role): RoleClass {
		const watched = new Set<string>();
		for (const permission of this.#watch) {
			if (hasPermission(role, this.catalogue.numberOf(permission))) watched.add(permission);
		}
		const any = (list: readonly string[]): boolean => list.some(permission => watched.has(permission));
		const base = role.name.replace(/_withcond_.*$/, '');
		const overlap = overlapOf(role.permissions, this.#editor.permissions);
		const uncertain = role.knowledge !== 'known';
		const reads = any(READING_DATA);
		const writes = any(WRITING_DATA);
		const impersonates = any(IMPERSONATING);
		const rewrites = {
			project: watched.has(POLICY_REWRITING.project),
			folder: watched.has(POLICY_REWRITING.folder),
			organization: watched.has(POLICY_REWRITING.organization),
		};
		return {
			index: this.#classes.size,
			role,
			watched,
			reads,
			writes,
			impersonates,
			rewrites,
			powers: reads || writes || impersonates || Object.values(rewrites).some(Boolean) || overlap >= EDITOR_PART,
			editorOverlap: overlap,
			editorLike: overlap >= this.editorThreshold,
			owner: OWNER_ROLES.has(base),
			organizationAdmin:
				overlapOf(role.permissions, this.#organizationAdmin.permissions) === this.#organizationAdmin.permissions.length,
			escalates: this.#escalating.some(permission => watched.has(permission)),
			updatesRoles: watched.has('iam.roles.update'),
			actsAs: watched.has('iam.serviceAccounts.actAs'),
			drives: this.#driving.some(permission => watched.has(permission)),
			uncertain,
			// A role without any of that may still be a part of Editor, if it is not a tiny one.
			empty: watched.size === 0 && !uncertain && overlap < EDITOR_PART,
		};
	}

	/** How many of Editor's permissions several roles hold together. Few combinations of roles occur: each is kept. */
	unionOverlap(classes: readonly RoleClass[]): number {
		if (classes.length === 1) return classes[0]!.editorOverlap;
		const key = classes
			.map(cls => cls.role.name)
			.toSorted()
			.join(' ');
		let size = this.#unions.get(key);
		if (size === undefined) {
			const held = new Uint8Array(this.catalogue.size);
			for (const {role} of classes) for (const number of role.permissions) held[number] = 1;
			size = 0;
			for (const number of this.#editor.permissions) size += held[number]!;
			this.#unions.set(key, size);
		}
		return size;
	}
}

/** Size of the intersection of two ascending lists. */
function overlapOf(a: Uint16Array, b: Uint16Array): number {
	let common = 0;
	for (let i = 0, j = 0; i < a.length && j < b.length;) {
		if (a[i]! < b[j]!) i++;
		else if (a[i]! > b[j]!) j++;
		else {
			common++;
			i++;
			j++;
		}
	}
	return common;
}
