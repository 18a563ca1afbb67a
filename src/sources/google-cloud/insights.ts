/**
 * Recommender: Google's own insights about accounts and roles, and its role recommendations. Kept as they are, those
 * about service accounts only. Facts: Policy Intelligence documentation of each insight type [seen].
 */
import type {Asset, Json} from '../asset.ts';
import type {Caller} from './caller.ts';
import {bodyOf, type Kind, objectOf, type Place, projectId, resourceAsset, textOf} from './shape.ts';

/** Types as their coverage lines (fact `insights`) name them, and the kinds of containers that have them. */
export const INSIGHT_TYPES = {
	'google.iam.serviceAccount.Insight': ['project'],
	'google.iam.policy.LateralMovementInsight': ['organization', 'folder', 'project'],
	'google.iam.policy.Insight': ['organization', 'folder', 'project'],
	'google.iam.policy.Recommender': ['organization', 'folder', 'project'],
} as const satisfies Record<string, readonly Kind[]>;
export type InsightType = keyof typeof INSIGHT_TYPES;

export function insightTypesOf(kind: Kind): InsightType[] {
	const kinds: Readonly<Record<InsightType, readonly Kind[]>> = INSIGHT_TYPES;
	return (Object.keys(INSIGHT_TYPES) as InsightType[]).filter(type => kinds[type].includes(kind));
}

/** @throws CallFailure */
export async function fetchInsights(caller: Caller, place: Place, type: InsightType): Promise<Asset[]> {
	const container = place.kind === 'project' ? `projects/${projectId(place)}` : place.key;
	const filter = 'stateInfo.state = ACTIVE';
	if (type === 'google.iam.policy.Recommender') {
		const parent = `${container}/locations/global/recommenders/${type}`;
		const found = await caller.list('listRecommendations', {parent, pageSize: 1000, filter}, 'recommendations');
		return found.flatMap(data => insightAsset(data, 'recommender.googleapis.com/Recommendation', place));
	}
	const parent = `${container}/locations/global/insightTypes/${type}`;
	const found = await caller.list('listInsights', {parent, pageSize: 1000, filter}, 'insights');
	return found.flatMap(data => insightAsset(data, 'recommender.googleapis.com/Insight', place));
}

/** Insights about people and groups are nobody's business here. */
export function insightAsset(data: Json, type: string, place: Place): Asset[] {
	const name = textOf(data['name']);
	const content = objectOf(data['content']);
	const member = textOf(objectOf(content?.['overview'])?.['member']) ?? textOf(content?.['member']);
	if (name === undefined || (member !== undefined && !member.startsWith('serviceAccount:'))) return [];
	return [resourceAsset(`//recommender.googleapis.com/${name}`, type, bodyOf(data), place)];
}
