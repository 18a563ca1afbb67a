/** IAM v1: custom roles of projects and organizations with their permissions, and Google's predefined ones. */
import type {Asset, Json} from '../asset.ts';
import type {Caller} from './caller.ts';
import {bodyOf, IAM, type Place, resourceAsset, textOf} from './shape.ts';

export const ROLE = 'iam.googleapis.com/Role';
const REQUEST = {view: 'FULL', pageSize: 1000};

/**
 * Deleted roles too: bindings still name them, and grant nothing.
 * @throws CallFailure
 */
export async function fetchRoles(caller: Caller, place: Place): Promise<Asset[]> {
	const method = place.kind === 'project' ? 'listProjectRoles' : 'listOrganizationRoles';
	const roles = await caller.list(method, {parent: place.key, ...REQUEST, showDeleted: true}, 'roles');
	return roles.flatMap(role => roleAsset(role, place) ?? []);
}

export function roleAsset(data: Json, place: Place): Asset | undefined {
	const name = textOf(data['name']);
	return name === undefined ? undefined : resourceAsset(`${IAM}${name}`, ROLE, bodyOf(data), place);
}

/** @throws CallFailure */
export function fetchPredefinedRoles(caller: Caller): Promise<Json[]> {
	return caller.list('listPredefinedRoles', REQUEST, 'roles');
}
