/**
 * The ways to become someone else that one permission on an account or container opens. The order is the
 * catalogue's: where a hop has several, the surest is named, then the first. Facts: escalations.json.
 */

export interface DirectEscalation {
	id: string;
	title: string;
	/** v1 permission, checked on the account itself (inherited from its containers). */
	permission: string;
	strength: 'full' | 'limited';
	/** Mints a credential in one call: what a delegation chain may end with. */
	mints: boolean;
	/** Boolean constraints of which any one, enforced, stops it. */
	constraints: readonly string[];
}

/** Position in this array is the escalation's bit in a mask. */
export const DIRECT: readonly DirectEscalation[] = [
	{
		id: 'sa-get-access-token',
		title: 'Mint an OAuth access token for a service account',
		permission: 'iam.serviceAccounts.getAccessToken',
		strength: 'full',
		mints: true,
		constraints: [],
	},
	{
		id: 'sa-get-openid-token',
		title: 'Mint a Google-signed ID token for a service account',
		permission: 'iam.serviceAccounts.getOpenIdToken',
		strength: 'limited',
		mints: true,
		constraints: [],
	},
	{
		id: 'sa-sign-blob',
		title: 'Sign arbitrary bytes with the Google-managed key of a service account',
		permission: 'iam.serviceAccounts.signBlob',
		strength: 'full',
		mints: true,
		constraints: [],
	},
	{
		id: 'sa-sign-jwt',
		title: 'Sign a JWT with the Google-managed key of a service account',
		permission: 'iam.serviceAccounts.signJwt',
		strength: 'full',
		mints: true,
		constraints: [],
	},
	{
		id: 'sa-key-create',
		title: 'Create a user-managed key',
		permission: 'iam.serviceAccountKeys.create',
		strength: 'full',
		mints: false,
		constraints: ['iam.disableServiceAccountKeyCreation', 'iam.managed.disableServiceAccountKeyCreation'],
	},
	{
		id: 'sa-key-upload',
		title: 'Upload an own public key to a service account',
		// No permission of its own: keys.upload is checked as keys.create [seen].
		permission: 'iam.serviceAccountKeys.create',
		strength: 'full',
		mints: false,
		constraints: ['iam.disableServiceAccountKeyUpload', 'iam.managed.disableServiceAccountKeyUpload'],
	},
	{
		id: 'sa-set-iam-policy',
		title: 'Rewrite the allow policy of a service account',
		permission: 'iam.serviceAccounts.setIamPolicy',
		strength: 'full',
		mints: false,
		constraints: [],
	},
];

/** A prefix only: whoever delegates through an account cannot act as it. */
export const DELEGATION = {id: 'sa-implicit-delegation', permission: 'iam.serviceAccounts.implicitDelegation'} as const;

/** Needed, with a vehicle, to make something run as an account. */
export const ACT_AS = 'iam.serviceAccounts.actAs';

/** Rewriting a container's allow policy, by kind of container. */
export const REWRITING = {
	project: {id: 'project-set-iam-policy', permission: 'resourcemanager.projects.setIamPolicy'},
	folder: {id: 'folder-set-iam-policy', permission: 'resourcemanager.folders.setIamPolicy'},
	organization: {id: 'org-set-iam-policy', permission: 'resourcemanager.organizations.setIamPolicy'},
} as const;

/** Writing an entitlement for oneself: as good as rewriting the policy, for a time; checked on any container. */
export const ENTITLING = {
	id: 'pam-entitlement-write',
	permissions: ['privilegedaccessmanager.entitlements.create', 'privilegedaccessmanager.entitlements.update'],
} as const;

/** Adding permissions to a custom role that one holds; checked on the role's owner. */
export const ROLE_UPDATE = {id: 'custom-role-update', permission: 'iam.roles.update'} as const;

const bits = (test: (escalation: DirectEscalation) => boolean): number =>
	DIRECT.reduce((mask, escalation, bit) => (test(escalation) ? mask | (1 << bit) : mask), 0);

export const FULL = bits(escalation => escalation.strength === 'full');
export const MINTING = bits(escalation => escalation.mints);
export const SETS_POLICY = bits(escalation => escalation.permission.endsWith('.setIamPolicy'));

/** Every permission that the graph asks about, vehicles apart. */
export const WATCHED: readonly string[] = [
	...new Set([
		...DIRECT.map(escalation => escalation.permission),
		DELEGATION.permission,
		ACT_AS,
		...Object.values(REWRITING).map(rewriting => rewriting.permission),
		ROLE_UPDATE.permission,
		...ENTITLING.permissions,
	]),
];
