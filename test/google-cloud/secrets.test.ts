/** What an API answers may hold secrets: none of them is written, neither by `collect` nor kept for `--resume`. */
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, expect, test} from 'vitest';
import {SECRETS} from '../sources/secret-samples.ts';
import {live, type Live, ORGANIZATION} from './live.ts';
import {demoOrganization} from './organization.ts';

let at: Live | undefined;
afterEach(() => at?.close());

const ACCOUNT = 'iam.googleapis.com/ServiceAccount';

/** Every file below a folder. */
function filesIn(folder: string): string[] {
	return readdirSync(folder).flatMap(name => {
		const path = join(folder, name);
		return statSync(path).isDirectory() ? filesIn(path) : [path];
	});
}

test.each(['asset-inventory', 'services'])('no secret of a description comes out by %s', async via => {
	const world = demoOrganization();
	const accounts = world.lines.filter(({assetType, resource}) => assetType === ACCOUNT && resource);
	const samples = Object.values(SECRETS);
	for (const [i, {resource}] of accounts.entries()) {
		resource!.data['description'] = samples
			.filter((_, number) => number % accounts.length === i)
			.map(([text]) => text)
			.join(' ');
	}
	at = await live({fault: ({method}) => (method.includes('groups') ? {fault: 'unavailable'} : undefined)}, world);
	const file = at.path('assets.ndjson');
	// What it could not read keeps the state for --resume.
	const ended = await at.run(['collect', `--organization=${ORGANIZATION}`, `--output=${file}`, `--via=${via}`]);
	expect(ended.code).toBe(0);
	const kept = filesIn(at.folder).filter(path => !/credentials\.json$|token$/.test(path));
	expect(kept.some(path => path.includes('/state/'))).toBe(true);
	const texts = kept.map(path => readFileSync(path, 'utf8'));
	expect(texts.some(text => text.includes('[redacted: '))).toBe(true);
	for (const [, secret] of samples) {
		for (const text of [...texts, ended.stdout, ended.stderr]) expect(text).not.toContain(secret);
	}
});
