import check from '../../checks/less-protected-code-source.ts';
import {testCheck} from '../worlds/test-check.ts';
import {allRead, asset, bucket, knative, runName, service, trigger, vm} from '../worlds/workloads.ts';
import {
	account,
	customName,
	customRole,
	disabled,
	EDITOR,
	email,
	group,
	OBJECT_ADMIN,
	OBJECT_VIEWER,
	OWNER,
	TOKEN_CREATOR,
	unread,
	world,
	type Extra,
	type Grant,
} from '../worlds/world.ts';

const CODE = '//storage.googleapis.com/code';
const REPOSITORY = '//artifactregistry.googleapis.com/projects/shop/locations/europe-west1/repositories/images';
const IMAGE = 'europe-west1-docker.pkg.dev/shop/images/web:1';
const DIGEST = `europe-west1-docker.pkg.dev/shop/images/web@sha256:${'a'.repeat(64)}`;
const POWER: Grant = ['app@shop', EDITOR, 'shop'];
const WRITES: Grant = ['ann', OBJECT_ADMIN, CODE];
const SCRIPT = vm('web', 'app@shop', {'startup-script-url': 'gs://code/start.sh'});
const PUSH = 'roles/artifactregistry.writer';
const BUCKET = bucket('code');
const found = (on: string, principal = 'ann', severity: 'high' | 'low' = 'high') =>
	[[on, principal, severity]] as const;
const given = (...pieces: (Grant | Extra)[]) => world(POWER, BUCKET, allRead(), ...pieces);
const app = {serviceAccountEmail: email('app@shop')};
const osPolicy = (gcs: object) =>
	asset(
		'shop',
		'osconfig.googleapis.com/OSPolicyAssignment',
		'//osconfig.googleapis.com/projects/shop/locations/europe-west1-b/osPolicyAssignments/agent',
		{
			osPolicies: [{resourceGroups: [{resources: [{exec: {enforce: {file: {gcs}}}}]}]}],
			instanceFilter: {all: true},
		},
	);
const repository = (data: object) => asset('shop', 'artifactregistry.googleapis.com/Repository', REPOSITORY, {...data});

testCheck(check, {
	fires: {
		'a start-up script': {
			given: given(WRITES, SCRIPT),
			finds: found(CODE),
			says: /can replace code in the bucket code, by roles\/storage\.objectAdmin .* start-up script of .*instances\/web runs as app@shop/,
		},
		'a shut-down script by its address': {
			given: given(
				WRITES,
				vm('web', 'app@shop', {'shutdown-script-url': 'https://storage.googleapis.com/code/stop.sh'}),
			),
			finds: found(CODE),
		},
		'the source of a function of the first generation': {
			given: given(
				WRITES,
				account('app@shop'),
				asset(
					'shop',
					'cloudfunctions.googleapis.com/CloudFunction',
					'//cloudfunctions.googleapis.com/projects/shop/locations/europe-west1/functions/f',
					{
						...app,
						sourceArchiveUrl: 'gs://code/f.zip',
					},
				),
			),
			finds: found(CODE),
		},
		'of the second': {
			given: given(
				WRITES,
				account('app@shop'),
				asset(
					'shop',
					'cloudfunctions.googleapis.com/Function',
					'//cloudfunctions.googleapis.com/projects/shop/locations/europe-west1/functions/f',
					{
						environment: 'GEN_2',
						serviceConfig: app,
						buildConfig: {source: {storageSource: {bucket: 'code', object: 'f.zip'}}},
					},
				),
			),
			finds: found(CODE),
		},
		'an image of a Cloud Run service, body of version 2': {
			given: given(['ann', PUSH, REPOSITORY], service('web', 'app@shop', IMAGE)),
			finds: found(REPOSITORY),
		},
		'body of version 1': {
			given: given(['ann', PUSH, REPOSITORY], knative('web', 'app@shop', IMAGE)),
			finds: found(REPOSITORY),
		},
		'an image at gcr.io': {
			given: given(['ann', PUSH, 'shop'], service('web', 'app@shop', 'gcr.io/shop/web')),
			finds: found('//artifactregistry.googleapis.com/projects/shop/locations/us/repositories/gcr.io'),
		},
		'the source that Cloud Run builds': {
			given: given(
				WRITES,
				account('app@shop'),
				asset('shop', 'run.googleapis.com/Service', runName('web'), {
					template: {serviceAccount: email('app@shop')},
					buildConfig: {sourceLocation: 'gs://code/web.zip#17'},
				}),
			),
			finds: found(CODE),
		},
		'DAGs: a new one is enough': {
			given: given(
				['ann', 'roles/storage.objectCreator', CODE],
				account('app@shop'),
				asset(
					'shop',
					'composer.googleapis.com/Environment',
					'//composer.googleapis.com/projects/shop/locations/europe-west1/environments/main',
					{
						config: {dagGcsPrefix: 'gs://code/dags', nodeConfig: {serviceAccount: email('app@shop')}},
					},
				),
			),
			finds: found(CODE),
		},
		'the staging bucket of Dataflow': {
			given: given(
				WRITES,
				account('app@shop'),
				asset(
					'shop',
					'dataflow.googleapis.com/Job',
					'//dataflow.googleapis.com/projects/shop/locations/europe-west1/jobs/1',
					{
						currentState: 'JOB_STATE_RUNNING',
						environment: {...app, tempStoragePrefix: 'storage.googleapis.com/code/temp'},
					},
				),
			),
			finds: found(CODE),
		},
		'files of App Engine': {
			given: given(
				WRITES,
				account('app@shop'),
				asset(
					'shop',
					'appengine.googleapis.com/Version',
					'//appengine.googleapis.com/apps/shop/services/default/versions/1',
					{
						serviceAccount: email('app@shop'),
						deployment: {files: {'main.py': {sourceUrl: 'https://storage.googleapis.com/code/abc'}}},
					},
				),
			),
			finds: found(CODE),
		},
		'a Cloud Source repository that a trigger builds': {
			given: given(
				['ann', 'roles/source.writer', 'shop'],
				trigger('build', 'app@shop', {triggerTemplate: {repoName: 'site', branchName: '^main$'}}),
			),
			finds: found('//sourcerepo.googleapis.com/projects/shop/repos/site'),
		},
		'the builder’s own image': {
			given: given(['ann', PUSH, REPOSITORY], trigger('build', 'app@shop', {build: {steps: [{name: IMAGE}]}})),
			finds: found(REPOSITORY),
		},
		'a file of a VM Manager policy': {
			given: given(WRITES, vm('web', 'app@shop'), osPolicy({bucket: 'code', object: 'agent.sh'})),
			finds: found(CODE),
		},
		'the VM Manager policy itself': {
			given: given(
				['ann', 'roles/osconfig.osPolicyAssignmentAdmin', 'shop'],
				vm('web', 'app@shop'),
				osPolicy({bucket: 'x', object: 'y', generation: '1'}),
			),
			finds: found('//osconfig.googleapis.com/projects/shop/locations/europe-west1-b/osPolicyAssignments/agent'),
		},
		'write access from the folder, by a group: one finding': {
			given: given(
				['group:devs', OBJECT_ADMIN, 'folder'],
				group('devs', 'ann'),
				SCRIPT,
				bucket('more'),
				vm('db', 'app@shop', {'startup-script-url': 'gs://more/x'}),
			),
			finds: found(CODE, 'group:devs'),
			says: /and 1 other source/,
		},
		'create and delete by two roles': {
			given: given(
				customRole('shop', 'deleter', ['storage.objects.delete']),
				['ann', 'roles/storage.objectCreator', CODE],
				['ann', customName('shop', 'deleter'), 'shop'],
				SCRIPT,
			),
			finds: found(CODE),
		},
		'he may rewrite the bucket’s policy': {
			given: given(
				customRole('shop', 'policies', ['storage.buckets.setIamPolicy']),
				['ann', customName('shop', 'policies'), CODE],
				SCRIPT,
			),
			finds: found(CODE),
		},
		everybody: {
			given: given(['allUsers', OBJECT_ADMIN, CODE], SCRIPT),
			finds: found(CODE, 'allUsers'),
		},
		'under a condition': {
			given: given(
				['ann', OBJECT_ADMIN, CODE, '"accessPolicies/1/accessLevels/x" in request.auth.access_levels'],
				SCRIPT,
			),
			finds: [[CODE, 'ann', 'high', 'conditional']],
		},
		'Editors of the project write to its buckets, and the account is more than they are': {
			given: world(
				['app@shop', OWNER, 'folder'],
				['ann', EDITOR, 'shop'],
				['projectEditor:shop', 'roles/storage.legacyBucketOwner', CODE],
				// Editors may act as accounts of the project: this one is of another.
				vm('web', 'app@lab', {'startup-script-url': 'gs://code/start.sh'}),
				['app@lab', OWNER, 'lab'],
				BUCKET,
				allRead(),
			),
			finds: found(CODE, 'projectEditor:shop'),
		},
		'a pipeline pushes images for an account that reads data': {
			given: world(
				['app@shop', OBJECT_VIEWER, 'shop'],
				['ci@shop', PUSH, REPOSITORY],
				service('web', 'app@shop', IMAGE),
				allRead(),
			),
			finds: found(REPOSITORY, 'ci@shop', 'low'),
		},
		'a pipeline pushes images for an Editor': {
			given: given(['ci@shop', PUSH, REPOSITORY], service('web', 'app@shop', IMAGE)),
			finds: found(REPOSITORY, 'ci@shop'),
		},
	},
	silent: {
		'he has as much power': given(WRITES, ['ann', EDITOR, 'shop'], SCRIPT),
		'he may act as the account': given(WRITES, ['ann', 'roles/iam.serviceAccountUser', 'app@shop'], SCRIPT),
		'he may mint its tokens: privilege-escalation': given(WRITES, ['ann', TOKEN_CREATOR, 'app@shop'], SCRIPT),
		'the account itself': given(['app@shop', OBJECT_ADMIN, CODE], SCRIPT),
		'he may only read': given(['ann', OBJECT_VIEWER, CODE], SCRIPT),
		'he may only add: a script has to be written over': given(['ann', 'roles/storage.objectCreator', CODE], SCRIPT),
		'another bucket': given(['ann', OBJECT_ADMIN, '//storage.googleapis.com/other'], SCRIPT),
		'an account without power': world(WRITES, SCRIPT, BUCKET, allRead()),
		'a disabled account': given(WRITES, disabled('app@shop'), SCRIPT),
		'an image by its digest': given(['ann', PUSH, REPOSITORY], service('web', 'app@shop', DIGEST)),
		'tags that cannot be moved': given(
			['ann', PUSH, REPOSITORY],
			service('web', 'app@shop', IMAGE),
			repository({format: 'DOCKER', dockerConfig: {immutableTags: true}}),
		),
		'an object by its generation': given(
			WRITES,
			vm('web', 'app@shop'),
			osPolicy({bucket: 'code', object: 'agent.sh', generation: '17'}),
		),
		'an image from elsewhere': given(['ann', PUSH, REPOSITORY], service('web', 'app@shop', 'docker.io/library/nginx')),
		'a service agent': given(['agent@shop', OBJECT_ADMIN, CODE], SCRIPT),
		'Owners by the convenience member': given(
			['ann', OWNER, 'shop'],
			['projectOwner:shop', 'roles/storage.legacyBucketOwner', CODE],
			SCRIPT,
		),
		'a grant that has ended': given(
			['ann', OBJECT_ADMIN, CODE, 'request.time < timestamp("2026-01-01T00:00:00Z")'],
			SCRIPT,
		),
		'a job that has ended': given(
			WRITES,
			account('app@shop'),
			asset(
				'shop',
				'dataflow.googleapis.com/Job',
				'//dataflow.googleapis.com/projects/shop/locations/europe-west1/jobs/1',
				{
					currentState: 'JOB_STATE_DONE',
					environment: {...app, tempStoragePrefix: 'storage.googleapis.com/code/temp'},
				},
			),
		),
		'outside the scope': {given: given(WRITES, SCRIPT), scopes: ['projects/lab']},
	},
	unknown: {
		'a type was not read': {
			given: world(POWER, allRead('run.googleapis.com/Service')),
			because: /run\.googleapis\.com\/Service was not read/,
		},
		'the bucket was not read': {
			given: world(POWER, SCRIPT, allRead()),
			because: /the policy of \/\/storage\.googleapis\.com\/code, which holds code, was not read/,
		},
		'policies were not read': {
			given: world(SCRIPT, BUCKET, allRead(), unread('allowPolicies')),
			because: /allowPolicies/,
		},
	},
	snapshot: 'a start-up script',
});
