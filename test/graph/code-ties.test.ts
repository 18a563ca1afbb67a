/** Ways through code of existing workloads: permissions on the bucket or repository that it lies in. */
import {describe, expect, test} from 'vitest';
import {resourceLine, type Json} from '../../scripts/asset-lines.ts';
import {DIRECT} from '../../src/graph/escalations.ts';
import {endName, pathsFrom} from '../../src/queries/paths.ts';
import type {Step} from '../../src/report.ts';
import {resolvePrincipal} from '../../src/resolve.ts';
import {
	account,
	coverage,
	customName,
	customRole,
	email,
	group,
	member,
	OBJECT_ADMIN,
	OLD,
	openWorld,
	PLACES,
	reportOf,
	world,
	type Extra,
	type Piece,
} from '../worlds/world.ts';

const BUCKET = '//storage.googleapis.com/dags';
const CREATOR = 'roles/storage.objectCreator';

/** A workload in the shop that runs as `root@shop`. */
function workload(type: string, data: Json): Extra {
	const [host, kind] = type.split('/') as [string, string];
	const name = `//${host}/projects/shop/locations/here/${kind.toLowerCase()}s/w`;
	return {accounts: {'root@shop': {}}, lines: [resourceLine(name, type, PLACES['shop']!, data, OLD)]};
}

const composer = workload('composer.googleapis.com/Environment', {
	config: {nodeConfig: {serviceAccount: email('root@shop')}, dagGcsPrefix: 'gs://dags/dags'},
});
const dataflow = (currentState: string): Extra =>
	workload('dataflow.googleapis.com/Job', {
		currentState,
		environment: {serviceAccountEmail: email('root@shop'), tempStoragePrefix: 'storage.googleapis.com/dags/temp'},
	});
const trigger = (more: Json = {}): Extra =>
	workload('cloudbuild.googleapis.com/BuildTrigger', {
		serviceAccount: `projects/shop/serviceAccounts/${email('root@shop')}`,
		triggerTemplate: {projectId: 'shop', repoName: 'app', branchName: 'main'},
		...more,
	});
/** The bucket's own asset: it tells where the bucket lies. */
const bucketIn = (project: string): Extra => ({
	lines: [resourceLine(BUCKET, 'storage.googleapis.com/Bucket', PLACES[project]!, {name: 'dags'}, OLD)],
});
const READ = coverage('workloads', 'shop', 'complete');
const ROOT = member('root@shop');

/** The one step onto `root@shop`, if there is one. */
async function step(from: string, ...pieces: Piece[]): Promise<Step | undefined> {
	const opened = await openWorld(world(READ, account('other@shop'), ...pieces));
	const [path] = pathsFrom(opened, resolvePrincipal(opened.inventory, member(from)), {}, end => endName(end) === ROOT);
	return path?.steps[0];
}

describe('who writes to the bucket of an environment', () => {
	test.each<[string, Piece[], Step['confidence'] | undefined]>([
		['on the bucket', [composer, ['ann', CREATOR, BUCKET]], 'certain'],
		['on its project', [composer, bucketIn('shop'), ['ann', CREATOR, 'shop']], 'certain'],
		['above it', [composer, bucketIn('shop'), ['ann', CREATOR, 'folder']], 'certain'],
		['on another bucket', [composer, ['ann', CREATOR, '//storage.googleapis.com/other']], undefined],
		['on another project', [composer, bucketIn('shop'), ['ann', CREATOR, 'web']], undefined],
		['on the project that the bucket lies in', [composer, bucketIn('web'), ['ann', CREATOR, 'web']], 'certain'],
		['on the project of the environment only', [composer, bucketIn('web'), ['ann', CREATOR, 'shop']], undefined],
		['without a workload', [account('root@shop'), bucketIn('shop'), ['ann', CREATOR, 'shop']], undefined],
		['by reading alone', [composer, ['ann', 'roles/storage.objectViewer', BUCKET]], undefined],
		['on the environment itself', [composer, ['ann', CREATOR, '//composer.googleapis.com/projects/shop/x']], undefined],
		[
			'by a convenience member',
			[composer, ['ann', 'roles/editor', 'shop'], ['projectEditor:shop', CREATOR, BUCKET]],
			'certain',
		],
	])('%s', async (_, pieces, expected) => {
		const found = await step('ann', ...pieces);
		// An Editor has other ways; this one must be among them.
		const ways = found ? [found.escalation, ...found.alsoBy] : [];
		expect(ways.includes('composer-dag-bucket-write') ? found!.confidence : undefined).toBe(expected);
	});

	test('nothing says where the bucket lies: it is taken to lie with the environment, unverified', async () => {
		const found = await step('ann', composer, ['ann', CREATOR, 'shop']);
		expect(found).toMatchObject({escalation: 'composer-dag-bucket-write', confidence: 'unverified'});
		expect(found!.because).toContainEqual({kind: 'gap', effect: 'undecided', fact: 'resources', scope: BUCKET});
	});

	test('the proof names the environment and the bucket', async () => {
		const {because} = (await step('ann', composer, ['ann', CREATOR, BUCKET]))!;
		expect(because).toContainEqual({
			kind: 'workload',
			effect: 'allows',
			resource: '//composer.googleapis.com/projects/shop/locations/here/environments/w',
			runsAs: email('root@shop'),
			code: BUCKET,
		});
	});

	test('a finding, that ends with the binding', async () => {
		const owner: Piece = ['root@shop', 'roles/owner', 'shop'];
		const report = await reportOf(world(READ, composer, owner, ['ann', CREATOR, BUCKET]));
		const found = [...report.findings].filter(({check}) => check === 'privilege-escalation');
		expect(found).toMatchObject([
			{severity: 'critical', principal: member('ann'), evidence: {bindingOn: BUCKET, role: CREATOR}},
		]);
		expect(found[0]!.remediation.gcloud[0]).toContain('storage buckets remove-iam-policy-binding gs://dags');
		const without = await reportOf(world(READ, composer, owner));
		expect([...without.findings].map(({check}) => check)).not.toContain('privilege-escalation');
	});
});

describe('workloads that were not read', () => {
	const owner: Piece = ['root@shop', 'roles/owner', 'shop'];
	const WRITES: Piece = ['ann', CREATOR, 'shop'];
	const EXPIRED = 'request.time < timestamp("2020-01-01T00:00:00Z")';
	test.each<[string, Piece[], 'pass' | 'unknown']>([
		['may run what somebody writes', [owner, WRITES], 'unknown'],
		[
			'may run what editors write to a bucket',
			[owner, ['bob', 'roles/editor', 'lab'], ['projectEditor:lab', CREATOR, BUCKET]],
			'unknown',
		],
		['in a project where nobody writes', [owner, ['ann', CREATOR, 'lab']], 'pass'],
		['where nothing is gained', [account('root@shop'), WRITES], 'pass'],
		['by an owner', [owner, ['ann', 'roles/owner', 'shop'], WRITES], 'pass'],
		['for a time that is over', [owner, ['ann', CREATOR, 'shop', EXPIRED]], 'pass'],
		['or were read', [owner, WRITES, READ], 'pass'],
	])('%s: %s', async (_, pieces, expected) => {
		const {checks} = await reportOf(world(...pieces));
		const outcomes = checks.filter(({id}) => id === 'privilege-escalation' || id === 'impersonation-chain');
		expect(outcomes.map(({status}) => status)).toEqual([expected, expected]);
		if (expected === 'unknown')
			expect(outcomes[0]!.reason).toMatch(/may replace code in projects\/shop by roles\/storage/);
	});
});

describe('staged files of jobs', () => {
	const deletes = customRole('org', 'deletes', ['storage.objects.delete']);
	const DELETER = customName('org', 'deletes');
	test.each<[string, Piece[], boolean]>([
		['both permissions', [dataflow('JOB_STATE_RUNNING'), ['ann', OBJECT_ADMIN, BUCKET]], true],
		['no overwriting', [dataflow('JOB_STATE_RUNNING'), ['ann', CREATOR, BUCKET]], false],
		['the job has ended', [dataflow('JOB_STATE_DONE'), ['ann', OBJECT_ADMIN, BUCKET]], false],
		[
			'one permission on the bucket, the other above it by a group',
			[
				dataflow('JOB_STATE_RUNNING'),
				bucketIn('shop'),
				deletes,
				group('cleaners', 'ann'),
				['group:cleaners', DELETER, 'shop'],
				['ann', CREATOR, BUCKET],
			],
			true,
		],
		[
			'the other permission on another bucket',
			[
				dataflow('JOB_STATE_RUNNING'),
				deletes,
				['ann', DELETER, '//storage.googleapis.com/b'],
				['ann', CREATOR, BUCKET],
			],
			false,
		],
	])('%s', async (_, pieces, expected) => {
		expect((await step('ann', ...pieces))?.escalation).toBe(expected ? 'dataflow-template-overwrite' : undefined);
	});
});

describe('limited ways', () => {
	const ALL = (1 << DIRECT.length) - 1;
	const service = (image: string): Extra =>
		workload('run.googleapis.com/Service', {
			spec: {template: {spec: {serviceAccountName: email('root@shop'), containers: [{image}]}}},
		});
	const immutable: Extra = {
		lines: [
			resourceLine(
				'//artifactregistry.googleapis.com/projects/shop/locations/here/repositories/app',
				'artifactregistry.googleapis.com/Repository',
				PLACES['shop']!,
				{dockerConfig: {immutableTags: true}},
				OLD,
			),
		],
	};
	const TAG = 'here-docker.pkg.dev/shop/app/web:latest';
	test.each<[string, Piece[], boolean]>([
		['a tag', [service(TAG)], true],
		['a digest', [service(`${TAG}@sha256:${'0'.repeat(64)}`)], false],
		['a tag that cannot be moved', [service(TAG), immutable], false],
	])('%s', async (_, pieces, expected) => {
		const given = world(READ, ...pieces, ['ann', 'roles/artifactregistry.writer', 'shop']);
		const ways = async (wanted?: number): Promise<string[]> => {
			const opened = await openWorld(given, wanted === undefined ? {} : {wanted});
			const found = pathsFrom(opened, resolvePrincipal(opened.inventory, member('ann')), {});
			return found.flatMap(({steps}) => steps.map(({escalation, confidence}) => `${escalation} ${confidence}`));
		};
		expect(await ways(ALL)).toEqual(expected ? ['artifact-push conditional'] : []);
		expect(await ways()).toEqual([]);
	});
});

test('both permissions, one by a grant above a bucket that nothing places: unverified', async () => {
	const found = await step(
		'ann',
		dataflow('JOB_STATE_RUNNING'),
		customRole('org', 'deletes', ['storage.objects.delete']),
		['ann', customName('org', 'deletes'), 'shop'],
		// Without ancestors a policy does not say where its bucket lies.
		{
			lines: [
				{
					name: BUCKET,
					asset_type: 'storage.googleapis.com/Bucket',
					iam_policy: {bindings: [{role: CREATOR, members: [member('ann')]}]},
				},
			],
		},
	);
	expect(found).toMatchObject({escalation: 'dataflow-template-overwrite', confidence: 'unverified'});
	expect(found!.because).toContainEqual({kind: 'gap', effect: 'undecided', fact: 'resources', scope: BUCKET});
});

describe('repositories of triggers', () => {
	const writes: Piece = ['ann', 'roles/source.writer', 'shop'];
	test.each<[string, Json, Step['confidence'] | undefined]>([
		['a push starts a build', {}, 'certain'],
		['somebody has to approve it', {approvalConfig: {approvalRequired: true}}, 'conditional'],
		['the trigger is switched off', {disabled: true}, undefined],
		['the repository is of another project', {triggerTemplate: {projectId: 'web', repoName: 'app'}}, undefined],
	])('%s', async (_, more, expected) => {
		const found = await step('ann', trigger(more), writes);
		expect(found?.escalation === 'source-push-to-trigger' ? found.confidence : undefined).toBe(expected);
	});
});
