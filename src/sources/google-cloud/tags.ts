/** Resource Manager: effective tags of a container, asked for only where a condition looks at tags. */
import type {Asset} from '../asset.ts';
import type {Caller} from './caller.ts';
import {CRM, type Place, resourceAsset, textOf} from './shape.ts';

/** @throws CallFailure */
export async function fetchEffectiveTags(caller: Caller, place: Place): Promise<Asset[]> {
	const tags = await caller.list('listEffectiveTags', {parent: CRM + place.path, pageSize: 300}, 'effectiveTags');
	return tags.map(tag => {
		const value = textOf(tag['tagValue']) ?? textOf(tag['namespacedTagValue']) ?? '';
		const name = `${CRM}${place.key}/effectiveTags/${value.replaceAll('/', '%2F')}`;
		const data = {...tag, parent: CRM + place.key};
		return resourceAsset(name, 'cloudresourcemanager.googleapis.com/EffectiveTag', data, place);
	});
}

/** Whether a text of conditions (whole policies, as JSON) asks for tags. */
export function asksForTags(text: string): boolean {
	return /matchTag|hasTagKey/.test(text);
}
