import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, it} from 'vitest';
import {parseAll} from '../../bench/floor.ts';
import {generate} from '../../bench/generate.ts';
import {organizationLines} from '../../bench/organization.ts';
import type {Counts} from '../../bench/organization.ts';
import {accountCount, isHub} from '../../bench/plan.ts';
import {benchmark, median, tableOf} from '../../bench/run.ts';

const scratch = mkdtempSync(join(tmpdir(), 'sa-audit-bench-test-'));
afterAll(() => rmSync(scratch, {recursive: true, force: true}));

function collect(projects: number, seed: number): {lines: string[]; counts: Counts} {
	const lines: string[] = [];
	const stream = organizationLines({projects, seed});
	for (;;) {
		const {value, done} = stream.next();
		if (done) return {lines, counts: value};
		lines.push(value);
	}
}

const first = collect(40, 1);
const parsed = first.lines.map(line => JSON.parse(line) as Record<string, unknown>);
const typed = (type: string): Record<string, unknown>[] => parsed.filter(asset => asset['asset_type'] === type);

describe('the synthetic organization', () => {
	it('is the same for a seed and another for another', () => {
		expect(collect(40, 1).lines).toEqual(first.lines);
		expect(collect(40, 2).lines).not.toEqual(first.lines);
	});

	it('counts what it wrote', () => {
		const {counts, lines} = first;
		expect(counts.lines).toBe(lines.length);
		expect(counts.bytes).toBe(Buffer.byteLength(`${lines.join('\n')}\n`));
		expect(counts.projects).toBe(40);
		const accounts = typed('iam.googleapis.com/ServiceAccount').filter(asset => asset['resource']);
		expect(counts.accounts).toBe(accounts.length);
		const members = lines.flatMap(line => [...line.matchAll(/"members":\[([^\]]*)\]/g)]);
		expect(members.length).toBeGreaterThan(400);
	});

	it('keeps the proportions of the measured organization: 40 accounts, 30 keys, 92 grants, 104 KB a project', () => {
		const {counts} = collect(200, 1);
		const near = (value: number, aim: number): void => {
			expect(value / 200 / aim).toBeGreaterThan(0.85);
			expect(value / 200 / aim).toBeLessThan(1.15);
		};
		near(counts.accounts, 40.2);
		near(counts.keys, 29.5);
		near(counts.memberGrants, 93.7);
		near(counts.bytes, 104_000);
	});

	it('has no name twice for one kind of content', () => {
		const kinds = parsed.map(
			asset => `${asset['name'] as string} ${asset['iam_policy'] ? 'iam' : asset['org_policy'] ? 'org' : ''}`,
		);
		expect(new Set(kinds).size).toBe(kinds.length);
	});

	it('binds accounts that exist, by their own project', () => {
		const emails = new Set<string>();
		for (const {resource} of typed('iam.googleapis.com/ServiceAccount')) {
			if (resource) emails.add((resource as {data: {email: string}}).data.email);
		}
		const bound = [...first.lines.join('\n').matchAll(/"serviceAccount:([^"[]+)"/g)].map(match => match[1]!);
		const own = bound.filter(email => !/^(service-)?\d+@/.test(email));
		expect(own.length).toBeGreaterThan(500);
		expect(own.filter(email => !emails.has(email))).toEqual([]);
	});

	it('puts every folder under the right one above, three levels deep', () => {
		const parents = new Map(
			typed('cloudresourcemanager.googleapis.com/Folder').map(({ancestors}) => {
				const [self, ...above] = ancestors as string[];
				return [self!, above];
			}),
		);
		for (const {ancestors} of typed('cloudresourcemanager.googleapis.com/Project')) {
			const above = (ancestors as string[]).slice(1);
			expect(above).toHaveLength(4);
			expect(parents.get(above[0]!)).toEqual(above.slice(1));
		}
	});

	it.each([100, 1000, 2500])('has its hubs at %i projects, with people who mint for all of it', projects => {
		const size = {projects, seed: 1};
		const hubs = Array.from({length: projects}, (_, index) => index).filter(index => isHub(size, index));
		expect(hubs).toHaveLength(Math.max(1, Math.round(projects / 1000)));
		expect(accountCount(size, hubs[0]!)).toBe(Math.min(2000, 2 * projects));
	});

	it.each([
		'request.time',
		'resource.name',
		'DenyPolicy',
		'compute.serviceAgent',
		'svc.id.goog[',
		'tokenBroker',
		'Activity',
	])('holds %s', text => expect(first.lines.some(line => line.includes(text))).toBe(true));
});

describe('the runner', () => {
	it('generates a file that the floor reads whole, in blocks smaller than a line too', () => {
		const file = join(scratch, 'small.ndjson');
		const counts = generate({projects: 3, seed: 1}, file);
		expect(readFileSync(file).length).toBe(counts.bytes);
		expect(parseAll(file)).toBe(counts.lines);
		expect(parseAll(file, 100)).toBe(counts.lines);
	});

	it.each([
		['{"a":1}\n{"b":2}', 2],
		['', 0],
		['\n\n{"a":"ü"}\n', 1],
	])('the floor counts lines of %j', (text, lines) => {
		const file = join(scratch, 'lines.ndjson');
		writeFileSync(file, text);
		expect(parseAll(file, 4)).toBe(lines);
	});

	it('the floor does not pass over a broken line', () => {
		const file = join(scratch, 'broken.ndjson');
		writeFileSync(file, '{"a":1}\n{"b"\n');
		expect(() => parseAll(file)).toThrow(SyntaxError);
	});

	it('measures floor and audit in processes of their own', () => {
		const file = join(scratch, 'measured.ndjson');
		generate({projects: 2, seed: 1}, file);
		const cli = join(scratch, 'cli.mjs');
		const write = "writeFileSync(process.argv[process.argv.indexOf('--output') + 1], '{}'.padEnd(1e6))";
		writeFileSync(cli, `import {writeFileSync} from 'node:fs'; if (process.argv[2] === 'audit') ${write};`);
		const row = benchmark(file, 2, cli, 1);
		expect(row.ratio).toBeCloseTo(row.auditMs / row.floorMs);
		expect(row.reportMegabytes).toBe(1);
		expect(Math.min(row.floorMiB, row.auditMiB)).toBeGreaterThan(10);
		expect(tableOf([row, row]).split('\n')).toHaveLength(3);
	});

	it('a failing audit has no time', () => {
		const cli = join(scratch, 'failing.mjs');
		writeFileSync(cli, "process.stderr.write('no such flag'); process.exitCode = 2;");
		expect(() => benchmark(join(scratch, 'measured.ndjson'), 2, cli, 1)).toThrow(/ended with 2: .*no such flag/);
	});

	it.each([
		[[3], 3],
		[[9, 1, 5], 5],
		[[4, 1, 2, 9], 3],
	])('median of %j', (values, middle) => expect(median(values)).toBe(middle));
});
