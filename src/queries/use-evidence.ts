/** What findings about unused things say of their use: per source, with its period. */
import {BLIND_SPOTS, type Judgement, type LastUse, SOURCE_TITLES, type View} from '../evidence/views.ts';
import {days} from '../time.ts';

type Unused = Extract<Judgement, {kind: 'unused'}>;

export function useEvidence(use: LastUse, {last, from, to}: Unused, now: number): Record<string, unknown> {
	return {
		lastAuthenticated: last === undefined ? null : iso(last),
		...(last !== undefined && {unusedDays: days(now - last)}),
		...(from !== undefined && {observedFrom: iso(from)}),
		...(to !== undefined && {observedTo: iso(to)}),
		// One source alone is told above already.
		...(use.views.length > 1 && {sources: use.views.map(viewEvidence)}),
		...(use.contradictions.length > 0 && {contradictions: use.contradictions}),
	};
}

/** One source as data. */
export function viewEvidence({source, status, reason, last, from, to, count}: View): Record<string, unknown> {
	return {
		source: SOURCE_TITLES[source],
		status,
		...(reason !== undefined && {reason}),
		last: last === undefined ? null : iso(last),
		...(count !== undefined && {count}),
		...(from !== undefined && {from: iso(from)}),
		...(to !== undefined && {to: iso(to)}),
		blindTo: BLIND_SPOTS[source],
	};
}

const iso = (time: number): string => new Date(time).toISOString();
