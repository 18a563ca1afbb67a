/** Texts and objects at a path of field names inside an asset's data, `[]` after a field that is a list. */
import type {Json} from '../sources/asset.ts';
import {list, object, text, WrongType} from './fields.ts';

/**
 * Non-empty texts at a path such as `nodePools[].config.serviceAccount`; what is absent gives none.
 * @throws WrongType if something on the way has another type
 */
export function textsAt(data: Json, path: string): string[] {
	const last = path.lastIndexOf('.');
	const field = path.slice(last + 1);
	const texts: string[] = [];
	for (const parent of last < 0 ? [data] : objectsAt(data, path.slice(0, last))) {
		const value = text(parent, field);
		if (value !== undefined && value !== '') texts.push(value);
	}
	return texts;
}

/**
 * Objects at a path; of a list each of its elements.
 * @throws WrongType if something on the way has another type
 */
export function objectsAt(data: Json, path: string): Json[] {
	let objects: Json[] = [data];
	for (const step of path.split('.')) {
		const next: Json[] = [];
		for (const parent of objects) {
			if (step.endsWith('[]')) next.push(...objectsIn(parent, step.slice(0, -2)));
			else {
				const child = object(parent, step);
				if (child) next.push(child);
			}
		}
		objects = next;
	}
	return objects;
}

function objectsIn(parent: Json, field: string): Json[] {
	return list(parent, field).map(value => {
		if (typeof value !== 'object' || value === null || Array.isArray(value))
			throw new WrongType(`${field} holds something that is no object`);
		return value as Json;
	});
}
