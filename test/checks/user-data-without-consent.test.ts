import check from '../../checks/user-data-without-consent.ts';
import {testCheck} from '../worlds/test-check.ts';
import {asset, bucket} from '../worlds/workloads.ts';
import {
	customName,
	customRole,
	disabled,
	email,
	group,
	OBJECT_VIEWER,
	PLACES,
	unread,
	world,
	type Extra,
	type Grant,
} from '../worlds/world.ts';
import {containerName} from '../../scripts/asset-lines.ts';

const READS: Grant = ['app@shop', OBJECT_VIEWER, 'shop'];
const SENSITIVE = {labels: {'data-classification': 'sensitive'}};
const PII = bucket('customers', {labels: {pii: 'true'}});
const PUBLIC = bucket('site', {labels: {'data-classification': 'public'}});
const FOUND = [['app@shop', 'app@shop', 'medium']] as const;
const labelledProject = (labels: Record<string, string>): Extra =>
	asset('shop', 'cloudresourcemanager.googleapis.com/Project', containerName(PLACES['shop']!), {
		projectId: 'shop',
		projectNumber: '10',
		lifecycleState: 'ACTIVE',
		name: 'shop',
		labels,
	});
const dataset = asset(
	'shop',
	'bigquery.googleapis.com/Dataset',
	'//bigquery.googleapis.com/projects/shop/datasets/crm',
	SENSITIVE,
);
const database = asset(
	'shop',
	'sqladmin.googleapis.com/Instance',
	'//cloudsql.googleapis.com/projects/shop/instances/crm',
	{
		settings: {userLabels: {pii: 'true'}},
	},
);
const tag = (parent: string, value: string): Extra => ({
	lines: [
		{
			name: `//cloudresourcemanager.googleapis.com/tagBindings/${encodeURIComponent(parent)}/tagValues/1`,
			asset_type: 'cloudresourcemanager.googleapis.com/TagBinding',
			ancestors: ['projects/10', 'folders/2', 'organizations/1'],
			resource: {data: {parent, tagValue: 'tagValues/1', tagValueNamespacedName: `1/data-classification/${value}`}},
		},
	],
});

testCheck(check, {
	fires: {
		'a labelled bucket, and the project to read': {
			given: world(READS, PII),
			finds: FOUND,
			says: /where \/\/storage\.googleapis\.com\/customers is marked pii=true, by roles\/storage\.objectViewer/,
		},
		'a labelled project': {given: world(READS, labelledProject({'data-classification': 'sensitive'})), finds: FOUND},
		'a dataset': {given: world(['app@shop', 'roles/bigquery.dataViewer', 'shop'], dataset), finds: FOUND},
		'labels inside the settings of Cloud SQL': {
			given: world(['app@shop', 'roles/cloudsql.admin', 'shop'], database),
			finds: FOUND,
		},
		'from the folder': {given: world(['app@shop', OBJECT_VIEWER, 'folder'], PII), finds: FOUND},
		'by a group, which keeps its grant': {
			given: world(['group:readers', OBJECT_VIEWER, 'shop'], group('readers', 'ann', 'app@shop'), PII),
			finds: FOUND,
		},
		'by a custom role': {
			given: world(
				customRole('shop', 'reader', ['storage.objects.get']),
				['app@shop', customName('shop', 'reader'), 'shop'],
				PII,
			),
			finds: FOUND,
		},
		'a default account': {
			given: world(['compute@shop', OBJECT_VIEWER, 'shop'], PII),
			finds: [['compute@shop', 'compute@shop', 'medium']],
		},
		'in two places: one finding': {
			given: world(READS, ['app@shop', OBJECT_VIEWER, 'org'], PII, bucket('patients', SENSITIVE, 'lab')),
			finds: FOUND,
			says: /projects\/lab and 1 more|projects\/shop and 1 more/,
		},
		'a tag on the project': {
			given: world(READS, tag('//cloudresourcemanager.googleapis.com/projects/10', 'sensitive')),
			finds: FOUND,
		},
		'a tag on a bucket': {
			given: world(READS, bucket('customers'), tag('//storage.googleapis.com/customers', 'sensitive')),
			finds: FOUND,
		},
		'labels of one’s own': {
			given: world(READS, bucket('customers', {labels: {gdpr: 'personal'}})),
			finds: FOUND,
			config: {labels: {sensitive: ['gdpr=personal']}},
		},
		'under a condition': {
			given: world(
				['app@shop', OBJECT_VIEWER, 'shop', '"accessPolicies/1/accessLevels/x" in request.auth.access_levels'],
				PII,
			),
			finds: [['app@shop', 'app@shop', 'medium', 'conditional']],
		},
	},
	silent: {
		'it is on the list': {
			given: world(READS, PII),
			config: {userDataReaders: [email('app@shop').toUpperCase()]},
		},
		'on the one bucket only': world(['app@shop', OBJECT_VIEWER, '//storage.googleapis.com/customers'], PII),
		'it reads something else': world(['app@shop', 'roles/bigquery.dataViewer', 'shop'], PII),
		'another project': world(['app@shop', OBJECT_VIEWER, 'lab'], PII),
		'no data is marked': world(READS, PUBLIC),
		'a disabled account': world(READS, disabled('app@shop'), PII),
		people: world(['ann', OBJECT_VIEWER, 'shop'], PII),
		'a service agent': world(['agent@shop', OBJECT_VIEWER, 'shop'], PII),
		'an expired grant': world(
			['app@shop', OBJECT_VIEWER, 'shop', 'request.time < timestamp("2026-01-01T00:00:00Z")'],
			PII,
		),
	},
	unknown: {
		'no labels': {
			given: world(READS, bucket('customers')),
			because: /no label or tag of data-classification, pii was read/,
		},
		'labels that say nothing of data': {
			given: world(READS, bucket('customers', {labels: {team: 'crm'}})),
			because: /which data is sensitive is not known/,
		},
		'a group that was not read': {
			given: world(['group:readers', OBJECT_VIEWER, 'shop'], PII),
			because: /group:readers/,
		},
		'policies were not read': {given: world(PII, unread('allowPolicies')), because: /allowPolicies/},
	},
	snapshot: 'a labelled bucket, and the project to read',
});
