/** Policy Analyzer: when accounts and keys of a project last authenticated. */
import type {Asset, Json} from '../asset.ts';
import type {Caller} from './caller.ts';
import type {ActivityType} from './ledger.ts';
import {objectOf, type Place, projectId, resourceAsset, textOf} from './shape.ts';

export interface Activities {
	assets: Asset[];
	/** The widest period that was observed, RFC 3339. */
	period: {from?: string; to?: string};
}

/** @throws CallFailure */
export async function fetchActivities(caller: Caller, place: Place, type: ActivityType): Promise<Activities> {
	const parent = `projects/${projectId(place)}/locations/global/activityTypes/${type}`;
	return activitiesOf(await caller.list('queryActivities', {parent, pageSize: 1000}, 'activities'), place, type);
}

export function activitiesOf(activities: Json[], place: Place, type: ActivityType): Activities {
	const period: Activities['period'] = {};
	const assets = activities.flatMap(data => {
		const subject = textOf(data['fullResourceName']);
		if (subject === undefined) return [];
		const {startTime, endTime} = objectOf(data['observationPeriod']) ?? {};
		if (typeof startTime === 'string' && !(period.from! <= startTime)) period.from = startTime;
		if (typeof endTime === 'string' && !(period.to! >= endTime)) period.to = endTime;
		// The subject's own name, less what every one begins with, tells them apart.
		const id = subject.replace(/^\/\/iam\.googleapis\.com\/projects\/[^/]+\/serviceAccounts\//, '');
		const name = `//policyanalyzer.googleapis.com/${place.key}/locations/global/activityTypes/${type}/activities/${id}`;
		return [resourceAsset(name, 'policyanalyzer.googleapis.com/Activity', {activityType: type, ...data}, place)];
	});
	return {assets, period};
}
