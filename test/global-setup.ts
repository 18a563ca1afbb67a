/** Builds the package once for the tests that start it, if the sources are newer than the build. */
import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {TestProject} from 'vitest/node';
import {buildPackage} from '../scripts/build.mjs';

declare module 'vitest' {
	interface ProvidedContext {
		/** Empty if the build is fresh; else why there is none. */
		buildFailure: string;
	}
}

export default async function setup(project: TestProject): Promise<void> {
	const root = project.config.root;
	let failure = '';
	if (await isStale(root)) {
		try {
			await buildPackage({quiet: true});
		} catch (error) {
			// Told to the tests that need it: a broken build must not hide what unit tests say.
			failure = `the package could not be built: ${String(error)}`;
		}
	}
	project.provide('buildFailure', failure);
}

async function isStale(root: string): Promise<boolean> {
	const built = await stat(join(root, 'dist/cli.js')).catch(() => undefined);
	if (built === undefined) return true;
	const listings = await Promise.all(
		['src', 'checks', 'reports'].map(async folder => {
			const entries = await readdir(join(root, folder), {recursive: true, withFileTypes: true});
			return entries.map(entry => join(entry.parentPath, entry.name));
		}),
	);
	const sources = [...listings.flat(), join(root, 'package.json'), join(root, 'scripts/build.mjs')];
	const times = await Promise.all(sources.map(async file => (await stat(file)).mtimeMs));
	return times.some(time => time > built.mtimeMs);
}
