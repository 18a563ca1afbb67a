/**
 * Which permissions a principal access boundary can block, by its enforcement version.
 * Facts: iam-semantics section 1 for IAM; the other services from Google's "Principal Access Boundary policy
 * enforcement version permissions" [seen in a stored copy of 2026]. Services that are not here are undecided.
 *
 * Two doubts. The facts file has IAM's account permissions in version 1, Google's page in version 3: here they
 * count from `IAM_SINCE`. The default version, which `latest` follows, was 3 on 2026-05-30 and is 4 on the
 * later page: what those two disagree about is undecided for `latest`.
 */
import type {Tri} from './conditions.ts';
import {covers, v2Names} from './deny-permissions.ts';

/** First version that blocks roles, keys and accounts. */
const IAM_SINCE = 1;
const NEWEST = 4;
/** What `latest` or an absent version may mean. */
const DEFAULTS: readonly number[] = [3, 4];

interface Entry {
	/** First version with it; later versions keep it. */
	since: number;
	/** `resource.verb`, `resource.*` or `*`, separated by spaces. */
	names: string;
	except?: string;
}

const BINDING_VERBS = '*.createPolicyBinding *.deletePolicyBinding *.searchPolicyBindings *.updatePolicyBinding';

const TABLE: Record<string, readonly Entry[]> = {
	accesscontextmanager: [
		{since: 1, names: '*', except: 'gcpUserAccessBindings.*'},
		{since: 2, names: '*'},
	],
	aiplatform: [{since: 1, names: '*', except: 'operations.*'}],
	apikeys: [{since: 3, names: 'apiKeys.* keys.*'}],
	artifactregistry: [{since: 3, names: '*'}],
	bigquery: [
		{
			since: 1,
			names:
				'datasets.create datasets.delete datasets.get datasets.setIamPolicy datasets.update jobs.create jobs.delete ' +
				'jobs.list jobs.get models.create models.delete models.list models.updateMetadata routines.create ' +
				'routines.delete routines.list routines.update',
		},
		{since: 2, names: 'rowAccessPolicies.* datasets.* jobs.* models.* routines.* tables.*'},
		{since: 4, names: 'capacityCommitments.* datasources.* readsessions.* reservations.* transfers.*'},
	],
	bigquerydatapolicy: [{since: 2, names: '*'}],
	bigquerydatatransfer: [{since: 2, names: 'transfers.*'}],
	cloudasset: [{since: 2, names: '*'}],
	cloudbuild: [{since: 2, names: '*'}],
	clouddeploy: [{since: 4, names: '*'}],
	cloudfunctions: [{since: 3, names: '*'}],
	cloudkms: [
		{
			since: 3,
			names:
				'autokeyConfigs.* cryptoKeyVersions.create cryptoKeyVersions.destroy cryptoKeyVersions.get cryptoKeyVersions.list ' +
				'cryptoKeyVersions.restore cryptoKeyVersions.update cryptoKeyVersions.useToDecrypt cryptoKeyVersions.useToEncrypt ' +
				'cryptoKeyVersions.useToSign cryptoKeyVersions.useToVerify cryptoKeyVersions.viewPublicKey ekmConfigs.* ' +
				'importJobs.* keyHandles.* keyRings.*',
			except: 'importJobs.useToImport',
		},
		{since: 4, names: '*', except: 'locations.get locations.list'},
	],
	cloudresourcemanager: [{since: 2, names: '*', except: BINDING_VERBS}],
	composer: [{since: 4, names: '*'}],
	compute: [
		{
			since: 2,
			names:
				'networkAttachments.* networkEdgeSecurityServices.* regionSecurityPolicies.* securityPolicies.* ' +
				'serviceAttachments.* routers.*',
		},
		{
			since: 3,
			names:
				'addresses.* backendBuckets.* backendServices.* externalVpnGateways.* firewallPolicies.* firewalls.* ' +
				'forwardingRules.* globalAddresses.* globalForwardingRules.* healthChecks.* httpHealthChecks.* ' +
				'httpsHealthChecks.* interconnectAttachments.* interconnectLocations.* interconnectRemoteLocations.* ' +
				'interconnects.* networks.* packetMirrorings.* publicAdvertisedPrefixes.* publicDelegatedPrefixes.* ' +
				'regionBackendServices.* regionFirewallPolicies.* regionHealthChecks.* regionSslPolicies.* ' +
				'regionTargetHttpProxies.* regionTargetTcpProxies.* regionUrlMaps.* routes.* sslPolicies.* subnetworks.* ' +
				'targetGrpcProxies.* targetHttpProxies.* targetHttpsProxies.* targetInstances.* targetPools.* ' +
				'targetSslProxies.* targetTcpProxies.* targetVpnGateways.* urlMaps.* vpnGateways.*',
		},
	],
	config: [{since: 4, names: '*'}],
	connectors: [
		{
			since: 4,
			names: '*',
			except: 'connections.executeSqlQuery connections.generateOpenAPISpec connections.listenEvent',
		},
	],
	container: [{since: 3, names: '*'}],
	dataflow: [{since: 1, names: 'messages.list metrics.get snapshots.list workItems.* jobs.*', except: 'jobs.snapshot'}],
	dataform: [{since: 4, names: '*', except: 'comments.* commentsnested.* commentthreads.* commentthreadsnested.*'}],
	datafusion: [
		{
			since: 4,
			names: 'instances.* locations.* namespaces.getIamPolicy namespaces.list namespaces.setIamPolicy operations.*',
		},
	],
	dataproc: [
		{
			since: 3,
			names:
				'autoscalingPolicies.* batches.* clusters.* jobs.* operations.* sessionTemplates.* sessions.* workflowTemplates.*',
		},
	],
	iam: [
		{
			since: IAM_SINCE,
			names: 'denypolicies.* roles.* serviceAccountKeys.* serviceAccounts.*',
			except:
				'serviceAccounts.createTagBinding serviceAccounts.deleteTagBinding serviceAccounts.getCertificateAs ' +
				'serviceAccounts.listEffectiveTags serviceAccounts.listTagBindings',
		},
		{
			since: 4,
			names:
				'oauthClientCredentials.* oauthClients.* workforcePoolProviderKeys.* workforcePoolProviders.* ' +
				'workforcePoolSubjects.* workforcePools.* workloadIdentityPoolNamespaces.* workloadIdentityPoolProviderKeys.* ' +
				'workloadIdentityPoolProviders.* workloadIdentityPools.*',
			except: BINDING_VERBS,
		},
	],
	iap: [{since: 2, names: '*'}],
	orgpolicy: [{since: 3, names: '*'}],
	pubsub: [
		{
			since: 1,
			names: '*',
			except: '*.getIamPolicy *.setIamPolicy schemas.delete schemas.validate subscriptions.consume',
		},
		{since: 3, names: '*'},
	],
	run: [
		{
			since: 1,
			names:
				'authorizeddomains.* configurations.get configurations.list domainmappings.* services.create services.delete ' +
				'services.get services.list services.update executions.* jobs.create jobs.delete jobs.get jobs.list jobs.run ' +
				'revisions.* routes.get routes.list tasks.*',
		},
	],
	secretmanager: [{since: 4, names: '*'}],
	serviceusage: [{since: 4, names: '*'}],
	storage: [
		{
			since: 1,
			names:
				'buckets.get buckets.getIamPolicy buckets.list buckets.setIamPolicy buckets.update hmacKeys.update ' +
				'objects.delete objects.get objects.setRetention',
		},
		{
			since: 2,
			names: 'bucketOperations.* buckets.* managedFolders.* multipartUploads.* folders.* hmacKeys.* objects.*',
		},
	],
	workflows: [{since: 3, names: '*'}],
	workstations: [{since: 4, names: '*'}],
};

const DOMAIN = '.googleapis.com/';

/**
 * Whether boundaries of an enforcement version can block a permission.
 * @param version `1` to `4`, `latest`, or undefined; later ones keep what earlier ones block
 * @param permission v1 or v2 name
 */
export function blockable(version: string | undefined, permission: string): Tri {
	const text = version ?? '';
	if (text === '' || text === 'latest') {
		const values = new Set(DEFAULTS.map(number => blockableBy(number, permission)));
		return values.size === 1 ? [...values][0]! : 'unknown';
	}
	const number = /^\d{1,4}$/.test(text) ? Number(text) : undefined;
	if (number !== undefined && number >= 1 && number <= NEWEST) return blockableBy(number, permission);
	// Versions only ever add: what the known ones block, a newer one blocks too.
	return blockableBy(number === undefined || number < 1 ? 1 : NEWEST, permission) === 'true' ? 'true' : 'unknown';
}

function blockableBy(version: number, permission: string): Tri {
	let known = false;
	for (const name of v2Names(permission)) {
		const at = name.indexOf(DOMAIN);
		const entries = at < 0 || !Object.hasOwn(TABLE, name.slice(0, at)) ? undefined : TABLE[name.slice(0, at)];
		if (!entries) continue;
		known = true;
		const host = name.slice(0, at + DOMAIN.length);
		const matches = (patterns: string | undefined): boolean =>
			patterns?.split(' ').some(pattern => pattern === '*' || covers(host + pattern, name)) ?? false;
		for (const {since, names, except} of entries) {
			if (since <= version && matches(names) && !matches(except)) return 'true';
		}
	}
	return known ? 'false' : 'unknown';
}
