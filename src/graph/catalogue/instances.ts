/** Virtual machines: made, changed, entered. */
import {ACT_AS, CLOSE_ATTACH, CLOSE_CHANGE, adminActivity, attaching, dataAccess, escalation} from './entry.ts';
import {GCPWN, METHODS, PURPLE_PANDA, RHINO, ROLES, hackTricks, iamDocs} from './sources.ts';
import type {Escalation} from './types.ts';

export const INSTANCES: readonly Escalation[] = [
	escalation({
		id: 'gce-instance-create',
		title: 'Create a VM that runs as a service account',
		requires: [
			{
				on: 'project',
				all: ['compute.instances.create', 'compute.instances.setMetadata', 'compute.instances.setServiceAccount'],
			},
			ACT_AS,
		],
		yields: 'actable account',
		expects: ['compute.disks.create', 'compute.subnetworks.use'],
		api: 'compute.googleapis.com',
		seenInLogs: attaching('v1.compute.instances.insert'),
		close: CLOSE_ATTACH,
		techniques: ['T1578.002'],
		sources: [RHINO, hackTricks('gcp-compute-privesc/README.md'), METHODS],
		notes:
			'The creator sets the access scopes. An existing disk or template and a network shared from ' +
			'another project may do without the disk and subnetwork permissions on this project. An account ' +
			'of another project only where iam.disableCrossProjectServiceAccountUsage is off there.',
	}),
	escalation({
		id: 'gce-instance-set-sa',
		title: 'Swap the service account of a VM',
		requires: [{on: 'workload', all: ['compute.instances.setServiceAccount']}, ACT_AS],
		yields: 'attached or actable account',
		workloads: ['compute.googleapis.com/Instance'],
		precondition: 'The VM is stopped first, and the caller has some way onto it.',
		api: 'compute.googleapis.com',
		seenInLogs: attaching('v1.compute.instances.setServiceAccount'),
		close: CLOSE_CHANGE,
		techniques: ['T1578.005'],
		sources: [METHODS, 'https://cloud.google.com/compute/docs/instances/change-service-account'],
		notes: 'Stopping and starting need compute.instances.stop and start. Also widens the access scopes.',
	}),
	escalation({
		id: 'gce-instance-set-metadata',
		title: 'Startup script or SSH key through the metadata of a VM',
		requires: [{on: 'workload', all: ['compute.instances.setMetadata']}, ACT_AS],
		yields: 'attached account',
		workloads: ['compute.googleapis.com/Instance'],
		api: 'compute.googleapis.com',
		seenInLogs: attaching('v1.compute.instances.setMetadata'),
		close: 'Switch OS Login on (compute.requireOsLogin) and grant act-as on the accounts of VMs sparingly.',
		techniques: ['T1098.004'],
		sources: [iamDocs('best-practices-service-accounts'), GCPWN, hackTricks('gcp-compute-privesc/README.md'), METHODS],
		notes:
			'Google asks for act-as on the account of the VM. A startup script runs ' +
			'at the next boot. Keys that are planted work afterwards without any IAM ' +
			'check. OS Login makes metadata keys void, not startup scripts.',
	}),
	escalation({
		id: 'gce-project-common-metadata',
		title: 'SSH keys or startup script for every VM of a project',
		requires: [{on: 'project', all: ['compute.projects.setCommonInstanceMetadata', 'iam.serviceAccounts.actAs']}],
		yields: 'attached account',
		workloads: ['compute.googleapis.com/Instance'],
		precondition: 'The VM honours project-wide keys: neither block-project-ssh-keys nor OS Login.',
		api: 'compute.googleapis.com',
		seenInLogs: adminActivity('v1.compute.projects.setCommonInstanceMetadata'),
		close: 'Enforce compute.requireOsLogin; grant act-as on accounts, not on projects.',
		techniques: ['T1098.004'],
		sources: [METHODS, hackTricks('gcp-compute-privesc/README.md'), PURPLE_PANDA],
		notes: 'Act-as must be held on the project, so that it covers the accounts.',
	}),
	escalation({
		id: 'gce-oslogin-admin',
		title: 'Log in to a VM with OS Login, as root',
		requires: [{on: 'workload', all: ['compute.instances.osAdminLogin']}, ACT_AS],
		yields: 'attached account',
		workloads: ['compute.googleapis.com/Instance'],
		precondition: 'OS Login is on for the VM, and its SSH port can be reached.',
		api: 'oslogin.googleapis.com',
		seenInLogs:
			'Sign-ins in the guest; ' +
			'google.cloud.oslogin.v1.OsLoginService.CheckPolicy in the Data ' +
			'Access log (must be switched on).',
		close: 'Grant OS Admin Login on single VMs, and act-as on their accounts sparingly.',
		techniques: ['T1021.007'],
		sources: [iamDocs('best-practices-service-accounts'), hackTricks('gcp-compute-privesc/README.md')],
		notes:
			'Outsiders also need OS Login External User on the ' +
			'organization. Root reads the credentials of every process.',
	}),
	escalation({
		id: 'gce-oslogin',
		title: 'Log in to a VM with OS Login',
		requires: [{on: 'workload', all: ['compute.instances.osLogin']}, ACT_AS],
		yields: 'attached account',
		workloads: ['compute.googleapis.com/Instance'],
		precondition: 'OS Login is on for the VM, and its SSH port can be reached.',
		api: 'oslogin.googleapis.com',
		seenInLogs:
			'Sign-ins in the guest; ' +
			'google.cloud.oslogin.v1.OsLoginService.CheckPolicy in the Data ' +
			'Access log (must be switched on).',
		close: 'Grant OS Login on single VMs, and act-as on their accounts sparingly.',
		techniques: ['T1021.007'],
		sources: [iamDocs('best-practices-service-accounts'), hackTricks('gcp-compute-privesc/README.md')],
		notes: 'Any local user reaches the metadata server, so root is not needed for the token.',
	}),
	escalation({
		id: 'iap-tunnel-reach',
		title: 'Reach a private VM through IAP TCP forwarding',
		strength: 'limited',
		reason: 'A route is no identity: the login needs another way.',
		requires: [{on: 'resource', all: ['iap.tunnelInstances.accessViaIAP']}],
		yields: 'other',
		yieldsNote: 'a network route to the VM',
		api: 'iap.googleapis.com',
		seenInLogs: dataAccess('AuthorizeUser (iap.googleapis.com)'),
		close: 'Limit the tunnel role with conditions on destination.ip and destination.port.',
		techniques: ['T1021.007'],
		sources: [ROLES, iamDocs('conditions-attribute-reference')],
		notes: 'Goes together with a login.',
	}),
	escalation({
		id: 'gce-instance-set-iam-policy',
		title: 'Grant oneself login on a VM',
		strength: 'limited',
		requires: [{on: 'workload', all: ['compute.instances.setIamPolicy']}, ACT_AS],
		yields: 'attached account',
		workloads: ['compute.googleapis.com/Instance'],
		precondition: 'The VM can be reached, with OS Login or a startup script.',
		api: 'compute.googleapis.com',
		seenInLogs: adminActivity('v1.compute.instances.setIamPolicy'),
		close: 'Grant Compute Admin without policy rights where possible, and act-as on accounts sparingly.',
		techniques: ['T1098.003'],
		sources: [GCPWN, hackTricks('gcp-compute-privesc/README.md')],
		notes:
			'Gives the Compute permissions on the VM; the login that follows still needs act-as on ' +
			'its account, hence the second requirement, which the published list only notes.',
	}),
	escalation({
		id: 'gce-instance-template-mig',
		title: 'Instance template with a service account, rolled out by a managed instance group',
		requires: [
			{on: 'project', all: ['compute.instanceTemplates.create', 'compute.instanceGroupManagers.create']},
			ACT_AS,
		],
		yields: 'actable account',
		expects: ['compute.instanceTemplates.useReadOnly'],
		api: 'compute.googleapis.com',
		seenInLogs: attaching('v1.compute.instanceTemplates.insert', 'v1.compute.instanceGroupManagers.insert'),
		close: CLOSE_ATTACH,
		techniques: ['T1578.002'],
		sources: [METHODS, iamDocs('attach-service-accounts')],
		notes:
			'Act-as is checked when the template is made; the Google APIs Service ' +
			'Agent makes the VMs. Creating a template may imply reading it.',
	}),
	escalation({
		id: 'gce-mig-update',
		title: 'Point a managed instance group at another template',
		strength: 'limited',
		requires: [{on: 'project', all: ['compute.instanceGroupManagers.update', 'compute.instanceTemplates.useReadOnly']}],
		yields: 'attached account',
		workloads: ['compute.googleapis.com/InstanceTemplate'],
		precondition: 'The caller controls the image or startup script of a template that exists.',
		api: 'compute.googleapis.com',
		seenInLogs: adminActivity('v1.compute.instanceGroupManagers.patch'),
		close: 'Delete templates that are not used.',
		techniques: ['T1578.005'],
		evidence: 'recalled',
		sources: [METHODS],
		notes: 'Only the account of a template that is there already.',
	}),
];
