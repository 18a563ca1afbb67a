import {expect, test} from 'vitest';
import {type AuditLog, auditLogsIn} from '../../src/queries/log-filters.ts';

const ALL: readonly AuditLog[] = ['activity', 'data_access', 'policy', 'system_event'];
const DEFAULT =
	'NOT LOG_ID("cloudaudit.googleapis.com/activity") AND NOT LOG_ID("externalaudit.googleapis.com/activity") AND NOT LOG_ID("cloudaudit.googleapis.com/system_event") AND NOT LOG_ID("externalaudit.googleapis.com/system_event") AND NOT LOG_ID("cloudaudit.googleapis.com/access_transparency") AND NOT LOG_ID("externalaudit.googleapis.com/access_transparency")';

const cases: readonly (readonly [filter: string | undefined, expected: readonly AuditLog[]])[] = [
	[undefined, ALL],
	['', ALL],
	['  \n', ALL],
	['logName:"cloudaudit.googleapis.com"', ALL],
	['logName:cloudaudit.googleapis.com', ALL],
	['LOG_ID("cloudaudit.googleapis.com/data_access")', ['data_access']],
	[
		'log_id("cloudaudit.googleapis.com/activity") OR log_id("cloudaudit.googleapis.com/policy")',
		['activity', 'policy'],
	],
	['logName="projects/shop/logs/cloudaudit.googleapis.com%2Factivity"', ['activity']],
	['logName:("cloudaudit.googleapis.com/activity")', ['activity']],
	['protoPayload.@type="type.googleapis.com/google.cloud.audit.AuditLog"', ALL],
	['protoPayload.serviceName="iam.googleapis.com"', ALL],
	[DEFAULT, ['data_access', 'policy']],
	['-logName:"cloudaudit.googleapis.com"', []],
	['NOT logName:"cloudaudit.googleapis.com"', []],
	['logName!="projects/shop/logs/cloudaudit.googleapis.com%2Fdata_access" AND NOT severity=DEBUG', []],
	['severity>=ERROR', []],
	['resource.type="gce_instance" AND severity>=INFO', []],
	['httpRequest.requestUrl:"/healthz"', []],
];

test.each(cases)('%j lets %j through', (filter, expected) => {
	expect([...auditLogsIn(filter)].toSorted()).toEqual(expected);
});

test.each(['NOT ', '(', 'a', '-', '- ', 'logName=', '"'])('nothing but %j takes no more than linear time', part => {
	const time = (length: number): number => {
		const filter = part.repeat(length);
		const started = performance.now();
		auditLogsIn(filter);
		return performance.now() - started;
	};
	time(1_000);
	expect(time(20_000)).toBeLessThan(2_000);
});
