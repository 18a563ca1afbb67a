/** App Engine. */
import {ACT_AS, CLOSE_ATTACH, adminActivity, attaching, escalation} from './entry.ts';
import {METHODS, hackTricks} from './sources.ts';
import type {Escalation} from './types.ts';

export const APP_ENGINE: readonly Escalation[] = [
	escalation({
		id: 'appengine-deploy',
		title: 'Deploy an App Engine version that runs as a service account',
		requires: [{on: 'project', all: ['appengine.versions.create', 'storage.objects.create']}, ACT_AS],
		yields: 'actable account',
		notDeniable: ['appengine.versions.create'],
		api: 'appengine.googleapis.com',
		seenInLogs: attaching('google.appengine.v1.Versions.CreateVersion'),
		close: CLOSE_ATTACH,
		techniques: ['T1648'],
		sources: [hackTricks('gcp-appengine-privesc.md'), METHODS],
		notes:
			'gcloud also builds with Cloud Build and reads the bucket. Default account ' +
			'PROJECT_ID@appspot. Some legacy organizations skip act-as: legacy-actas-exemption.',
	}),
	escalation({
		id: 'appengine-flex-ssh',
		title: 'SSH into App Engine flexible instances',
		requires: [{on: 'project', all: ['appengine.instances.enableDebug']}],
		yields: 'attached account',
		workloads: ['appengine.googleapis.com/Version'],
		precondition: 'The version is of the flexible environment.',
		notDeniable: ['appengine.instances.enableDebug'],
		api: 'appengine.googleapis.com',
		seenInLogs: adminActivity('google.appengine.v1.Instances.DebugInstance'),
		close: 'Take basic roles away from projects with the flexible environment.',
		techniques: ['T1021.007'],
		sources: [hackTricks('gcp-appengine-privesc.md')],
		notes: '',
	}),
	escalation({
		id: 'appengine-app-update-sa',
		title: 'Change the default account of an App Engine application',
		strength: 'limited',
		requires: [{on: 'project', all: ['appengine.applications.update']}, ACT_AS],
		yields: 'actable account',
		precondition: 'A version is deployed afterwards by somebody.',
		notDeniable: ['appengine.applications.update'],
		api: 'appengine.googleapis.com',
		seenInLogs: attaching('google.appengine.v1.Applications.UpdateApplication'),
		close: 'Name an account in every version.',
		techniques: ['T1578.005'],
		sources: [hackTricks('gcp-appengine-privesc.md')],
		notes: 'Takes effect for versions that are deployed later.',
	}),
];
