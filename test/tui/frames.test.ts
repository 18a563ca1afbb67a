/** What stands on the screen, drawn by Ink, at the widths that matter. */
import {describe, expect, test} from 'vitest';
import type {NodeLook} from '../../src/queries/look.ts';
import {displayWidth} from '../../src/text.ts';
import type {Command} from '../../src/tui/reduce.ts';
import {HOSTILE, sample, SGR, withText} from '../reports/sample.ts';
import {reportData} from './data.ts';
import {frameAfter, keys} from './terminal.ts';

const look = (id: string): NodeLook => ({
	id,
	kind: 'account',
	resource: '//iam.googleapis.com/projects/shop/serviceAccounts/ci@shop.iam.gserviceaccount.com',
	account: {
		kind: 'user-managed',
		disabled: false,
		description: 'Builds',
		lastUsed: '2026-10-30T00:00:00Z',
		unread: false,
	},
	becomeBy: {
		total: 120,
		first: [
			{id: 'user:ann@example.com', hops: 1, confidence: 'certain'},
			{id: 'group:devs@example.com', hops: 2, confidence: 'unverified'},
		],
	},
	becomes: {total: 0, first: []},
	power: [{level: 'owner-like', scope: 'projects/shop', conditional: true}],
	grants: [{role: 'roles/owner', resource: '//cloudresourcemanager.googleapis.com/projects/shop', member: id}],
	keys: [{id: 'aaaabbbbccccdddd', disabled: false, uploaded: true, created: '2025-01-01T00:00:00Z'}],
	workloads: [
		{
			resource: '//compute.googleapis.com/projects/shop/zones/z/instances/vm',
			assetType: 'compute.googleapis.com/Instance',
		},
	],
	memberOf: ['group:builders@example.com'],
	members: [],
});
const data = reportData(sample, {look});
const SIZES = [
	[60, 20],
	[80, 24],
	[120, 30],
	[200, 60],
] as const;
const SCREENS: Record<string, Command[]> = {
	overview: [],
	findings: keys('2'),
	'findings by check': keys('2', 'b', 'enter', 'down'),
	finding: keys('2', 'enter'),
	path: keys('2', 'p'),
	node: keys('2', 'p', 'enter'),
	accounts: keys('3'),
	coverage: keys('4'),
	filter: keys('2', '/', 'type:severity:high'),
	accept: keys('2', 'a', 'type:fine'),
	help: keys('2', '?'),
};

describe.each(SIZES)('at %i columns', (columns, rows) => {
	test.each(Object.keys(SCREENS))('%s', async name => {
		const frame = await frameAfter([{type: 'data', data}, ...SCREENS[name]!], {columns, rows});
		expect(frame).toMatchSnapshot();
		const lines = frame.split('\n');
		expect(lines.length).toBeLessThanOrEqual(rows);
		for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
	});
});

test.each([
	[59, 24],
	[80, 14],
	[20, 3],
])('%i x %i is said to be too small', async (columns, rows) => {
	expect(await frameAfter([{type: 'data', data}], {columns, rows})).toMatchSnapshot();
});

test('reading: sources, rates, what is left, and what went wrong', async () => {
	const reading = {
		doing: 'Reading',
		sources: [
			{name: 'cloudasset', done: 120, total: 400, unit: 'calls' as const},
			{name: 'export/all.ndjson.gz', done: 5_000_000, total: 40_000_000, unit: 'bytes' as const},
			{name: 'iam', done: 3, unit: 'calls' as const},
		],
		assets: 12_345,
		since: 10_000,
		left: 90_000,
		said: ['Expected: about 400 calls.', 'Warning: denied in projects/x'],
		canJudge: true,
	};
	expect(await frameAfter([{type: 'reading', reading}], {columns: 80, rows: 24})).toMatchSnapshot();
	const interim = await frameAfter(
		[
			{type: 'reading', reading},
			{type: 'data', data: {...data, interim: true}},
		],
		{columns: 120, rows: 24},
	);
	expect(interim.split('\n')[1]).toContain('Reading 12,345 assets, about 90 s left');
});

test('for screen readers: numbered lines, nothing drawn', async () => {
	for (const screen of ['overview', 'findings', 'finding', 'path', 'node', 'accept', 'help']) {
		const after = SCREENS[screen]!.map(command =>
			'key' in command && command.key === '2' ? {...command, key: 'tab'} : command,
		);
		const frame = await frameAfter([{type: 'data', data}, ...after], {columns: 80, rows: 24, linear: true});
		expect(frame).toMatchSnapshot(screen);
		expect(frame).not.toMatch(/[│─▼█▸]/u);
	}
});

describe('colours', () => {
	const codes = (frame: string): Set<string> => new Set(Array.from(frame.matchAll(SGR), ([code]) => code.slice(2, -1)));

	test('are of the first 16, and severity is a word all the same', async () => {
		const frame = await frameAfter([{type: 'data', data}, ...keys('2')], {columns: 120, rows: 30, color: true});
		for (const code of codes(frame)) expect(code).toMatch(/^(?:(?:0|1|2|7|22|27|3\d|39)(?:;|$))+$/);
		expect(codes(frame)).toContain('31');
		expect(frame).toContain('CRIT');
	});

	test('are left out when nobody wants them; the mark stays', async () => {
		const frame = await frameAfter([{type: 'data', data}, ...keys('2')], {columns: 120, rows: 30, color: false});
		for (const code of codes(frame)) expect(code).toMatch(/^(?:0|1|7|22|27)$/);
		expect(frame).toContain('\u001b[7m> ');
	});
});

test.each(Object.entries(HOSTILE))('text from the cloud does nothing to the terminal: %s', async (_, text) => {
	const hostile = reportData(withText(sample, text), {look: id => look(`${id}${text}`)});
	for (const screen of Object.values(SCREENS)) {
		const frame = await frameAfter([{type: 'data', data: hostile}, ...screen], {columns: 80, rows: 24, color: true});
		const bare = frame.replaceAll(SGR, '');
		expect(bare).not.toMatch(/[^\P{Cc}\n]|\p{Cf}|[\p{Zl}\p{Zp}]/u);
		for (const line of bare.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80);
	}
});

test('wide characters take two columns each', async () => {
	const wide = reportData(withText(sample, '監査用アカウント🔑'), {look});
	for (const columns of [60, 80, 121]) {
		const frame = await frameAfter([{type: 'data', data: wide}, ...keys('2')], {columns, rows: 24});
		for (const line of frame.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
	}
});
