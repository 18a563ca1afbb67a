/** The built package from outside: exit codes, streams, and what a user is told. */
import {spawn, spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {explain} from '../src/run.ts';
import {CLI, start} from './start.ts';

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'sa-audit-'));
	await writeFile(join(folder, 'project.ndjson'), `${line('example', 1)}\n`);
	await writeFile(join(folder, 'broken.ndjson'), `${line('example', 1)}\n${'{"name": \n'.repeat(8)}`);
	await writeFile(join(folder, 'bad.yaml'), 'profile: strict\nthreshold: {}\n');
	await writeFile(join(folder, 'empty.ndjson'), '');
	await writeFile(
		join(folder, 'strange.ndjson'),
		'{"name": "//x/1", "assetType": "x.example.com/Thing", "resource": {"data": {}}}\n',
	);
});
afterAll(() => rm(folder, {recursive: true, force: true}));

function line(project: string, number: number): string {
	return JSON.stringify({
		name: `//cloudresourcemanager.googleapis.com/projects/${project}`,
		assetType: 'cloudresourcemanager.googleapis.com/Project',
		ancestors: [`projects/${number}`],
		resource: {data: {projectId: project, projectNumber: String(number), lifecycleState: 'ACTIVE'}},
	});
}

const run = (args: string[], options = {}) => start(args, {cwd: folder, ...options});

describe('help and version', () => {
	test('--help is a result, and loads nothing heavy', async () => {
		const {code, stdout, stderr} = await run(['--help'], {env: {NODE_DEBUG: 'esm'}});
		expect(code).toBe(0);
		expect(stdout).toContain('audit [options]');
		expect(stdout).toContain('130  interrupted');
		expect(stderr).toContain('commander');
		for (const heavy of ['zod', 'yaml', 'graphology', 'bufbuild', 'string-width', '@grpc', 'google', 'react', 'ink']) {
			expect(stderr).not.toContain(`node_modules/${heavy}`);
		}
	});

	// What it says of every module takes a slow machine a while.
	test('a batch run loads no terminal UI', {timeout: 120_000}, async () => {
		const {code, stderr} = await run(['audit', '--demo'], {env: {NODE_DEBUG: 'esm'}});
		expect(code).toBe(0);
		expect(stderr).toContain('graphology');
		for (const heavy of ['react', 'ink', 'yoga']) expect(stderr).not.toContain(`node_modules/${heavy}`);
	});

	test('--version prints the version of the package', async () => {
		const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
			version: string;
		};
		expect(await run(['--version'])).toEqual({code: 0, stdout: `${manifest.version}\n`, stderr: ''});
	});

	test('no command at all is wrong usage and shows the help', async () => {
		const {code, stdout, stderr} = await run([]);
		expect([code, stdout]).toEqual([2, '']);
		expect(stderr).toContain('Usage: sa-audit');
	});
});

describe('wrong usage exits 2, keeps stdout clean and says what to type', () => {
	test.each([
		[['audt'], /unknown command 'audt'\n\(Did you mean audit\?\)/],
		[['audit', '--demo', '--formt', 'json'], /unknown option '--formt'\n\(Did you mean --format\?\)/],
		[['audit', '--demo', '--formt=json'], /unknown option '--formt'; did you mean "--format"\?/],
		[['audit'], /Nothing to read was given[^]*--assets=FILE[^]*--demo/],
		[['audit', '--project=Example!'], /--project Example! is no project id/],
		[['audit', '--project=example', '--api-endpoint=https://example.com'], /--api-endpoint[^]*without https/],
		[['audit', '--project=example', '--max-wait=soon'], /--max-wait[^]*duration/],
		[['audit', '--project=example', '--quota-factor=0'], /--quota-factor[^]*above 0/],
		[['audit', '--project=example', '--via=magic'], /--via[^]*asset-inventory/],
		[['collect', '--output=a.ndjson'], /--organization=ID/],
		[['collect', '--project=example'], /--output=assets\.ndjson/],
		[['doctor'], /--organization=ID/],
		[['audit', '--assets=none.ndjson'], /none\.ndjson/],
		[['audit', '--assets=empty.ndjson'], /nothing to audit in empty\.ndjson/],
		[['audit', '--assets=strange.ndjson'], /only asset types that no check looks at/],
		[['audit', '--assets=project.ndjson', '--project=other'], /projects\/other/],
		[['audit', '--demo', '--now=2026-11-01'], /--now[^]*RFC 3339/],
		[['audit', '--demo', '--now=2026-02-30T00:00:00Z'], /--now[^]*RFC 3339/],
		[['audit', '--demo', '--format=jsn'], /did you mean "json"/],
		[['audit', '--demo', '--fail-on=hihg'], /did you mean "high"/],
		[['audit', '--demo', '--only=user-managed-kei'], /did you mean "user-managed-key"/],
		[['audit', '--demo', '--skip=user-managed-key,nothing'], /there is no check "nothing"/],
		[['audit', '--demo', '--config=none.yaml'], /none\.yaml[^]*does not exist/],
		[['audit', '--demo', '--config=bad.yaml'], /bad\.yaml:2: unknown key "threshold"; did you mean "thresholds"/],
		[['audit', '--demo', '--output=json=.'], /is a directory/],
		[['audit', '--demo', '--output=none/report.json'], /directory does not exist/],
		[['audit', '--demo', '--output=report.pdf'], /does not tell the format/],
		[['audit', '--strict', '--assets=broken.ndjson'], /broken\.ndjson:2:[^]*--strict/],
		[['checks', 'lateral-movment'], /did you mean "lateral-movement"/],
		[['config', 'chekc'], /unknown command 'chekc'/],
	])('%j', async (args, message) => {
		const {code, stdout, stderr} = await run(args);
		expect(stderr).toMatch(message);
		expect(stderr).not.toMatch(/\n\s+at /);
		expect([code, stdout]).toEqual([2, '']);
	});

	test('an escape sequence in an argument is not sent to the terminal', async () => {
		const {stderr} = await run(['audit', '--demo', '--only=\u001b[2Jx']);
		expect(stderr).not.toContain('\u001b');
		expect(stderr).toContain('\\u{1b}[2Jx');
	});
});

test('without credentials: exit 3, one paragraph, and how to sign in', async () => {
	const env = {METADATA_SERVER_DETECTION: 'none', HOME: folder};
	const {code, stdout, stderr} = await run(['audit', '--project=example'], {env});
	expect([code, stdout]).toEqual([3, '']);
	expect(stderr).toBe(
		'error: There are no credentials for Google Cloud (Application Default Credentials).\n' +
			'Sign in with gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS to a credential file.\n',
	);
});

describe('audit', () => {
	test('the demo as JSON: a report on stdout, twice the same but for run', async () => {
		const [first, second] = await Promise.all([
			run(['audit', '--demo', '--format=json']),
			run(['audit', '--demo', '--format=json']),
		]);
		expect(first.code).toBe(0);
		const {run: firstRun, ...one} = JSON.parse(first.stdout) as Record<string, unknown>;
		const {run: secondRun, ...two} = JSON.parse(second.stdout) as Record<string, unknown>;
		expect(one).toEqual(two);
		expect(one['version']).toBe(1);
		expect(firstRun).not.toEqual(secondRun);
		expect(first.stderr).toMatch(/built-in demo/i);
	});

	test('--quiet leaves stderr empty', async () => {
		const {code, stdout, stderr} = await run(['audit', '--demo', '--quiet']);
		expect([code, stderr]).toEqual([0, '']);
		expect(stdout).not.toContain('\u001b[');
	});

	test('--fail-on: 1 when something is found', async () => {
		expect((await run(['audit', '--demo', '--fail-on=low'])).code).toBe(1);
		expect((await run(['audit', '--demo', '--only=user-managed-key', '--fail-on=low'])).code).toBe(1);
	});

	test('broken lines: five are named, the rest counted, and the report is there', async () => {
		const {code, stdout, stderr} = await run(['audit', '--assets=broken.ndjson', '--format=json']);
		expect(code).toBe(0);
		expect(stderr.match(/broken\.ndjson:\d+:/g)).toHaveLength(5);
		expect(stderr).toContain('3 more places');
		expect((JSON.parse(stdout) as {version: number}).version).toBe(1);
	});

	test('--output: private files, several at once, nothing on stdout', async () => {
		const {code, stdout} = await run(['audit', '--demo', '--output=a.json', '--output=ndjson=b.txt']);
		expect([code, stdout]).toEqual([0, '']);
		expect((await stat(join(folder, 'a.json'))).mode & 0o777).toBe(0o600);
		expect((JSON.parse(await readFile(join(folder, 'a.json'), 'utf8')) as {version: number}).version).toBe(1);
		const lines = (await readFile(join(folder, 'b.txt'), 'utf8')).trim().split('\n');
		expect(lines.map(text => typeof (JSON.parse(text) as {check: unknown}).check)).toEqual(lines.map(() => 'string'));
		expect((await readdir(folder)).filter(name => name.endsWith('.tmp'))).toEqual([]);
	});

	test('--color=always colours a pipe', async () => {
		expect((await run(['audit', '--demo', '--color=always'])).stdout).toContain('\u001b[');
	});

	test('standard input', async () => {
		const {code, stdout} = await run(['audit', '--assets=-', '--format=json'], {input: line('example', 1)});
		expect(code).toBe(0);
		expect((JSON.parse(stdout) as {run: {sources: unknown}}).run.sources).toMatchObject([{kind: 'assets'}]);
	});
});

describe('checks and config check', () => {
	test('the catalogue and one check', async () => {
		const {stdout} = await run(['checks', '--format=json']);
		const {checks} = JSON.parse(stdout) as {checks: {id: string; title: string}[]};
		expect(checks.length).toBeGreaterThan(5);
		const table = await run(['checks']);
		for (const check of checks) expect(table.stdout).toContain(check.id);
		const one = await run(['checks', checks[0]!.id]);
		expect(one.stdout).toContain(checks[0]!.title.slice(0, 20));
	});

	test('sa-audit.yaml in the working directory is used and named', async () => {
		const own = await mkdtemp(join(folder, 'own-'));
		await writeFile(join(own, 'sa-audit.yaml'), '# ours\nthresholds:\n  keyAgeDays: 30\n');
		const table = await run(['config', 'check'], {cwd: own});
		expect(table.stdout).toMatch(/^thresholds\.keyAgeDays +30 +sa-audit\.yaml:3$/m);
		const {stdout} = await run(['config', 'check', '--format=json', '--profile=strict'], {cwd: own});
		const {values} = JSON.parse(stdout) as {values: {key: string; value: unknown; origin: unknown}[]};
		expect(values).toContainEqual({key: 'profile', value: 'strict', origin: {from: 'flag', flag: '--profile'}});
		expect((await run(['audit', '--demo'], {cwd: own})).stderr).toContain('Configuration: sa-audit.yaml');
	});
});

describe('how it ends', () => {
	test('a reader that goes away ends it quietly', () => {
		const ended = spawnSync(
			'bash',
			['-c', `set -o pipefail; "${process.execPath}" "${CLI}" audit --demo --quiet --format=json | head -c 10`],
			{
				cwd: folder,
				encoding: 'utf8',
			},
		);
		expect([ended.status, ended.stdout.length, ended.stderr]).toEqual([0, 10, '']);
	});

	test('a full disk behind standard output is an error, not a short report', () => {
		const ended = spawnSync(
			'bash',
			['-c', `"${process.execPath}" "${CLI}" audit --demo --quiet --format=json > /dev/full`],
			{
				cwd: folder,
				encoding: 'utf8',
			},
		);
		expect(ended.stderr).toMatch(/^error: standard output cannot be written: the disk is full\.\n/);
		expect(ended.status).toBe(2);
	});

	test('Ctrl-C while it reads: 130, and no half-written file', async () => {
		const child = spawn(process.execPath, [CLI, 'audit', '--assets=-', '--output=interrupted.json'], {cwd: folder});
		const temporary = () => readdir(folder).then(names => names.some(name => name.startsWith('.interrupted.json')));
		const closed = new Promise<number | null>(resolve => void child.on('close', resolve));
		while (!(await temporary())) await new Promise(resolve => void setTimeout(resolve, 20));
		child.kill('SIGINT');
		expect(await closed).toBe(130);
		expect(await temporary()).toBe(false);
		expect(existsSync(join(folder, 'interrupted.json'))).toBe(false);
	});

	test('what nobody catches: 70, one sentence, and no half-written file', async () => {
		const throws = 'data:text/javascript,setTimeout(() => { throw new Error("boom") }, 1000)';
		const child = spawn(process.execPath, ['--import', throws, CLI, 'audit', '--assets=-', '--output=thrown.json'], {
			cwd: folder,
		});
		let said = '';
		child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
		expect(await new Promise(resolve => void child.on('close', resolve))).toBe(70);
		expect(said).toMatch(/^error: This is a mistake in sa-audit itself.*boom.*\n$/);
		expect((await readdir(folder)).filter(name => name.includes('thrown'))).toEqual([]);
	});

	test('our own mistakes: one sentence with the address, the stack only on request', () => {
		const mistake = new TypeError('x is not a function');
		const {exit, text} = explain(mistake, false);
		expect(exit).toBe(70);
		expect(text.split('\n')).toHaveLength(1);
		expect(text).toMatch(/https:\/\/\S+issues: x is not a function/);
		expect(explain(mistake, true).text).toContain('cli.test.ts');
	});
});

describe('too old a Node', () => {
	test('nothing is imported before the version was looked at', async () => {
		const text = await readFile(CLI, 'utf8');
		expect(text).toMatch(/^#!\/usr\/bin\/env node\n/);
		expect(text).not.toMatch(/^\s*(import|export)\s*[{*"'\w]/m);
		// Syntax that Node 14 does not parse.
		expect(text).not.toMatch(/\?\?=|\|\|=|&&=|static \{|#\w+[ ;(]|^await /m);
	});

	const old = oldNode();
	test.skipIf(old === undefined)(
		`one sentence and exit 2${old ? '' : ' (no Node older than 22.18 on this machine)'}`,
		async () => {
			const {code, stdout, stderr} = await run(['audit', '--demo'], {node: old});
			expect([code, stdout]).toEqual([2, '']);
			expect(stderr).toMatch(/^sa-audit needs Node\.js 22\.18 or newer, and this is \d+\.\d+\.\d+\.\n$/);
		},
	);
});

/** The machine's own interpreter, behind the one that npm puts first on PATH, if it is too old. */
function oldNode(): string | undefined {
	const found = (process.env['PATH'] ?? '').split(delimiter).map(entry => join(entry, 'node'));
	return found.find(node => {
		if (!existsSync(node)) return false;
		const [major = 0, minor = 0] = spawnSync(node, ['-p', 'process.versions.node'], {encoding: 'utf8'})
			.stdout.split('.')
			.map(Number);
		return major > 0 && (major < 22 || (major === 22 && minor < 18));
	});
}
