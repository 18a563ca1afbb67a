/** What each API answers, from the organization: pure, one function per method, without pages, quotas and faults. */
import type {Json} from '../../src/sources/asset.ts';
import type {Line, Organization} from './organization.ts';

/** A list is cut into pages by the server; everything else is sent as it is. */
export type Answer =
	| {list: string; items: Json[]; each?: (item: Json) => Json}
	| {body: Json}
	| {error: number; message: string};

const CRM = '//cloudresourcemanager.googleapis.com/';
const IAM = '//iam.googleapis.com/';
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const gone = (what: string): Answer => ({error: 5, message: `${what} was not found.`});

/** gRPC, by the full name of the method. */
export function grpcAnswer(world: Organization, method: string, request: Json): Answer | undefined {
	const parent = text(request['parent']);
	switch (method) {
		case 'google.cloud.resourcemanager.v3.Projects.GetProject':
		case 'google.cloud.resourcemanager.v3.Folders.GetFolder':
		case 'google.cloud.resourcemanager.v3.Organizations.GetOrganization':
			return container(world, text(request['name']));
		case 'google.cloud.resourcemanager.v3.Projects.ListProjects':
			return children(world, 'projects', parent, request['showDeleted'] === true);
		case 'google.cloud.resourcemanager.v3.Folders.ListFolders':
			return children(world, 'folders', parent, request['showDeleted'] === true);
		case 'google.cloud.resourcemanager.v3.Projects.SearchProjects':
		case 'google.cloud.resourcemanager.v3.Folders.SearchFolders':
			return children(
				world,
				method.includes('Projects') ? 'projects' : 'folders',
				text(request['query']).slice(7),
				true,
			);
		case 'google.cloud.resourcemanager.v3.Projects.GetIamPolicy':
		case 'google.cloud.resourcemanager.v3.Folders.GetIamPolicy':
		case 'google.cloud.resourcemanager.v3.Organizations.GetIamPolicy':
			return policy(world, text(request['resource']), request['options'] as Json | undefined);
		case 'google.cloud.resourcemanager.v3.Projects.TestIamPermissions':
		case 'google.cloud.resourcemanager.v3.Folders.TestIamPermissions':
		case 'google.cloud.resourcemanager.v3.Organizations.TestIamPermissions':
			return {body: {permissions: (request['permissions'] as string[]).filter(name => !world.denied.includes(name))}};
		case 'google.cloud.resourcemanager.v3.TagBindings.ListEffectiveTags': {
			const at = world.path(parent.slice(CRM.length));
			return {list: 'effectiveTags', items: world.bodies('cloudresourcemanager.googleapis.com/EffectiveTag', at)};
		}
		case 'google.cloud.asset.v1.AssetService.ListAssets':
			return {list: 'assets', items: exported(world, request), each: line => assetOf(line as unknown as Line, request)};
		case 'google.cloud.orgpolicy.v2.OrgPolicy.ListPolicies':
			return {list: 'policies', items: world.bodies('orgpolicy.googleapis.com/Policy', parent)};
		case 'google.cloud.recommender.v1.Recommender.ListInsights':
			return {list: 'insights', items: advice(world, 'recommender.googleapis.com/Insight', parent)};
		case 'google.cloud.recommender.v1.Recommender.ListRecommendations':
			return {list: 'recommendations', items: advice(world, 'recommender.googleapis.com/Recommendation', parent)};
		case 'google.iam.v2.Policies.ListPolicies':
			return {list: 'policies', items: denyPolicies(world, parent).map(({rules: _, ...rest}) => rest)};
		case 'google.iam.v2.Policies.GetPolicy': {
			const name = text(request['name']);
			const found = denyPolicies(world, name.slice(0, name.lastIndexOf('/'))).find(one => one['name'] === name);
			return found ? {body: found} : gone(name);
		}
		case 'google.iam.v3.PrincipalAccessBoundaryPolicies.ListPrincipalAccessBoundaryPolicies': {
			const items = world.allBodies('iam.googleapis.com/PrincipalAccessBoundaryPolicy');
			return {
				list: 'principalAccessBoundaryPolicies',
				items: items.filter(one => text(one['name']).startsWith(`${parent}/`)),
			};
		}
		case 'google.iam.v3.PrincipalAccessBoundaryPolicies.SearchPrincipalAccessBoundaryPolicyBindings': {
			const items = world.allBodies('iam.googleapis.com/PolicyBinding');
			return {list: 'policyBindings', items: items.filter(one => one['policy'] === request['name'])};
		}
		case 'google.iam.v3.PolicyBindings.ListPolicyBindings': {
			const items = world.allBodies('iam.googleapis.com/PolicyBinding');
			return {list: 'policyBindings', items: items.filter(one => text(one['name']).startsWith(`${parent}/`))};
		}
		default:
			return undefined;
	}
}

/** HTTP, by verb and path without the leading slash. @param query parameters, or the body of a POST */
export function httpAnswer(world: Organization, verb: string, path: string, query: Json): Answer | undefined {
	const [, project = '', account, rest = ''] =
		/^v1\/projects\/([^/]+)\/serviceAccounts(?:\/([^/:]+))?(.*)$/.exec(path) ?? [];
	if (project !== '') {
		if (!world.containers.has(world.path(`projects/${project}`))) return gone(`projects/${project}`);
		return accountAnswer(world, project, account, verb + rest, query);
	}
	const [, owner = ''] = /^v1\/((?:projects|organizations)\/[^/]+)\/roles$/.exec(path) ?? [];
	if (owner !== '') return {list: 'roles', items: world.bodies('iam.googleapis.com/Role', owner)};
	if (path === 'v1/roles') return {list: 'roles', items: PREDEFINED};
	const [, pools = '', pool] =
		/^v1\/(projects\/[^/]+)\/locations\/global\/workloadIdentityPools(?:\/([^/]+)\/providers)?$/.exec(path) ?? [];
	if (pools !== '' && pool === undefined)
		return {list: 'workloadIdentityPools', items: world.bodies('iam.googleapis.com/WorkloadIdentityPool', pools)};
	if (pools !== '') {
		const items = world.bodies('iam.googleapis.com/WorkloadIdentityPoolProvider', pools);
		const own = items.filter(one => text(one['name']).includes(`/workloadIdentityPools/${pool}/`));
		return {list: 'workloadIdentityPoolProviders', items: own};
	}
	if (path === 'v1/locations/global/workforcePools')
		return {list: 'workforcePools', items: world.bodies('iam.googleapis.com/WorkforcePool', text(query['parent']))};
	const [, within = '', type = ''] =
		/^v1\/(projects\/[^/]+)\/locations\/global\/activityTypes\/(\w+)\/activities:query$/.exec(path) ?? [];
	if (within !== '') {
		const items = world.bodies('policyanalyzer.googleapis.com/Activity', within);
		return {list: 'activities', items: items.filter(one => one['activityType'] === type)};
	}
	if (path === 'v1/groups:lookup') {
		const found = groups(world).find(one => (one['groupKey'] as Json)['id'] === query['groupKey.id']);
		return found ? {body: {name: found['name']}} : gone(text(query['groupKey.id']));
	}
	const [, group = ''] = /^v1\/(groups\/[^/]+)\/memberships$/.exec(path) ?? [];
	if (group !== '') {
		const found = groups(world).find(one => one['name'] === group);
		return found ? {list: 'memberships', items: memberships(found)} : gone(group);
	}
	const [, measured = ''] = /^v3\/(projects\/[^/]+)\/timeSeries$/.exec(path) ?? [];
	if (measured !== '') {
		const metric = /^metric\.type="([^"]+)"$/.exec(text(query['filter']))?.[1];
		const items = world.series.filter(one => (one['metric'] as Json)['type'] === metric);
		return {list: 'timeSeries', items: items.filter(one => seriesProject(one) === world.path(measured))};
	}
	if (path === 'v2/entries:list') return {list: 'entries', items: world.entries};
	if (/^v1\/projects\/[^/]+\/services$/.test(path)) {
		const items = world.services.map(name => ({name: `${path.slice(3)}/${name}`, config: {name}, state: 'ENABLED'}));
		return {list: 'services', items};
	}
	return undefined;
}

/** Insights or recommendations of one type; they name projects by number. @param parent `.../insightTypes/TYPE` */
function advice(world: Organization, assetType: string, parent: string): Json[] {
	const [, container = '', rest = ''] = /^([^/]+\/[^/]+)(\/.*)$/.exec(parent) ?? [];
	const under = `${world.path(container)}${rest}/`;
	return world.allBodies(assetType).filter(one => text(one['name']).startsWith(under));
}

const seriesProject = (one: Json): string =>
	`projects/${text(((one['resource'] as Json)['labels'] as Json)['project_number'])}`;

/** Two that are not as they really are: enough to see which roles are used. */
const PREDEFINED: Json[] = [
	{name: 'roles/owner', title: 'Owner', stage: 'GA', includedPermissions: ['resourcemanager.projects.setIamPolicy']},
	{
		name: 'roles/iam.serviceAccountTokenCreator',
		title: 'Service Account Token Creator',
		stage: 'GA',
		includedPermissions: ['resourcemanager.projects.get'],
	},
];

function accountAnswer(
	world: Organization,
	project: string,
	account: string | undefined,
	what: string,
	query: Json,
): Answer | undefined {
	const accounts = world.bodies('iam.googleapis.com/ServiceAccount', `projects/${project}`);
	if (account === undefined) return {list: 'accounts', items: accounts};
	const email = decodeURIComponent(account);
	const found = accounts.find(one => one['email'] === email || one['uniqueId'] === email);
	if (!found) return gone(email);
	if (what === 'POST:getIamPolicy') {
		const names = [found['uniqueId'], found['email']].map(
			id => `${IAM}projects/${project}/serviceAccounts/${text(id)}`,
		);
		const set = names.map(name => world.policies.get(name)).find(one => one !== undefined);
		return {body: atVersion(set, Number(query['options.requestedPolicyVersion'] ?? 1))};
	}
	if (what !== 'GET/keys') return undefined;
	const keys = world.bodies('iam.googleapis.com/ServiceAccountKey', `projects/${project}`);
	const types = [query['keyTypes'] ?? []].flat() as string[];
	const own = keys.filter(
		key =>
			text(key['name']).includes(`/serviceAccounts/${text(found['email'])}/`) &&
			(types.length === 0 || types.includes(text(key['keyType']))),
	);
	return {body: {keys: own}};
}

function container(world: Organization, name: string): Answer {
	const found = world.containers.get(world.path(name));
	return found ? {body: found} : gone(name);
}

function children(world: Organization, kind: string, parent: string, deleted: boolean): Answer {
	const items = [...world.containers].flatMap(([path, body]) =>
		path.startsWith(`${kind}/`) && body['parent'] === parent && (deleted || body['state'] === 'ACTIVE') ? [body] : [],
	);
	return {list: kind, items};
}

function policy(world: Organization, resource: string, options: Json | undefined): Answer {
	const path = world.path(resource);
	if (!world.containers.has(path)) return gone(resource);
	return {body: atVersion(world.policies.get(CRM + path), Number(options?.['requestedPolicyVersion'] ?? 1))};
}

/** Below version 3 conditions are hidden behind the names of roles. */
function atVersion(set: Json | undefined, version: number): Json {
	if (!set) return {version: 1, etag: 'ACAB'};
	if (version >= 3) return set;
	const bindings = ((set['bindings'] ?? []) as Json[]).map(({condition, role, ...binding}) => ({
		...binding,
		role: condition ? `${text(role)}_withcond_0123456789abcdef` : role,
	}));
	return {...set, bindings};
}

function exported(world: Organization, request: Json): Json[] {
	const types = (request['assetTypes'] ?? []) as string[];
	return world.exported(
		text(request['parent']),
		text(request['contentType']) || 'RESOURCE',
		types,
	) as unknown as Json[];
}

/** One asset as it is listed; made only for the page that is asked for. */
function assetOf({name, assetType, ancestors, updateTime, ...line}: Line, {contentType}: Json): Json {
	return {
		name,
		assetType,
		ancestors,
		...(updateTime !== undefined && {updateTime}),
		...(contentType === 'IAM_POLICY'
			? {iamPolicy: line.iamPolicy}
			: contentType === 'ORG_POLICY'
				? {orgPolicy: line.orgPolicy}
				: {resource: {...line.resource, version: 'v1'}}),
	};
}

/** @param parent `policies/ENCODED/denypolicies`, by id or number */
function denyPolicies(world: Organization, parent: string): Json[] {
	const at = (name: string): string => {
		const point = decodeURIComponent(/^policies\/([^/]+)\/denypolicies/.exec(name)?.[1] ?? '');
		return world.path(point.replace('cloudresourcemanager.googleapis.com/', ''));
	};
	return world.allBodies('iam.googleapis.com/DenyPolicy').filter(one => at(text(one['name'])) === at(parent));
}

function groups(world: Organization): Json[] {
	return world.allBodies('cloudidentity.googleapis.com/Group');
}

function memberships({members, owners, managers}: Json): Json[] {
	const list = (value: unknown): string[] => (value ?? []) as string[];
	return list(members).map(member => {
		const [kind = '', id = ''] = member.split(/:(.*)/s);
		const role = list(owners).includes(member) ? 'OWNER' : list(managers).includes(member) ? 'MANAGER' : undefined;
		return {
			preferredMemberKey: {id},
			type: {user: 'USER', group: 'GROUP', serviceAccount: 'SERVICE_ACCOUNT'}[kind],
			roles: [{name: 'MEMBER'}, ...(role === undefined ? [] : [{name: role}])],
		};
	});
}
