import {beforeAll, describe, expect, test} from 'vitest';
import {NO_RESOURCE_ATTRIBUTES, UNKNOWN_RESOURCE_ATTRIBUTES} from '../../src/access/condition-attributes.ts';
import {loadConditions, unmarkConditionalRole, UNREAD_CONDITION} from '../../src/access/conditions.ts';
import type {ConditionContext, Conditions, ConditionValue, Tri} from '../../src/access/conditions.ts';

// "3" is section 3 of iam-semantics.md, "1" its section 1; "doc" is Google's attribute reference, its source.
const NOW = Date.parse('2026-05-20T10:30:15.250Z'); // a Wednesday
const VM: ConditionContext = {
	now: NOW,
	resource: {
		name: {value: 'projects/p/zones/z/instances/prod-1'},
		type: {value: 'compute.googleapis.com/Instance'},
		service: {value: 'compute.googleapis.com'},
	},
	tags: {byName: new Map([['123/env', 'prod']]), byId: new Map([['tagKeys/1', 'tagValues/2']])},
};
const ACCOUNT: ConditionContext = {now: NOW, resource: NO_RESOURCE_ATTRIBUTES, tags: VM.tags!};
const UNKNOWN: ConditionContext = {now: NOW, resource: UNKNOWN_RESOURCE_ATTRIBUTES};

let conditions: Conditions;
beforeAll(async () => {
	conditions = await loadConditions();
});
const judge = (expression: string, context: ConditionContext): ConditionValue =>
	conditions.compile(expression).evaluate(context);
const value = (expression: string, context: ConditionContext): Tri => judge(expression, context).value;

type Row = [fact: string, expression: string, expected: Tri];

describe('attributes that a resource has', () => {
	test.each<Row>([
		['3 [seen] ==', "resource.type == 'compute.googleapis.com/Instance'", 'true'],
		['3 [seen] !=', "resource.type != 'compute.googleapis.com/Instance'", 'false'],
		['3 [seen] service', "resource.service == 'storage.googleapis.com'", 'false'],
		['3 [seen] in', "resource.type in ['a', 'compute.googleapis.com/Instance']", 'true'],
		['3 [seen] startsWith', "resource.name.startsWith('projects/p/zones/z/instances/prod-')", 'true'],
		['3 [seen] endsWith', "resource.name.endsWith('-2')", 'false'],
		['3 [seen] relative name', "resource.name.startsWith('/projects')", 'false'],
		['3 [seen] &&', "resource.name.endsWith('1') && resource.name.endsWith('2')", 'false'],
		['3 [seen] ||', "resource.name.endsWith('1') || resource.name.endsWith('2')", 'true'],
		['3 [seen] !', "!(resource.name.endsWith('1'))", 'false'],
		['brief: ternary', "resource.name.endsWith('1') ? resource.name.startsWith('p') : false", 'true'],
		['brief: matches', "resource.name.matches('prod-[0-9]$')", 'true'],
		['3 [seen] type: == and != only', "resource.type.startsWith('compute')", 'unknown'],
		['3 [seen] type: == and != only, within', 'size(resource.service) == 3', 'unknown'],
	])('%s: %s', (_fact, expression, expected) => {
		expect(value(expression, VM)).toBe(expected);
	});
});

describe('attributes that a service account does not have', () => {
	test.each<Row>([
		['3 [seen] never grants', "resource.type == 'iam.googleapis.com/ServiceAccount'", 'false'],
		['3 [seen] never grants', "resource.name.startsWith('projects/p/serviceAccounts/')", 'false'],
		['3 [seen] never grants', "resource.service == 'iam.googleapis.com'", 'false'],
		['3 [seen] in', "resource.name in ['a']", 'false'],
		['3 [seen] extract', "resource.name.extract('projects/{p}/') == 'p'", 'false'],
		['3 [seen] whatever else is unknown', 'resource.name == request.host', 'false'],
		['3 [seen] a positive part', "resource.name == 'a' && request.time > date('2020-01-01')", 'false'],
		['3 [seen] the other part', "resource.name == 'a' || request.time > date('2020-01-01')", 'true'],
		['3 [seen] != is TRUE-able', "resource.type != 'compute.googleapis.com/Disk'", 'unknown'],
		['3 [seen] a negated test', "!resource.name.startsWith('a')", 'unknown'],
		['3 [seen] a negated ==', "!(resource.type == 'a')", 'unknown'],
		['3 [seen] a negated !=', "!(resource.type != 'a')", 'false'],
		['3 [seen] twice negated', "!(!(resource.type == 'a') && true)", 'false'],
		['3 [seen] negated disjunction', "!(resource.type == 'a' || resource.name == 'b')", 'unknown'],
		['3 [seen] negated conjunction', "!(resource.type == 'a' && request.time < date('2020-01-01'))", 'true'],
		['3 [seen] documented pattern', "resource.type != 'a' || resource.name.endsWith('b')", 'unknown'],
		['3 [seen] a test of a test', "(resource.name == 'a') == false", 'unknown'],
		['3 [seen] a choice by it', "resource.name == 'a' ? true : true", 'unknown'],
		['3 [seen] a choice by it, no way', "resource.name == 'a' ? true : false", 'false'],
		['CEL has()', 'has(resource.name)', 'false'],
		['3 [seen] tags do count', "resource.matchTag('123/env', 'prod')", 'true'],
		['3 [seen] time does count', "request.time < timestamp('2027-01-01T00:00:00Z')", 'true'],
	])('%s: %s', (_fact, expression, expected) => {
		expect(value(expression, ACCOUNT)).toBe(expected);
	});
});

describe('a resource that is not known', () => {
	test.each<Row>([
		['3 U', "resource.name == 'a'", 'unknown'],
		['3 Kleene', "resource.name == 'a' || request.time > date('2020-01-01')", 'true'],
		['3 Kleene', "resource.name == 'a' && request.time < date('2020-01-01')", 'false'],
		['3 Kleene', "!(resource.name == 'a') && true", 'unknown'],
		['3 Kleene', "request.time > date('2020-01-01') ? false : resource.name == 'a'", 'false'],
		['3 Kleene', "resource.name == 'a' ? false : request.time < date('2020-01-01')", 'false'],
	])('%s: %s', (_fact, expression, expected) => {
		expect(value(expression, UNKNOWN)).toBe(expected);
	});
});

describe('tags', () => {
	test.each<[...Row, ConditionContext]>([
		['3 [seen] matchTag', "resource.matchTag('123/env', 'prod')", 'true', VM],
		['doc matchTag, other value', "resource.matchTag('123/env', 'dev')", 'false', VM],
		['doc matchTag, other namespace', "resource.matchTag('124/env', 'prod')", 'false', VM],
		['doc namespaced name only', "resource.matchTag('env', 'prod')", 'unknown', VM],
		['3 [seen] matchTagId', "resource.matchTagId('tagKeys/1', 'tagValues/2')", 'true', VM],
		['doc matchTagId, other value', "resource.matchTagId('tagKeys/1', 'tagValues/3')", 'false', VM],
		['doc names are no ids', "resource.matchTagId('123/env', 'prod')", 'false', VM],
		['3 [seen] hasTagKey', "resource.hasTagKey('123/env')", 'true', VM],
		['doc hasTagKey, other key', "resource.hasTagKey('123/other')", 'false', VM],
		['3 [seen] hasTagKeyId', "resource.hasTagKeyId('tagKeys/1')", 'true', VM],
		['doc hasTagKeyId, other key', "resource.hasTagKeyId('tagKeys/2')", 'false', VM],
		['doc negated', "!resource.hasTagKey('123/other')", 'true', VM],
		['3 not collected', "resource.matchTag('123/env', 'prod')", 'unknown', UNKNOWN],
		['3 not collected', "!resource.matchTag('123/env', 'prod')", 'unknown', UNKNOWN],
		['3 only ids read', "resource.hasTagKey('123/env')", 'unknown', {...VM, tags: {byId: new Map()}}],
		['3 only ids read', "resource.hasTagKeyId('tagKeys/1')", 'false', {...VM, tags: {byId: new Map()}}],
		['3 only names read', "resource.hasTagKeyId('tagKeys/1')", 'unknown', {...VM, tags: {byName: new Map()}}],
		['3 only names read', "resource.hasTagKey('123/env')", 'false', {...VM, tags: {byName: new Map()}}],
	])('%s: %s is %s', (_fact, expression, expected, context) => {
		expect(value(expression, context)).toBe(expected);
	});
});

describe('modified grants', () => {
	const limit = (...roles: string[]) =>
		`api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(${JSON.stringify(roles)})`;
	const ANY: ConditionContext = {...ACCOUNT, modifiedGrants: 'any'};

	test.each<[...Row, ConditionContext]>([
		['3 [seen] [] is true', limit('roles/a'), 'true', ACCOUNT],
		['doc [] is true for an empty list', limit(), 'true', ACCOUNT],
		['doc one of them', limit('roles/a', 'roles/b'), 'true', {...ACCOUNT, modifiedGrants: ['roles/a']}],
		['doc another', limit('roles/a'), 'false', {...ACCOUNT, modifiedGrants: ['roles/c']}],
		['doc one in, one out', limit('roles/a'), 'false', {...ACCOUNT, modifiedGrants: ['roles/a', 'roles/c']}],
		['brief: the caller may choose', limit('roles/a'), 'unknown', ANY],
		['doc other API attribute', "api.getAttribute('storage.googleapis.com/objectListPrefix', '') == ''", 'unknown', VM],
	])('%s: %s is %s', (_fact, expression, expected, context) => {
		expect(value(expression, context)).toBe(expected);
	});

	test.each<[string, string, string[] | undefined]>([
		['no limit', "resource.matchTag('123/env', 'prod')", undefined],
		['one list', limit('roles/b', 'roles/a'), ['roles/a', 'roles/b']],
		['either list', `${limit('roles/a')} || ${limit('roles/b')}`, ['roles/a', 'roles/b']],
		['both lists', `${limit('roles/a', 'roles/b')} && ${limit('roles/b', 'roles/c')}`, ['roles/b']],
		['all but', `!${limit('roles/a')}`, undefined],
		['the rest is false', `${limit('roles/a')} && resource.type == 'a'`, []],
		['the rest is unknown', `${limit('roles/a')} && request.host == 'a'`, ['roles/a']],
		['or something unknown', `${limit('roles/a')} || request.host == 'a'`, undefined],
		['nothing', limit(), []],
	])('which roles may be granted: %s', (_name, expression, expected) => {
		expect(conditions.compile(expression).allowedGrants(ANY)).toEqual(expected);
	});
});

describe('what no inventory decides', () => {
	test.each([
		['3 access levels', "'accessPolicies/1/accessLevels/a' in request.auth.access_levels"],
		['3 path', "request.path.startsWith('/admin')"],
		['3 host', "request.host == 'a.example.com'"],
		['3 IP', "destination.ip == '10.0.0.1'"],
		['3 port', 'destination.port == 22'],
		['3 forwarding rule', '!compute.isForwardingRuleCreationOperation()'],
		['3 forwarding rule', "compute.matchLoadBalancingSchemes(['INTERNAL'])"],
		['1 principal only in boundary bindings', "principal.type == 'iam.googleapis.com/ServiceAccount'"],
		['issue: unsupported attribute', "resource.labels.env == 'prod'"],
		['issue: unsupported variable', "origin == 'x'"],
		['issue: unsupported function', "resource.name.lowerAscii() == 'a'"],
		['issue: no index', "resource['name'] == 'projects/p/zones/z/instances/prod-1'"],
		['issue: no macros', "['a'].exists(p, resource.name.startsWith(p))"],
		['issue: no maps', "'a' in {'a': 1}"],
		['issue: unparsable', "resource.name == 'a' &&"],
		['issue: unparsable', ''],
		['brief: an error', "request.time < timestamp('tomorrow')"],
		['doc timestamp() of text only', 'request.time > timestamp(1)'],
		['brief: an error', "request.time.getHours('Nowhere/At_All') > 1"],
		['brief: an error', "resource.name.extract('no identifier') == ''"],
		['brief: an error', "date('2026-02-30') < request.time"],
		['brief: another type', 'resource.name < 3'],
		['brief: no boolean', 'resource.name'],
		['brief: no boolean', "'a' && true"],
		['brief: too long', `resource.name != '${'a'.repeat(10_300)}'`],
	])('%s: %s', (_fact, expression) => {
		const judged = judge(expression, VM);
		expect(judged.value).toBe('unknown');
		expect(judged.note).toMatch(/\w/);
		expect(judge(`!(${expression || '('})`, VM).value).toBe('unknown');
	});

	test('an undecidable part leaves the rest decided', () => {
		expect(value("request.host == 'a' && resource.name == 'b'", VM)).toBe('false');
		expect(value("request.host == 'a' || resource.name.endsWith('1')", VM)).toBe('true');
	});
});

describe('hostile expressions end soon', () => {
	test.each([
		['brackets', `${'('.repeat(5000)}true${')'.repeat(5000)}`],
		['lists', `${'['.repeat(3000)}${']'.repeat(3000)}`],
		['selects', `${'a.'.repeat(5000)}b`],
		['sums', `${"'a'+".repeat(2500)}'b' == resource.name`],
		['choices to the right', `${'a?b:'.repeat(2000)}c`],
		['indexes', `${'a['.repeat(1000)}0${']'.repeat(1000)}`],
		['calls', `${'f('.repeat(1500)}0${')'.repeat(1500)}`],
		['costly patterns', `resource.name.matches('${'(a{30}){30}'.repeat(400)}')`],
		['loops', `${'[1,2,3,4,5,6,7,8,9].all(a, '.repeat(12)}true${')'.repeat(12)}`],
		[
			'choices as tests',
			`${'('.repeat(60)}request.host == 'a'${" ? request.path == 'a' : request.host == 'b')".repeat(60)}`,
		],
	])('%s', (_name, expression) => {
		const started = performance.now();
		expect(value(expression, VM)).toBe('unknown');
		expect(performance.now() - started).toBeLessThan(2000);
	});
});

describe('principals of boundary bindings', () => {
	const principal = {type: 'iam.googleapis.com/ServiceAccount', subject: 'ci@p.iam.gserviceaccount.com'};
	test.each<[...Row, ConditionContext['principal']]>([
		['1 [seen] type', "principal.type == 'iam.googleapis.com/ServiceAccount'", 'true', principal],
		['1 [seen] type !=', "principal.type != 'iam.googleapis.com/ServiceAccount'", 'false', principal],
		['1 [seen] subject in', "principal.subject in ['ci@p.iam.gserviceaccount.com']", 'true', principal],
		['1 [seen] startsWith', "principal.subject.startsWith('root@')", 'false', principal],
		['1 [seen] endsWith', "principal.subject.endsWith('.gserviceaccount.com')", 'true', principal],
		['subject not known', "principal.subject.endsWith('@a.b')", 'unknown', {type: principal.type}],
		['type decides alone', "principal.type == 'x' && principal.subject == 'y'", 'false', {type: principal.type}],
	])('%s: %s', (_fact, expression, expected, who) => {
		expect(value(expression, {...UNKNOWN, principal: who!})).toBe(expected);
	});
});

test('what an expression uses', () => {
	const uses = (expression: string) =>
		Object.entries(conditions.compile(expression).uses)
			.filter(([, used]) => used)
			.map(([name]) => name);
	expect(uses("request.time < date('2020-01-01') && resource.type == 'a'")).toEqual(['time', 'resource']);
	expect(uses("resource.hasTagKey('1/a') || request.host == 'a'")).toEqual(['tags', 'undecidable']);
	expect(uses("principal.type == 'a'")).toEqual(['principal']);
	expect(conditions.compile("request.time < date('2020-01-01')").isTimeOnly).toBe(true);
	expect(conditions.compile("request.time < date('2020-01-01') && request.host == 'a'").isTimeOnly).toBe(false);
	expect(conditions.compile('true').isTimeOnly).toBe(false);
});

test('an expression is compiled once', () => {
	expect(conditions.compile('1 == 1')).toBe(conditions.compile('1 == 1'));
});

test('role names of version-1 reads are conditional grants of unknown expression (2 [seen])', () => {
	expect(unmarkConditionalRole('roles/viewer_withcond_2b17cc25d2cd9e2c54d8')).toBe('roles/viewer');
	expect(unmarkConditionalRole('projects/p/roles/r_withcond_0a')).toBe('projects/p/roles/r');
	expect(unmarkConditionalRole('roles/viewer')).toBeUndefined();
	expect(unmarkConditionalRole('roles/x_withcond_')).toBeUndefined();
	expect(UNREAD_CONDITION.evaluate(VM)).toEqual({value: 'unknown', note: expect.any(String)});
	expect(UNREAD_CONDITION.allowedGrants(VM)).toBeUndefined();
});
