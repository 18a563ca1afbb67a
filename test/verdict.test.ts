import {expect, test} from 'vitest';
import type {CoverageLine, Report, Severity} from '../src/report.ts';
import {judge} from '../src/verdict.ts';

interface Found {
	findings?: Partial<Record<Severity, number>>;
	unknown?: boolean;
	/** What the check says that it could not judge. */
	reason?: string;
	coverage?: Pick<CoverageLine, 'fact' | 'status'>[];
}

/** A report of one check that needs keys. */
function report({findings = {}, unknown = false, reason, coverage = []}: Found): Report {
	return {
		summary: {findings: {critical: 0, high: 0, medium: 0, low: 0, ...findings}},
		checks: [
			{
				id: 'user-managed-key',
				status: unknown ? 'unknown' : 'pass',
				examined: 1,
				findings: 0,
				...(reason !== undefined && {reason}),
			},
		],
		coverage: coverage.map(line => ({...line, scope: 'projects/p', records: 0})),
	} as unknown as Report;
}
const cases: [string, Severity | undefined, Found, number][] = [
	['nothing asked', undefined, {findings: {critical: 3}, unknown: true}, 0],
	['nothing found, all read', 'low', {coverage: [{fact: 'serviceAccountKeys', status: 'complete'}]}, 0],
	['found at the level', 'high', {findings: {high: 1}}, 1],
	['found above the level', 'medium', {findings: {critical: 1}}, 1],
	['found below the level', 'high', {findings: {medium: 9, low: 9}}, 0],
	['found beats unread', 'low', {findings: {low: 1}, unknown: true}, 1],
	['a check that could not judge', 'high', {findings: {low: 1}, unknown: true}, 3],
	[
		'a check that found less, and could not judge the rest',
		'high',
		{findings: {low: 1}, reason: 'keys were not read'},
		3,
	],
	['a fact with a hole that hides nothing', 'high', {coverage: [{fact: 'roles', status: 'missing'}]}, 0],
	['a hole in what can only remove findings', 'high', {coverage: [{fact: 'denyPolicies', status: 'missing'}]}, 0],
	['found at the level beats a hole', 'low', {findings: {low: 1}, reason: 'keys were not read'}, 1],
	['a broken line in the input', 'high', {coverage: [{fact: 'input', status: 'partial'}]}, 3],
];

test.each(cases)('%s', (_, failOn, found, code) => {
	expect(judge(report(found), {failOn}).code).toBe(code);
});

test('what was not read is named', () => {
	expect(judge(report({unknown: true, reason: 'keys of projects/p were not read'}), {failOn: 'low'}).reason).toBe(
		'not judged in full: user-managed-key (keys of projects/p were not read)',
	);
	expect(judge(report({coverage: [{fact: 'input', status: 'partial'}]}), {failOn: 'low'}).reason).toBe(
		'input of projects/p is partial',
	);
});
