/** Tests of one check as a table of worlds: where it fires, where it is silent, where it cannot know. */
import {describe, expect, test} from 'vitest';
import type {Check, Hit} from '../../src/check.ts';
import {type Confidence, type Finding, SEVERITIES, type Severity} from '../../src/report.ts';
import type {Asset} from '../../src/sources/asset.ts';
import {applyChanges} from '../apply.ts';
import {checks} from '../../checks/index.ts';
import {member, type OpenOptions, openWorld, reportOf, resource} from './world.ts';

/** One expected finding by short names; confidence is `certain` unless said otherwise. */
export type Expected = readonly [on: string, principal: string | undefined, severity: Severity, confidence?: Confidence];

export interface Fires extends OpenOptions {
	given: Asset[];
	/** All findings of the check, in any order. */
	finds: readonly Expected[];
	/** No change is offered, or none ends it: said in the summary. */
	unfixable?: true;
}

export type Silent = Asset[] | (OpenOptions & {given: Asset[]});

export interface Cases {
	fires: Readonly<Record<string, Fires>>;
	silent: Readonly<Record<string, Silent>>;
	/** Nothing found, and silence proves nothing; the reason must match. */
	unknown: Readonly<Record<string, {given: Asset[]; because: RegExp} & OpenOptions>>;
	/** The firing case whose first finding's words are kept as a snapshot. */
	snapshot: string;
}

export function testCheck(check: Check, cases: Cases): void {
	describe('fires', () => {
		test.each(Object.entries(cases.fires))('%s', async (_, {given, finds, unfixable, ...options}) => {
			const report = await reportOf(given, {...options, checks: [check]});
			const found = [...report.findings];
			expect(found.map(asExpected).toSorted()).toEqual(finds.map(spelled).toSorted());
			expect(report.checks[0]).toMatchObject({status: 'fail', findings: finds.length});
			if (unfixable) return;
			for (const finding of found) await expectFixed(given, finding.fingerprint, {...options, check});
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
		const {given, finds: _finds, ...options} = cases.fires[cases.snapshot]!;
		const [finding] = (await reportOf(given, {...options, checks: [check]})).findings;
		expect(finding).toMatchSnapshot();
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

interface Known {
	hit: Hit;
	fingerprint: string;
	severity: Severity;
	/** Check, principal and the binding that opens it: one problem, whatever its strongest target is. */
	problem: string;
}

async function hitsOf(assets: readonly Asset[], options: OpenOptions): Promise<Known[]> {
	const world = await openWorld(assets, options);
	const report = await reportOf(assets, options);
	const hits = checks.flatMap(check => [...check.inspect(world).hits].map(hit => ({check, hit})));
	const findings = [...report.findings];
	return hits.map(({check, hit}): Known => {
		const same = findings.filter(
			finding => finding.check === check.id && finding.resource === hit.resource && finding.principal === hit.principal && finding.message === hit.detail().message,
		);
		expect(same).toHaveLength(1);
		const {cause} = hit;
		const problem = JSON.stringify([check.id, hit.principal, cause ?? hit.resource]);
		return {hit, fingerprint: same[0]!.fingerprint, severity: hit.severity, problem};
	});
}

/**
 * Applies the fix of one finding: it must be gone, and no problem of its severity or above may have opened, or
 * grown to it, by any check.
 */
export async function expectFixed(assets: readonly Asset[], fingerprint: string, options: OpenOptions & {check?: Check} = {}): Promise<void> {
	const {check: _check, ...open} = options;
	const before = await hitsOf(assets, open);
	const finding = before.find(known => known.fingerprint === fingerprint)!;
	const {changes} = finding.hit.detail().fix;
	expect(changes, `${finding.problem} has a change that ends it`).not.toEqual([]);
	const after = await hitsOf(applyChanges(assets, changes), open);
	expect(after.map(known => known.fingerprint)).not.toContain(fingerprint);
	expect(after.map(known => known.problem)).not.toContain(finding.problem);
	const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);
	const opened = after.filter(known => {
		if (rank(known.severity) > rank(finding.severity)) return false;
		const old = before.filter(earlier => earlier.problem === known.problem);
		return !old.some(earlier => rank(earlier.severity) <= rank(known.severity));
	});
	expect(opened.map(known => known.problem)).toEqual([]);
}
