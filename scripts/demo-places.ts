/** Places of the demo organization, and ids that are hashes of names: no randomness, no clock. */
import {createHash} from 'node:crypto';
import type {Place} from './asset-lines.ts';
import {ORGANIZATION} from './demo-organization.ts';
import type {ProjectStory} from './demo-organization.ts';

/** When most things last changed. */
export const LONG_AGO = '2024-03-11T08:30:00Z';

export const organization: Place = {
	path: `organizations/${ORGANIZATION.number}`,
	ancestors: [`organizations/${ORGANIZATION.number}`],
};
export const folderPlace = (number: string): Place => ({
	path: `folders/${number}`,
	ancestors: [`folders/${number}`, organization.path],
});
export const projectPlace = (project: ProjectStory): Place => ({
	path: `projects/${project.number}`,
	id: project.id,
	ancestors: [`projects/${project.number}`, `folders/${project.folder}`, organization.path],
});

export const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
export const etag = (text: string): string => `Bw${createHash('sha1').update(text).digest('base64').slice(0, 9)}=`;
export const digits = (text: string, length: number): string =>
	BigInt(`0x${sha1(text)}`)
		.toString()
		.slice(-length)
		.padStart(length, '0');
