/** Whoever reads more than fits is told so while there is still room to say it. */
import {expect, test} from 'vitest';
import {MemoryWatch} from '../../src/commands/memory-watch.ts';
import {ndjson, sa} from './run.ts';

test('is told once, with a limit that suffices', () => {
	const said: string[] = [];
	const watch = new MemoryWatch(2 ** 31, line => said.push(line));
	watch.look(500_000);
	expect(said).toEqual([]);
	watch.look(1_000_000);
	watch.look(2_000_000);
	expect(said).toEqual([
		'Warning: memory may not suffice: 1,000,000 assets were read so far, and Node may use 2,048 MiB. ' +
			'If it ends without a report, set NODE_OPTIONS=--max-old-space-size=6144 and run it again.',
	]);
});

const PROJECT = {
	name: '//cloudresourcemanager.googleapis.com/projects/app',
	assetType: 'cloudresourcemanager.googleapis.com/Project',
	resource: {data: {projectId: 'app', projectNumber: '1', lifecycleState: 'ACTIVE'}},
};

test.each([
	['little room', 1000, true],
	['enough room', 2 ** 30, false],
	['nobody knows', undefined, false],
])('by a command that reads an export: %s', async (_, heapLimit, isTold) => {
	const more = heapLimit === undefined ? {} : {heapLimit};
	const {stderr} = await sa(['audit', '--assets=-', '--format=json'], ndjson([PROJECT]), {}, more);
	expect(stderr.includes('memory may not suffice')).toBe(isTold);
});
