/**
 * The collectors as a list: what each is for, which methods it calls and so which permissions it needs, and the smallest
 * predefined role that holds them. `doctor` tests them, and `doctor --role` makes one custom role of them.
 */
import {type Api, type Method, METHODS, type MethodName} from './methods.ts';
import type {Kind} from './shape.ts';

export interface Collector {
	id: string;
	/** What is seen with it, for people. */
	sees: string;
	/** What an audit cannot tell without it. */
	without: string;
	methods: readonly MethodName[];
	/** Permissions that the methods need only in this collector. */
	also?: readonly string[];
	/** To grant where a permission is missing; undefined: no IAM role does it. */
	role: string | undefined;
	/** Another collector reads the same. */
	insteadOf?: string;
}

export const COLLECTORS: readonly Collector[] = [
	{
		id: 'hierarchy',
		sees: 'projects, folders and organizations',
		without: 'nothing can be audited',
		methods: ['getProject', 'listProjects', 'getFolder', 'listFolders', 'getOrganization'],
		role: 'roles/browser',
	},
	{
		id: 'asset-inventory',
		sees: 'everything that Asset Inventory exports, in few calls: workloads, policies on every resource',
		without: 'the services are asked container by container, and workloads are missing',
		methods: ['listAssets'],
		also: ['cloudasset.assets.listOrgPolicy'],
		role: 'roles/cloudasset.viewer',
	},
	{
		id: 'allow-policies',
		sees: 'allow policies of containers and accounts',
		without: 'who may do what is unknown',
		methods: ['projectPolicy', 'folderPolicy', 'organizationPolicy', 'accountPolicy'],
		role: 'roles/iam.securityReviewer',
		insteadOf: 'asset-inventory',
	},
	{
		id: 'accounts',
		sees: 'service accounts and their user-managed keys',
		without: 'accounts and keys are unknown',
		methods: ['listAccounts', 'listKeys'],
		role: 'roles/iam.securityReviewer',
		insteadOf: 'asset-inventory',
	},
	{
		id: 'roles',
		sees: 'custom roles and what is in them',
		without: 'whatever custom roles grant is unknown',
		methods: ['listOrganizationRoles', 'listProjectRoles'],
		role: 'roles/iam.securityReviewer',
		insteadOf: 'asset-inventory',
	},
	{
		id: 'pools',
		sees: 'workload identity pools, workforce pools and their providers',
		without: 'who may sign in from outside is unknown',
		methods: ['listPools', 'listPoolProviders', 'listWorkforcePools', 'listWorkforceProviders'],
		role: 'roles/iam.securityReviewer',
	},
	{
		id: 'org-policies',
		sees: 'organization policy constraints',
		without: 'what constraints stop is not known to be stopped',
		methods: ['listOrgPolicies'],
		role: 'roles/orgpolicy.policyViewer',
		insteadOf: 'asset-inventory',
	},
	{
		id: 'deny-policies',
		sees: 'deny policies with their rules',
		without: 'what is denied counts as possible',
		methods: ['listDenyPolicies', 'getDenyPolicy'],
		role: 'roles/iam.denyReviewer',
	},
	{
		id: 'boundaries',
		sees: 'principal access boundaries and their bindings',
		without: 'what boundaries stop counts as possible',
		methods: ['listBoundaries', 'searchBoundaryBindings'],
		role: 'roles/iam.principalAccessBoundaryViewer',
	},
	{
		id: 'activity',
		sees: 'when accounts and keys last authenticated',
		without: 'unused accounts and keys are not found',
		methods: ['queryActivities'],
		role: 'roles/policyanalyzer.activityAnalysisViewer',
	},
	{
		id: 'logs',
		sees: 'who minted tokens of accounts, attached them, made and used keys in the last months, as far as it is logged',
		without: 'use is not seen',
		methods: ['listLogEntries'],
		role: 'roles/logging.privateLogViewer',
	},
	{
		id: 'metrics',
		sees: 'how often accounts and keys authenticated in the last six weeks, domain-wide delegation included',
		without: 'use that Policy Analyzer does not see looks like none',
		methods: ['listTimeSeries'],
		role: 'roles/monitoring.viewer',
	},
	{
		id: 'insights',
		sees: "Google's own insights about unused accounts, unused permissions and lateral movement",
		without: 'unused permissions are found by logs only, and nothing is compared with what Google found',
		methods: ['listInsights', 'listRecommendations'],
		role: 'roles/recommender.iamViewer',
	},
	{
		id: 'tags',
		sees: 'effective tags, for conditions on them',
		without: 'conditions on tags stay undecided',
		methods: ['listEffectiveTags'],
		role: 'roles/resourcemanager.tagViewer',
	},
	{
		id: 'groups',
		sees: 'members, owners and managers of groups',
		without: 'whoever is in a group is unknown',
		methods: ['lookupGroup', 'listMemberships'],
		role: undefined,
	},
];

/** What a collector needs on a container of a kind; permissions of other kinds of containers cannot be tested there. */
export function permissionsOf({methods, also = []}: Collector, kind: Kind): string[] {
	const all = new Set<string>(also);
	for (const name of methods) for (const permission of METHODS[name].permissions) all.add(permission);
	return [...all].filter(permission => isTestable(permission, kind)).toSorted();
}

export function apisOf({methods}: Collector): Api[] {
	return [...new Set(methods.map(name => (METHODS[name] as Method).api))];
}

/** Everything, for a role of an organization or project. */
export function allPermissions(kind: Kind): string[] {
	return [...new Set(COLLECTORS.flatMap(collector => permissionsOf(collector, kind)))].toSorted();
}

const AT: readonly [RegExp, readonly Kind[]][] = [
	[/^resourcemanager\.organizations\./, ['organization']],
	[/^resourcemanager\.folders\./, ['organization', 'folder']],
	[/^resourcemanager\.projects\.list$/, ['organization', 'folder']],
	[/^iam\.principalaccessboundarypolicies\./, ['organization']],
	[/^iam\.googleapis\.com\/workforcePool/, ['organization']],
];

function isTestable(permission: string, kind: Kind): boolean {
	const rule = AT.find(([pattern]) => pattern.test(permission));
	return rule === undefined || rule[1].includes(kind);
}
