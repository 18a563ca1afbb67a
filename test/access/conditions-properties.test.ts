import fc from 'fast-check';
import {beforeAll, describe, expect, test} from 'vitest';
import {bind, parseExpression, planExpression} from '../../src/access/cel-functions.ts';
import {loadConditions} from '../../src/access/conditions.ts';
import type {Attribute, ConditionContext, Conditions, Tri} from '../../src/access/conditions.ts';

let conditions: Conditions;
beforeAll(async () => {
	conditions = await loadConditions();
});

interface World {
	name: string;
	type: string;
	now: number;
	tag: string | undefined;
	grants: string[];
	subject: string;
}

const world: fc.Arbitrary<World> = fc.record({
	name: fc.constantFrom('projects/p/a', 'projects/q/b', 'x'),
	type: fc.constantFrom('s/A', 's/B'),
	now: fc.integer({min: Date.UTC(2019, 11, 30), max: Date.UTC(2020, 0, 3)}),
	tag: fc.option(fc.constantFrom('prod', 'dev'), {nil: undefined}),
	grants: fc.subarray(['roles/a', 'roles/b', 'roles/c']),
	subject: fc.constantFrom('a@b.c', 'd@e.f'),
});

const atomic = fc.constantFrom(
	"resource.name == 'x'",
	"resource.name != 'x'",
	"resource.name.startsWith('projects/p')",
	"resource.name.extract('projects/{p}/') == 'q'",
	"resource.name in ['x', 'projects/q/b']",
	"resource.type == 's/A'",
	"resource.type != 's/A'",
	"request.time < timestamp('2020-01-01T00:00:00Z')",
	"request.time >= date('2019-12-31') + duration('7200s')",
	"timestamp('2020-01-02T00:00:00Z') - request.time < duration('24h')",
	"request.time.getHours('Europe/Berlin') > 11",
	"resource.matchTag('1/env', 'prod')",
	"resource.hasTagKey('1/env')",
	"api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/a', 'roles/b'])",
	"principal.subject.endsWith('b.c')",
	"(resource.name == 'x') == (resource.type == 's/A')",
	'true',
	'false',
);
const expression = fc.letrec<{any: string}>(tie => ({
	any: fc.oneof(
		{maxDepth: 5, withCrossShrink: true},
		atomic,
		fc.tuple(tie('any'), tie('any')).map(([a, b]) => `(${a} && ${b})`),
		fc.tuple(tie('any'), tie('any')).map(([a, b]) => `(${a} || ${b})`),
		tie('any').map(a => `!(${a})`),
		fc.tuple(tie('any'), tie('any'), tie('any')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
	),
})).any;

const KEYS = ['name', 'type', 'tag', 'grants', 'subject'] as const;
const hidden = fc.subarray([...KEYS]);

function contextOf(known: World, hide: readonly string[] = [], absent: readonly string[] = []): ConditionContext {
	const attribute = (key: 'name' | 'type'): Attribute =>
		absent.includes(key) ? 'none' : hide.includes(key) ? 'unknown' : {value: known[key]};
	return {
		now: known.now,
		resource: {name: attribute('name'), type: attribute('type'), service: {value: 's'}},
		...(!hide.includes('tag') && {tags: {byName: tagsOf(known), byId: new Map()}}),
		modifiedGrants: hide.includes('grants') ? 'any' : known.grants,
		...(!hide.includes('subject') && {principal: {subject: known.subject}}),
	};
}

const tagsOf = ({tag}: World) => new Map(tag === undefined ? [] : [['1/env', tag]]);

/** The whole expression by CEL alone. */
function byCel(text: string, known: World): unknown {
	return planExpression(parseExpression(text))(
		bind({
			time: known.now,
			resource: new Map([
				['name', known.name],
				['type', known.type],
				['service', 's'],
			]),
			principal: new Map([['subject', known.subject]]),
			tagNames: tagsOf(known),
			tagIds: new Map(),
			modifiedGrants: known.grants,
		}),
	);
}

const value = (text: string, context: ConditionContext): Tri => conditions.compile(text).evaluate(context).value;

describe('three-valued evaluation', () => {
	test('agrees with CEL where everything is known', () => {
		fc.assert(
			fc.property(expression, world, (text, known) => {
				expect(value(text, contextOf(known))).toBe(String(byCel(text, known)));
			}),
			{numRuns: 700, seed: 1},
		);
	});

	test('what is decided with unknowns stays so, whatever they are', () => {
		fc.assert(
			fc.property(expression, world, hidden, hidden, (text, known, hide, reveal) => {
				const before = value(text, contextOf(known, hide));
				const after = value(
					text,
					contextOf(
						known,
						hide.filter(key => !reveal.includes(key)),
					),
				);
				if (before !== 'unknown') expect(after).toBe(before);
			}),
			{numRuns: 700, seed: 2},
		);
	});

	test('an attribute that is not offered decides no more than what some value of it could not undo', () => {
		fc.assert(
			fc.property(expression, world, fc.subarray(['name', 'type'], {minLength: 1}), (text, known, absent) => {
				// True without the attribute means true whatever a test on it says.
				const without = value(text, contextOf(known, [], absent));
				const unread = value(text, contextOf(known, absent));
				if (without === 'true') expect(unread).toBe('true');
				if (unread === 'false') expect(without).toBe('false');
			}),
			{numRuns: 700, seed: 3},
		);
	});

	test('a window says what evaluation at other times says', () => {
		const YEAR = 366 * 86_400_000;
		fc.assert(
			fc.property(expression, world, (text, known) => {
				if (text.includes('getHours')) return;
				const {value: now, timeWindow} = conditions.compile(text).evaluate(contextOf(known));
				const far = value(text, contextOf({...known, now: known.now + YEAR}));
				const past = value(text, contextOf({...known, now: known.now - YEAR}));
				if (timeWindow === 'ending') expect([now, far]).toEqual(['true', 'false']);
				if (timeWindow === 'expired') expect([now, far]).toEqual(['false', 'false']);
				if (timeWindow === 'future') expect(now).toBe('false');
				if (now === 'true' && far === 'false') expect(timeWindow).toBe('ending');
				if (now === 'false' && far === 'true') expect(timeWindow).toBe('future');
				if (now === 'false' && far === 'false' && past === 'true') expect(['expired', 'future']).toContain(timeWindow);
			}),
			{numRuns: 700, seed: 4},
		);
	});
});
