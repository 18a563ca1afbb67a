import check from '../../checks/audit-log-mutable.ts';
import {testCheck} from '../worlds/test-check.ts';
import {allRead, asset, bucket} from '../worlds/workloads.ts';
import {PLACES, unread, world, type Extra} from '../worlds/world.ts';
import {containerName, policyLine} from '../../scripts/asset-lines.ts';

const AUDIT = 'logName:"cloudaudit.googleapis.com"';
const DEFAULT_FILTER =
	'NOT LOG_ID("cloudaudit.googleapis.com/activity") AND NOT LOG_ID("externalaudit.googleapis.com/activity") AND NOT LOG_ID("cloudaudit.googleapis.com/system_event") AND NOT LOG_ID("externalaudit.googleapis.com/system_event") AND NOT LOG_ID("cloudaudit.googleapis.com/access_transparency") AND NOT LOG_ID("externalaudit.googleapis.com/access_transparency")';
const sinkName = (name: string, on = 'projects/shop'): string => `//logging.googleapis.com/${on}/sinks/${name}`;
const logBucketName = (name: string, on = 'projects/shop'): string =>
	`//logging.googleapis.com/${on}/locations/global/buckets/${name}`;
const sink = (name: string, destination: string, more: Record<string, unknown> = {}, on = 'shop'): Extra =>
	asset(on, 'logging.googleapis.com/LogSink', sinkName(name, on === 'org' ? 'organizations/1' : `projects/${on}`), {
		name,
		destination,
		filter: AUDIT,
		...more,
	});
const logBucket = (name: string, data: Record<string, unknown>, on = 'shop'): Extra =>
	asset(on, 'logging.googleapis.com/LogBucket', logBucketName(name, `projects/${on}`), data);
const toLogs = (name: string, on = 'shop'): string =>
	`logging.googleapis.com/projects/${on}/locations/global/buckets/${name}`;
const KEPT = {retentionDays: 400, locked: true};
/** Data-access logs of everything, on a place. */
const DATA_ACCESS: Extra = {
	lines: [
		policyLine(containerName(PLACES['shop']!), 'cloudresourcemanager.googleapis.com/Project', PLACES['shop']!, [], {
			etag: 'BwX=',
			updateTime: '2024-01-01T00:00:00Z',
			audit_configs: [{service: 'allServices', audit_log_configs: [{log_type: 3}]}],
		}),
	],
};
const DEFAULTS = [
	sink('_Default', toLogs('_Default'), {filter: DEFAULT_FILTER}),
	sink('_Required', toLogs('_Required'), {filter: 'LOG_ID("cloudaudit.googleapis.com/activity")'}),
	logBucket('_Default', {retentionDays: 30}),
	logBucket('_Required', {retentionDays: 400, locked: true}),
];
const CENTRAL = [
	sink('central', toLogs('audit', 'lab'), {includeChildren: true}, 'org'),
	logBucket('audit', KEPT, 'lab'),
];
const AUDIT_BUCKET = [[logBucketName('audit'), undefined, 'medium']] as const;
const STORAGE = [['//storage.googleapis.com/audit-logs', undefined, 'medium']] as const;

testCheck(check, {
	fires: {
		'a log bucket that is not locked': {
			given: world(sink('audit', toLogs('audit')), logBucket('audit', {retentionDays: 400}), allRead()),
			finds: AUDIT_BUCKET,
			says: /the sink audit of projects\/shop sends audit logs, is not locked\.$/,
		},
		'nor kept for long': {
			given: world(sink('audit', toLogs('audit')), logBucket('audit', {retentionDays: 90}), allRead()),
			finds: AUDIT_BUCKET,
			says: /is not locked and keeps them for 90 days only/,
		},
		'shorter than the configuration wants': {
			given: world(sink('audit', toLogs('audit')), logBucket('audit', KEPT), allRead()),
			finds: AUDIT_BUCKET,
			config: {checks: {'audit-log-mutable': {retentionDays: 730}}},
		},
		'the default of 30 days': {
			given: world(sink('audit', toLogs('audit')), logBucket('audit', {}), allRead()),
			finds: AUDIT_BUCKET,
		},
		'a sink without a filter takes them all': {
			given: world(sink('audit', toLogs('audit'), {filter: ''}), logBucket('audit', {}), allRead()),
			finds: AUDIT_BUCKET,
		},
		'named by its project’s number': {
			given: world(
				sink('audit', 'logging.googleapis.com/projects/10/locations/global/buckets/audit'),
				logBucket('audit', {}),
				allRead(),
			),
			finds: AUDIT_BUCKET,
		},
		'locked, and too short for ever': {
			given: world(sink('audit', toLogs('audit')), logBucket('audit', {retentionDays: 90, locked: true}), allRead()),
			finds: AUDIT_BUCKET,
		},
		'a storage bucket without retention': {
			given: world(sink('audit', 'storage.googleapis.com/audit-logs'), bucket('audit-logs'), allRead()),
			finds: STORAGE,
			says: /has no retention policy/,
		},
		'a storage bucket whose retention is not locked': {
			given: world(
				sink('audit', 'storage.googleapis.com/audit-logs'),
				bucket('audit-logs', {retentionPolicy: {retentionPeriod: '34560000'}}),
				allRead(),
			),
			finds: STORAGE,
			says: /400 days that is not locked/,
		},
		'_Default, where data-access logs are on': {
			given: world(...DEFAULTS, DATA_ACCESS, allRead()),
			finds: [[logBucketName('_Default'), undefined, 'medium']],
		},
		'an exclusion drops data-access logs': {
			given: world(
				sink('audit', toLogs('audit'), {
					exclusions: [{name: 'no-reads', filter: 'LOG_ID("cloudaudit.googleapis.com/data_access")'}],
				}),
				logBucket('audit', KEPT),
				DATA_ACCESS,
				allRead(),
			),
			finds: [[sinkName('audit'), undefined, 'medium']],
			says: /drops audit logs by its exclusion no-reads/,
		},
		'an exclusion of an organization’s sink': {
			given: world(
				sink(
					'central',
					toLogs('audit', 'lab'),
					{
						includeChildren: true,
						exclusions: [{name: 'quiet', filter: 'protoPayload.serviceName="storage.googleapis.com", "x"'}],
					},
					'org',
				),
				logBucket('audit', KEPT, 'lab'),
				DATA_ACCESS,
				allRead(),
			),
			finds: [[sinkName('central', 'organizations/1'), undefined, 'medium']],
		},
	},
	silent: {
		'a locked bucket for 400 days': world(sink('audit', toLogs('audit')), logBucket('audit', KEPT), allRead()),
		'a locked storage bucket': world(
			sink('audit', 'storage.googleapis.com/audit-logs'),
			bucket('audit-logs', {retentionPolicy: {retentionPeriod: '34560000', isLocked: true}}),
			allRead(),
		),
		'_Default where data-access logs are off': world(...DEFAULTS, allRead()),
		_Required: world(
			sink('_Required', toLogs('_Required'), {filter: 'LOG_ID("cloudaudit.googleapis.com/activity")'}),
			logBucket('_Required', {retentionDays: 400, locked: true}),
			allRead(),
		),
		'_Default where the organization keeps a copy': world(...DEFAULTS, ...CENTRAL, DATA_ACCESS, allRead()),
		'_Default that drops what the organization keeps': world(
			sink('_Default', toLogs('_Default'), {
				filter: DEFAULT_FILTER,
				exclusions: [{name: 'central', filter: 'LOG_ID("cloudaudit.googleapis.com/data_access")'}],
			}),
			logBucket('_Default', {retentionDays: 30}),
			...CENTRAL,
			DATA_ACCESS,
			allRead(),
		),
		'a sink of other logs': world(
			sink('errors', toLogs('errors'), {filter: 'severity>=ERROR AND resource.type="gce_instance"'}),
			logBucket('errors', {}),
			allRead(),
		),
		'a sink that leaves audit logs out': world(
			sink('rest', toLogs('rest'), {filter: 'severity>=INFO AND NOT logName:"cloudaudit.googleapis.com"'}),
			logBucket('rest', {}),
			allRead(),
		),
		'a disabled sink': world(sink('audit', toLogs('audit'), {disabled: true}), logBucket('audit', {}), allRead()),
		'an exclusion of health checks': world(
			sink('audit', toLogs('audit'), {exclusions: [{name: 'health', filter: 'httpRequest.requestUrl:"/healthz"'}]}),
			logBucket('audit', KEPT),
			DATA_ACCESS,
			allRead(),
		),
		'a disabled exclusion': world(
			sink('audit', toLogs('audit'), {
				exclusions: [{name: 'no-reads', filter: 'LOG_ID("cloudaudit.googleapis.com/data_access")', disabled: true}],
			}),
			logBucket('audit', KEPT),
			DATA_ACCESS,
			allRead(),
		),
		'a topic keeps nothing': world(
			sink('audit', 'pubsub.googleapis.com/projects/shop/topics/audit'),
			logBucket('_Required', KEPT),
			allRead(),
		),
	},
	unknown: {
		'sinks were not read': {
			given: world(allRead('logging.googleapis.com/LogSink')),
			because: /LogSink was not read in projects\/shop/,
		},
		'the bucket behind a sink was not read': {
			given: world(sink('audit', toLogs('audit')), allRead()),
			because: /buckets\/audit, to which .*sinks\/audit sends audit logs, was not read/,
		},
		'whether data-access logs are on is not known': {
			given: world(...DEFAULTS, allRead(), unread('allowPolicies')),
			because: /allowPolicies/,
		},
	},
	snapshot: 'nor kept for long',
});
