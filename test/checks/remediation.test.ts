import {describe, expect, test} from 'vitest';
import {checks} from '../../checks/index.ts';
import type {Asset} from '../../src/sources/asset.ts';
import {DEMO_NOW, readDemo} from '../../src/sources/demo.ts';
import {expectFixed, Fixes, NO_SINGLE_CHANGE} from '../worlds/expect-fixed.ts';
import {
	EDITOR,
	email,
	group,
	key,
	KEY_ADMIN,
	OWNER,
	reportOf,
	resource,
	TOKEN_CREATOR,
	world,
} from '../worlds/world.ts';

// The fix of every firing case of every check is tried by `testCheck`; here are whole organizations.
const demo: Asset[] = [];
readDemo({
	asset: asset => demo.push(asset),
	problem: ({message}) => {
		throw new Error(message);
	},
});
const found = [...(await reportOf(demo, {now: DEMO_NOW})).findings];

/** Checks that the demo gives nothing to find, each for a reason. */
const SILENT: ReadonlySet<string> = new Set([
	// Every project of it has keys in use or forbids them.
	'key-constraints-not-enforced',
	// Everything that its accounts are named after is there.
	'orphaned-service-account',
	// Asks for networks in the configuration.
	'key-used-outside-network',
	// Its broker reads no storage.
	'token-not-downscoped',
	// None of its accounts has a name that gives something away.
	'revealing-email',
]);

test('the demo has a finding of every check', () => {
	const wanted = checks.map(check => check.id).filter(id => !SILENT.has(id));
	expect([...new Set(found.map(finding => finding.check))].toSorted()).toEqual(wanted);
});

describe('in the demo', async () => {
	const fixes = await Fixes.of(demo, {now: DEMO_NOW});
	test.each(found.map(finding => [`${finding.check} ${finding.message}`, finding.fingerprint]))('%s', async (_, id) => {
		await fixes.expectFixed(id);
	});
});

describe('where everything is wrong at once', () => {
	const given = world(
		[['ann', 'group:devs', 'allUsers'], TOKEN_CREATOR, 'folder'],
		group('devs', 'ann', 'ci@lab', 'compute@shop'),
		['ci@shop', TOKEN_CREATOR, 'root@lab'],
		['ci@shop', KEY_ADMIN, 'root@lab'],
		['root@lab', OWNER, 'org'],
		['compute@shop', EDITOR, 'shop'],
		['group:devs', EDITOR, 'folder'],
		key('root@lab', 'k1'),
		key('compute@shop', 'k2'),
	);

	test('each finding by its own fix', async () => {
		const all = [...(await reportOf(given)).findings];
		expect(new Set(all.map(finding => finding.check)).size).toBeGreaterThan(10);
		await expectFixed(given, {}, new Set(all.map(finding => finding.fingerprint)));
	});
});

test('commands name what the finding names, in full and without placeholders', async () => {
	for (const {remediation, message} of found) {
		expect(remediation.summary, message).not.toBe('');
		const isOver = NO_SINGLE_CHANGE.test(remediation.summary) || /gcloud has no command/.test(remediation.summary);
		if (!isOver) expect(remediation.gcloud, message).not.toEqual([]);
		if (remediation.gcloud.length > 0) expect(remediation.verify, message).not.toEqual([]);
		for (const command of [...remediation.gcloud, ...remediation.undo, ...remediation.verify]) {
			expect(command).toMatch(/^gcloud /);
			// The id of one's own organization at an issuer is in no inventory (contract).
			expect(command.replaceAll(/(?<=assertion\.\w+ == '\\'')OWNER_ID/g, '')).not.toMatch(
				/[A-Z]+_ID|<[^>]+>|set-iam-policy/,
			);
			expect(command).not.toMatch(/ --[a-z-]+ [^-]/);
		}
	}
});

test('the fix of a key disables that key of that account', async () => {
	const [finding] = (
		await reportOf(world(key('ci@shop', 'abc123')), {checks: checks.filter(check => check.id === 'user-managed-key')})
	).findings;
	expect(finding!.resource).toBe(resource('ci@shop/abc123'));
	expect(finding!.remediation.gcloud).toEqual([
		`gcloud iam service-accounts keys disable abc123 --iam-account=${email('ci@shop')} --project=shop`,
	]);
});
