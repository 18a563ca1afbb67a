import {describe, expect, test} from 'vitest';
import {TagIndex} from '../../src/access/tags.ts';
import type {Asset, Json} from '../../src/sources/asset.ts';
import {CHAINS, ORG, resource, target, world} from './guard-world.ts';

// Facts: Resource Manager v3 EffectiveTag, TagBinding, TagKey, TagValue; contract, "What an export may hold".
const CRM = '//cloudresourcemanager.googleapis.com/';
const SA = 'sa@shop.iam.gserviceaccount.com';
const ENV: Json = {
	tagKey: 'tagKeys/5',
	tagValue: 'tagValues/6',
	namespacedTagKey: '1/env',
	namespacedTagValue: '1/env/prod',
	inherited: true,
};

const effective = (name: string, data: Json = ENV, ancestors?: string[]): Asset =>
	resource('cloudresourcemanager.googleapis.com/EffectiveTag', name, data, ancestors);
const binding = (parent: string, tagValue: string, more: Json = {}): Asset => {
	const name = `tagBindings/${encodeURIComponent(parent)}/${tagValue}`;
	return resource('cloudresourcemanager.googleapis.com/TagBinding', CRM + name, {name, parent, tagValue, ...more});
};
const tagValue = (id: string, short: string): Asset =>
	resource('cloudresourcemanager.googleapis.com/TagValue', `${CRM}tagValues/${id}`, {
		name: `tagValues/${id}`,
		parent: 'tagKeys/5',
		shortName: short,
		namespacedName: `1/env/${short}`,
	});

function tagsOf(assets: Asset[], on: string): {byName?: unknown; byId?: unknown} | undefined {
	const inventory = world(assets);
	const tags = new TagIndex(inventory).tagsOf(target(inventory, on));
	return (
		tags && {
			...(tags.byName && {byName: Object.fromEntries(tags.byName)}),
			...(tags.byId && {byId: Object.fromEntries(tags.byId)}),
		}
	);
}

const PROD = {byName: {'1/env': 'prod'}, byId: {'tagKeys/5': 'tagValues/6'}};

describe('effective tags', () => {
	const project = `${CRM}projects/10`;
	test.each<[string, Asset]>([
		['a parent in the data', effective(`${CRM}effectiveTags/1`, {...ENV, parent: project})],
		['the short name as parent', effective(`${CRM}effectiveTags/1`, {...ENV, parent: 'projects/shop'})],
		['an encoded parent in the name', effective(`${CRM}effectiveTags/${encodeURIComponent(project)}/tagValues/6`)],
		['the resource before the collection', effective(`${project}/effectiveTags/tagValues/6`)],
		['the resource itself as name', effective(project)],
		['ancestors only', effective(`${CRM}effectiveTags/tagValues/6`, ENV, CHAINS['projects/10'])],
	])('the resource is told by %s', (_fact, asset) => {
		expect(tagsOf([asset], 'projects/10')).toEqual(PROD);
		expect(tagsOf([asset], 'projects/20')).toBeUndefined();
	});

	test('nothing read: undefined, not empty', () => {
		expect(tagsOf([], 'projects/10')).toBeUndefined();
	});

	test('an account without tags of its own has those of its project (assumed)', () => {
		expect(tagsOf([effective(project)], SA)).toEqual(PROD);
	});

	test('an account with its own has those', () => {
		const own = effective(`//iam.googleapis.com/projects/10/serviceAccounts/${SA}/effectiveTags/x`, {
			...ENV,
			tagValue: 'tagValues/7',
			namespacedTagValue: '1/env/test',
		});
		expect(tagsOf([effective(project), own], SA)).toEqual({
			byName: {'1/env': 'test'},
			byId: {'tagKeys/5': 'tagValues/7'},
		});
	});

	test('a project does not borrow from a folder: its own were not read', () => {
		expect(tagsOf([effective(`${CRM}folders/2`)], 'projects/10')).toBeUndefined();
	});

	test('keys of a project are known by id and number', () => {
		const tag = effective(project, {...ENV, namespacedTagKey: '10/env', namespacedTagValue: '10/env/prod'});
		expect(tagsOf([tag], 'projects/10')?.byName).toEqual({'10/env': 'prod', 'shop/env': 'prod'});
	});

	test('without names only the ids are usable', () => {
		expect(tagsOf([effective(project, {tagKey: 'tagKeys/5', tagValue: 'tagValues/6'})], 'projects/10')).toEqual({
			byId: PROD.byId,
		});
	});

	test('fields of the wrong type are as if absent', () => {
		expect(
			tagsOf(
				[effective(project, {tagKey: 5, tagValue: {}, namespacedTagKey: [], namespacedTagValue: 1})],
				'projects/10',
			),
		).toEqual({});
	});

	test('the same question gets the same object', () => {
		const inventory = world([effective(project)]);
		const index = new TagIndex(inventory);
		expect(index.tagsOf(target(inventory, SA))).toBe(index.tagsOf(target(inventory, SA)));
	});
});

describe('bindings, inherited', () => {
	const values = [tagValue('6', 'prod'), tagValue('7', 'test')];
	const top = binding(`${CRM}organizations/1`, 'tagValues/6');
	test.each<[string, Asset[], string, unknown]>([
		['own', [binding(`${CRM}projects/10`, 'tagValues/6'), ...values], 'projects/10', PROD],
		['inherited', [top, ...values], 'projects/10', PROD],
		[
			'the nearest wins',
			[top, binding(`${CRM}projects/10`, 'tagValues/7'), ...values],
			SA,
			{byName: {'1/env': 'test'}, byId: {'tagKeys/5': 'tagValues/7'}},
		],
		[
			'bindings were exported, none here',
			[binding(`${CRM}projects/10`, 'tagValues/6'), ...values],
			'projects/20',
			{byName: {}, byId: {}},
		],
		['not of another organization', [top, ...values], 'projects/30', undefined],
		['values that were not read are not usable', [top], 'projects/10', {}],
		[
			'a name beside the binding',
			[binding(`${CRM}projects/10`, 'tagValues/6', {tagValueNamespacedName: '1/env/prod'})],
			'projects/10',
			{byName: PROD.byName},
		],
	])('%s', (_fact, assets, on, expected) => {
		expect(tagsOf(assets, on)).toEqual(expected);
	});

	test('effective tags of the organization and a binding below', () => {
		const assets = [effective(CRM + ORG), binding(`${CRM}projects/10`, 'tagValues/7'), ...values];
		expect(tagsOf(assets, 'projects/10')).toEqual({byName: {'1/env': 'test'}, byId: {'tagKeys/5': 'tagValues/7'}});
	});
});
