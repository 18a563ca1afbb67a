/** Pieces of a world that say what was used: records of logs and metrics, events, Google's insights, logging. */
import {createHash} from 'node:crypto';
import {containerName, coverageLine, type Json} from '../../scripts/asset-lines.ts';
import {email, type Extra, member, PLACES, resource} from './world.ts';

const line = (name: string, asset_type: string, data: Json): Extra => ({lines: [{name, asset_type, resource: {data}}]});

let serial = 0;
const next = (): number => ++serial;

/** How often something was done; recently unless told otherwise. Members in short names. */
export function usage(subject: string, more: Json & {via?: readonly string[]} = {}): Extra {
	const {via = [], ...rest} = more;
	return line(`//sa-audit/usage/auditLogs/${next()}`, 'sa-audit/Usage', {
		subject: member(subject),
		via: via.map(one => (one === '' ? one : member(one))),
		method: 'storage.objects.get',
		network: '203.0.113.0/24',
		userAgent: 'python',
		count: 1,
		first: RECENT,
		last: RECENT,
		source: 'auditLogs',
		...rest,
	});
}

export const RECENT = '2026-05-20T07:00:00Z';
export const LONG_AGO = '2025-10-01T07:00:00Z';

/** The name of a key as logs have it: `ci@shop/k1`. */
export const keyName = (short: string): string => resource(short);

/** What was done with a key (`ci@shop/k1`). */
export function keyUsage(short: string, more: Json = {}): Extra {
	return usage(short.split('/')[0]!, {key: keyName(short), ...more});
}

/** Somebody minted a token for an account. */
export function minted(by: string, subject: string, more: Json = {}): Extra {
	return usage(subject, {via: [by], method: 'GenerateAccessToken', ...more});
}

/** Something in the life of an account or key. */
export function event(kind: string, subject: string, at: string, more: Json = {}): Extra {
	return line(`//sa-audit/event/${next()}`, 'sa-audit/LogEvent', {
		event: kind,
		subject: subject.includes('@') && !subject.includes(':') ? `serviceAccount:${email(subject)}` : subject,
		via: [],
		at,
		source: 'auditLogs',
		...more,
	});
}

/** A user of the organization, as the Directory API has one: present unless told otherwise. */
export function directoryUser(name: string, more: Json = {}): Extra {
	return line(`//admin.googleapis.com/users/${name}`, 'admin.googleapis.com/User', {
		primaryEmail: `${name}@example.com`,
		suspended: false,
		...more,
	});
}

/** Logs of all projects were read. */
export function logs(more: Json = {}): Extra {
	const from = '2025-06-01T00:00:00Z';
	const to = '2026-06-01T00:00:00Z';
	const places = Object.values(PLACES).filter(place => place.id !== undefined);
	return {lines: places.map(place => coverageLine(place, 'auditLogs', {from, to, ...more}))};
}

/** An audit config on a place. @param exempted members, for each type */
export function audited(
	on: string,
	service = 'allServices',
	types: readonly string[] = ['ADMIN_READ', 'DATA_READ', 'DATA_WRITE'],
	exempted: readonly string[] = [],
): Extra {
	const place = PLACES[on]!;
	const kind = on === 'org' ? 'Organization' : on === 'folder' ? 'Folder' : 'Project';
	const audit_log_configs = types.map(log_type => ({
		log_type,
		...(exempted.length > 0 && {exempted_members: exempted.map(member)}),
	}));
	return {
		lines: [
			{
				name: containerName(place),
				asset_type: `cloudresourcemanager.googleapis.com/${kind}`,
				ancestors: place.ancestors,
				iam_policy: {audit_configs: [{service, audit_log_configs}]},
				update_time: '2024-01-01T00:00:00Z',
			},
		],
	};
}

/** An insight or recommendation of Google about something in a project. */
export function insight(on: string, type: string, content: Json, more: Json = {}): Extra {
	const isRecommendation = type.endsWith('Recommender');
	const list = isRecommendation ? 'recommenders' : 'insightTypes';
	const kind = isRecommendation ? 'recommendations' : 'insights';
	// By its contents: a name in a snapshot must not depend on what ran before.
	const id = createHash('sha256')
		.update(JSON.stringify([content, more]))
		.digest('hex')
		.slice(0, 8);
	const path = `${PLACES[on]!.path}/locations/global/${list}/${type}/${kind}/${id}`;
	const data = {name: path, content, stateInfo: {state: 'ACTIVE'}, lastRefreshTime: '2026-05-30T07:00:00Z', ...more};
	const asset = `recommender.googleapis.com/${isRecommendation ? 'Recommendation' : 'Insight'}`;
	return {
		lines: [
			{
				name: `//recommender.googleapis.com/${path}`,
				asset_type: asset,
				ancestors: PLACES[on]!.ancestors,
				resource: {data},
			},
		],
	};
}

/** Insights were read everywhere. */
export function insights(): Extra {
	return {lines: Object.values(PLACES).map(place => coverageLine(place, 'insights'))};
}

/** When a key was used last, as Policy Analyzer has it; undefined: not in the observed period. */
export function keyActivity(short: string, last?: string, period: Json = {}): Extra {
	const name = resource(short);
	const activity = last === undefined ? {} : {lastAuthenticatedTime: last};
	return line(`//policyanalyzer.googleapis.com/${short}`, 'policyanalyzer.googleapis.com/Activity', {
		fullResourceName: name,
		activityType: 'serviceAccountKeyLastAuthentication',
		observationPeriod: {startTime: '2025-04-01T00:00:00Z', endTime: '2026-05-30T00:00:00Z', ...period},
		activity,
	});
}
