/** What a killed process leaves of its locks. */
import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {isLock, takeLock} from '../../src/schedule/lock.ts';
import {temporaryFolder} from './edge.ts';

test('a guard that was left in the moment after a dead lock was removed goes with the next lock', async () => {
	const folder = temporaryFolder();
	const guard = join(folder, '.run.lock.breaking');
	writeFileSync(guard, '');
	const io = {clock: () => 0, sleep: () => Promise.resolve(), signal: new AbortController().signal};
	const lock = await takeLock(folder, '.run.lock', {io, atMost: 0});
	expect(isLock(lock)).toBe(true);
	expect(existsSync(guard)).toBe(false);
	if (isLock(lock)) await lock.release();
	expect(existsSync(join(folder, '.run.lock'))).toBe(false);
});
