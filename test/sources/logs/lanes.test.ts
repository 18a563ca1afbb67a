/** Several threads, one result: whatever the number of threads and wherever blocks end. */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {pathToFileURL} from 'node:url';
import {gzipSync} from 'node:zlib';
import fc from 'fast-check';
import {afterAll, describe, expect, test, vi} from 'vitest';
import {logLines} from '../../../bench/log-entries.ts';
import {UnreadableError} from '../../../src/errors.ts';
import type {Asset, Problem} from '../../../src/sources/asset.ts';
import {type LogOptions, readLogs} from '../../../src/sources/logs/read.ts';

vi.setConfig({testTimeout: 120_000});

const folder = mkdtempSync(join(tmpdir(), 'sa-audit-lanes-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const NOW = Date.parse('2026-11-01T00:00:00Z');
let files = 0;

function file(content: string | Buffer): string {
	const path = join(folder, `${files++}`);
	writeFileSync(path, content);
	return path;
}

async function read(paths: readonly string[], more: Partial<LogOptions> = {}): Promise<unknown> {
	const assets: Asset[] = [];
	const problems: Problem[] = [];
	const {counts, scopes, coarseness} = await readLogs(paths, asset => assets.push(asset), {
		stdin: Readable.from([]),
		now: NOW,
		engine: 'stream',
		problem: problem => problems.push(problem),
		...more,
	});
	return {assets, problems, counts, scopes, coarseness};
}

const lanes = (threads: number): LogOptions['lanes'] => ({threads, small: 0});
const text = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join('');

const all = [...logLines({entries: 1200, seed: 31, tricky: true})];
/** What exports hold besides: broken lines, blank ones, text that is no UTF-8, two objects on a line, a line cut off. */
const odd: readonly (string | Buffer)[] = [
	'no JSON',
	'{"insertId": "x", "protoPayload": {',
	'',
	'[]',
	'17',
	`${all[1]}${all[2]}`,
	Buffer.concat([
		Buffer.from(all[3]!.replace('"callerSuppliedUserAgent":"', '"callerSuppliedUserAgent":"').slice(0, -4)),
		Buffer.from([0xff]),
		Buffer.from('}}'),
	]),
	all[5]!.replace(/"callerSuppliedUserAgent":"/, '"callerSuppliedUserAgent":"Zo\u00eb '),
	`${' '.repeat(3000)}{"a": 1}`,
];

describe('the result is the same', () => {
	test('for any number of threads, wherever blocks end', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.record({
					threads: fc.constantFrom(1, 2, 3),
					blockBytes: fc.integer({min: 1500, max: 60_000}),
					from: fc.integer({min: 0, max: 400}),
					length: fc.integer({min: 50, max: 400}),
					/** Lines that come again, of this file and of the one before it. */
					again: fc.array(fc.nat(), {maxLength: 20}),
					odd: fc.array(fc.tuple(fc.nat(), fc.nat({max: odd.length - 1})), {maxLength: 6}),
					cut: fc.boolean(),
				}),
				async ({threads, blockBytes, from, length, again, odd: places, cut}) => {
					const lines: (string | Buffer)[] = all.slice(from, from + length);
					for (const at of again) lines.splice(at % lines.length, 0, all[(at * 7) % (from + length)]!);
					for (const [at, which] of places) lines.splice(at % (lines.length + 1), 0, odd[which]!);
					const bytes = Buffer.concat(lines.flatMap(line => [Buffer.from(line), Buffer.from('\n')]));
					const second = file(cut ? bytes.subarray(0, bytes.length - 40) : bytes);
					const paths = [file(text(all.slice(0, from + 30))), second];
					const options = {blockBytes, maxLineBytes: 2500};
					const expected = await read(paths, options);
					expect(await read(paths, {...options, lanes: lanes(threads)})).toEqual(expected);
					expect(await read(paths, {maxLineBytes: 2500})).toEqual(expected);
				},
			),
			{numRuns: 8, seed: 8},
		);
	});

	test('where files of other forms stand among the lines', async () => {
		const part = (from: number): string[] => all.slice(from, from + 300);
		const page = JSON.stringify({entries: part(100).map(line => JSON.parse(line) as unknown)}, null, 2);
		const paths = [
			file(text(part(0))),
			file(page),
			file(gzipSync(text(part(200)))),
			file(''),
			file('\x89PNG and so on'),
			file('no\nlogs\n'),
			file(`${text(part(400))}${'x'.repeat(5000)}\n${text(part(500))}`),
		];
		const options = {blockBytes: 20_000, maxLineBytes: 4000};
		const expected = (await read(paths, options)) as {problems: Problem[]; counts: {duplicates: number}};
		expect(expected.problems.map(({file: at, line}) => [paths.indexOf(at), line])).toContainEqual([6, 301]);
		expect(expected.counts.duplicates).toBeGreaterThan(250);
		for (const threads of [2, 3]) expect(await read(paths, {...options, lanes: lanes(threads)})).toEqual(expected);
	});

	test('of a pipe, once it proves to be large', async () => {
		const whole = text(all);
		const stdin = (): Readable =>
			Readable.from([whole.slice(0, 1000), whole.slice(1000)].map(part => Buffer.from(part)));
		const expected = await read(['-'], {stdin: stdin()});
		const some = {threads: 2, small: 300_000};
		expect(await read(['-'], {stdin: stdin(), blockBytes: 50_000, lanes: some})).toEqual(expected);
	});
});

describe('a thread that fails', () => {
	const script = (source: string): URL => {
		const path = join(folder, `${files++}.mjs`);
		writeFileSync(path, source);
		return pathToFileURL(path);
	};
	const broken = (source: string): Promise<unknown> =>
		read([file(text(all))], {blockBytes: 50_000, lanes: {...lanes(2)!, script: script(source)}});
	const BEGIN = `import {parentPort} from 'node:worker_threads';`;

	test.each([
		['throws', `${BEGIN} parentPort.on('message', () => { throw new Error('of a thread'); });`, /of a thread/],
		['ends', `${BEGIN} parentPort.on('message', () => process.exit(3));`, /ended before its work was done \(3\)/],
		['cannot start', 'this is no program', /SyntaxError|Unexpected/],
	])('%s: that is the error, and nothing is left out silently', async (_, source, message) => {
		await expect(broken(source)).rejects.toThrow(message);
	});

	test('runs out of memory: what to do is said', async () => {
		const source = `${BEGIN} parentPort.on('message', () => {
			throw Object.assign(new Error('heap limit'), {code: 'ERR_WORKER_OUT_OF_MEMORY'});
		});`;
		await expect(broken(source)).rejects.toThrow(UnreadableError);
	});
});
