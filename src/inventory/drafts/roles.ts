/** Custom roles, as they are read. */
import type {Asset, Json} from '../../sources/asset.ts';
import {flag, text, WrongType} from '../fields.ts';
import type {Container, CustomRole} from '../model.ts';
import {parseCustomRole} from '../names.ts';
import {contentsOf, type Place, type Reading} from './reading.ts';

type DraftRole = CustomRole & {time: number; ownerKey: string};

export class RoleDrafts {
	readonly #reading: Reading;
	readonly #drafts = new Map<string, DraftRole>();

	constructor(reading: Reading) {
		this.#reading = reading;
	}

	take(asset: Asset, data: Json, {container, stamp}: Place): void {
		const reading = this.#reading;
		const parts = parseCustomRole(asset.name) ?? parseCustomRole(reading.try(text, data, 'name') ?? '');
		if (!parts) {
			if (/^(?:\/\/iam\.googleapis\.com\/)?roles\//.test(asset.name)) return;
			throw new WrongType('name is no custom role of a project or organization');
		}
		if (parts.owner.startsWith('projects/')) reading.joinAncestor(parts.owner, asset);
		reading.registry.note(parts.owner);
		reading.count('roles', container ?? parts.owner, asset.name);
		const name = `${parts.owner}/roles/${parts.id}`;
		const role: DraftRole = {
			name,
			ownerKey: parts.owner,
			owner: undefined,
			title: reading.free(data, 'title'),
			permissions: reading.texts(data, 'includedPermissions', 'included_permissions'),
			disabled: reading.try(text, data, 'stage') === 'DISABLED',
			deleted: reading.try(flag, data, 'deleted') ?? false,
			time: stamp,
		};
		const known = this.#drafts.get(name);
		if (known) {
			const contents = contentsOf(known, role);
			if (!reading.isNewer(stamp, known.time, `role ${name}`, sameRole(known, role), contents)) return;
		}
		this.#drafts.set(name, role);
	}

	/** By name, with the owner's one name in it. Call once. */
	finish(container: (key: string) => Container | undefined): Map<string, CustomRole> {
		const roles = new Map<string, CustomRole & {time: number}>();
		for (const {ownerKey, time, ...role} of this.#drafts.values()) {
			const owner = container(ownerKey);
			const name = `${owner?.key ?? ownerKey}/roles/${role.name.slice(role.name.lastIndexOf('/') + 1)}`;
			const known = roles.get(name);
			// The same role under its project's id and number.
			if (known) {
				const contents = contentsOf({...known, name, owner: undefined}, {...role, name, owner: undefined});
				if (!this.#reading.isNewer(time, known.time, `role ${name}`, sameRole(known, role), contents)) continue;
			}
			roles.set(name, {...role, name, owner, time});
		}
		this.#drafts.clear();
		return roles;
	}
}

function sameRole(a: CustomRole, b: CustomRole): boolean {
	const kinds = a.disabled === b.disabled && a.deleted === b.deleted;
	return kinds && a.permissions.toSorted().join() === b.permissions.toSorted().join();
}
