/** A refreshed role cache that cannot be used is said, and never taken for one. */
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {roleCacheFile} from '../../src/sources/role-cache.ts';
import {sa} from './run.ts';

let home: string;
beforeEach(async () => {
	home = await mkdtemp(join(tmpdir(), 'role-cache-'));
});
afterEach(() => rm(home, {recursive: true, force: true}));

const audit = () => sa(['audit', '--demo', '--format=json'], '', {XDG_CACHE_HOME: home});

test.for([
	['no gzip', Buffer.from('broken'), /cannot be used \(Z_DATA_ERROR\)/],
	['no JSON', gzipSync('{'), /cannot be used \(it is no JSON\)/],
	['something else', gzipSync('{"roles":{}}'), /cannot be used \(/],
] as const)('%s', async ([, contents, said]) => {
	const file = roleCacheFile({XDG_CACHE_HOME: home});
	await mkdir(dirname(file), {recursive: true});
	await writeFile(file, contents);
	const {stdout, stderr} = await audit();
	expect(stderr).toMatch(said);
	expect(stderr).toContain('sa-audit roles refresh');
	expect(JSON.parse(stdout).run.roles.from).toBe('shipped');
});

test('a directory in its place', async () => {
	await mkdir(roleCacheFile({XDG_CACHE_HOME: home}), {recursive: true});
	expect((await audit()).stderr).toContain('cannot be used (EISDIR)');
});

test('none at all is no problem', async () => {
	expect((await audit()).stderr).not.toContain('role cache');
});
