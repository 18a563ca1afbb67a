/** Hostile text on its whole way, from an export to every format of every command that shows it. */
import {describe, expect, test} from 'vitest';
import {REPORT_FORMATS} from '../../src/formats.ts';
import {emailOf} from '../inventory/read.ts';
import {HOSTILE} from '../reports/sample.ts';
import {RAW, sa} from './run.ts';
import {ANN, world} from './text-world.ts';
import {scratch} from './triage-world.ts';

const {file, path} = scratch();

describe.each(Object.entries(HOSTILE).filter(([, text]) => text.isWellFormed()))('%s', (_, text) => {
	test('reaches no output as it is', async () => {
		const assets = await file('hostile.ndjson', world(text));
		const report = path('hostile.json');
		const rules = [
			{fingerprint: '0123456789abcdef', reason: text || 'r', owner: text || 'o', until: '2020-01-01'},
			{check: 'user-managed-key', resource: '*', reason: `r${text}`, owner: `o${text}`},
			{check: 'user-managed-key', resource: `*${text}x`, principal: `p${text}`, reason: 'r', owner: 'o'},
		].filter(({reason}) => reason.trim() !== '');
		const config = await file('hostile.yaml', JSON.stringify({suppressions: rules}));
		const common = ['--assets', assets, '--verbose'];
		const base = await sa(['audit', ...common, '--output', report, '--skip=user-managed-key']);
		expect(base.code).toBe(0);
		const commands = [
			...REPORT_FORMATS.names.map(format => [
				'audit',
				...common,
				'--config',
				config,
				'--baseline',
				report,
				`--format=${format}`,
			]),
			['paths', ...common, '--all', '--format=table'],
			['paths', ...common, '--all', '--format=json'],
			['can', ...common, ANN, 'iam.serviceAccounts.getAccessToken', emailOf('root', 'shop')],
			['config', 'check', '--config', config],
		];
		for (const command of commands) {
			const {code, stdout, stderr} = await sa(command);
			expect([command[0], code]).toEqual([command[0], 0]);
			expect(stdout.length).toBeGreaterThan(50);
			for (const shown of [stdout.replaceAll('\r\n', '\n'), stderr]) expect(shown).not.toMatch(RAW);
		}
		const later = path('hostile-later.json');
		await sa(['audit', ...common, '--config', config, '--output', later]);
		for (const format of ['table', 'json', 'markdown']) {
			const {code, stdout} = await sa(['diff', report, later, `--format=${format}`]);
			expect(code).toBe(0);
			expect(stdout).not.toMatch(RAW);
		}
	});
});
