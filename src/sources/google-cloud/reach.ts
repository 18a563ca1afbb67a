/**
 * Which projects somebody can reach: where a grant lets its holder act as an account or rewrite a policy. Only an order
 * of worth for the slow lane; who really gets how far is for the graph to say.
 */
import type {Asset, Json} from '../asset.ts';
import type {Place} from './shape.ts';

/** What opens a way into a project's accounts. */
export const OPENING_PERMISSIONS: ReadonlySet<string> = new Set([
	'iam.serviceAccounts.actAs',
	'iam.serviceAccounts.getAccessToken',
	'iam.serviceAccounts.getOpenIdToken',
	'iam.serviceAccounts.implicitDelegation',
	'iam.serviceAccounts.signBlob',
	'iam.serviceAccounts.signJwt',
	'iam.serviceAccounts.setIamPolicy',
	'iam.serviceAccountKeys.create',
	'resourcemanager.projects.setIamPolicy',
	'resourcemanager.folders.setIamPolicy',
	'resourcemanager.organizations.setIamPolicy',
]);

export class Doors {
	/** Predefined roles that hold one of them. */
	readonly #roles: ReadonlySet<string>;
	readonly #custom = new Set<string>();
	/** Path of a container -> roles that are bound there or on something in it. */
	readonly #bound = new Map<string, Set<string>>();

	constructor(openingRoles: ReadonlySet<string>) {
		this.#roles = openingRoles;
	}

	note({name, assetType, ancestors, iamPolicy, resource}: Asset): void {
		if (assetType === 'iam.googleapis.com/Role') {
			const permissions = resource?.data?.['includedPermissions'];
			const opens =
				Array.isArray(permissions) && permissions.some(permission => OPENING_PERMISSIONS.has(permission as string));
			if (opens) this.#custom.add(name.replace('//iam.googleapis.com/', ''));
		}
		const at = ancestors?.[0];
		if (iamPolicy === undefined || at === undefined) return;
		let roles = this.#bound.get(at);
		if (!roles) this.#bound.set(at, (roles = new Set()));
		for (const binding of (iamPolicy['bindings'] ?? []) as Json[]) roles.add(String(binding['role']));
	}

	/** Whether a grant there or above opens a way in. */
	leadInto(place: Place): boolean {
		return place.ancestors.some(path => {
			for (const role of this.#bound.get(path) ?? []) if (this.#roles.has(role) || this.#custom.has(role)) return true;
			return false;
		});
	}
}
