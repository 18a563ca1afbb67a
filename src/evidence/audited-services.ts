/**
 * Services of which Google documents that every call leaves an entry in the audit logs (of data access: where that is
 * switched on), with the permissions that those calls need. What is not here may be used without a trace, such as
 * publishing to Pub/Sub, calling a Cloud Run service, writing metrics, `serviceusage.services.use`. Facts: the audit
 * logging pages of each service [seen: BigQuery, KMS, Monitoring, Organization Policy, Pub/Sub, Resource Manager, Secret
 * Manager; the rest recalled].
 */
import type {LogType} from './logging.ts';

export interface AuditedService {
	/** As audit configs and entries name it. */
	host: string;
	/** v1 permissions whose use shows there. */
	permissions: RegExp;
	/** Method names that are surely its own. */
	methods: RegExp;
	/** Permissions on data rather than on the resource that holds it: their writes are data access. */
	data?: RegExp;
	/** Its data access is logged always. */
	alwaysOn?: true;
	/** Agents write there in other ways too, so that a role that is mainly for it is never seen to be unused. */
	otherWays?: true;
	/** Calls about folders and organizations leave their entry there, not in a project. */
	aboveProjects?: true;
}

const RESOURCE_MANAGER = 'cloudresourcemanager.googleapis.com';

export const AUDITED_SERVICES: readonly AuditedService[] = [
	{
		host: 'storage.googleapis.com',
		permissions: /^storage\./,
		methods: /^storage\.|^google\.storage\./,
		data: /^storage\.(?:objects|multipartUploads|folders|managedFolders)\./,
	},
	{
		host: 'bigquery.googleapis.com',
		permissions: /^bigquery\.(?:config|datasets|jobs|models|propertyGraphs|routines|rowAccessPolicies|tables)\./,
		methods:
			/^google\.cloud\.bigquery\.|^(?:dataset|job|model|project|routine|rowaccesspolicy|table|tabledata)service\./i,
		data: /^bigquery\.(?:jobs|tables)\./,
		alwaysOn: true,
	},
	{
		host: 'secretmanager.googleapis.com',
		permissions: /^secretmanager\./,
		methods: /^google\.cloud\.secretmanager\./,
	},
	{
		host: 'cloudkms.googleapis.com',
		permissions: /^cloudkms\./,
		methods:
			/^google\.cloud\.kms\.|^(?:Encrypt|Decrypt|Raw(?:En|De)crypt|Asymmetric(?:Sign|Decrypt)|Mac(?:Sign|Verify)|GetPublicKey|GenerateRandomBytes)$|^[A-Z][a-z]+(?:CryptoKey|KeyRing|ImportJob|Ekm)[A-Za-z]*$/,
	},
	{
		host: 'compute.googleapis.com',
		permissions: /^compute\./,
		methods: /^(?:(?:v1|beta|alpha)\.)?compute\.|^google\.cloud\.compute\./,
	},
	{
		host: 'spanner.googleapis.com',
		permissions: /^spanner\./,
		methods: /^google\.spanner\./,
		data: /^spanner\.(?:databases|sessions)\./,
	},
	{
		host: 'iam.googleapis.com',
		permissions: /^iam\./,
		methods:
			/^google\.iam\.(?!v1\.IAMPolicy\b)|^iam\.serviceAccounts\.|^(?:Generate(?:AccessToken|IdToken)|Sign(?:Blob|Jwt))$/,
		aboveProjects: true,
	},
	{
		host: 'monitoring.googleapis.com',
		permissions: /^monitoring\./,
		methods: /^google\.monitoring\./,
		data: /^monitoring\.timeSeries\./,
		// OpenTelemetry, Prometheus. What other roles hold of it besides is for the API itself.
		otherWays: true,
	},
	{
		host: 'dataplex.googleapis.com',
		permissions: /^dataplex\./,
		methods: /^google\.cloud\.dataplex\./,
		data: /^dataplex\.(?!lakes|zones|assets)/,
	},
	{
		host: 'dataform.googleapis.com',
		permissions: /^dataform\./,
		methods: /^google\.cloud\.dataform\./,
		data: /^dataform\./,
	},
	{
		host: 'orgpolicy.googleapis.com',
		permissions: /^orgpolicy\./,
		methods: /^google\.cloud\.orgpolicy\./,
		aboveProjects: true,
	},
	{
		host: RESOURCE_MANAGER,
		// Version 1 of the API of organization policies is a part of it.
		permissions: /^(?:resourcemanager|orgpolicy)\./,
		methods:
			/^(?:google\.cloud\.resourcemanager|cloudresourcemanager)\.|^(?:Create|Delete|Get|List|Search|Undelete|Update)(?:Projects?|Folders?|Organizations?)$/,
		aboveProjects: true,
	},
];

/** What stands for a service without a name here. */
export const OTHER = 'other';
/** Packages and prefixes by which methods tell that they are of none of these services. */
const ELSEWHERE =
	/^google\.(?!iam\.v1\.IAMPolicy\b|longrunning\.|cloud\.location\.)|^(?:cloudsql|dns|io\.k8s|pubsub)\./;
/** The Credentials API is logged with the IAM API. */
const SAME: Readonly<Record<string, string>> = {'iamcredentials.googleapis.com': 'iam.googleapis.com'};

/**
 * Which service a record of use is about.
 * @param method as `Usage` has it: a method, `SERVICE/METHOD` or a service alone
 * @returns its host; `OTHER`: none of `AUDITED_SERVICES`; undefined: could be any, `SetIamPolicy` is a method of many
 */
export function serviceOf(method: string): string | undefined {
	const host = /^[a-z0-9.-]+\.googleapis\.com(?=\/|$)/.exec(method)?.[0];
	if (host !== undefined) return SAME[host] ?? host;
	const own = AUDITED_SERVICES.find(({methods}) => methods.test(method));
	return own?.host ?? (ELSEWHERE.test(method) ? OTHER : undefined);
}

/** The services in whose entries the use of a permission shows, in one of them; empty: perhaps in none. */
export function auditedBy(permission: string): AuditedService[] {
	return AUDITED_SERVICES.filter(({permissions}) => permissions.test(permission));
}

const READS = /\.(?:get|list|search|fetch|query|view|access|read|export|download)[A-Za-z]*$/;
const WRITES =
	/\.(?:create|update|delete|undelete|set|add|remove|insert|patch|enable|disable|move|destroy|start|stop|reset|resize|attach|detach)[A-Za-z]*$/;
const ALL: readonly LogType[] = ['ADMIN_READ', 'DATA_READ', 'DATA_WRITE'];

/** Log types without which the use of a permission may leave no entry; empty: it is in the admin log, always. */
export function neededLogs(permission: string, {data}: AuditedService): readonly LogType[] {
	if (READS.test(permission)) return ['ADMIN_READ', 'DATA_READ'];
	if (!WRITES.test(permission)) return ALL;
	return data?.test(permission) ? ['DATA_WRITE'] : [];
}
