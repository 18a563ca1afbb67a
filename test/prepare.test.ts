import {expect, test} from 'vitest';
import {DEFAULTS} from '../src/config/defaults.ts';
import {InventoryBuilder} from '../src/inventory/build.ts';
import {prepareWorld} from '../src/prepare.ts';
import {resolvePrincipal, resolveResource} from '../src/resolve.ts';

const PROJECT = '//cloudresourcemanager.googleapis.com/projects/shop';

test('a deny policy without its rules is a hole in coverage and proof, never an empty policy', async () => {
	const builder = new InventoryBuilder({now: Date.UTC(2026, 10, 1)});
	const at = {file: 'x.ndjson', line: 1};
	const policy = {bindings: [{role: 'roles/owner', members: ['user:ann@example.com']}]};
	builder.asset({name: PROJECT, assetType: 'cloudresourcemanager.googleapis.com/Project', iamPolicy: policy}, at);
	const name = 'policies/cloudresourcemanager.googleapis.com%2Fprojects%2Fshop/denypolicies/guard';
	const data = {name, kind: 'DenyPolicy'};
	builder.asset(
		{name: `//iam.googleapis.com/${name}`, assetType: 'iam.googleapis.com/DenyPolicy', resource: {data}},
		at,
	);
	const scope = 'projects/shop';
	const complete = {fact: 'denyPolicies', scope, status: 'complete'};
	builder.asset({name: '//sa-audit/coverage/x', assetType: 'sa-audit/Coverage', resource: {data: complete}}, at);
	const inventory = builder.finish();
	const world = await prepareWorld(inventory, DEFAULTS);

	const holes = inventory.coverage.lines().filter(line => line.fact === 'denyPolicies' && line.status !== 'complete');
	expect(holes.map(line => line.scope)).toEqual([expect.stringContaining('denypolicies/guard')]);
	const ann = resolvePrincipal(inventory, 'user:ann@example.com');
	const answer = world.access.can(ann, 'resourcemanager.projects.setIamPolicy', resolveResource(inventory, scope));
	expect(answer.decision).toBe('allow');
	expect(answer.proof).toContainEqual(
		expect.objectContaining({kind: 'gap', fact: 'denyPolicies', scope: expect.stringContaining('guard') as unknown}),
	);
});
