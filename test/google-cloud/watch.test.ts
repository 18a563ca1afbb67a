/** What the process of a scheduled run does live: signs in, keeps what it read, and compares with the run before. */
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import {afterEach, expect, test} from 'vitest';
import type {Changes} from '../../src/schedule/changes.ts';
import type {RunSummary} from '../../src/schedule/entry.ts';
import {NO_FLAGS, type Plan} from '../../src/schedule/plan.ts';
import {sa} from '../commands/run.ts';
import {live, type Live, ORGANIZATION} from './live.ts';

let at: Live | undefined;
afterEach(() => at?.close());

test('assets are kept, and what can be read no more is told from what was fixed', async () => {
	at = await live();
	const {standIn, path, folder: home} = at;
	process.env['GOOGLE_APPLICATION_CREDENTIALS'] = path('credentials.json');
	const flags = {
		...NO_FLAGS,
		organization: [ORGANIZATION],
		apiEndpoint: standIn.endpoint,
		quotaFactor: 1_000_000,
		via: 'services' as const,
	};
	const run = async (name: string, more: Partial<Plan>): Promise<string> => {
		const folder = path(name);
		mkdirSync(folder);
		const plan: Plan = {run: name, scope: 'all', flags, keepAssets: true, formats: [], ...more};
		writeFileSync(join(folder, 'run.json'), JSON.stringify(plan));
		const {code, stderr} = await sa(['scheduled-run', folder], '', {HOME: home, XDG_STATE_HOME: path('state')});
		expect(code, stderr).toBe(0);
		return folder;
	};
	const first = await run('first', {});
	expect(gunzipSync(readFileSync(join(first, 'assets.ndjson.gz'))).toString()).toContain('"sa-audit/Coverage"');
	// No key is listed from now on.
	standIn.switches.fault = ({method}) => (method.endsWith('/keys') ? {fault: 'denied'} : undefined);
	const second = await run('second', {previous: 'first', keepAssets: false});
	const read = <Value>(name: string): Value => JSON.parse(readFileSync(join(second, name), 'utf8')) as Value;
	expect(read<Changes>('changes.json').unread.join('\n')).toContain('serviceAccountKeys');
	const {unknown, fixed} = read<RunSummary>('.summary.json');
	expect(unknown).toBeGreaterThan(0);
	expect(fixed).toEqual({critical: 0, high: 0, medium: 0, low: 0});
});
