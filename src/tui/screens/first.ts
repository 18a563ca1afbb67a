/** What to mend first: the changes that end the worst findings and close the most paths. */
import {type ChokePoint, SEVERITIES, type Severity} from '../../report.ts';
import {shortResource} from '../../text.ts';
import type {AuditData} from '../data.ts';
import {memo} from '../memo.ts';

export interface First {
	severity: Severity;
	/** What to do, in one sentence. */
	text: string;
	/** The worst finding that it ends, by number. */
	finding: number;
	/** So many findings of this severity rest on it alone. */
	findings: number;
	choke?: ChokePoint;
}

/** Findings looked at, worst first. */
const LOOKED_AT = 2000;

/** @returns so many, the most useful first */
export const firstThings = memo((data: AuditData): readonly First[] => {
	const {table, report} = data;
	const chokes = new Map(report.chokePoints.map(point => [keyOf(point.binding), point]));
	const candidates = new Map<string, First>();
	for (let index = 0; index < Math.min(table.length, LOOKED_AT); index++) {
		const {severity, cause, check, resource, suppressed} = table.brief(index);
		if (suppressed || severity === 'low') continue;
		const key = cause ? keyOf(cause) : `${check} ${resource}`;
		const known = candidates.get(key);
		if (known) {
			known.findings++;
			continue;
		}
		const choke = cause && chokes.get(key);
		const text = cause ? `Take ${cause.role} from ${cause.member} on ${shortResource(cause.resource)}` : '';
		candidates.set(key, {severity, text, finding: index, findings: 1, ...(choke && {choke})});
	}
	const best = [...candidates.values()].sort(
		(a, b) =>
			SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
			(b.choke?.pathsClosed ?? 0) - (a.choke?.pathsClosed ?? 0) ||
			b.findings - a.findings ||
			a.finding - b.finding,
	);
	return best.slice(0, 3).map(first => (first.text === '' ? {...first, text: table.at(first.finding).message} : first));
});

export function keyOf({resource, role, member, condition = ''}: ChokePoint['binding']): string {
	return [resource, role, member, condition].join('\u0000');
}
