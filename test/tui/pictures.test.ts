/** The pictures in the README show the screens as they are. */
import {readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {pictures} from '../../scripts/pictures.ts';

const FOLDER = fileURLToPath(new URL('../../docs/images/', import.meta.url));

/** What a picture says, line by line: that reads better in a failure than its markup. */
const words = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);

test('run `npm run pictures` after a change of what they show', async () => {
	const drawn = await pictures();
	expect(readdirSync(FOLDER).toSorted()).toEqual([...drawn.keys()].toSorted());
	for (const [name, svg] of drawn) {
		const kept = readFileSync(FOLDER + name, 'utf8');
		expect(words(kept), name).toEqual(words(svg));
		expect(kept === svg, `${name} looks as it would be drawn`).toBe(true);
	}
});
