/** Lines in one order, with and without files. */
import {existsSync, mkdtempSync, readdirSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {SortedLines} from '../../src/sources/sorted-lines.ts';

test('sorted and each once, however much is held in memory', () => {
	const folder = mkdtempSync(join(tmpdir(), 'sa-audit-sort-'));
	try {
		fc.assert(
			fc.property(
				fc.array(fc.string().filter(text => !text.includes('\n') && text.isWellFormed())),
				fc.integer({min: 1, max: 40}),
				(lines, held) => {
					const sorter = new SortedLines(join(folder, 'state'), held);
					for (const line of lines) sorter.add(line);
					const expected = [...new Set(lines)].sort((a, b) => (a < b ? -1 : 1)).map(line => `${line}\n`);
					expect([...sorter.sorted()]).toEqual(expected);
					sorter.discard();
				},
			),
			{numRuns: 60},
		);
		expect(readdirSync(join(folder, 'state'))).toEqual([]);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
});

test('files are private, and made only if need be', () => {
	const folder = mkdtempSync(join(tmpdir(), 'sa-audit-sort-'));
	try {
		const small = new SortedLines(join(folder, 'a'));
		small.add('x');
		expect([...small.sorted()]).toEqual(['x\n']);
		expect(existsSync(join(folder, 'a'))).toBe(false);
		const big = new SortedLines(join(folder, 'b'), 1);
		big.add('x');
		const [sorting] = readdirSync(join(folder, 'b'));
		expect(statSync(join(folder, 'b', sorting!, '0')).mode & 0o777).toBe(0o600);
		big.discard();
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
});
