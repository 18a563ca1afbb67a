/** People who left: users that policies name as deleted, and nobody names as living. */
import {parseMember} from '../inventory/principals.ts';
import type {World} from '../world.ts';

/** `user:EMAIL` of each, with the member by which policies name it. */
export function leavers({inventory}: World): ReadonlyMap<string, string> {
	const gone = new Map<string, string>();
	for (const {kind, value, member} of inventory.principals.all) {
		const user = kind === 'deleted' ? leaverOf(value) : undefined;
		if (user !== undefined) gone.set(user, member);
	}
	if (gone.size === 0) return gone;
	// An address that is bound as a living one was given to somebody else, or brought back.
	for (const policy of inventory.policies.values())
		for (const binding of policy.bindings) for (const {member} of binding.members) gone.delete(member);
	return gone;
}

/** `user:a@b.c?uid=1` -> `user:a@b.c` */
export function leaverOf(deleted: string): string | undefined {
	const [, email] = /^user:([^?]+)(?:\?uid=.*)?$/.exec(deleted) ?? [];
	return email === undefined ? undefined : parseMember(`user:${email}`).member;
}
