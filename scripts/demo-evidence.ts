/**
 * What the logs and Google's own insights tell of the demo: who became whom, from where keys were used, what became of
 * accounts and keys. Nothing here contradicts the activities in `demo-projects.ts`.
 */
import {coverageLine, type Json, resourceLine} from './asset-lines.ts';
import {DOMAIN, FOLDERS, NON_PRODUCTION} from './demo-organization.ts';
import {digits, folderPlace, LONG_AGO, organization, projectPlace, sha1} from './demo-places.ts';
import {PROJECTS} from './demo-projects.ts';

/** The period of the exported logs. */
const LOGGED = {from: '2026-08-01T00:00:00Z', to: '2026-11-01T00:00:00Z'};
/** When Google looked last. */
const REFRESHED = '2026-10-31T07:00:00Z';

const account = (id: string, project: string): string => `${id}@tidewick-${project}.iam.gserviceaccount.com`;
const person = (name: string): string => `user:${name}@${DOMAIN}`;
const member = (email: string): string => `serviceAccount:${email}`;
/** A key by its place in the list of its account's story. */
const keyId = (email: string, index: number): string => sha1(`${email} key ${index}`);
const projectOf = (email: string): string => /@([^.]+)\./.exec(email)![1]!;

interface Used {
	subject: string;
	/** Place of the key in the story. */
	key?: number;
	via?: string[];
	method: string;
	network: string;
	agent: string;
	count: number;
	days: [first: string, last: string];
	changes?: number;
	untraced?: number;
}

const ETL = account('etl-runner', 'data-prod');
const ERP = account('onprem-erp-sync', 'shop-prod');
const TERRAFORM = account('terraform-prod', 'ci');
const RELEASE = account('release-manager', 'ci');
const PIPELINE = account('wif-deploy-pipeline', 'ci');
const PREVIEW = account('preview-bot', 'shop-dev');
const OFFICE = '198.51.100.0/24';

const USED: readonly Used[] = [
	// A key where the machine could sign in as itself.
	{
		subject: ETL,
		key: 1,
		method: 'jobservice.insert',
		network: 'google',
		agent: 'python',
		count: 2214,
		days: ['2026-08-01', '2026-10-31'],
	},
	// One key in the hands of several: the data centre, the integrator, two shops.
	...[OFFICE, '203.0.113.0/24', '192.0.2.0/24', '2001:db8:4f::/48'].map((network, i): Used => ({
		subject: ERP,
		key: 1,
		method: 'google.pubsub.v1.Publisher.Publish',
		network,
		agent: 'java',
		count: 4100 - i * 1200,
		days: ['2026-08-21', '2026-10-31'],
	})),
	{
		subject: ERP,
		key: 0,
		method: 'google.pubsub.v1.Publisher.Publish',
		network: OFFICE,
		agent: 'java',
		count: 803,
		days: ['2026-08-01', '2026-10-12'],
	},
	// Terraform from somebody's own machine.
	{
		subject: TERRAFORM,
		key: 0,
		method: 'SetIamPolicy',
		network: '203.0.113.0/24',
		agent: 'terraform',
		count: 41,
		days: ['2026-08-05', '2026-10-30'],
		changes: 41,
		untraced: 41,
	},
	// The pipeline says which run it is, most of the time.
	{
		subject: PIPELINE,
		method: 'google.cloud.run.v2.Services.UpdateService',
		network: '203.0.113.0/24',
		agent: 'gcloud (ci)',
		count: 96,
		days: ['2026-08-03', '2026-10-31'],
		changes: 96,
		untraced: 7,
	},
	// People who hide who they are.
	{
		subject: ETL,
		via: [person('nora.silva')],
		method: 'GenerateAccessToken',
		network: OFFICE,
		agent: 'gcloud',
		count: 17,
		days: ['2026-09-02', '2026-10-22'],
	},
	{
		subject: ETL,
		via: [member(account('vm-airflow', 'data-prod'))],
		method: 'GenerateAccessToken',
		network: 'google',
		agent: 'python',
		count: 184,
		days: ['2026-08-01', '2026-10-31'],
	},
	{
		subject: PREVIEW,
		via: [person('sam.okafor')],
		method: 'CreateServiceAccountKey',
		network: OFFICE,
		agent: 'browser',
		count: 1,
		days: ['2026-09-20', '2026-09-20'],
	},
	{
		subject: account('run-storefront-dev', 'shop-dev'),
		via: [person('maya.lindqvist')],
		method: 'iam.serviceAccounts.actAs',
		network: OFFICE,
		agent: 'gcloud',
		count: 23,
		days: ['2026-08-11', '2026-10-29'],
	},
];

function* usageLines(): Generator<Json> {
	for (const {subject, key, via = [], method, network, agent, count, days, changes, untraced} of USED) {
		const project = PROJECTS.find(({id}) => id === projectOf(subject))!;
		const data = {
			subject: member(subject),
			...(key !== undefined && {
				key: `//iam.googleapis.com/projects/${project.id}/serviceAccounts/${subject}/keys/${keyId(subject, key)}`,
			}),
			via,
			method,
			network,
			userAgent: agent,
			count,
			first: `${days[0]}T04:10:00.000Z`,
			last: `${days[1]}T05:32:00.000Z`,
			...(changes !== undefined && {changes, untraced}),
			source: 'auditLogs',
		};
		const name = `//sa-audit/usage/auditLogs/${sha1(JSON.stringify([data.subject, data.key, via, method, network, agent])).slice(0, 16)}`;
		yield resourceLine(name, 'sa-audit/Usage', projectPlace(project), data, LONG_AGO);
	}
}

/** What happened to accounts and keys: day, who, what. */
const HAPPENED: readonly {at: string; event: string; subject: string; key?: number; by: string}[] = [
	// Made by somebody whom policies name as deleted.
	{at: '2026-09-15', event: 'key-created', subject: PREVIEW, key: 0, by: person('rolf.engel')},
	{at: '2026-08-20', event: 'key-created', subject: ERP, key: 1, by: person('jonas.weber')},
	{at: '2026-08-12', event: 'key-created', subject: RELEASE, key: 7, by: person('tom.adeyemi')},
	{at: '2026-09-29', event: 'key-deleted', subject: RELEASE, key: 7, by: person('tom.adeyemi')},
	{at: '2026-10-14', event: 'account-deleted', subject: account('run-checkout', 'shop-prod'), by: person('ines.moura')},
];

function* eventLines(): Generator<Json> {
	for (const {at, event, subject, key, by} of HAPPENED) {
		const project = PROJECTS.find(({id}) => id === projectOf(subject))!;
		const data = {
			event,
			subject: member(subject),
			uniqueId: `1${digits(subject, 20)}`,
			...(key !== undefined && {keyId: keyId(subject, key)}),
			by,
			via: [],
			at: `${at}T10:12:00.000Z`,
			source: 'auditLogs',
		};
		const name = `//sa-audit/event/auditLogs/${sha1(JSON.stringify(data)).slice(0, 16)}`;
		yield resourceLine(name, 'sa-audit/LogEvent', projectPlace(project), data, LONG_AGO);
	}
}

function* insightLines(): Generator<Json> {
	const line = (projectId: string, type: string, subtype: string, content: Json): Json => {
		const place = projectPlace(PROJECTS.find(({id}) => id === projectId)!);
		const isRecommendation = type.endsWith('Recommender');
		const [list, kind] = isRecommendation ? ['recommenders', 'recommendations'] : ['insightTypes', 'insights'];
		const id = sha1(`${type} ${JSON.stringify(content)}`);
		const uuid = [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20, 32)].join('-');
		const name = `${place.path}/locations/global/${list}/${type}/${kind}/${uuid}`;
		const data = {
			name,
			content,
			stateInfo: {state: 'ACTIVE'},
			lastRefreshTime: REFRESHED,
			...(isRecommendation
				? {recommenderSubtype: subtype}
				: {
						insightSubtype: subtype,
						observationPeriod: '7776000s',
						targetResources: [`//cloudresourcemanager.googleapis.com/${place.path}`],
					}),
		};
		const assetType = `recommender.googleapis.com/${isRecommendation ? 'Recommendation' : 'Insight'}`;
		return resourceLine(`//recommender.googleapis.com/${name}`, assetType, place, data, REFRESHED);
	};
	const inactive = (email: string): Json =>
		line(projectOf(email), 'google.iam.serviceAccount.Insight', 'SERVICE_ACCOUNT_USAGE', {
			email,
			serviceAccountId: `1${digits(email, 20)}`,
		});
	yield inactive(account('old-importer', 'data-prod'));
	// Disabled long ago: Google lists it all the same.
	yield inactive(account('legacy-reporting', 'shop-prod'));
	const data = projectPlace(PROJECTS.find(({id}) => id === 'tidewick-data-prod')!);
	yield line('tidewick-data-prod', 'google.iam.policy.Recommender', 'REMOVE_ROLE', {
		overview: {
			resource: `//cloudresourcemanager.googleapis.com/${data.path}`,
			member: member(account('warehouse-admin', 'data-prod')),
			removedRole: 'roles/storage.admin',
			minimumObservationPeriodInDays: '90',
		},
	});
}

function* coverageLines(): Generator<Json> {
	for (const project of PROJECTS) {
		const place = projectPlace(project);
		// Nobody switched data-access logs on outside production.
		const isQuiet = project.folder === NON_PRODUCTION;
		const missing = {status: 'missing', reason: `no data-access audit log of ${project.id} was exported`};
		yield coverageLine(place, 'auditLogs', {assetType: 'activity', ...LOGGED});
		yield coverageLine(place, 'auditLogs', {assetType: 'data_access', ...(isQuiet ? missing : LOGGED)});
	}
	for (const place of [organization, ...FOLDERS.map(({number}) => folderPlace(number)), ...PROJECTS.map(projectPlace)])
		yield coverageLine(place, 'insights');
}

export function* evidenceLines(): Generator<Json> {
	yield* usageLines();
	yield* eventLines();
	yield* insightLines();
	yield* coverageLines();
}
