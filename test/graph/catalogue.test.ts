/** The escalation catalogue: complete, consistent with itself and with the facts beside it, and published fresh. */
import {execFile} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {gunzipSync} from 'node:zlib';
import {Ajv2020} from 'ajv/dist/2020.js';
import {expect, test} from 'vitest';
import {shippedDeniablePermissions} from '../../src/access/deny-permissions.ts';
import {readDataFile} from '../../src/data-file.ts';
import {CATALOGUE, CATALOGUE_VERSION, escalation, FIELDS} from '../../src/graph/catalogue/index.ts';
import type {Escalation} from '../../src/graph/catalogue/types.ts';
import {DELEGATION, DIRECT, REWRITING, ROLE_UPDATE} from '../../src/graph/escalations.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const published = async (name: string): Promise<Record<string, unknown>> =>
	JSON.parse(await readFile(`${root}${name}`, 'utf8')) as Record<string, unknown>;

/** Public ids, in catalogue order: a changed or missing one breaks whoever filters or stores by it. */
const IDS = `
	sa-get-access-token sa-get-openid-token sa-sign-blob sa-sign-jwt sa-implicit-delegation sa-key-create
	sa-key-upload sa-key-enable sa-set-iam-policy sa-enable sa-undelete sa-hmac-key sa-bound-api-key-create
	api-key-read-string api-key-create-legacy project-set-iam-policy folder-set-iam-policy org-set-iam-policy
	custom-role-update custom-role-undelete custom-role-create-then-bind deny-policy-edit pab-edit orgpolicy-set
	orgpolicy-custom-constraint-edit tag-binding-satisfy-condition tag-binding-remove-guardrail tag-set-iam-policy
	pam-entitlement-write pam-grant-request project-move folder-move project-create acm-perimeter-edit
	resource-set-iam-policy wif-provider-create wif-provider-update wif-pool-undelete-enable
	wif-managed-identity-attestation workforce-provider-write workforce-scim-write wif-external-principal
	group-membership-write domain-wide-delegation oauth-client-secret-read gce-instance-create gce-instance-set-sa
	gce-instance-set-metadata gce-project-common-metadata gce-oslogin-admin gce-oslogin iap-tunnel-reach
	gce-instance-set-iam-policy gce-instance-template-mig gce-mig-update gce-osconfig-patch
	gce-osconfig-policy-assignment gce-disk-clone-read gce-set-default-sa gce-metadata-read-secrets tpu-node-create
	batch-job-create lifesciences-run runtime-metadata-token cloudfunctions-create cloudfunctions-update
	cloudfunctions-build-sa cloudfunctions-set-iam-policy run-service-create run-service-update run-job-create-run
	run-job-update-run run-job-overrides run-workerpool-write run-ssh run-set-iam-policy run-invoke
	appengine-deploy appengine-flex-ssh appengine-app-update-sa scheduler-job-write scheduler-job-run
	cloudtasks-create cloudtasks-queue-override cloudtasks-run workflows-create-execute workflows-update-execute
	workflows-execute pubsub-push-oidc eventarc-trigger cloudbuild-default-sa cloudbuild-user-sa
	cloudbuild-trigger-write cloudbuild-trigger-run cloudbuild-approve source-push-to-trigger source-read-secrets
	artifact-push deploymentmanager-create inframanager-deploy clouddeploy-release clouddeploy-target-write
	firebase-apphosting integrations-deploy connectors-create dataflow-job-create dataflow-template-overwrite
	dataproc-cluster-create dataproc-job-submit dataproc-batch-session composer-env-create composer-env-update
	composer-airflow-command composer-dag-bucket-write notebooks-instance-create notebooks-instance-access
	notebooks-execution vertex-custom-job vertex-custom-job-agent vertex-model-deploy vertex-notebook-runtime
	vertex-agent-engine ml-engine-job datafusion-create dataform-run bigquery-scheduled-query
	bigquery-connection-use datapipelines-create storagetransfer-job workstation-config-write workstation-use
	gke-cluster-create gke-pod-create gke-pod-exec gke-secrets-read gke-sa-token gke-rbac-bind-escalate
	gke-impersonate gke-node-proxy gke-csr-approve gke-webhook gke-connect-gateway gke-workload-identity-binding
	secret-access secret-set-iam-policy secret-poison gcs-object-read-credentials gcs-code-overwrite kms-sign
	kms-decrypt iap-set-iam-policy serviceusage-enable legacy-actas-exemption service-agent-as-stepping-stone
`;

/** Resource types of Asset Inventory, from its list of asset types of 2026-04-10. [seen] */
const ASSET_TYPES: ReadonlySet<string> = new Set([
	'apikeys.googleapis.com/Key',
	'appengine.googleapis.com/Version',
	'cloudbuild.googleapis.com/BuildTrigger',
	'clouddeploy.googleapis.com/Target',
	'cloudfunctions.googleapis.com/CloudFunction',
	'cloudfunctions.googleapis.com/Function',
	'composer.googleapis.com/Environment',
	'compute.googleapis.com/Instance',
	'compute.googleapis.com/InstanceTemplate',
	'container.googleapis.com/Cluster',
	'container.googleapis.com/NodePool',
	'dataflow.googleapis.com/Job',
	'dataproc.googleapis.com/Cluster',
	'notebooks.googleapis.com/Instance',
	'run.googleapis.com/Job',
	'run.googleapis.com/Service',
	'run.googleapis.com/WorkerPool',
	'workflows.googleapis.com/Workflow',
	'workstations.googleapis.com/Workstation',
	'workstations.googleapis.com/WorkstationConfig',
	// Their services are in the list; that it has these types of them is [recalled].
	'batch.googleapis.com/Job',
	'config.googleapis.com/Deployment',
	'dataplex.googleapis.com/Task',
	'dataproc.googleapis.com/Batch',
	'dataproc.googleapis.com/WorkflowTemplate',
]);

const permissionsOf = (entry: Escalation): string[] =>
	[...new Set(entry.requires.flatMap(({all, anyOf}) => [...all, ...(anyOf ?? []).flat()]))].toSorted();

const needsOn = (entry: Escalation, place: string, permission: string): boolean =>
	entry.requires.some(({on, all}) => on === place && all.includes(permission));

/** Ids of the entries that break a rule. */
const breaking = (rule: (entry: Escalation) => boolean): string[] =>
	CATALOGUE.filter(entry => !rule(entry)).map(entry => entry.id);

test('every published way is there, once, in order', () => {
	expect(CATALOGUE.map(entry => entry.id)).toEqual(IDS.trim().split(/\s+/));
	expect(new Set(CATALOGUE.map(entry => entry.id)).size).toBe(CATALOGUE.length);
	expect(FIELDS.every(field => field.entries.length > 0)).toBe(true);
});

test('an entry is found by its id, and nothing else is', () => {
	for (const entry of CATALOGUE) expect(escalation(entry.id)).toBe(entry);
	for (const id of ['', 'sa-get-access-tokens', 'toString', '__proto__']) expect(escalation(id)).toBeUndefined();
});

test('limited ways stay limited', () => {
	const tally = Object.groupBy(CATALOGUE, entry => `${entry.kind} ${entry.strength}`);
	expect(Object.fromEntries(Object.entries(tally).map(([name, entries]) => [name, entries?.length]))).toEqual({
		'permission full': 79,
		'permission limited': 68,
		'structural full': 7,
	});
});

test('every permission exists in the role data', () => {
	const {permissions} = JSON.parse(gunzipSync(readDataFile('predefined-roles.json.gz')).toString('utf8')) as {
		permissions: string[];
	};
	const known = new Set(permissions);
	const unknown = CATALOGUE.flatMap(entry => [...permissionsOf(entry), ...(entry.expects ?? [])]).filter(
		permission => !known.has(permission),
	);
	expect(unknown).toEqual([]);
});

test('what no deny rule can name is what the list of deny rules leaves out', () => {
	const deniable = shippedDeniablePermissions();
	for (const entry of CATALOGUE) {
		const expected = permissionsOf(entry).filter(permission => !deniable.deniable(permission));
		expect({id: entry.id, notDeniable: entry.notDeniable.toSorted()}).toEqual({id: entry.id, notDeniable: expected});
	}
});

test('workloads are asset types that Asset Inventory has', () => {
	expect(CATALOGUE.flatMap(entry => entry.workloads ?? []).filter(type => !ASSET_TYPES.has(type))).toEqual([]);
});

test.each<[string, (entry: Escalation) => boolean]>([
	['what is not modelled says why', entry => entry.modelled === (entry.reason === undefined)],
	['what yields no identity is not modelled', entry => entry.yields !== 'other' || !entry.modelled],
	['what yields something else says what', entry => entry.yields !== 'other' || entry.yieldsNote !== undefined],
	[
		'a way to an attached account names the workloads, unless it cannot be judged',
		entry => !entry.modelled || !entry.yields.startsWith('attached') || (entry.workloads?.length ?? 0) > 0,
	],
	[
		'a permission on a workload goes with workloads',
		entry => entry.workloads !== undefined || entry.requires.every(({on}) => on !== 'workload'),
	],
	[
		'both generations of functions are named together',
		entry =>
			(entry.workloads?.includes('cloudfunctions.googleapis.com/Function') ?? false) ===
			(entry.workloads?.includes('cloudfunctions.googleapis.com/CloudFunction') ?? false),
	],
	[
		'whoever attaches an account needs a permission on it',
		entry => !entry.yields.includes('actable') || entry.requires.some(({on}) => on === 'attached account'),
	],
	[
		'a modelled way checks act-as, and nothing else, on the account that it attaches',
		entry =>
			!entry.modelled ||
			entry.requires.every(({on, all}) => on !== 'attached account' || all.join() === 'iam.serviceAccounts.actAs'),
	],
	[
		'act-as comes with a vehicle',
		entry =>
			!permissionsOf(entry).includes('iam.serviceAccounts.actAs') ||
			permissionsOf(entry).some(permission => permission !== 'iam.serviceAccounts.actAs'),
	],
	[
		'pools are named where their identities are the yield',
		entry => (entry.pools !== undefined) === [entry.yields, entry.alsoYields].includes('pool identities'),
	],
	['identities too', entry => (entry.identities !== undefined) === (entry.yields === 'project identity')],
	[
		'a modelled permission names permissions',
		entry => !entry.modelled || entry.kind === 'structural' || permissionsOf(entry).length > 0,
	],
	[
		'no requirement is empty',
		entry => entry.requires.every(({all, anyOf}) => all.length > 0 || (anyOf !== undefined && anyOf.length > 0)),
	],
	[
		'a usual permission is not a needed one',
		entry => !entry.expects?.some(name => permissionsOf(entry).includes(name)),
	],
	[
		'a resource is a hop only where code of a workload lies in it',
		entry => !entry.modelled || entry.code !== undefined || entry.requires.every(({on}) => on !== 'resource'),
	],
	[
		'what code takes is what the entry requires',
		({code, requires: [requirement]}) => {
			if (!code) return true;
			const {all = [], anyOf = []} = requirement ?? {};
			const lists = anyOf.length > 0 ? anyOf : [all];
			return JSON.stringify(code.map(({permissions}) => permissions)) === JSON.stringify(lists);
		},
	],
	[
		'what appears under another id has the permission of that',
		entry =>
			entry.hopsAs === undefined ||
			permissionsOf(entry).join() === permissionsOf(escalation(entry.hopsAs) ?? entry).join(),
	],
	[
		'an alias is of another, modelled entry',
		entry => entry.hopsAs === undefined || escalation(entry.hopsAs)?.modelled === true,
	],
])('%s', (_, rule) => {
	expect(breaking(rule)).toEqual([]);
});

test('the ways that the facts single out need exactly what they need', () => {
	const withoutActAs = [
		'cloudbuild-default-sa',
		'gce-osconfig-patch',
		'dataproc-job-submit',
		'run-job-overrides',
		'composer-env-update',
		'vertex-custom-job-agent',
		'deploymentmanager-create',
	];
	const withActAs = ['gce-instance-set-metadata', 'gce-oslogin', 'gce-oslogin-admin', 'gce-project-common-metadata'];
	const asks = (id: string): boolean => permissionsOf(escalation(id)!).includes('iam.serviceAccounts.actAs');
	expect(withoutActAs.filter(asks)).toEqual([]);
	expect(withActAs.filter(id => !asks(id))).toEqual([]);
	// Act-as for project metadata must cover every account, so it is checked on the project.
	expect(needsOn(escalation('gce-project-common-metadata')!, 'project', 'iam.serviceAccounts.actAs')).toBe(true);
	expect(needsOn(escalation('gce-instance-set-metadata')!, 'attached account', 'iam.serviceAccounts.actAs')).toBe(true);
});

test.each([
	['gce-instance-create', 'compute.disks.create', 'compute.instances.create'],
	['gce-instance-create', 'compute.subnetworks.use', 'compute.instances.setServiceAccount'],
	['gce-instance-template-mig', 'compute.instanceTemplates.useReadOnly', 'compute.instanceTemplates.create'],
	['run-job-create-run', 'run.jobs.run', 'run.jobs.create'],
])('%s may do without %s but not without %s', (id, usual, needed) => {
	const entry = escalation(id)!;
	expect(entry.expects).toContain(usual);
	expect(permissionsOf(entry)).not.toContain(usual);
	expect(permissionsOf(entry)).toContain(needed);
});

const SINGLE = [
	...DIRECT.map(({id, permission, strength}) => ({id, permission, strength, on: 'account'})),
	{...DELEGATION, strength: 'full', on: 'account'},
	...Object.entries(REWRITING).map(([on, rewriting]) => ({...rewriting, strength: 'full', on})),
	{...ROLE_UPDATE, strength: 'full', on: 'role owner'},
];

test.each(SINGLE)('$id of the single permissions is the one of the catalogue', ({id, permission, strength, on}) => {
	const entry = escalation(id);
	expect(entry).toMatchObject({modelled: true, strength, requires: [{on, all: [permission]}]});
});

test('constraints of the single permissions are those of the catalogue', () => {
	for (const {id, constraints} of DIRECT) expect(escalation(id)?.constraints).toEqual(constraints);
});

const validator = async (): Promise<ReturnType<Ajv2020['compile']>> =>
	new Ajv2020({allErrors: true, strict: true, strictRequired: false}).compile(
		await published('schema/escalations.schema.json'),
	);

test('the published data is the catalogue and fits its schema', async () => {
	const data = await published('data/escalations.json');
	const valid = await validator();
	valid(data);
	expect(valid.errors).toBeNull();
	expect(data).toMatchObject({version: CATALOGUE_VERSION, license: 'Apache-2.0'});
	const entries = data['escalations'] as Record<string, unknown>[];
	expect(entries.map(({field: _, ...entry}) => entry)).toEqual(CATALOGUE);
});

test.each<[string, (entry: Record<string, unknown>) => void]>([
	['an id in capitals', entry => (entry['id'] = 'Sa-Token')],
	['no requirement list', entry => delete entry['requires']],
	['a place that is none', entry => (entry['requires'] = [{on: 'moon', all: []}])],
	['a permission that is a role', entry => (entry['requires'] = [{on: 'project', all: ['roles/owner']}])],
	['a technique without its T', entry => (entry['techniques'] = ['1550.001'])],
	['a reason missing', entry => (entry['modelled'] = false)],
	['a strength between', entry => (entry['strength'] = 'medium')],
	['a fact that nobody reads', entry => (entry['needs'] = ['weather'])],
	['an asset type without its API', entry => (entry['workloads'] = ['Instance'])],
])('the schema rejects %s', async (_, spoil) => {
	const data = await published('data/escalations.json');
	const [entry] = data['escalations'] as Record<string, unknown>[];
	spoil(entry!);
	expect((await validator())(data)).toBe(false);
});

test('the document has one section for each entry, and all of it is fresh', async () => {
	const {stdout} = await promisify(execFile)(process.execPath, ['scripts/escalations.ts', '--check'], {cwd: root});
	expect(stdout).toMatch('fresh');
	const markdown = await readFile(`${root}docs/escalations.md`, 'utf8');
	const headings = [...markdown.matchAll(/^### (.+)$/gm)].map(([, id]) => id);
	expect(headings).toEqual(CATALOGUE.map(entry => entry.id));
});
