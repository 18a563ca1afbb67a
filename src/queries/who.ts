/** Kinds of members that queries treat apart. */
import {accountKind} from '../inventory/account-kind.ts';
import type {Principal} from '../inventory/principals.ts';
import type {World} from '../world.ts';

/** Whether a member is an identity from outside that Google maps by a token: federated, or a Kubernetes account. */
export function isFederated(member: Principal): boolean {
	return member.kind === 'principal' || member.kind === 'principalSet' || member.value.includes('[');
}

export function isPublic({kind}: Principal): boolean {
	return kind === 'allUsers' || kind === 'allAuthenticatedUsers';
}

/** Whether a member can be the gaining side of anything. */
export function canGain(world: World, member: Principal): boolean {
	if (member.kind === 'unknown' || world.access.cannotAct(member) !== undefined) return false;
	if (member.kind === 'principalSet' && member.value.endsWith('/type/ServiceAgent')) return false;
	if (member.kind !== 'serviceAccount') return true;
	// Customers cannot authenticate as a service agent.
	return accountKind(member.value) !== 'service-agent';
}
