/** Tests of one check as a table of worlds: where it fires, where it is silent, where it cannot know. */
import {describe, expect, test} from 'vitest';
import type {Check} from '../../src/check.ts';
import type {Confidence, Finding, Severity} from '../../src/report.ts';
import type {Asset} from '../../src/sources/asset.ts';
import {expectFixed} from './expect-fixed.ts';
import {member, type OpenOptions, reportOf, resource} from './world.ts';

/** One expected finding by short names; confidence is `certain` unless said otherwise. */
export type Expected = readonly [
	on: string,
	principal: string | undefined,
	severity: Severity,
	confidence?: Confidence,
];

export interface Fires extends OpenOptions {
	given: Asset[];
	/** All findings of the check, in any order. */
	finds: readonly Expected[];
	/** What the first message says besides. */
	says?: RegExp;
}

export type Silent = Asset[] | (OpenOptions & {given: Asset[]});

export interface Cases {
	fires: Readonly<Record<string, Fires>>;
	silent: Readonly<Record<string, Silent>>;
	/** Nothing found, and silence proves nothing; the reason must match. */
	unknown: Readonly<Record<string, {given: Asset[]; because: RegExp} & OpenOptions>>;
	/** The firing case whose first expected finding is kept as a snapshot. */
	snapshot: string;
}

export function testCheck(check: Check, cases: Cases): void {
	describe('fires', () => {
		test.each(Object.entries(cases.fires))('%s', async (_, {given, finds, says = /./, ...options}) => {
			const report = await reportOf(given, {...options, checks: [check]});
			const found = [...report.findings];
			expect(found.map(asExpected).toSorted()).toEqual(finds.map(spelled).toSorted());
			expect(found[0]!.message).toMatch(says);
			expect(report.checks[0]).toMatchObject({status: 'fail', findings: finds.length});
			await expectFixed(given, options, new Set(found.map(finding => finding.fingerprint)));
		});
	});
	describe('silent', () => {
		test.each(Object.entries(cases.silent))('%s', async (_, silent) => {
			const {given, ...options} = Array.isArray(silent) ? {given: silent} : silent;
			const report = await reportOf(given, {...options, checks: [check]});
			expect([...report.findings].map(finding => finding.message)).toEqual([]);
			expect(report.checks[0]).toMatchObject({status: 'pass', findings: 0});
		});
	});
	describe('cannot know', () => {
		test.each(Object.entries(cases.unknown))('%s', async (_, {given, because, ...options}) => {
			const report = await reportOf(given, {...options, checks: [check]});
			expect([...report.findings].map(finding => finding.message)).toEqual([]);
			expect(report.checks[0]).toMatchObject({status: 'unknown', reason: expect.stringMatching(because)});
		});
	});
	test('its words', async () => {
		const {given, finds, ...options} = cases.fires[cases.snapshot]!;
		const found = [...(await reportOf(given, {...options, checks: [check]})).findings];
		const finding = found.find(candidate => asExpected(candidate) === spelled(finds[0]!))!;
		const {message, evidence, path} = finding;
		expect({message, evidence, ...(path && {path})}).toMatchSnapshot();
	});
	test('has cases of every kind', () => {
		for (const kind of [cases.fires, cases.silent, cases.unknown]) expect(Object.keys(kind)).not.toEqual([]);
	});
}

function asExpected({resource: on, principal, severity, confidence}: Finding): string {
	return [on, principal ?? '', severity, confidence].join(' ');
}

function spelled([on, principal, severity, confidence = 'certain']: Expected): string {
	return [resource(on), principal === undefined ? '' : member(principal), severity, confidence].join(' ');
}
