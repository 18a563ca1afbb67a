import {execFileSync} from 'node:child_process';
import {mkdir, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {gzipSync} from 'node:zlib';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import fc from 'fast-check';
import {UsageError} from '../../src/errors.ts';
import {readAssetPaths} from '../../src/sources/asset-export.ts';
import type {ReadOptions} from '../../src/sources/asset-export.ts';
import type {Asset} from '../../src/sources/asset.ts';

let root: string;
beforeAll(async () => {
	root = await mkdtemp(join(tmpdir(), 'sa-audit-assets-'));
});
afterAll(() => rm(root, {recursive: true, force: true}));

const asset = (n: number): Asset => ({name: `//x/${n}`, assetType: 'a/B', resource: {data: {n}}});
const line = (n: number): string => JSON.stringify(asset(n));
const SECRET = 'BEGIN-PRIVATE-KEY';

interface Read {
	/** `NAME@LINE` of each asset. */
	assets: string[];
	/** `FILE:LINE KIND MESSAGE` of each problem, FILE without the directory. */
	problems: string[];
	values: number;
}

async function readPaths(paths: string[], options: Partial<ReadOptions> = {}): Promise<Read> {
	const assets: string[] = [];
	const problems: string[] = [];
	const sink = {
		asset: (found: Asset, at: {line?: number}) => void assets.push(`${found.name}@${at.line}`),
		problem: (p: {file: string; line?: number; kind: string; message: string}) =>
			void problems.push(`${p.file.replace(`${root}/`, '')}:${p.line ?? '-'} ${p.kind} ${p.message}`),
	};
	const {values} = await readAssetPaths(paths, sink, {stdin: Readable.from([]), ...options});
	return {assets, problems, values};
}

async function readBytes(bytes: string | Uint8Array, options: Partial<ReadOptions> = {}): Promise<Read> {
	const path = join(root, 'in');
	await writeFile(path, bytes);
	return readPaths([path], options);
}

const two = ['//x/1@1', '//x/2@2'];
const both = `${line(1)}\n${line(2)}\n`;
const pretty = (value: unknown): string => JSON.stringify(value, null, 2);
const utf16 = (text: string, bom = '\uFEFF'): Buffer => Buffer.from(bom + text, 'utf16le');

describe('reads all of it, without a word', () => {
	const cases: Record<string, [string | Uint8Array, string[]]> = {
		'one asset a line': [both, two],
		'no newline at the end': [both.trimEnd(), two],
		'byte order mark': [`\uFEFF${both}`, two],
		CRLF: [both.replaceAll('\n', '\r\n'), two],
		'blank lines': [`\n \n${line(1)}\n\n\r\n${line(2)}\n\n`, ['//x/1@3', '//x/2@6']],
		'indented lines': [`  ${line(1)}\n\t${line(2)}`, two],
		gzip: [gzipSync(both), two],
		'gzip of several members': [Buffer.concat([gzipSync(`${line(1)}\n`), gzipSync(`${line(2)}\n`)]), two],
		'an array on one line': [`[${line(1)},${line(2)}]`, ['//x/1@1', '//x/2@1']],
		'an array, one element a line': [`[\n${line(1)},\n${line(2)}\n]\n`, ['//x/1@2', '//x/2@3']],
		'a pretty-printed array': [pretty([asset(1), asset(2)]), ['//x/1@2', '//x/2@11']],
		'two arrays one after another': [`[${line(1)}]\n[${line(2)}]`, two],
		'an empty array': ['[]\n', []],
		'a pretty-printed object': [pretty(asset(1)), ['//x/1@1']],
		'several pretty-printed objects': [`${pretty(asset(1))}\n${pretty(asset(2))}\n`, ['//x/1@1', '//x/2@10']],
		'an object whose brace shares the line of its first key': [line(1).replace(',', ',\n'), ['//x/1@1']],
		'files joined where a newline was missing': [line(1) + both, ['//x/1@1', ...two]],
		'an array on a line among objects': [`${line(1)}\n[${line(2)}]`, two],
		'a list response': [JSON.stringify({readTime: 'x', assets: [asset(1), asset(2)]}), ['//x/1@1', '//x/2@1']],
		'a list response, an asset a line': [`{"assets":[\n${line(1)},\n${line(2)}\n]}\n`, ['//x/1@1', '//x/2@1']],
		'brackets and quotes in texts': [
			pretty([{...asset(1), resource: {data: {t: '}]"\\"{[\\'}}}, asset(2)]),
			['//x/1@2', '//x/2@11'],
		],
	};
	test.each(Object.entries(cases))('%s', async (_, [bytes, assets]) => {
		const read = await readBytes(bytes);
		expect(read).toMatchObject({problems: [], assets});
		expect(await readBytes(bytes, {blockBytes: 80}), 'in small blocks').toEqual(read);
	});
});

describe('uses what can be read and says where the rest is', () => {
	const noise = Array.from({length: 3000}, (_, i) => `row ${i},2,3`).join('\n');
	const cases: Record<string, [string | Uint8Array, string[], (string | RegExp)[]]> = {
		'a broken line in the middle': [
			`${line(1)}\n{"name": ${SECRET}\n${line(2)}`,
			['//x/1@1', '//x/2@3'],
			[/^in:2 broken/],
		],
		'a broken first line': [`{"name": "${SECRET}"\n${line(1)}`, ['//x/1@2'], [/^in:1 broken/]],
		'half a last line': [`${both}{"name": "${SECRET}`, two, [/^in:3 broken .*cut off/]],
		'words among the lines': [`${SECRET}\n${line(1)}\n${SECRET}`, ['//x/1@2'], [/^in:1 broken/, /^in:3 broken/]],
		'values that are no object': [
			`${line(1)}\n1\n"${SECRET}"\nnull\n[]\n["${SECRET}"]`,
			['//x/1@1'],
			[/^in:2 /, /^in:3 /, /^in:4 /, /^in:5 /, /^in:6 .*not a JSON object/],
		],
		'an object that is no asset': [`{"password":"${SECRET}"}\n${line(1)}`, ['//x/1@2'], [/^in:1 .*not an asset/]],
		'bytes that are not UTF-8': [
			Buffer.concat([
				Buffer.from(`${line(1)}\n{"name":"//x/`),
				Buffer.from([0xff]),
				Buffer.from('","assetType":"t"}\n'),
			]),
			['//x/1@1', '//x/\uFFFD@2'],
			[/^in:2 broken .*UTF-8/],
		],
		'an empty file': ['', [], ['in:- broken the file is empty']],
		'only blanks': ['\uFEFF \n\n', [], ['in:- broken the file is empty']],
		'gzip of nothing': [gzipSync(''), [], ['in:- broken the file is empty']],
		'a table of words': [noise, [], ['in:1 broken not an asset export: no line of it is a JSON object']],
		'a picture': [
			Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
			[],
			[/^in:- broken not an asset export, but a pict/],
		],
		'other binary data': [
			Buffer.from([1, 2, 0, 10, 3, 10, 0, 4]),
			[],
			['in:- broken not an asset export, but binary data'],
		],
		'UTF-16': [utf16(both), [], [/^in:- broken .*UTF-16/]],
		'UTF-16 without its mark': [utf16(both, ''), [], [/^in:- broken .*UTF-16/]],
		'a key file': [
			pretty({type: 'service_account', private_key: SECRET, client_email: 'a@b'}),
			[],
			[/^in:1 broken a service account key file/],
		],
		'a broken key file': [`{\n  "type": "service_account",\n  "private_key": "${SECRET}",\n}`, [], [/^in:1 broken/]],
		'a broken element': [`[\n${line(1)},\n{"a": ${SECRET}},\n${line(2)}\n]`, ['//x/1@2', '//x/2@4'], [/^in:3 broken/]],
		'an element whose brace is missing': [
			pretty([asset(1), asset(3), asset(2)]).replace(/3\n {6}\}\n {4}\}\n {2}\}/, '3\n      }\n    }\n  '),
			['//x/1@2', '//x/2@20'],
			[/^in:11 broken/],
		],
		'an element whose text is not closed': [
			pretty([asset(1), {...asset(3), name: 'open'}, asset(2)]).replace('"open"', `"${SECRET}`),
			['//x/1@2', '//x/2@20'],
			[/^in:11 broken/],
		],
		'an array cut off in an element': [
			pretty([asset(1), asset(2)]).slice(0, -30),
			['//x/1@2'],
			[/^in:11 broken .*ends/],
		],
		'an array cut off behind an element': [`[\n${line(1)},\n`, ['//x/1@2'], [/^in:3 broken .*not closed/]],
		'results of search-all-resources': [
			JSON.stringify([1, 2].map(n => ({name: `n${n}`, assetType: 't', project: 'projects/1'}))),
			[],
			[/^in:1 broken search-all-resources/],
		],
		'YAML that is no deny policy': ['name: a\nrules: []\n', [], [/^in:1 broken not an asset export/]],
		'names without content': ['{"name":"//x/1","assetType":"a/B"}', ['//x/1@1'], [/^in:1 broken .*no asset carries/]],
	};
	test.each(Object.entries(cases))('%s', async (_, [bytes, assets, problems]) => {
		const read = await readBytes(bytes);
		expect(read.assets).toEqual(assets);
		for (const [i, problem] of problems.entries()) expect(read.problems[i]).toMatch(problem);
		if (typeof bytes === 'string') expect(read.problems).toHaveLength(problems.length);
		expect(read.problems.join('\n')).not.toContain(SECRET);
		const small = await readBytes(bytes, {blockBytes: 700});
		expect(small.assets).toEqual(assets);
		expect(small.problems).toEqual(read.problems);
	});

	test('truncated gzip is named with its last line', async () => {
		const {assets, problems} = await readBytes(gzipSync(both + line(3)).subarray(0, -12));
		expect(assets).toEqual(two);
		expect(problems.at(-1)).toMatch(/^in:3 broken .*truncated/);
	});

	test('gzip with a wrong checksum', async () => {
		const bytes = gzipSync(both);
		bytes[bytes.length - 8]! ^= 1;
		const {assets, problems} = await readBytes(bytes);
		expect(assets).toEqual(two);
		expect(problems).toEqual([expect.stringMatching(/^in:2 broken .*damaged/)]);
	});

	test('thousands of lines that are no asset are summed up until one is', async () => {
		const {assets, problems} = await readBytes(`${'{"a":1}\n'.repeat(5000)}${line(1)}`);
		expect(assets).toEqual(['//x/1@5001']);
		expect(problems).toHaveLength(101);
		expect(problems.at(-1)).toBe('in:5000 broken 4900 more problems up to this line');
	});
});

describe('lines and elements that are too long', () => {
	const long = JSON.stringify({...asset(9), resource: {data: {fill: 'x'.repeat(5000)}}});
	test.each([64, 3000, 2 ** 16])('in blocks of %i bytes', async blockBytes => {
		const options = {maxLineBytes: 1000, blockBytes};
		const lines = await readBytes(`${line(1)}\n${long}\n${line(2)}\n`, options);
		expect(lines).toMatchObject({assets: ['//x/1@1', '//x/2@3'], problems: [expect.stringMatching(/^in:2 unsafe/)]});
		const last = await readBytes(`${line(1)}\n${long}`, options);
		expect(last).toMatchObject({assets: ['//x/1@1'], problems: [expect.stringMatching(/^in:2 unsafe/)]});
		const array = await readBytes(`[\n${line(1)},\n${long},\n${line(2)}\n]\n`, options);
		expect(array).toMatchObject({assets: ['//x/1@2', '//x/2@4'], problems: [expect.stringMatching(/^in:3 unsafe/)]});
	});

	test('a line just short enough is read, over many blocks', async () => {
		expect(await readBytes(`${long}\n${line(1)}`, {maxLineBytes: long.length, blockBytes: 64})).toMatchObject({
			assets: ['//x/9@1', '//x/1@2'],
			problems: [],
		});
	});
});

test('hostile nesting ends, and soon', {timeout: 20_000}, async () => {
	const {problems} = await readBytes(`[\n${'{"a":[\n'.repeat(200_000)}`, {maxLineBytes: 2 ** 16});
	expect(problems.length).toBeGreaterThan(0);
});

test('any cut of an export gives a prefix of its assets, whatever the blocks', async () => {
	const forms = [
		[0, 1, 2, 3].map(line).join('\n'),
		pretty([0, 1, 2, 3].map(asset)),
		`[${[0, 1, 2, 3].map(line).join(',')}]`,
		[0, 1, 2, 3].map(n => pretty(asset(n))).join('\n'),
	];
	const cut = fc.tuple(fc.constantFrom(...forms), fc.nat(400), fc.integer({min: 1, max: 300}));
	await fc.assert(
		fc.asyncProperty(cut, async ([text, length, blockBytes]) => {
			const {assets, problems} = await readBytes(text.slice(0, length), {blockBytes});
			const names = assets.map(name => name.split('@')[0]);
			expect(names).toEqual([0, 1, 2, 3].map(n => `//x/${n}`).slice(0, names.length));
			// Only a cut between two values of NDJSON or of concatenated objects cannot be seen.
			if (length < text.length && text.startsWith('[')) expect(problems.length).toBeGreaterThan(0);
		}),
		{numRuns: 150, seed: 1},
	);
});

describe('paths', () => {
	test('directories: recursive, sorted, dot files passed over, nothing twice, cycles end', async () => {
		const dir = join(root, 'exports');
		await mkdir(join(dir, 'b', 'deep'), {recursive: true});
		await mkdir(join(dir, '.hidden'));
		await writeFile(join(dir, '.hidden', 'x'), line(9));
		await writeFile(join(dir, '.DS_Store'), Buffer.from([0, 1]));
		await writeFile(join(dir, 'c.json'), line(3));
		await writeFile(join(dir, 'B'), line(0));
		await writeFile(join(dir, 'a.gz'), line(1));
		await writeFile(join(dir, 'b', 'deep', '0'), gzipSync(line(2)));
		await writeFile(join(dir, 'README.md'), '# Exports\n\nMade monthly.\n');
		await symlink(dir, join(dir, 'b', 'up'));
		await symlink(join(dir, 'a.gz'), join(dir, 'again'));
		await symlink(join(dir, 'nowhere'), join(dir, 'dangling'));
		const {assets, problems} = await readPaths([dir, join(dir, 'c.json')]);
		expect(assets).toEqual(['//x/0@1', '//x/1@1', '//x/2@1', '//x/3@1']);
		expect(problems).toEqual([
			'exports/dangling:- broken cannot be opened (ENOENT)',
			'exports/README.md:1 broken not an asset export: no line of it is a JSON object',
		]);
	});

	test('a deny policy in YAML', async () => {
		const name = 'policies/cloudresourcemanager.googleapis.com%2Fprojects%2F1/denypolicies/d';
		const {assets, problems} = await readBytes(`kind: DenyPolicy\nname: ${name}\nrules:\n- denyRule: {}\n`);
		expect({assets, problems}).toEqual({assets: [`//iam.googleapis.com/${name}@1`], problems: []});
	});

	test.skipIf(process.platform === 'win32')(
		'a pipe that is named itself is read, one in a directory is not',
		async () => {
			const dir = join(root, 'pipes');
			await mkdir(dir);
			const pipe = join(dir, 'pipe');
			execFileSync('mkfifo', [pipe]);
			expect((await readPaths([dir])).problems).toEqual([expect.stringMatching(/^pipes\/pipe:- unsafe/)]);
			const [read] = await Promise.all([readPaths([pipe]), writeFile(pipe, gzipSync(both))]);
			expect(read).toMatchObject({assets: two, problems: []});
		},
	);

	test('the given order holds, and standard input is read where it stands', async () => {
		const [a, b] = [join(root, 'order-a'), join(root, 'order-b')];
		await writeFile(a, line(1));
		await writeFile(b, line(2));
		const stdin = Readable.from([...gzipSync(line(3))].map(byte => Buffer.from([byte])));
		const {assets} = await readPaths([b, '-', a, '-'], {stdin});
		expect(assets).toEqual(['//x/2@1', '//x/3@1', '//x/1@1']);
	});

	test.each([
		['missing', /no such file/, /--assets/],
		['', /no such file/, /--assets/],
		['gs://bucket/export', /no such file/, /gcloud storage cp/],
	])('%j is a usage error with a way out', async (path, message, hint) => {
		const failure = await readPaths([path]).catch((error: unknown) => error);
		expect(failure).toBeInstanceOf(UsageError);
		expect(failure).toMatchObject({message: expect.stringMatching(message), hint: expect.stringMatching(hint)});
	});

	test('an empty directory and an empty device are told', async () => {
		const dir = join(root, 'empty');
		await mkdir(dir);
		expect((await readPaths([dir])).problems).toEqual([expect.stringMatching(/^empty:- broken .*no file/)]);
		expect((await readPaths(['/dev/null'])).problems).toEqual(['/dev/null:- broken the file is empty']);
	});

	test('progress counts packed bytes of all files', async () => {
		const path = join(root, 'progress');
		await writeFile(path, gzipSync(both));
		const size = gzipSync(both).length;
		const seen: unknown[] = [];
		await readPaths([path], {onProgress: (...args) => void seen.push(args)});
		expect(seen).toEqual([[size, size, path]]);
	});
});
