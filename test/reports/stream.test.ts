/** A format takes findings one by one and lets go of them: what it has read is out before the next is asked for. */
import {expect, test} from 'vitest';
import {formats} from '../../reports/index.ts';
import type {FindingList} from '../../src/report.ts';
import {finding, sample} from './sample.ts';

test.each(['sarif', 'csv', 'ocsf', 'junit'] as const)('%s', name => {
	let taken = 0;
	const findings: FindingList = {
		length: 100_000,
		*[Symbol.iterator]() {
			for (let index = 0; index < 100_000; index++) {
				taken++;
				yield finding;
			}
		},
	};
	// JUnit counts in a pass of its own before its first line.
	const before = name === 'junit' ? 100_000 : 0;
	let pieces = 0;
	let longest = 0;
	for (const piece of formats[name]({...sample, findings}, {color: false, columns: 80})) {
		if (pieces++ === 0) expect(taken - before).toBeLessThan(1_000);
		longest = Math.max(longest, piece.length);
	}
	expect(taken).toBe(100_000 + before);
	expect(pieces).toBeGreaterThan(500);
	expect(longest).toBeLessThan(100_000);
});
