import {describe, expect, test} from 'vitest';
import {DIRECTORY_USER, directoryUsers, userFacts} from '../../src/inventory/directory-users.ts';
import {InventoryBuilder} from '../../src/inventory/build.ts';
import type {Json} from '../../src/sources/asset.ts';

describe('what is kept of a user', () => {
	test.each<[string, Json, Json]>([
		['somebody who is there', {suspended: false, archived: false}, {}],
		['suspended', {suspended: true}, {absence: 'suspended'}],
		['archived', {archived: true}, {absence: 'archived'}],
		['deleted, whatever else', {suspended: true, deletionTime: '2026-01-01T00:00:00Z'}, {absence: 'deleted'}],
	])('%s', (_, data, expected) => {
		const user = {primaryEmail: 'Bob@example.com', name: {fullName: 'Bob'}, phones: [{value: '1'}], ...data};
		expect(userFacts(user)).toEqual({emails: ['bob@example.com'], ...expected});
	});

	test('all addresses', () => {
		const user = {
			primaryEmail: 'bob@example.com',
			aliases: ['Bobby@example.com'],
			nonEditableAliases: ['b@test.example'],
		};
		expect(userFacts(user)).toEqual({emails: ['bob@example.com', 'bobby@example.com', 'b@test.example']});
	});
});

describe('broken users are told and left out', () => {
	test.each<[string, Json, RegExp]>([
		['no address', {suspended: true}, /primaryEmail is missing/],
		['a word for a flag', {primaryEmail: 'bob@example.com', suspended: 'yes'}, /suspended is no boolean/],
		['one alias', {primaryEmail: 'bob@example.com', aliases: 'b@example.com'}, /aliases is no list/],
	])('%s', (_, data, message) => {
		const problems: string[] = [];
		const builder = new InventoryBuilder({now: 0});
		builder.onProblem = problem => problems.push(problem.message);
		builder.asset(
			{name: '//admin.googleapis.com/users/1', assetType: DIRECTORY_USER, resource: {data}},
			{file: 'f', line: 1},
		);
		expect(problems).toEqual([expect.stringMatching(message)]);
		expect([...directoryUsers(builder.finish())]).toEqual([]);
	});

	test('the newest asset of a user counts', () => {
		const builder = new InventoryBuilder({now: 0});
		const asset = (suspended: boolean, updateTime: string) => ({
			name: '//admin.googleapis.com/users/1',
			assetType: DIRECTORY_USER,
			resource: {data: {primaryEmail: 'bob@example.com', suspended}},
			updateTime,
		});
		builder.asset(asset(true, '2026-02-01T00:00:00Z'), {file: 'f', line: 1});
		builder.asset(asset(false, '2026-01-01T00:00:00Z'), {file: 'f', line: 2});
		expect([...directoryUsers(builder.finish())]).toEqual([{email: 'bob@example.com', absence: 'suspended'}]);
	});
});
