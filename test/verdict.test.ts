import {expect, test} from 'vitest';
import type {Check} from '../src/check.ts';
import type {CoverageLine, Report, Severity} from '../src/report.ts';
import {judge} from '../src/verdict.ts';

interface Found {
	findings?: Partial<Record<Severity, number>>;
	unknown?: boolean;
	coverage?: Pick<CoverageLine, 'fact' | 'status'>[];
}

/** A report of one check that needs keys. */
function report({findings = {}, unknown = false, coverage = []}: Found): Report {
	return {
		summary: {findings: {critical: 0, high: 0, medium: 0, low: 0, ...findings}},
		checks: [{id: 'user-managed-key', status: unknown ? 'unknown' : 'pass', examined: 1, findings: 0}],
		coverage: coverage.map(line => ({...line, scope: 'projects/p', records: 0})),
	} as unknown as Report;
}
const checks = [{id: 'user-managed-key', needs: ['serviceAccountKeys']}] as unknown as Check[];

const cases: [string, Severity | undefined, Found, number][] = [
	['nothing asked', undefined, {findings: {critical: 3}, unknown: true}, 0],
	['nothing found, all read', 'low', {coverage: [{fact: 'serviceAccountKeys', status: 'complete'}]}, 0],
	['found at the level', 'high', {findings: {high: 1}}, 1],
	['found above the level', 'medium', {findings: {critical: 1}}, 1],
	['found below the level', 'high', {findings: {medium: 9, low: 9}}, 0],
	['found beats unread', 'low', {findings: {low: 1}, unknown: true}, 1],
	['a check that could not judge', 'high', {findings: {low: 1}, unknown: true}, 3],
	['a hole in a fact that is needed', 'high', {coverage: [{fact: 'serviceAccountKeys', status: 'partial'}]}, 3],
	['a fact that is needed and missing', 'high', {coverage: [{fact: 'serviceAccountKeys', status: 'missing'}]}, 3],
	['a hole in a fact that nothing needs', 'high', {coverage: [{fact: 'denyPolicies', status: 'missing'}]}, 0],
	['a broken line in the input', 'high', {coverage: [{fact: 'input', status: 'partial'}]}, 3],
];

test.each(cases)('%s', (_, failOn, found, code) => {
	expect(judge(report(found), failOn, checks).code).toBe(code);
});

test('what was not read is named', () => {
	const {reason} = judge(report({coverage: [{fact: 'serviceAccountKeys', status: 'missing'}]}), 'low', checks);
	expect(reason).toBe('serviceAccountKeys of projects/p is missing');
});
