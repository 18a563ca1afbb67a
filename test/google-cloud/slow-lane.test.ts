/** What is read first where the quota does not let everything through. */
import {expect, test} from 'vitest';
import type {Json} from '../../src/sources/asset.ts';
import {Caller} from '../../src/sources/google-cloud/caller.ts';
import {Collection} from '../../src/sources/google-cloud/collection.ts';
import {Doors} from '../../src/sources/google-cloud/reach.ts';
import type {Kind} from '../../src/sources/google-cloud/shape.ts';
import {readDenyPolicies} from '../../src/sources/google-cloud/slow-lane.ts';

const place = (kind: Kind, key: string, path: string, ...above: string[]) => ({
	kind,
	key,
	path,
	ancestors: [path, ...above],
	active: true,
});

test('the organization, folders, projects that somebody can reach, then the rest', async () => {
	const asked: string[] = [];
	let now = 0;
	const caller = new Caller({
		clients: {
			async send(_, request: Json) {
				asked.push(/%2F(.*)\/deny/.exec(String(request['parent']))![1]!.replace('%2F', '/'));
				return {};
			},
			async close() {},
		},
		clock: () => now,
		async sleep(milliseconds) {
			now += milliseconds;
		},
		random: () => 0,
	});
	const collection = new Collection(caller, new Doors(new Set(['roles/owner'])), () => {});
	for (const [i, opened] of ['no', 'binding', 'no', 'custom', 'no', 'no'].entries()) {
		const path = `projects/${i}`;
		collection.known(place('project', `projects/p${i}`, path, 'folders/1', 'organizations/1'));
		const role = {binding: 'roles/owner', custom: 'projects/p3/roles/x', no: 'roles/viewer'}[opened]!;
		const name = `//cloudresourcemanager.googleapis.com/projects/p${i}`;
		const bindings = [{role, members: ['user:a@b.c']}];
		collection.emit({name, assetType: 'x', ancestors: [path], iamPolicy: {bindings}});
	}
	collection.emit({
		name: '//iam.googleapis.com/projects/p3/roles/x',
		assetType: 'iam.googleapis.com/Role',
		resource: {data: {includedPermissions: ['iam.serviceAccounts.signJwt']}},
	});
	collection.known(place('folder', 'folders/1', 'folders/1', 'organizations/1'));
	collection.known(place('organization', 'organizations/1', 'organizations/1'));
	let waited = false;
	const order = {settled: Promise.resolve(), onWait: () => void (waited = true), maxWait: 60_000};
	await readDenyPolicies(collection, order);
	expect(waited).toBe(true);
	expect(asked).toEqual([
		'organizations/1',
		'folders/1',
		'projects/1',
		'projects/3',
		'projects/0',
		'projects/2',
		'projects/4',
		'projects/5',
	]);
});
