/** Deployment files, held by the tools and shapes of those who take them. */
import {execFile} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {promisify} from 'node:util';
import {parse as parseHcl} from '@cdktn/hcl2json';
import {build} from 'esbuild';
import {describe, expect, test} from 'vitest';
import {parse, parseAllDocuments} from 'yaml';
import {parseConfig} from '../../src/config/parse.ts';
import {onCalendar} from '../../src/deployment/calendar.ts';
import {deployments} from '../../src/deployment/index.ts';
import {DEPLOYMENTS} from '../../src/deployment/names.ts';
import {valuesOf} from '../../src/deployment/values.ts';
import {allPermissions} from '../../src/sources/google-cloud/collectors.ts';
import {sa} from '../commands/run.ts';
import {temporaryFolder} from './edge.ts';

const run = promisify(execFile);
const VALUES = valuesOf({
	organization: '123456789012',
	project: 'audit-host',
	repository: '987654',
	timeZone: 'Europe/Berlin',
});
const PERMISSIONS = allPermissions('organization');

function file(target: keyof typeof deployments, path: string): string {
	return deployments[target](VALUES).files.find(one => one.path === path)!.text;
}

/** By block type, type and name; variables have a name only. */
interface Hcl {
	resource: Record<string, Record<string, Record<string, unknown>[]>>;
	variable: Record<string, Record<string, unknown>[]>;
}
const terraform = async (text: string): Promise<Hcl> => (await parseHcl('main.tf', text)) as unknown as Hcl;

describe.each(DEPLOYMENTS)('%s', target => {
	const {files, steps} = deployments[target](VALUES);

	test('its configuration is one, with a schedule of the organization', () => {
		const config = files.find(({path}) => path === 'sa-audit.yaml');
		if (config === undefined) return;
		expect(parseConfig('sa-audit.yaml', config.text, []).config.schedules).toMatchObject([
			{organization: ['123456789012'], timeZone: 'Europe/Berlin'},
		]);
	});

	test('its role is the one of doctor --role', () => {
		const role = files.find(({path}) => path === 'role.yaml');
		if (role === undefined) return;
		expect(parse(role.text)).toMatchObject({includedPermissions: PERMISSIONS});
	});

	test('holds no key and no secret, and says what to do next', () => {
		const all = files.map(({text}) => text).join('\n');
		expect(all).not.toMatch(/PRIVATE KEY|credentials_json|google_service_account_key|keys create/);
		expect(steps.length).toBeGreaterThan(1);
		for (const {text} of files) expect(text.endsWith('\n') && !/[ \t]$/m.test(text)).toBe(true);
	});

	test('leaves nothing to replace where everything was told, but what only its user knows', () => {
		const text = files.map(one => one.text).join('\n');
		expect(text).not.toMatch(/ORGANIZATION_ID|PROJECT_ID\b(?!:)|REPOSITORY_ID/);
	});
});

describe('systemd', () => {
	const hasTool = existsSync('/usr/bin/systemd-analyze');

	test.runIf(hasTool)('the units, by systemd-analyze', async () => {
		const folder = temporaryFolder();
		for (const {path, text} of deployments.systemd(VALUES).files) {
			// It looks whether the program is there, which on this machine it is not.
			writeFileSync(join(folder, path), text.replace('/usr/local/bin/sa-audit', process.execPath));
		}
		const units = ['sa-audit.service', 'sa-audit.timer'].map(name => join(folder, name));
		const {stdout, stderr} = await run('systemd-analyze', ['verify', '--man=no', '--recursive-errors=no', ...units]);
		expect(`${stdout}${stderr}`.split('\n').filter(line => line.includes('sa-audit'))).toEqual([]);
	});

	test.each([
		['17 5 * * *', '*-*-* 05:17:00 UTC'],
		['*/15 * * * *', '*-*-* *:00/15:00 UTC'],
		['0 6,18 * * 1-5', 'Mon..Fri *-*-* 06,18:00:00 UTC'],
		['30 4 1 */3 *', '*-01/3-01 04:30:00 UTC'],
		['0 8-18/2 * * 0', 'Sun *-*-* 08..18/2:00:00 UTC'],
	])('%s is %s', async (cron, calendar) => {
		expect(onCalendar(cron, 'UTC')).toBe(calendar);
		if (hasTool) await run('systemd-analyze', ['calendar', calendar]);
	});

	test.each(['0 6 1 * 1', '0 6 * * L', '0 x * * *'])('%s has no counterpart, and that is said', cron => {
		expect(() => onCalendar(cron, 'UTC')).toThrow(/systemd/);
	});
});

test('cron: one line that runs it, five fields and a user', () => {
	const lines = file('cron', 'sa-audit.cron')
		.split('\n')
		.filter(line => line !== '' && !/^#|^\w+=/.test(line));
	expect(lines).toHaveLength(1);
	expect(lines[0]).toMatch(/^17 5 \* \* \* sa-audit sa-audit watch --once /);
	expect(lines[0]).not.toContain('%');
});

test('kubernetes: restricted, one at a time, and nothing but the volume outlives a pod', () => {
	const documents = parseAllDocuments(file('kubernetes', 'sa-audit.k8s.yaml')).map(one => {
		expect(one.errors).toEqual([]);
		return one.toJS() as {
			apiVersion: string;
			kind: string;
			metadata: {namespace?: string};
			spec: unknown;
			data?: Record<string, string>;
		};
	});
	expect(documents.map(({apiVersion, kind}) => `${apiVersion} ${kind}`)).toEqual([
		'v1 Namespace',
		'v1 ServiceAccount',
		'v1 PersistentVolumeClaim',
		'v1 ConfigMap',
		'batch/v1 CronJob',
	]);
	expect(parseConfig('a', documents[3]!.data!['sa-audit.yaml']!, []).config.schedules).toHaveLength(1);
	expect(documents[4]!.spec).toMatchObject({
		schedule: '17 5 * * *',
		timeZone: 'Europe/Berlin',
		concurrencyPolicy: 'Forbid',
		jobTemplate: {
			spec: {
				backoffLimit: 0,
				template: {
					spec: {
						serviceAccountName: 'sa-audit',
						automountServiceAccountToken: false,
						restartPolicy: 'Never',
						securityContext: {runAsNonRoot: true, seccompProfile: {type: 'RuntimeDefault'}},
						containers: [
							{
								args: ['watch', '--once', '--config=/config/sa-audit.yaml', '--directory=/ledger'],
								securityContext: {
									allowPrivilegeEscalation: false,
									readOnlyRootFilesystem: true,
									capabilities: {drop: ['ALL']},
								},
							},
						],
					},
				},
			},
		},
	});
	const {volumes, containers} = (
		documents[4]!.spec as {
			jobTemplate: {
				spec: {template: {spec: {volumes: {name: string}[]; containers: {volumeMounts: {name: string}[]}[]}}};
			};
		}
	).jobTemplate.spec.template.spec;
	expect(containers[0]!.volumeMounts.map(({name}) => name)).toEqual(volumes.map(({name}) => name));
});

/** Grants in a Terraform file: type, role. */
function grants(parsed: Hcl): string[] {
	return Object.entries(parsed.resource).flatMap(([type, resources]) =>
		type.includes('_iam_') && type.endsWith('_member')
			? Object.values(resources).map(([one]) => `${type} ${String(one!['role'])}`)
			: [],
	);
}

describe('Terraform', () => {
	test('cloud-run: rights as small as can be', async () => {
		const parsed = await terraform(file('cloud-run', 'main.tf'));
		expect(grants(parsed).toSorted()).toEqual([
			'google_cloud_run_v2_job_iam_member roles/run.invoker',
			'google_organization_iam_member ${google_organization_iam_custom_role.sa_audit.id}',
			'google_secret_manager_secret_iam_member roles/secretmanager.secretAccessor',
			'google_storage_bucket_iam_member roles/storage.objectUser',
		]);
		const resources = parsed.resource;
		expect(resources['google_organization_iam_custom_role']!['sa_audit']![0]).toMatchObject({permissions: PERMISSIONS});
		expect(resources['google_cloud_scheduler_job']!['sa_audit']![0]).toMatchObject({time_zone: 'Europe/Berlin'});
		expect(Object.keys(resources).filter(type => /_iam_(?:policy|binding)$|_key$/.test(type))).toEqual([]);
	});

	test.each([
		['github-actions', 'assertion.repository_id', 'https://token.actions.githubusercontent.com'],
		['gitlab-ci', 'assertion.project_id', '${var.gitlab_url}'],
	] as const)('%s: bound to an id, a branch and an environment', async (target, id, issuer) => {
		const parsed = await terraform(file(target, 'sa-audit.tf'));
		const [provider] = Object.values(parsed.resource['google_iam_workload_identity_pool_provider']!)[0]!;
		const condition = String(provider!['attribute_condition']);
		expect(condition).toContain(`${id} == '`);
		expect(condition).toContain("assertion.environment == 'sa-audit'");
		expect(condition).toMatch(/assertion\.ref == '(?:refs\/heads\/)?main'/);
		expect(provider!['oidc']).toMatchObject([{issuer_uri: issuer}]);
		expect(grants(parsed)).toEqual([
			'google_organization_iam_member ${google_organization_iam_custom_role.sa_audit.id}',
		]);
		expect(Object.keys(parsed.resource)).not.toContain('google_service_account');
		const ids = Object.values(parsed.variable).map(([variable]) => variable!['default']);
		expect(ids).toContain('987654');
	});
});

describe('github-actions', () => {
	const text = file('github-actions', '.github/workflows/sa-audit.yml');

	/** GitHub's own parser, which imports its JSON in a way that Node refuses: bundled, it is in there. */
	async function parserOfGitHub(): Promise<typeof import('@actions/workflow-parser')> {
		const outfile = join(temporaryFolder(), 'parser.mjs');
		const stdin = {contents: "export * from '@actions/workflow-parser'", resolveDir: import.meta.dirname};
		await build({stdin, outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'silent'});
		return import(/* @vite-ignore */ pathToFileURL(outfile).href);
	}

	test('is a workflow, by the parser of GitHub', async () => {
		const {NoOperationTraceWriter, parseWorkflow} = await parserOfGitHub();
		const {context} = parseWorkflow({name: 'sa-audit.yml', content: text}, new NoOperationTraceWriter());
		expect(context.errors.getErrors().map(String)).toEqual([]);
		const wrong = {name: 'wrong.yml', content: text.replace('runs-on:', 'runs-of:')};
		expect(parseWorkflow(wrong, new NoOperationTraceWriter()).context.errors.getErrors()).not.toEqual([]);
	});

	test('pins every action to a commit', () => {
		const uses = [...text.matchAll(/uses: (\S+)(.*)/g)];
		expect(uses.length).toBeGreaterThan(6);
		for (const [, action, version] of uses) {
			expect(action).toMatch(/^[\w-]+\/[\w./-]+@[0-9a-f]{40}$/);
			expect(version).toMatch(/^ # v\d+\.\d+\.\d+$/);
		}
	});

	test('asks for no permission that it does not need', () => {
		const {permissions, jobs} = parse(text) as {
			permissions: object;
			jobs: Record<string, {permissions: object; environment?: string}>;
		};
		expect(permissions).toEqual({});
		expect(jobs['audit']).toMatchObject({
			environment: 'sa-audit',
			permissions: {contents: 'read', 'id-token': 'write'},
		});
		expect(Object.keys(jobs['audit']!.permissions)).toHaveLength(2);
		expect(jobs['code-scanning']!.permissions).toEqual({'security-events': 'write'});
	});

	test('puts nothing of an event into a command', () => {
		for (const match of text.matchAll(/\$\{\{(.*?)\}\}/g)) {
			expect(match[1]!.trim()).toMatch(/^github\.run_(?:id|attempt)$/);
		}
	});
});

test('gitlab-ci: a job for protected branches, with a token for Google alone', () => {
	const {'sa-audit': job} = parse(file('gitlab-ci', '.gitlab-ci.yml')) as Record<string, Record<string, unknown>>;
	expect(job).toMatchObject({
		rules: [{if: '$CI_PIPELINE_SOURCE == "schedule" && $CI_COMMIT_REF_PROTECTED == "true"'}],
		environment: {name: 'sa-audit'},
		resource_group: 'sa-audit',
		id_tokens: {GOOGLE_TOKEN: {aud: 'https://iam.googleapis.com/WORKLOAD_IDENTITY_PROVIDER'}},
	});
	expect(JSON.stringify(job)).not.toMatch(/\$CI_COMMIT_(?:MESSAGE|TITLE|REF_NAME)|JOB_TOKEN/);
});

// Not built here: no registry of images is reached. What it says is looked at, no more.
test('docker: not root, no shell, by instructions that exist', () => {
	const lines = file('docker', 'Dockerfile')
		.split('\n')
		.filter(line => line !== '' && !line.startsWith('#'));
	expect(new Set(lines.map(line => line.split(' ')[0]))).toEqual(
		new Set(['FROM', 'WORKDIR', 'RUN', 'COPY', 'ENV', 'USER', 'VOLUME', 'ENTRYPOINT', 'CMD']),
	);
	expect(lines.findLast(line => line.startsWith('FROM'))).toContain('distroless');
	expect(lines).toContain('USER 65532:65532');
});

describe('init', () => {
	test('writes, tells what is left to do, and replaces nothing', async () => {
		const folder = temporaryFolder();
		const {code, stderr} = await sa(['init', 'github-actions', `--directory=${folder}`, '--organization=123456789012']);
		expect(code).toBe(0);
		expect(stderr).toContain('To be replaced: PROJECT_ID, WORKLOAD_IDENTITY_PROVIDER, REPOSITORY_ID.');
		expect(readdirSync(folder).toSorted()).toEqual(['.github', 'sa-audit.tf', 'sa-audit.yaml']);
		writeFileSync(join(folder, 'sa-audit.yaml'), 'domains: [mine.example]\n');
		const again = await sa(['init', 'github-actions', `--directory=${folder}`]);
		expect(again).toMatchObject({code: 2, stderr: expect.stringContaining('is there already; nothing was written')});
		const systemd = await sa(['init', 'systemd', `--directory=${folder}`]);
		expect(systemd.stderr).toContain(`Left ${join(folder, 'sa-audit.yaml')} as it is.`);
		expect(readFileSync(join(folder, 'sa-audit.yaml'), 'utf8')).toBe('domains: [mine.example]\n');
	});

	test.each([
		['crontab', 'sa-audit.cron'],
		['GitHub', '.github'],
		['gitlab', '.gitlab-ci.yml'],
	])('also called %s', async (target, file) => {
		const folder = temporaryFolder();
		expect((await sa(['init', target, `--directory=${folder}`])).code).toBe(0);
		expect(readdirSync(folder)).toContain(file);
	});

	test.each([
		[['init', 'kubernets'], 'There is nothing to write for "kubernets"; did you mean "kubernetes"?'],
		[['init', 'cron', '--organization=1"; rm -rf /'], '--organization 1"; rm -rf / cannot be.'],
		[['init', 'cron', '--cron=0 6 * * *\n* * * * * root id'], 'cannot be.'],
		[['init', 'systemd', '--time-zone=$(id)'], 'cannot be.'],
		[['init', 'cloud-run', '--project=${file("/etc/passwd")}'], 'cannot be.'],
	])('%j is refused', async (args, message) => {
		const {code, stderr} = await sa([...args, `--directory=${temporaryFolder()}`]);
		expect({code, stderr}).toMatchObject({code: 2, stderr: expect.stringContaining(message)});
	});
});
