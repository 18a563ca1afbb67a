/**
 * People who left: users that policies name as deleted and nobody names as living, users that the directory has as
 * suspended, archived or deleted, and those that the configuration lists.
 */
import {type Absence, DIRECTORY_USER, directoryUsers} from '../inventory/directory-users.ts';
import type {Principal} from '../inventory/principals.ts';
import {parseMember} from '../inventory/principals.ts';
import type {World} from '../world.ts';

export interface Leaver {
	state: Absence | 'listed';
	/** Who says so. */
	source: 'policies' | 'directory' | 'configuration';
}

/** By `user:EMAIL`. Computed once per world. */
export function leavers(world: World): ReadonlyMap<string, Leaver> {
	let known = found.get(world);
	if (!known) found.set(world, (known = find(world)));
	return known;
}

const found = new WeakMap<World, ReadonlyMap<string, Leaver>>();

function find({inventory, config}: World): ReadonlyMap<string, Leaver> {
	const gone = new Map<string, Leaver>();
	for (const {kind, value} of inventory.principals.all) {
		const user = kind === 'deleted' ? leaverOf(value) : undefined;
		if (user !== undefined) gone.set(user, {state: 'deleted', source: 'policies'});
	}
	// An address that is bound as a living one was given to somebody else, or brought back.
	if (gone.size > 0)
		for (const policy of inventory.policies.values())
			for (const binding of policy.bindings) for (const {member} of binding.members) gone.delete(member);
	const present = new Set<string>();
	const absent = new Map<string, Leaver>();
	for (const {email, absence} of directoryUsers(inventory)) {
		const {member} = parseMember(`user:${email}`);
		if (absence) absent.set(member, {state: absence, source: 'directory'});
		else present.add(member);
	}
	// A deleted user keeps the address on record when somebody else has it.
	for (const [member, leaver] of absent) gone.set(member, leaver);
	for (const member of present) gone.delete(member);
	for (const email of config.leavers ?? [])
		gone.set(parseMember(`user:${email}`).member, {state: 'listed', source: 'configuration'});
	return gone;
}

/**
 * Whether a member of a binding is somebody who left, in whatever way the binding names him, or a group of such people
 * only.
 * @returns undefined: as far as the members of the group were read
 */
export function isLeaver(world: World, member: Principal): boolean | undefined {
	const gone = leavers(world);
	if (member.kind !== 'group') return isGone(gone, member);
	const {memberships, inventory} = world.access;
	// Groups may hold each other.
	const seen = new Set([member]);
	let people = 0;
	for (const group of seen) {
		for (const one of inventory.groups.get(group.value)?.members ?? []) {
			if (one.kind === 'group') seen.add(one);
			else if (isGone(gone, one)) people++;
			else return false;
		}
	}
	return memberships.isOpen(member) ? undefined : people > 0;
}

const isGone = (gone: ReadonlyMap<string, Leaver>, {kind, value, member}: Principal): boolean =>
	gone.has(kind === 'deleted' ? (leaverOf(value) ?? '') : member);

/** Whether anything could have told that somebody is suspended. */
export function areAbsencesKnown({inventory, config}: World): boolean {
	return config.leavers !== undefined || (inventory.documents.get(DIRECTORY_USER) ?? []).length > 0;
}

/** What is told of somebody, in words. */
export function absenceWords({state, source}: Leaver): string {
	if (source === 'configuration') return 'has left, as the configuration says';
	return state === 'deleted' ? 'has left' : `is ${state}`;
}

/** `user:a@b.c?uid=1` -> `user:a@b.c` */
function leaverOf(deleted: string): string | undefined {
	const [, email] = /^user:([^?]+)(?:\?uid=.*)?$/.exec(deleted) ?? [];
	return email === undefined ? undefined : parseMember(`user:${email}`).member;
}
