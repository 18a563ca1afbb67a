/** Audit logs asked live: narrow questions, pages, limits, and the same meaning as exported ones. */
import {afterEach, expect, test} from 'vitest';
import {logLines} from '../../bench/log-entries.ts';
import {readFileSync} from 'node:fs';
import {demoOrganization} from './organization.ts';
import {live, type Live, ORGANIZATION} from './live.ts';

let at: Live | undefined;
afterEach(() => at?.close());

interface Line {
	name: string;
	assetType: string;
	/** Policies have none. */
	resource?: {data: Record<string, unknown>};
}

test('entries become the usage and events that exported ones become; questions stay narrow', async () => {
	const world = demoOrganization();
	world.entries = [...logLines({entries: 300, seed: 9, tricky: true})].map(
		line => JSON.parse(line) as Record<string, unknown>,
	);
	at = await live({pageSize: 70}, world);
	const ended = await at.run(['collect', `--organization=${ORGANIZATION}`, `--output=${at.path('a.ndjson')}`]);
	expect(ended.code).toBe(0);
	const assets = readFileSync(at.path('a.ndjson'), 'utf8')
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line) as Line);
	const evidence = assets.filter(({assetType}) => /Usage|LogEvent/.test(assetType));
	expect(new Set(evidence.map(({assetType}) => assetType))).toEqual(new Set(['sa-audit/Usage', 'sa-audit/LogEvent']));

	const asked = at.standIn.calls.filter(({method}) => method.endsWith('entries:list')).map(({request}) => request);
	expect(asked.length).toBeGreaterThan(4);
	for (const {filter, orderBy, resourceNames} of asked) {
		expect(filter).toMatch(/^timestamp >= "20\d\d-\d\d-\d\dT00:00:00Z" AND logName:"cloudaudit/);
		expect(orderBy).toBe('timestamp desc');
		expect((resourceNames as string[]).length).toBeLessThanOrEqual(100);
	}
	const lines = assets.flatMap(({resource}) => (resource?.data['fact'] === 'auditLogs' ? [resource.data] : []));
	expect(new Set(lines.map(({assetType}) => assetType))).toEqual(
		new Set(['activity', 'data_access', 'data_access/keys']),
	);
	for (const line of lines) {
		if (line['status'] === 'complete') continue;
		expect(line).toMatchObject({
			status: 'partial',
			reason: expect.stringContaining('single methods'),
			from: expect.any(String),
			to: expect.any(String),
		});
	}
});
