/**
 * Smoke test of what users get: packs the package, installs it globally into a temporary prefix, and
 * runs it under every supported major of Node (fetched by npx).
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const MAJORS = ['22', '24', '26'];
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sa-audit-smoke-'));
let failures = 0;

/** @returns stdout; a wrong exit code counts as a failure and is printed */
function run(what: string, command: string, args: string[], cwd: string, expected = 0): string {
	const env = {...process.env, METADATA_SERVER_DETECTION: 'none', GOOGLE_APPLICATION_CREDENTIALS: ''};
	const ended = spawnSync(command, args, {cwd, env, encoding: 'utf8', maxBuffer: 1 << 28});
	const ok = ended.status === expected;
	console.log(`${ok ? 'ok  ' : 'FAIL'} ${what}`);
	if (!ok) {
		failures++;
		console.log(ended.error?.message ?? `exit ${ended.status}, expected ${expected}\n${ended.stderr.slice(-2000)}`);
	}
	return ended.stdout ?? '';
}

function assert(what: string, holds: boolean): void {
	console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}`);
	if (!holds) failures++;
}

try {
	run('npm pack', 'npm', ['pack', '--ignore-scripts', '--pack-destination', folder], root);
	const tarball = readdirSync(folder).find(name => name.endsWith('.tgz'));
	if (tarball === undefined) throw new Error('npm pack made no tarball');
	const listed = spawnSync('tar', ['tzf', join(folder, tarball)], {encoding: 'utf8'})
		.stdout.trim()
		.split('\n');
	const allowed =
		/^package\/(dist|data|schema)\/|^package\/(package\.json|README\.md|LICENSE|NOTICE|CHANGELOG\.md|SECURITY\.md)$/;
	const strangers = listed.filter(name => !allowed.test(name));
	assert(`the package holds only what users need ${strangers.join(' ')}`, strangers.length === 0);
	for (const name of [
		'dist/cli.js',
		'dist/log-worker.js',
		'README.md',
		'LICENSE',
		'NOTICE',
		'data/predefined-roles.LICENSE',
	]) {
		assert(`the package holds ${name}`, listed.includes(`package/${name}`));
	}

	const prefix = join(folder, 'prefix');
	run('npm install --global', 'npm', ['install', '--global', '--prefix', prefix, join(folder, tarball)], folder);
	const installed = join(prefix, 'lib/node_modules/sa-audit/dist/cli.js');
	for (const major of MAJORS) {
		const under = (args: string[]) => ['-y', `node@${major}`, installed, ...args];
		const version = run(`Node ${major}: --version`, 'npx', under(['--version']), folder);
		assert(`Node ${major}: a version`, /^\d+\.\d+\.\d+\n$/.test(version));
		run(`Node ${major}: --help`, 'npx', under(['--help']), folder);
		run(`Node ${major}: checks`, 'npx', under(['checks']), folder);
		run(`Node ${major}: config check`, 'npx', under(['config', 'check']), folder);
		run(`Node ${major}: a wrong flag`, 'npx', under(['audit', '--nonsense']), folder, 2);
		const role = run(`Node ${major}: doctor --role`, 'npx', under(['doctor', '--role']), folder);
		assert(`Node ${major}: a role`, role.includes('- iam.serviceAccounts.list\n'));
		// Loads Google's clients as far as signing in, which nobody can here.
		run(`Node ${major}: live without credentials`, 'npx', under(['audit', '--project=example']), folder, 3);
		const report = run(`Node ${major}: audit --demo`, 'npx', under(['audit', '--demo', '--format=json']), folder);
		assert(
			`Node ${major}: a report`,
			report.startsWith('{') && (JSON.parse(report) as {version?: number}).version === 1,
		);
	}
} finally {
	rmSync(folder, {recursive: true, force: true});
}
console.log(failures === 0 ? 'smoke: all passed' : `smoke: ${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;
