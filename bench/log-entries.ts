/**
 * Synthetic audit logs, seeded: workloads that call APIs all day, people and pipelines that mint tokens, keys that are
 * made and thrown away. `tricky` adds what exports really hold besides: duplicates, entries out of order, fields missing
 * or of the wrong type, empty delegation entries, clocks in the future, lines that are no audit log.
 */
import {HEX, type Random, randomOf} from './random.ts';

export interface LogSize {
	entries: number;
	seed: number;
	tricky?: boolean;
}

type Json = Record<string, unknown>;

const START = Date.parse('2026-08-01T00:00:00Z');
const DAYS = 90;
const PROJECTS = 200;
const ACCOUNTS_PER_PROJECT = 10;
const METHODS: readonly (readonly [service: string, method: string, log: string])[] = [
	['storage.googleapis.com', 'storage.objects.get', 'data_access'],
	['storage.googleapis.com', 'storage.objects.list', 'data_access'],
	['storage.googleapis.com', 'storage.objects.create', 'data_access'],
	['bigquery.googleapis.com', 'google.cloud.bigquery.v2.JobService.InsertJob', 'data_access'],
	['pubsub.googleapis.com', 'google.pubsub.v1.Publisher.Publish', 'data_access'],
	[
		'secretmanager.googleapis.com',
		'google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion',
		'data_access',
	],
	['compute.googleapis.com', 'v1.compute.instances.insert', 'activity'],
	['compute.googleapis.com', 'v1.compute.instances.delete', 'activity'],
	['run.googleapis.com', 'google.cloud.run.v2.Services.UpdateService', 'activity'],
	['cloudresourcemanager.googleapis.com', 'SetIamPolicy', 'activity'],
];
const MINTING = ['GenerateAccessToken', 'GenerateAccessToken', 'GenerateIdToken', 'SignBlob', 'SignJwt'];
const KEY_METHODS = [
	'CreateServiceAccountKey',
	'DeleteServiceAccountKey',
	'DisableServiceAccountKey',
	'UploadServiceAccountKey',
];
const ACCOUNT_METHODS = [
	'CreateServiceAccount',
	'DisableServiceAccount',
	'EnableServiceAccount',
	'DeleteServiceAccount',
];
const AGENTS = [
	'Terraform/1.9.5 (+https://www.terraform.io) Terraform-Plugin-SDK/2.33.0 terraform-provider-google/6.8.0,gzip(gfe)',
	'gl-python/3.12.4 grpc/1.66.1 gax/2.20.0 gccl/3.25.0 gzip(gfe)',
	'google-api-go-client/0.5 gke-metadata-server,gzip(gfe)',
	'gcloud-golang-storage/1.43.0 google-api-go-client/0.5,gzip(gfe)',
	'gl-node/20.17.0 grpc/1.11.1 gax/4.3.9 gapic/4.7.0,gzip(gfe)',
	'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36,gzip(gfe)',
	'google-github-actions:auth/2.1.7 run-id/12345678,gzip(gfe)',
	'kubectl/v1.30.1 (linux/amd64) kubernetes/6911225',
];

const emailOf = (project: number, account: number): string =>
	`sa-${account}@project-${project}.iam.gserviceaccount.com`;
const idOf = (project: number, account: number): string =>
	`1${String(project).padStart(8, '0')}${String(account).padStart(12, '0')}`;

/** One line each, without newlines. */
export function* logLines({entries, seed, tricky = false}: LogSize): Generator<string> {
	const random = randomOf('logs', seed);
	const recent: string[] = [];
	for (let index = 0; index < entries; index++) {
		if (tricky && recent.length > 0 && random.chance(0.05)) {
			yield random.pick(recent);
			continue;
		}
		const entry = entryOf(index / entries, index, random, tricky);
		if (tricky) spoil(entry, random);
		const line = tricky && random.chance(0.01) ? oddLine(random) : JSON.stringify(entry);
		if (tricky) {
			recent.push(line);
			if (recent.length > 50) recent.shift();
		}
		yield line;
	}
}

/** @param share how far in the period, from 0 to 1; entries come about in order, as sinks write them */
function entryOf(share: number, index: number, random: Random, tricky: boolean): Json {
	const at = START + share * DAYS * 86_400_000 + random.int(0, 3_600_000);
	const project = random.int(0, PROJECTS - 1);
	// Few accounts do most of the work.
	const account = Math.floor(random.next() ** 3 * ACCOUNTS_PER_PROJECT);
	const kind = random.next();
	// Rare in truth, and worth a test.
	if (tricky && kind > 0.95) return lifecycle(at, index, project, account, random);
	if (kind < 0.03) return mint(at, index, project, account, random);
	if (kind < 0.031) return lifecycle(at, index, project, account, random);
	if (kind < 0.034) return exchange(at, index, project, random);
	if (kind < 0.04) return attach(at, index, project, account, random);
	// An account does much the same all day.
	const [service, method, log] = METHODS[(project + account * 3 + random.int(0, 2)) % METHODS.length]!;
	const person = kind < 0.2;
	const email = person ? `person-${random.int(0, 300)}@example.com` : emailOf(project, account);
	const key = !person && account % 3 === 0 ? keyName(project, account, random.int(0, 1)) : undefined;
	return {
		...envelope(at, index, `projects/project-${project}`, log, random),
		resource: {
			type: 'gcs_bucket',
			labels: {project_id: `project-${project}`, bucket_name: `project-${project}-data`, location: 'europe-west1'},
		},
		protoPayload: {
			'@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
			serviceName: service,
			methodName: method,
			resourceName: `projects/_/buckets/project-${project}-data/objects/${random.text(HEX, 32)}`,
			...(random.chance(account === 2 ? 0.3 : 0.003) && {
				status: {code: 7, message: 'The caller does not have permission'},
			}),
			authenticationInfo: {
				principalEmail: email,
				...(key !== undefined && {serviceAccountKeyName: key}),
				...(!person &&
					account === 1 && {
						serviceAccountDelegationInfo: [
							{firstPartyPrincipal: {principalEmail: emailOf(project, (account + 1) % ACCOUNTS_PER_PROJECT)}},
						],
					}),
			},
			authorizationInfo: [
				{
					permission: method,
					granted: true,
					permissionType: 'DATA_READ',
					resource: `projects/_/buckets/project-${project}-data/objects/${random.text(HEX, 32)}`,
					resourceAttributes: {service, type: 'storage.googleapis.com/Bucket'},
				},
			],
			requestMetadata: caller(project, account, random),
			request: {'@type': `type.googleapis.com/${service}.Request`, pageSize: 100, filter: random.text(HEX, 60)},
		},
	};
}

function mint(at: number, index: number, project: number, account: number, random: Random): Json {
	const email = emailOf(project, account);
	// Few people and pipelines have a use for an account, and come back.
	const by = ((account * 7 + project) % 10) / 10;
	const person = (project * 3 + account + random.int(0, 1)) % 300;
	const caller1 =
		by < 0.4
			? {principalEmail: `person-${person}@example.com`}
			: by < 0.7
				? {
						principalEmail: emailOf(project, (account + 3) % ACCOUNTS_PER_PROJECT),
						serviceAccountKeyName: keyName(project, (account + 3) % ACCOUNTS_PER_PROJECT, 0),
					}
				: {
						principalSubject: `principal://iam.googleapis.com/projects/${1000 + project}/locations/global/workloadIdentityPools/ci/subject/repo:acme/app-${random.int(0, 5)}`,
						serviceAccountDelegationInfo: [{}],
					};
	return {
		...envelope(at, index, `projects/project-${project}`, 'data_access', random),
		resource: {
			type: 'service_account',
			labels: {project_id: `project-${project}`, email_id: email, unique_id: idOf(project, account)},
		},
		protoPayload: {
			'@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
			serviceName: 'iamcredentials.googleapis.com',
			methodName: MINTING[(account + random.int(0, 1)) % MINTING.length],
			resourceName: `projects/-/serviceAccounts/${idOf(project, account)}`,
			...(random.chance(0.1) && {status: {code: 7}}),
			authenticationInfo: caller1,
			authorizationInfo: [{permission: 'iam.serviceAccounts.getAccessToken', granted: true, resourceAttributes: {}}],
			requestMetadata: caller(project, account, random),
			request: {
				'@type': 'type.googleapis.com/google.iam.credentials.v1.GenerateAccessTokenRequest',
				name: `projects/-/serviceAccounts/${email}`,
				...(account % 5 === 0 && {
					delegates: [`projects/-/serviceAccounts/${emailOf(project, (account + 5) % ACCOUNTS_PER_PROJECT)}`],
				}),
			},
			metadata: {identityDelegationChain: [`projects/-/serviceAccounts/${email}`]},
		},
	};
}

function lifecycle(at: number, index: number, project: number, account: number, random: Random): Json {
	const isKey = random.chance(0.7);
	const method = random.pick(isKey ? KEY_METHODS : ACCOUNT_METHODS);
	const email = emailOf(project, account);
	const key = `projects/project-${project}/serviceAccounts/${email}/keys/${random.text(HEX, 40)}`;
	const isNew = /^(?:Create|Upload)/.test(method);
	return {
		...envelope(at, index, `projects/project-${project}`, 'activity', random),
		resource: {
			type: 'service_account',
			labels: {project_id: `project-${project}`, email_id: email, unique_id: idOf(project, account)},
		},
		protoPayload: {
			'@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
			serviceName: 'iam.googleapis.com',
			methodName: `google.iam.admin.v1.${method}`,
			resourceName: `projects/-/serviceAccounts/${idOf(project, account)}${isKey && !isNew ? key.slice(key.indexOf('/keys/')) : ''}`,
			authenticationInfo: {principalEmail: `person-${random.int(0, 300)}@example.com`},
			requestMetadata: caller(project, account, random),
			request: {name: isNew ? `projects/-/serviceAccounts/${email}` : key},
			...(isKey && isNew && {response: {name: key, key_algorithm: 2, private_key_data: 'not logged'}}),
			...(!isKey && {response: {email, unique_id: idOf(project, account)}}),
		},
	};
}

function exchange(at: number, index: number, project: number, random: Random): Json {
	const pool = `projects/${1000 + project}/locations/global/workloadIdentityPools/ci`;
	const subject = `repo:acme/app-${random.int(0, 5)}`;
	return {
		...envelope(at, index, `projects/project-${project}`, 'data_access', random),
		resource: {type: 'audited_resource', labels: {project_id: `project-${project}`, service: 'sts.googleapis.com'}},
		protoPayload: {
			'@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
			serviceName: 'sts.googleapis.com',
			methodName: 'google.identity.sts.v1.SecurityTokenService.ExchangeToken',
			resourceName: `${pool}/providers/github`,
			authenticationInfo: {principalSubject: subject},
			requestMetadata: caller(project, 0, random),
			metadata: {mapped_principal: `principal://iam.googleapis.com/${pool}/subject/${subject}`},
		},
	};
}

function attach(at: number, index: number, project: number, account: number, random: Random): Json {
	const name = `projects/-/serviceAccounts/${emailOf(project, account)}`;
	return {
		...envelope(at, index, `projects/project-${project}`, 'activity', random),
		resource: {
			type: 'audited_resource',
			labels: {project_id: `project-${project}`, method: 'iam.serviceAccounts.actAs'},
		},
		protoPayload: {
			'@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
			serviceName: 'iam.googleapis.com',
			methodName: 'iam.serviceAccounts.actAs',
			resourceName: name,
			authenticationInfo: {principalEmail: `person-${random.int(0, 300)}@example.com`},
			authorizationInfo: [{permission: 'iam.serviceAccounts.actAs', granted: true, resource: name}],
			requestMetadata: caller(project, account, random),
			request: {name: emailOf(project, account)},
			response: {success: true},
		},
	};
}

function envelope(at: number, index: number, scope: string, log: string, random: Random): Json {
	const stamp = new Date(at).toISOString().replace('Z', `${String(random.int(0, 999_999)).padStart(6, '0')}Z`);
	return {
		insertId: `${random.text(HEX, 10)}${index.toString(36)}`,
		logName: `${scope}/logs/cloudaudit.googleapis.com%2F${log}`,
		timestamp: stamp,
		receiveTimestamp: new Date(at + random.int(50, 5000)).toISOString(),
		severity: log === 'activity' ? 'NOTICE' : 'INFO',
	};
}

function caller(project: number, account: number, random: Random): Json {
	// Most workloads stay where they are.
	const from = random.chance(0.99) ? ((project * 10 + account) % 10) / 10 : random.next();
	const callerIp =
		from < 0.3
			? 'private'
			: from < 0.5
				? `34.${76 + (project % 20)}.${account}.${random.int(1, 250)}`
				: from < 0.6
					? `2001:db8:${project.toString(16)}:${account}::${1 + (project % 9)}`
					: `203.0.${project % 256}.${random.int(1, 250)}`;
	const agent = random.chance(account === 3 ? 0.5 : 0.02)
		? `google-cloud-sdk gcloud/490.0.0 command/gcloud.storage.cp invocation-id/${random.text(HEX, 32)} environment/None client-os/LINUX interactive/${random.chance(0.5) ? 'True' : 'False'} from-script/False python/3.11.8 (Linux 6.1.0),gzip(gfe)`
		: AGENTS[(project * 7 + account) % AGENTS.length]!;
	return {
		callerIp,
		callerSuppliedUserAgent: agent,
		requestAttributes: {
			time: '2026-08-01T00:00:00.000000Z',
			auth: {},
			...(account === 4 && {reason: 'change 4711'}),
		},
		destinationAttributes: {},
	};
}

/** Takes one field away or puts something else there. */
function spoil(entry: Json, random: Random): void {
	if (!random.chance(0.3)) return;
	const payload = entry['protoPayload'] as Record<string, Json>;
	const who = payload['authenticationInfo']!;
	const metadata = payload['requestMetadata']!;
	const acts: (() => void)[] = [
		() => delete entry['insertId'],
		() => delete entry['timestamp'],
		() => delete entry['receiveTimestamp'],
		() => {
			delete entry['timestamp'];
			delete entry['receiveTimestamp'];
		},
		() => delete entry['logName'],
		() => delete entry['resource'],
		() => delete who['principalEmail'],
		() => (who['principalSubject'] = `serviceAccount:${String(who['principalEmail'])}`),
		() => (who['principalEmail'] = String(who['principalEmail']).toUpperCase()),
		() =>
			(who['serviceAccountDelegationInfo'] = [
				{},
				{firstPartyPrincipal: {}},
				{principalSubject: 'user:ann@example.com'},
			]),
		() => (who['serviceAccountDelegationInfo'] = []),
		() =>
			(who['serviceAccountDelegationInfo'] = [
				{thirdPartyPrincipal: {thirdPartyClaims: {sub: 'someone', iss: 'https://x'}}},
			]),
		() =>
			(who['serviceAccountDelegationInfo'] = [{firstPartyPrincipal: {principalEmail: String(who['principalEmail'])}}]),
		() => delete metadata['callerIp'],
		() =>
			(metadata['callerIp'] = random.pick([
				'::1',
				'gce-internal-ip',
				'10.1.2.3',
				'::ffff:203.0.113.9',
				'not an address',
				'8.8.8.8',
			])),
		() => delete metadata['callerSuppliedUserAgent'],
		() => (metadata['callerSuppliedUserAgent'] = 'gitlab-runner 17.1 terraform/1.5 job-id=88123'),
		() => delete payload['requestMetadata'],
		() => delete payload['authenticationInfo'],
		() => delete payload['methodName'],
		() => delete payload['serviceName'],
		() => ((payload as Json)['status'] = {}),
		() => ((payload as Json)['status'] = {code: 0}),
		() => delete payload['request'],
		() => (entry['timestamp'] = '2031-01-01T00:00:00Z'),
		() => {
			entry['timestamp'] = '2031-01-01T00:00:00Z';
			delete entry['receiveTimestamp'];
		},
		() => (entry['timestamp'] = String(entry['timestamp']).replace(/\.\d+Z$/, 'Z')),
		() =>
			(entry['protoPayload'] = {'@type': 'type.googleapis.com/google.appengine.logging.v1.RequestLog', latency: '1s'}),
		() => {
			delete entry['protoPayload'];
			entry['textPayload'] = 'nothing to see';
			entry['logName'] = 'projects/project-1/logs/syslog';
		},
	];
	random.pick(acts)();
}

function oddLine(random: Random): string {
	return random.pick([
		'{"insertId":"x","logName":"projects/p/logs/syslog","timestamp":"2026-08-01T00:00:00Z","textPayload":"hello"}',
		'{"insertId":"y","logName":"projects/project-1/logs/cloudaudit.googleapis.com%2Factivity","timestamp":"2026-08-01T00:00:00Z"}',
		'{"severity":"INFO","jsonPayload":{"a":1}}',
	]);
}

function keyName(project: number, account: number, key: number): string {
	return `//iam.googleapis.com/projects/project-${project}/serviceAccounts/${emailOf(project, account)}/keys/${`${project}${account}${key}`.padEnd(40, 'a')}`;
}
