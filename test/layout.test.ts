/** Habits that the linter has no rule for. */
import {readdir, readFile} from 'node:fs/promises';
import {join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

async function sources(): Promise<{name: string; text: string}[]> {
	const listings = await Promise.all(
		['src', 'checks', 'reports'].map(folder => readdir(join(root, folder), {recursive: true, withFileTypes: true})),
	);
	const files = listings.flat().filter(entry => entry.isFile() && /\.tsx?$/.test(entry.name));
	return Promise.all(
		files.map(async entry => {
			const file = join(entry.parentPath, entry.name);
			return {name: relative(root, file), text: await readFile(file, 'utf8')};
		}),
	);
}

test.each([
	['the clock is read', /\bnew Date\(\)|\bperformance\.now\(/, []],
	['chance decides', /\bMath\.random\(/, []],
	['the process is ended or read', /\bprocess\.(exit|argv|env|exitCode|cwd)\b/, ['src/cli.ts']],
] as const)('nowhere but at the edge: %s', async (_, pattern, allowed) => {
	const found = (await sources()).filter(({text}) => pattern.test(text)).map(({name}) => name);
	expect(found.filter(name => !(allowed as readonly string[]).includes(name))).toEqual([]);
});
