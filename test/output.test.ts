import {execFile} from 'node:child_process';
import {chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PassThrough, Readable, Writable} from 'node:stream';
import {promisify} from 'node:util';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {UsageError} from '../src/errors.ts';
import {REPORT_FORMATS} from '../src/formats.ts';
import type {Io} from '../src/io.ts';
import {openOutput, replaceFile} from '../src/output.ts';

let folder: string;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'sa-audit-'));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

function io(stdout: Writable = new PassThrough(), signal = new AbortController().signal): Io {
	return {
		env: {},
		stdin: Readable.from([]),
		stdout,
		stderr: new PassThrough(),
		clock: () => 0,
		sleep: () => Promise.resolve(),
		random: () => 0,
		uuid: () => 'run',
		signal,
	};
}

describe('where a report goes', () => {
	test.each([
		[undefined, [], [{format: 'table'}]],
		['json', [], [{format: 'json'}]],
		[undefined, ['a.json'], [{format: 'json', file: 'a.json'}]],
		[undefined, ['a.NDJSON'], [{format: 'ndjson', file: 'a.NDJSON'}]],
		[undefined, ['report.html', 'html=-'], [{format: 'html', file: 'report.html'}, {format: 'html'}]],
		[
			undefined,
			['json=a.txt', 'b.ndjson'],
			[
				{format: 'json', file: 'a.txt'},
				{format: 'ndjson', file: 'b.ndjson'},
			],
		],
		['ndjson', ['findings'], [{format: 'ndjson', file: 'findings'}]],
		[
			'ndjson',
			['json=a', 'b'],
			[
				{format: 'json', file: 'a'},
				{format: 'ndjson', file: 'b'},
			],
		],
		[undefined, ['json=-'], [{format: 'json'}]],
		[undefined, ['./a=b.json'], [{format: 'json', file: './a=b.json'}]],
		[undefined, ['json=a=b'], [{format: 'json', file: 'a=b'}]],
	] as const)('--format %s --output %j', (format, outputs, targets) => {
		expect(REPORT_FORMATS.targets(format, outputs)).toEqual(targets);
	});

	test.each([
		[['report'], /does not tell the format/],
		[['report.pdf'], /does not tell the format/],
		[['report.dot'], /cannot be written as dot/],
		[['jsn=report'], /no format "jsn"; did you mean "json"/],
		[['json='], /names no file/],
		[['a.json', 'ndjson=a.json'], /twice/],
	])('refuses %j', (outputs, message) => {
		expect(() => REPORT_FORMATS.targets(undefined, outputs)).toThrow(UsageError);
		expect(() => REPORT_FORMATS.targets(undefined, outputs)).toThrow(message);
	});

	test('an unknown format names the nearest', () => {
		expect(() => REPORT_FORMATS.parse('tabel')).toThrow('did you mean "table"');
	});
});

describe('files', () => {
	test('are complete, private and leave nothing beside them', async () => {
		const file = join(folder, 'report.json');
		await writeFile(file, 'old', {mode: 0o644});
		const output = await openOutput(file, io());
		expect(await readFile(file, 'utf8')).toBe('old');
		await output.write(['{', '"ä": 1', '}\n']);
		await output.discard();
		expect(await readFile(file, 'utf8')).toBe('{"ä": 1}\n');
		expect((await stat(file)).mode & 0o777).toBe(0o600);
		expect(await readdir(folder)).toEqual(['report.json']);
	});

	test('larger than one batch keep their order', async () => {
		const file = join(folder, 'report.ndjson');
		const lines = Array.from({length: 60_000}, (_, index) => `${index}\n`);
		await (await openOutput(file, io())).write(lines);
		expect(await readFile(file, 'utf8')).toBe(lines.join(''));
	});

	test('a link keeps pointing at the file behind it', async () => {
		await writeFile(join(folder, 'real.json'), 'old');
		await symlink(join(folder, 'real.json'), join(folder, 'link.json'));
		await (await openOutput(join(folder, 'link.json'), io())).write(['new']);
		expect(await readFile(join(folder, 'real.json'), 'utf8')).toBe('new');
	});

	test('of the user keep their mode, whole or not at all', async () => {
		const file = join(folder, 'sa-audit.yaml');
		await writeFile(file, 'old');
		await chmod(file, 0o640);
		await replaceFile(file, 'new', '--config', io());
		expect([await readFile(file, 'utf8'), (await stat(file)).mode & 0o777]).toEqual(['new', 0o640]);
		await replaceFile(join(folder, 'fresh.yaml'), 'x', '--config', io());
		expect((await stat(join(folder, 'fresh.yaml'))).mode & 0o777).toBe(0o600);
		await expect(replaceFile(folder, 'x', '--config', io())).rejects.toThrow(/--config .* is a directory/);
		expect((await readdir(folder)).toSorted()).toEqual(['fresh.yaml', 'sa-audit.yaml']);
	});

	test('a link that leads nowhere becomes a file', async () => {
		await symlink(join(folder, 'none.json'), join(folder, 'link.json'));
		await (await openOutput(join(folder, 'link.json'), io())).write(['new']);
		expect(await readFile(join(folder, 'link.json'), 'utf8')).toBe('new');
	});

	test.each(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'])(
		'%s is standard output, not a file to replace',
		async name => {
			const stdout = new PassThrough();
			await (await openOutput(name, io(stdout))).write(['text']);
			expect(String(stdout.read())).toBe('text');
		},
	);

	test('nothing is left when the run fails or is interrupted', async () => {
		const failed = await openOutput(join(folder, 'a.json'), io());
		await failed.discard();
		const interruption = new AbortController();
		const handle = await openOutput(join(folder, 'b.json'), io(undefined, interruption.signal));
		interruption.abort();
		expect(await readdir(folder)).toEqual([]);
		await handle.discard();
	});

	test('what a formatter throws stays our own mistake', async () => {
		const output = await openOutput(join(folder, 'a.json'), io());
		const mistake = new TypeError('formatter');
		await expect(
			output.write(
				(function* () {
					yield 'begin';
					throw mistake;
				})(),
			),
		).rejects.toBe(mistake);
		await output.discard();
		expect(await readdir(folder)).toEqual([]);
	});

	test('a place that cannot be written is known before the work', async () => {
		await mkdir(join(folder, 'directory'));
		await writeFile(join(folder, 'file'), '');
		for (const [path, message] of [
			['directory', /is a directory/],
			['none/report.json', /directory does not exist/],
			['file/report.json', /is no directory/],
		] as const) {
			const opened = openOutput(join(folder, path), io());
			await expect(opened).rejects.toBeInstanceOf(UsageError);
			await expect(opened).rejects.toThrow(message);
		}
	});

	test.skipIf(process.getuid?.() === 0)(
		'a read-only directory is refused (needs a user that is not root)',
		async () => {
			await chmod(folder, 0o500);
			await expect(openOutput(join(folder, 'a.json'), io())).rejects.toThrow(/permission denied/);
			await chmod(folder, 0o700);
		},
	);

	test('devices and pipes are written in place', async () => {
		await (await openOutput('/dev/null', io())).write(['gone']);
		expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
		const fifo = join(folder, 'fifo');
		await promisify(execFile)('mkfifo', [fifo]);
		const [text] = await Promise.all([
			readFile(fifo, 'utf8'),
			openOutput(fifo, io()).then(output => output.write(['a', 'b'])),
		]);
		expect(text).toBe('ab');
		expect((await stat(fifo)).isFIFO()).toBe(true);
	});
});

describe('standard output', () => {
	test('waits for a slow reader', async () => {
		let most = 0;
		let text = '';
		const slow = new Writable({
			highWaterMark: 1024,
			write(chunk: Buffer, _encoding, done) {
				most = Math.max(most, slow.writableLength);
				text += chunk.toString();
				setTimeout(done, 1);
			},
		});
		const part = 'x'.repeat(100_000);
		await (await openOutput(undefined, io(slow))).write(Array.from({length: 20}, () => part));
		await new Promise<void>(done => slow.end(done));
		expect(text.length).toBe(2_000_000);
		expect(most).toBeLessThan(500_000);
	});

	test('ends quietly when the reader has gone', async () => {
		let writes = 0;
		const gone = new Writable({
			write(_chunk, _encoding, done) {
				writes++;
				done(Object.assign(new Error('write EPIPE'), {code: 'EPIPE'}));
			},
		});
		gone.on('error', () => {});
		await (await openOutput('/dev/stdout', io(gone))).write(Array.from({length: 50}, () => 'y'.repeat(200_000)));
		expect(writes).toBeLessThan(3);
	});
});
