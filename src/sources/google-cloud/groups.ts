/** Cloud Identity: who is in a group, and who owns and manages it. */
import type {Asset, Json} from '../asset.ts';
import type {Caller} from './caller.ts';
import {objectOf, textOf} from './shape.ts';

const GROUP = 'cloudidentity.googleapis.com/Group';

export interface ReadGroup {
	asset: Asset;
	/** E-mails of groups among its members, lower-case. */
	nested: string[];
}

/**
 * @param email of the group, lower-case
 * @param ancestors of the organization that it is read for
 * @throws CallFailure
 */
export async function fetchGroup(caller: Caller, email: string, ancestors: string[]): Promise<ReadGroup> {
	const name = textOf((await caller.call('lookupGroup', {'groupKey.id': email}))['name']) ?? '';
	// Only the full view tells what kind of member each one is.
	const memberships = await caller.list('listMemberships', {parent: name, view: 'FULL', pageSize: 500}, 'memberships');
	return groupOf(email, name, memberships, ancestors);
}

/** @param name `groups/ID` */
export function groupOf(email: string, name: string, memberships: Json[], ancestors: string[]): ReadGroup {
	const members: string[] = [];
	const owners: string[] = [];
	const managers: string[] = [];
	const nested: string[] = [];
	for (const membership of memberships) {
		const id =
			textOf(objectOf(membership['preferredMemberKey'])?.['id']) ?? textOf(objectOf(membership['memberKey'])?.['id']);
		if (id === undefined) continue;
		const member = memberOf(id, textOf(membership['type']));
		members.push(member);
		if (member.startsWith('group:')) nested.push(id.toLowerCase());
		const roles = Array.isArray(membership['roles']) ? (membership['roles'] as Json[]) : [];
		if (roles.some(role => role['name'] === 'OWNER')) owners.push(member);
		if (roles.some(role => role['name'] === 'MANAGER')) managers.push(member);
	}
	const data = {
		name,
		groupKey: {id: email},
		members: members.toSorted(),
		owners: owners.toSorted(),
		managers: managers.toSorted(),
	};
	return {
		asset: {name: `//cloudidentity.googleapis.com/${name}`, assetType: GROUP, resource: {data}, ancestors},
		nested,
	};
}

/** In member syntax. Facts: Cloud Identity v1 `Membership.type` [seen]. */
function memberOf(id: string, type: string | undefined): string {
	if (type === 'GROUP') return `group:${id}`;
	if (type === 'SERVICE_ACCOUNT' || /\.gserviceaccount\.com$/i.test(id)) return `serviceAccount:${id}`;
	if (id.startsWith('principal')) return id;
	return `user:${id}`;
}
