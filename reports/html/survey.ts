/**
 * One pass over the findings: the worst are kept to be embedded, all are counted. No more is held than is kept, and
 * a few numbers per check, project and control.
 */
import {type Finding, type FindingList, SEVERITIES} from '../../src/report.ts';
import type {Counts} from './data.ts';

export interface Survey {
	/** Most severe first, then in the report's order; suppressed ones last. */
	kept: Finding[];
	total: number;
	byCheck: Map<string, Counts>;
	byProject: Map<string, Counts>;
	byControl: Map<string, {counts: Counts; suppressed: number; checks: Set<string>}>;
}

export const none = (): Counts => [0, 0, 0, 0];

/** @param most findings that are kept */
export function survey(findings: FindingList, most: number): Survey {
	const ranks: Finding[][] = [...SEVERITIES, 'suppressed'].map(() => []);
	const result: Survey = {kept: [], total: 0, byCheck: new Map(), byProject: new Map(), byControl: new Map()};
	let held = 0;
	for (const finding of findings) {
		result.total++;
		const severity = SEVERITIES.indexOf(finding.severity);
		const rank = finding.suppressed === undefined ? severity : SEVERITIES.length;
		count(result, finding, severity);
		const worse = ranks[rank]!;
		if (held < most) held++;
		else {
			const least = ranks.findLast(list => list.length > 0);
			if (least === undefined || ranks.indexOf(least) <= rank) continue;
			least.pop();
		}
		worse.push(finding);
	}
	result.kept = ranks.flat();
	return result;
}

function count({byCheck, byProject, byControl}: Survey, finding: Finding, severity: number): void {
	const isCounted = finding.suppressed === undefined;
	if (isCounted) {
		countsOf(byCheck, finding.check)[severity]!++;
		countsOf(byProject, finding.project ?? '')[severity]!++;
	}
	for (const name of new Set(finding.compliance)) {
		let control = byControl.get(name);
		if (control === undefined) byControl.set(name, (control = {counts: none(), suppressed: 0, checks: new Set()}));
		if (isCounted) control.counts[severity]!++;
		else control.suppressed++;
		control.checks.add(finding.check);
	}
}

function countsOf(map: Map<string, Counts>, key: string): Counts {
	let counts = map.get(key);
	if (counts === undefined) map.set(key, (counts = none()));
	return counts;
}
