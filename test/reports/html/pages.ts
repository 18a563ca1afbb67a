/** What the pages of the browser tests show. */
import type {Report} from '../../../src/report.ts';
import {finding, plainFinding, sample, withFindings, withText} from '../sample.ts';

export const VIEWS = ['overview', 'findings', 'graph', 'accounts', 'checks', 'compliance', 'coverage'];

/** A few of each, so that sorting and filtering have something to do. */
export const mixed: Report = withFindings([
	finding,
	{
		...finding,
		fingerprint: '1111111111111111',
		severity: 'high',
		message: 'zebra becomes root',
		project: 'zoo',
		principal: 'user:zed@example.com',
	},
	{
		...finding,
		fingerprint: '2222222222222222',
		severity: 'high',
		confidence: 'certain',
		message: 'aardvark becomes root',
		project: 'ark',
		principal: 'user:amy@example.com',
	},
	plainFinding,
	{...plainFinding, fingerprint: '3333333333333333', suppressed: {reason: 'known', owner: 'ann@example.com'}},
]);

export const fingerprintOf = (index: number): string => `f${index.toString(16).padStart(15, '0')}`;

/** One report with every list of the sample once for each text. */
export function manyHostile(texts: readonly string[]): Report {
	const reports = texts.map(text => withText(sample, text));
	const findings = reports.map((report, index) => ({...[...report.findings][0]!, fingerprint: fingerprintOf(index)}));
	return {
		...withFindings(findings),
		coverage: reports.flatMap(report => report.coverage),
		checks: reports.flatMap(report => report.checks),
		chokePoints: reports.flatMap(report => report.chokePoints),
		accounts: reports.flatMap(report => report.accounts),
		graph: {
			nodes: reports.flatMap(report => report.graph.nodes),
			edges: reports.flatMap(report => report.graph.edges),
			truncated: true,
		},
	};
}
