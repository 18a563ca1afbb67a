/**
 * `npm run bench:collect`: a live collection of a synthetic organization by the Asset Inventory route, from a stand-in
 * that enforces the published quotas (scaled) in a process of its own. Prints wall time against the least that the
 * quotas allow, calls per API, calls that were repeated after success, and the peak memory. It judges nothing.
 */
import {fork, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import type {Served} from './collect-server.ts';
import {ensureGenerated} from './generate.ts';
import {PEAK_FILE} from './peak.ts';
import {ORGANIZATION} from './plan.ts';

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const SERVER = fileURLToPath(new URL('collect-server.ts', import.meta.url));

const {values} = parseArgs({
	options: {
		projects: {type: 'string', default: '1000'},
		'quota-factor': {type: 'string', default: '100'},
		'page-size': {type: 'string', default: '1000'},
		via: {type: 'string', default: 'asset-inventory'},
	},
});
const {file, counts} = ensureGenerated({projects: Number(values.projects), seed: 1});
const folder = mkdtempSync(join(tmpdir(), 'sa-audit-bench-collect-'));
const at = (name: string): string => join(folder, name);
const server = fork(SERVER, [file, values['quota-factor'], values['page-size']]);
try {
	const [ready] = (await once(server, 'message')) as [{endpoint: string; certificate: string}];
	writeFileSync(at('certificate.pem'), ready.certificate);
	writeFileSync(at('token'), 'anybody');
	const [credentials] = await ask<object>('credentials', at('token'));
	writeFileSync(at('credentials.json'), JSON.stringify(credentials));

	const started = performance.now();
	const child = spawn(
		process.execPath,
		[
			'--import',
			new URL('peak.ts', import.meta.url).href,
			CLI,
			'collect',
			`--organization=${ORGANIZATION.path.slice('organizations/'.length)}`,
			`--via=${values.via}`,
			`--api-endpoint=${ready.endpoint}`,
			`--quota-factor=${values['quota-factor']}`,
			'--max-wait=2h',
			`--output=${at('assets.ndjson')}`,
		],
		{
			env: {
				...process.env,
				HOME: folder,
				XDG_STATE_HOME: at('state'),
				NODE_EXTRA_CA_CERTS: at('certificate.pem'),
				GOOGLE_APPLICATION_CREDENTIALS: at('credentials.json'),
				[PEAK_FILE]: at('peak'),
			},
			stdio: ['ignore', 'inherit', 'inherit'],
		},
	);
	const [code] = (await once(child, 'close')) as [number | null];
	const seconds = (performance.now() - started) / 1000;
	if (code !== 0) throw new Error(`collect ended with ${code}`);
	const [served] = await ask<Served>('served');
	const bound = served.lowerBound / 1000;
	console.log(`organization  ${counts.projects} projects, ${counts.accounts} accounts, ${counts.keys} keys`);
	console.log(`wall time     ${seconds.toFixed(1)} s; the quotas allow ${bound.toFixed(1)} s (${served.quota})`);
	console.log(`ratio         ${(seconds / bound).toFixed(3)}`);
	for (const [api, calls] of Object.entries(served.calls)) console.log(`calls         ${api}: ${calls}`);
	console.log(`refused (429) ${served.refused}; repeated after success ${served.repeated}`);
	console.log(`peak memory   ${(Number(readFileSync(at('peak'), 'utf8')) / 2 ** 20).toFixed(0)} MiB`);
	console.log(`written       ${(statSync(at('assets.ndjson')).size / 1e6).toFixed(1)} MB`);
} finally {
	server.kill();
	rmSync(folder, {recursive: true, force: true});
}

function ask<T>(...question: string[]): Promise<[T]> {
	const answer = once(server, 'message') as Promise<[T]>;
	server.send(question);
	return answer;
}
