/** `doctor` and `roles refresh` against the stand-in. */
import {parse} from 'yaml';
import {afterEach, describe, expect, test} from 'vitest';
import {COLLECTORS} from '../../src/sources/google-cloud/collectors.ts';
import {live, type Live, ORGANIZATION} from './live.ts';

let at: Live | undefined;
afterEach(() => at?.close());

const SCOPE = `--organization=${ORGANIZATION}`;

describe('doctor', () => {
	test('everything allowed: exit 0, a line per collector, and what was found', async () => {
		at = await live();
		const {code, stdout} = await at.run(['doctor', SCOPE]);
		expect(code).toBe(0);
		expect(stdout).toContain('found: 1 organizations, 2 folders, 6 projects');
		for (const {id} of COLLECTORS) expect(stdout).toMatch(new RegExp(`^  (yes|unknown) +${id} `, 'm'));
	});

	test('what is missing: exit 3, what is lost, and the commands that mend it', async () => {
		at = await live();
		at.standIn.world.denied = ['iam.denypolicies.get', 'cloudasset.assets.listResource'];
		at.standIn.world.services = ['iam.googleapis.com', 'cloudresourcemanager.googleapis.com'];
		const {code, stdout} = await at.run(['doctor', SCOPE, '--quota-project=payer']);
		expect(code).toBe(3);
		expect(stdout).toMatch(/no +deny-policies +[^]*missing\s+iam\.denypolicies\.get[^]*counts as\s+possible/);
		const commands = stdout.replaceAll(/ \\\n\s+/g, ' ');
		expect(commands).toContain(
			`gcloud organizations add-iam-policy-binding ${ORGANIZATION} --member=MEMBER --role=roles/iam.denyReviewer --condition=None`,
		);
		expect(commands).toContain('--role=roles/cloudasset.viewer');
		expect(commands).toContain('gcloud services enable orgpolicy.googleapis.com --project=payer');
		expect(commands).not.toContain('gcloud services enable iam.googleapis.com');
	});

	test('as data, with who asks', async () => {
		at = await live();
		at.standIn.world.denied = ['iam.serviceAccountKeys.list'];
		const who = '--impersonate-service-account=auditor@p.iam.gserviceaccount.com';
		const {stdout} = await at.run(['doctor', '--project=tidewick-ci', who, '--format=json']);
		const [scope] = JSON.parse(stdout).scopes;
		const accounts = scope.diagnoses.find((one: {collector: string}) => one.collector === 'accounts');
		expect(accounts).toMatchObject({
			can: 'no',
			reasons: ['missing iam.serviceAccountKeys.list'],
			fix: [
				'gcloud projects add-iam-policy-binding tidewick-ci --member=serviceAccount:auditor@p.iam.gserviceaccount.com --role=roles/iam.securityReviewer --condition=None',
			],
		});
	});

	test('a permission that a level does not know does not hide the others', async () => {
		at = await live({
			fault: ({method, request}) =>
				/TestIamPermissions/.test(method) && JSON.stringify(request).includes('hierarchyNodes')
					? {fault: 'invalid', message: 'Permission is not valid for this resource'}
					: undefined,
		});
		const {code, stdout} = await at.run(['doctor', SCOPE]);
		expect(code).toBe(0);
		expect(stdout).toMatch(/unknown +tags/);
		expect(stdout).toMatch(/yes +deny-policies/);
	});

	test('--role prints a custom role with exactly what the collectors declare, and asks nobody', async () => {
		at = await live();
		const {code, stdout} = await at.run(['doctor', '--role', SCOPE]);
		expect(code).toBe(0);
		const role = parse(stdout) as {includedPermissions: string[]; stage: string};
		expect(role.stage).toBe('GA');
		expect(role.includedPermissions).toEqual(role.includedPermissions.toSorted());
		expect(role.includedPermissions).toContain('iam.denypolicies.get');
		expect(
			role.includedPermissions.filter(name => /\.(?:create|update|delete|set|add|remove)\w*$/i.test(name)),
		).toEqual([]);
		expect(stdout).toContain(
			`# gcloud iam roles create saAuditCollector --organization=${ORGANIZATION} --file=role.yaml`,
		);
		expect(at.standIn.calls).toEqual([]);
	});
});

describe('roles refresh', () => {
	test('wins over the shipped copy from then on, and the report says which was used', async () => {
		at = await live();
		const before = JSON.parse((await at.run(['audit', '--demo', '--format=json'])).stdout);
		expect(before.run.roles).toEqual({from: 'shipped', date: '2026-08-22'});
		const refreshed = await at.run(['roles', 'refresh']);
		expect(refreshed.code).toBe(0);
		expect(refreshed.stderr).toMatch(/Wrote 2 predefined roles to .*cache\/sa-audit\/predefined-roles\.json\.gz/);
		const after = JSON.parse((await at.run(['audit', '--demo', '--format=json'])).stdout);
		expect(after.run.roles).toEqual({from: 'refreshed', date: '2026-06-01T00:00:00.000Z'});
		// The stand-in's Token Creator creates no tokens; roles that it does not list stay as they were.
		expect(after.summary).not.toEqual(before.summary);
		expect(after.checks.map((check: {id: string}) => check.id)).toEqual(
			before.checks.map((check: {id: string}) => check.id),
		);
	});

	test('an API that does not answer changes nothing', async () => {
		at = await live({fault: () => ({fault: 'denied', message: 'no'})});
		const {code, stderr} = await at.run(['roles', 'refresh']);
		expect(code).toBe(3);
		expect(stderr).toContain('The predefined roles cannot be read: iam.googleapis.com denied');
		const {stdout} = await at.run(['audit', '--demo', '--format=json']);
		expect(JSON.parse(stdout).run.roles.from).toBe('shipped');
	});
});
