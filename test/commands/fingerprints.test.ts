/** Fingerprints of the demo survive whatever does not change the problem. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {readDataFile} from '../../src/data-file.ts';
import {fingerprint} from '../../src/fingerprint.ts';
import {DEMO_NOW} from '../../src/sources/demo.ts';
import {account, key, type Line, project} from '../inventory/read.ts';
import {ndjson, sa} from './run.ts';
import {type Parsed} from './triage-world.ts';

const DEMO = readDataFile('demo.ndjson')
	.toString('utf8')
	.trimEnd()
	.split('\n')
	.map(line => JSON.parse(line) as Line);

async function found(lines: readonly unknown[]): Promise<Map<string, string>> {
	const {code, stdout} = await sa(['audit', '--assets=-', '--now', DEMO_NOW, '--format=json'], ndjson(lines));
	expect(code).toBe(0);
	const {findings} = JSON.parse(stdout) as Parsed;
	return new Map(findings.map(each => [each.fingerprint, `${each.check} ${each.principal ?? ''} ${each.resource}`]));
}

/** The value with everything in it that people only read replaced, wherever it stands. */
function renamed(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(renamed);
	if (typeof value !== 'object' || value === null) return value;
	const shown = new Set(['displayName', 'description', 'title', 'labels', 'etag']);
	return Object.fromEntries(
		Object.entries(value).map(([name, inner]) => [
			name,
			shown.has(name) && typeof inner === 'string' ? `renamed ${inner.length}` : renamed(inner),
		]),
	);
}
/** The organization's display name is its domain, which decides who is inside. */
const isOrganization = (line: Line): boolean =>
	line['asset_type'] === 'cloudresourcemanager.googleapis.com/Organization';

/** Lists whose order says nothing: bindings and members. */
function shuffled(value: unknown, random: () => number): unknown {
	if (Array.isArray(value)) return value.map(item => shuffled(item, random));
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([name, inner]) => [
			name,
			Array.isArray(inner) && (name === 'bindings' || name === 'members')
				? inOrder(
						inner.map(item => shuffled(item, random)),
						random,
					)
				: shuffled(inner, random),
		]),
	);
}
function inOrder<Item>(items: readonly Item[], random: () => number): Item[] {
	return items
		.map(item => [random(), item] as const)
		.toSorted(([a], [b]) => a - b)
		.map(([, item]) => item);
}

describe('the demo has the same findings', async () => {
	const before = await found(DEMO);

	test('as itself', () => expect(before.size).toBeGreaterThanOrEqual(45));

	test('with other display names, descriptions, titles and labels', async () => {
		expect(await found(DEMO.map(line => (isOrganization(line) ? line : renamed(line))))).toEqual(before);
	});

	test('in any order of lines, bindings and members', async () => {
		await fc.assert(
			fc.asyncProperty(fc.infiniteStream(fc.double({min: 0, max: 1, noNaN: true})), async numbers => {
				const random = () => numbers.next().value as number;
				const lines = inOrder(
					DEMO.map(line => shuffled(line, random)),
					random,
				);
				expect(await found(lines)).toEqual(before);
			}),
			{numRuns: 4, seed: 20_261_127},
		);
	});

	test('written in camel case', async () => {
		const camel = DEMO.map(({asset_type, iam_policy, org_policy, update_time, ...rest}) => ({
			...rest,
			assetType: asset_type,
			iamPolicy: iam_policy,
			orgPolicy: org_policy,
			updateTime: update_time,
		}));
		expect(await found(camel)).toEqual(before);
	});

	test('and only more, where a project that has nothing to do with it was added', async () => {
		const at = {ancestors: ['projects/77', 'organizations/481205739164']};
		const after = await found([
			project('elsewhere', 77, ['organizations/481205739164']),
			account('elsewhere', 'aaa', at),
			key('elsewhere', 'aaa', 'k', at, {validAfterTime: '2025-01-01T00:00:00Z'}),
			...DEMO,
		]);
		for (const id of before.keys()) expect(after.has(id)).toBe(true);
		const more = [...after].filter(([id]) => !before.has(id)).map(([, about]) => about);
		expect(more.every(about => about.includes('projects/elsewhere'))).toBe(true);
	});
});

test('one part different is another finding; parts do not run into each other', () => {
	const cause = {resource: 'r', role: 'o', member: 'm', condition: 'c'};
	const all = [
		fingerprint('a', 'b', 'c', cause),
		fingerprint('ab', '', 'c', cause),
		fingerprint('a', 'bc', undefined, cause),
		fingerprint('a', 'b', 'c'),
		...Object.keys(cause).map(name => fingerprint('a', 'b', 'c', {...cause, [name]: 'x'})),
	];
	expect(new Set(all).size).toBe(all.length);
	for (const id of all) expect(id).toMatch(/^[0-9a-f]{32}$/);
	// Public: baselines and suppressions hold them.
	expect(all[0]).toBe(fingerprint('a', 'b', 'c', {...cause}));
});
