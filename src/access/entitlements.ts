/**
 * Entitlements of Privileged Access Manager (v1): roles that somebody may take for a time. They are no
 * bindings of a policy: `can` does not count them, paths do, marked `temporary`. Eligibility is the list of
 * users, no IAM permission; where approval is needed the way is conditional. [seen]
 */
import {list, object, strings, text, WrongType} from '../inventory/fields.ts';
import type {Binding, Inventory} from '../inventory/model.ts';
import type {Json} from '../sources/asset.ts';

export interface Entitlement {
	/** Canonical name of the entitlement. */
	name: string;
	binding: Binding;
	/** Somebody must approve each request. */
	approval: boolean;
}

/**
 * One per entitlement and role, in order of names; entitlements that are being deleted are left out.
 * @param hole told of each entitlement that could not be read, with the reason
 */
export function readEntitlements(inventory: Inventory, hole: (name: string, reason: string) => void): Entitlement[] {
	const found: Entitlement[] = [];
	for (const document of inventory.documents.get('privilegedaccessmanager.googleapis.com/Entitlement') ?? []) {
		try {
			found.push(...rolesOf(inventory, document.name, document.data));
		} catch (error) {
			if (!(error instanceof WrongType)) throw error;
			hole(document.name, error.message);
		}
	}
	return found;
}

function rolesOf(inventory: Inventory, name: string, data: Json): Entitlement[] {
	const state = text(data, 'state');
	if (state !== undefined && state !== 'AVAILABLE' && state !== 'CREATING' && state !== 'UPDATING') return [];
	const access = object(object(data, 'privilegedAccess', 'privileged_access') ?? {}, 'gcpIamAccess', 'gcp_iam_access');
	const container = inventory.container(text(access ?? {}, 'resource') ?? '');
	if (!access || !container) return [];
	const members = list(data, 'eligibleUsers', 'eligible_users').flatMap(entry => strings(entry as Json, 'principals'));
	if (members.length === 0) return [];
	const steps = object(
		object(data, 'approvalWorkflow', 'approval_workflow') ?? {},
		'manualApprovals',
		'manual_approvals',
	);
	return list(access, 'roleBindings', 'role_bindings').flatMap(entry => {
		const json = entry as Json;
		const role = text(json, 'role');
		if (!role) return [];
		const expression = text(json, 'conditionExpression', 'condition_expression');
		return [
			{
				name,
				approval: steps !== undefined,
				binding: {
					resource: {name: container.name, assetType: document(container.kind), container, isContainer: true},
					role,
					members: members.map(member => inventory.principals.of(member)),
					...(expression && {condition: {expression}}),
				},
			},
		];
	});
}

const document = (kind: string): string =>
	`cloudresourcemanager.googleapis.com/${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
