import check from '../../checks/agent-role-held.ts';
import {account, coverage, disabled, group, OBJECT_VIEWER, unread, world} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

const COMPUTE = 'roles/compute.serviceAgent';
const DATAFLOW = 'roles/dataflow.serviceAgent';
const BUCKET = '//storage.googleapis.com/stuff';
const ci = account('ci@shop');

testCheck(check, {
	fires: {
		'a person': {given: world(ci, ['ann', DATAFLOW, 'shop']), finds: [['shop', 'ann', 'high']]},
		'a workload’s account': {given: world(['ci@shop', COMPUTE, 'shop']), finds: [['shop', 'ci@shop', 'high']]},
		'a default account': {
			given: world(['compute@shop', 'roles/container.nodeServiceAgent', 'shop']),
			finds: [['shop', 'compute@shop', 'high']],
		},
		'on the folder': {given: world(['ci@shop', DATAFLOW, 'folder']), finds: [['folder', 'ci@shop', 'high']]},
		'on the organization': {given: world(['ci@shop', DATAFLOW, 'org']), finds: [['org', 'ci@shop', 'high']]},
		'on an account': {given: world(['ann', DATAFLOW, 'ci@shop']), finds: [['ci@shop', 'ann', 'high']]},
		'a group with somebody else in it': {
			given: world(['group:all', COMPUTE, 'shop'], group('all', 'agent@shop', 'ann')),
			finds: [['shop', 'group:all', 'high']],
		},
		'a group that was not read': {
			given: world(ci, ['group:all', COMPUTE, 'shop']),
			finds: [['shop', 'group:all', 'high']],
		},
		'another service’s agent': {
			given: world(['agent@shop', DATAFLOW, 'shop']),
			finds: [['shop', 'agent@shop', 'high']],
		},
		'the Google APIs agent': {
			given: world(['cloudservices@shop', COMPUTE, 'shop']),
			finds: [['shop', 'cloudservices@shop', 'high']],
		},
		everybody: {given: world(ci, ['allUsers', DATAFLOW, 'shop']), finds: [['shop', 'allUsers', 'high']]},
		'beside the agent, in one binding': {
			given: world([['agent@shop', 'ci@shop'], COMPUTE, 'shop']),
			finds: [['shop', 'ci@shop', 'high']],
		},
		'a role spelled with a capital letter': {
			given: world(['ci@shop', 'roles/composer.ServiceAgentV2Ext', 'shop']),
			finds: [['shop', 'ci@shop', 'high']],
		},
		'an undecidable condition': {
			given: world(['ci@shop', DATAFLOW, 'shop', '"accessPolicies/1/accessLevels/x" in request.auth.access_levels']),
			finds: [['shop', 'ci@shop', 'high', 'conditional']],
		},
		'in the scope': {
			given: world(['ci@shop', DATAFLOW, 'shop']),
			finds: [['shop', 'ci@shop', 'high']],
			scopes: ['folders/2'],
		},
	},
	silent: {
		'the agent itself': world(ci, ['agent@shop', COMPUTE, 'shop']),
		'the agent of another project': world(ci, ['agent@shop', COMPUTE, 'web']),
		'an agent of which the roles are not known': world(ci, [
			'serviceAccount:service-10@gcp-sa-newthing.iam.gserviceaccount.com',
			'roles/newthing.serviceAgent',
			'shop',
		]),
		'all agents of the project': world(ci, [
			'principalSet://cloudresourcemanager.googleapis.com/projects/10/type/ServiceAgent',
			COMPUTE,
			'shop',
		]),
		'a group of the agent alone': world(ci, ['group:agents', COMPUTE, 'shop'], group('agents', 'agent@shop')),
		'a disabled account': world(['ci@shop', DATAFLOW, 'shop'], disabled('ci@shop')),
		'a deleted one': world(ci, ['deleted:serviceAccount:ci@shop.iam.gserviceaccount.com?uid=1', DATAFLOW, 'shop']),
		'other roles': world(['ci@shop', OBJECT_VIEWER, 'shop'], ['ci@shop', 'roles/cloudbuild.builds.builder', 'shop']),
		'a custom role that is only named alike': world(['ci@shop', 'roles/viewer', 'shop']),
		'an expired grant': world(['ci@shop', DATAFLOW, 'shop', 'request.time < timestamp("2026-01-01T00:00:00Z")']),
		'outside the scope': {given: world(['ci@shop', DATAFLOW, BUCKET]), scopes: ['projects/lab']},
	},
	unknown: {
		'allow policies': {given: world(ci, coverage('allowPolicies', 'shop', 'missing')), because: /projects\/shop/},
		'no policies at all': {given: world(ci, unread('allowPolicies')), because: /allowPolicies/},
	},
	snapshot: 'a workload’s account',
});
