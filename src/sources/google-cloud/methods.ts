/**
 * Every RPC and HTTP method that this program can call, in one place; nothing else can be sent (`clients.ts` takes
 * names of this table only). All of them read. `test/google-cloud/methods.test.ts` holds the table against what the
 * clients can change.
 */
import type {QuotaName} from './quotas.ts';

export type Api =
	| 'cloudresourcemanager.googleapis.com'
	| 'iam.googleapis.com'
	| 'cloudasset.googleapis.com'
	| 'orgpolicy.googleapis.com'
	| 'cloudidentity.googleapis.com'
	| 'policyanalyzer.googleapis.com'
	| 'logging.googleapis.com'
	| 'monitoring.googleapis.com'
	| 'recommender.googleapis.com'
	| 'serviceusage.googleapis.com';

export interface Method {
	api: Api;
	/** Of a gRPC method: its full name; of a HTTP method: verb and path, as the API's discovery document has them. */
	name: string;
	/** Counted against these; empty: no published quota matters. */
	quotas: readonly QuotaName[];
	/** What the caller needs on the resource, in v1 spelling; for `doctor`. */
	permissions: readonly string[];
}

const RM = 'cloudresourcemanager.googleapis.com';
const IAM = 'iam.googleapis.com';
const rm = (name: string, quota: QuotaName, ...permissions: string[]): Method => ({
	api: RM,
	name: `google.cloud.resourcemanager.v3.${name}`,
	quotas: [quota],
	permissions,
});
const iam = (name: string, ...permissions: string[]): Method => ({api: IAM, name, quotas: ['iam-read'], permissions});
const pool = (name: string, ...permissions: string[]): Method => ({api: IAM, name, quotas: ['pool-read'], permissions});

export const METHODS = {
	getProject: rm('Projects.GetProject', 'resource-read', 'resourcemanager.projects.get'),
	listProjects: rm('Projects.ListProjects', 'resource-list', 'resourcemanager.projects.list'),
	searchProjects: rm('Projects.SearchProjects', 'resource-search', 'resourcemanager.projects.get'),
	projectPolicy: rm('Projects.GetIamPolicy', 'resource-read', 'resourcemanager.projects.getIamPolicy'),
	projectPermissions: rm('Projects.TestIamPermissions', 'resource-read'),
	getFolder: rm('Folders.GetFolder', 'resource-read', 'resourcemanager.folders.get'),
	listFolders: rm('Folders.ListFolders', 'resource-list', 'resourcemanager.folders.list'),
	searchFolders: rm('Folders.SearchFolders', 'resource-search', 'resourcemanager.folders.get'),
	folderPolicy: rm('Folders.GetIamPolicy', 'resource-read', 'resourcemanager.folders.getIamPolicy'),
	folderPermissions: rm('Folders.TestIamPermissions', 'resource-read'),
	getOrganization: rm('Organizations.GetOrganization', 'resource-read', 'resourcemanager.organizations.get'),
	organizationPolicy: rm('Organizations.GetIamPolicy', 'resource-read', 'resourcemanager.organizations.getIamPolicy'),
	organizationPermissions: rm('Organizations.TestIamPermissions', 'resource-read'),
	listEffectiveTags: rm(
		'TagBindings.ListEffectiveTags',
		'resource-read',
		'resourcemanager.hierarchyNodes.listEffectiveTags',
	),

	listAccounts: iam('GET v1/{+name}/serviceAccounts', 'iam.serviceAccounts.list'),
	accountPolicy: iam('POST v1/{+resource}:getIamPolicy', 'iam.serviceAccounts.getIamPolicy'),
	listKeys: iam('GET v1/{+name}/keys', 'iam.serviceAccountKeys.list'),
	listOrganizationRoles: iam('GET v1/{+parent}/roles', 'iam.roles.list', 'iam.roles.get'),
	listProjectRoles: iam('GET v1/{+parent}/roles', 'iam.roles.list', 'iam.roles.get'),
	listPredefinedRoles: iam('GET v1/roles'),
	listPools: pool('GET v1/{+parent}/workloadIdentityPools', 'iam.googleapis.com/workloadIdentityPools.list'),
	listPoolProviders: pool('GET v1/{+parent}/providers', 'iam.googleapis.com/workloadIdentityPoolProviders.list'),
	listWorkforcePools: pool('GET v1/{+location}/workforcePools', 'iam.googleapis.com/workforcePools.list'),
	listWorkforceProviders: pool('GET v1/{+parent}/providers', 'iam.googleapis.com/workforcePoolProviders.list'),

	listDenyPolicies: {
		api: IAM,
		name: 'google.iam.v2.Policies.ListPolicies',
		quotas: ['deny-read'],
		permissions: ['iam.denypolicies.list'],
	},
	getDenyPolicy: {
		api: IAM,
		name: 'google.iam.v2.Policies.GetPolicy',
		quotas: ['deny-read'],
		permissions: ['iam.denypolicies.get'],
	},
	listBoundaries: {
		api: IAM,
		name: 'google.iam.v3.PrincipalAccessBoundaryPolicies.ListPrincipalAccessBoundaryPolicies',
		quotas: ['boundary-read'],
		permissions: ['iam.principalaccessboundarypolicies.list', 'iam.principalaccessboundarypolicies.get'],
	},
	searchBoundaryBindings: {
		api: IAM,
		name: 'google.iam.v3.PrincipalAccessBoundaryPolicies.SearchPrincipalAccessBoundaryPolicyBindings',
		quotas: ['boundary-read'],
		permissions: ['iam.principalaccessboundarypolicies.searchPolicyBindings'],
	},
	listPolicyBindings: {
		api: IAM,
		name: 'google.iam.v3.PolicyBindings.ListPolicyBindings',
		quotas: ['boundary-read'],
		permissions: ['iam.policybindings.list'],
	},

	listAssets: {
		api: 'cloudasset.googleapis.com',
		name: 'google.cloud.asset.v1.AssetService.ListAssets',
		quotas: ['asset-list', 'asset-list-organization'],
		permissions: ['cloudasset.assets.listResource', 'cloudasset.assets.listIamPolicy'],
	},
	listOrgPolicies: {
		api: 'orgpolicy.googleapis.com',
		name: 'google.cloud.orgpolicy.v2.OrgPolicy.ListPolicies',
		quotas: ['org-policy-read'],
		permissions: ['orgpolicy.policies.list', 'orgpolicy.policy.get'],
	},
	lookupGroup: {
		api: 'cloudidentity.googleapis.com',
		name: 'GET v1/groups:lookup',
		quotas: ['group-read'],
		permissions: [],
	},
	listMemberships: {
		api: 'cloudidentity.googleapis.com',
		name: 'GET v1/{+parent}/memberships',
		quotas: ['group-read'],
		permissions: [],
	},
	queryActivities: {
		api: 'policyanalyzer.googleapis.com',
		name: 'GET v1/{+parent}/activities:query',
		quotas: ['activity-read'],
		permissions: [
			'policyanalyzer.serviceAccountLastAuthenticationActivities.query',
			'policyanalyzer.serviceAccountKeyLastAuthenticationActivities.query',
		],
	},
	listLogEntries: {
		api: 'logging.googleapis.com',
		name: 'POST v2/entries:list',
		quotas: ['log-read'],
		permissions: ['logging.logEntries.list', 'logging.privateLogEntries.list'],
	},
	listTimeSeries: {
		api: 'monitoring.googleapis.com',
		name: 'GET v3/{+name}/timeSeries',
		quotas: ['metric-read'],
		permissions: ['monitoring.timeSeries.list'],
	},
	listInsights: {
		api: 'recommender.googleapis.com',
		name: 'google.cloud.recommender.v1.Recommender.ListInsights',
		quotas: ['insight-read'],
		permissions: [
			'recommender.iamServiceAccountInsights.list',
			'recommender.iamPolicyLateralMovementInsights.list',
			'recommender.iamPolicyInsights.list',
		],
	},
	listRecommendations: {
		api: 'recommender.googleapis.com',
		name: 'google.cloud.recommender.v1.Recommender.ListRecommendations',
		quotas: ['insight-read'],
		permissions: ['recommender.iamPolicyRecommendations.list'],
	},
	listServices: {
		api: 'serviceusage.googleapis.com',
		name: 'GET v1/{+parent}/services',
		quotas: [],
		permissions: ['serviceusage.services.list'],
	},
} as const satisfies Record<string, Method>;

export type MethodName = keyof typeof METHODS;

/** gRPC names have no verb. */
export function isGrpc({name}: Method): boolean {
	return !name.includes(' ');
}
