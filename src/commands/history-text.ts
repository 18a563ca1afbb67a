/** The trend as a table, one line a run. Pure. */
import {type HistoryPoint, SEVERITIES} from '../report.ts';
import type {History} from '../schedule/history.ts';
import {fit, safeLine} from '../text.ts';

/** Checks whose counts are shown over time: those that moved most. */
const CHECKS = 8;

export function* historyText({points, meanTimeToFix, fixed, failed, skipped}: History): Iterable<string> {
	if (points.length === 0) yield 'No run has a report.\n';
	else {
		const scopes = new Set(points.map(point => point.scope));
		const columns: [title: string, width: number, cell: (point: HistoryPoint) => string][] = [
			['run', 20, ({at}) => `${at.slice(0, 19)}Z`],
			...(scopes.size > 1
				? [
						['scope', 16, (point: HistoryPoint) => point.scope ?? ''] as [
							string,
							number,
							(point: HistoryPoint) => string,
						],
					]
				: []),
			...SEVERITIES.map((severity): [string, number, (point: HistoryPoint) => string] => [
				severity,
				8,
				point => String(point.findings[severity]),
			]),
			['new', 7, point => number(point.new)],
			['fixed', 7, point => number(point.fixed)],
			['read', 7, ({coverage}) => share(coverage)],
			['holes', 6, ({coverage}) => String(coverage.partial + coverage.missing)],
		];
		yield `${columns
			.map(([title, width]) => fit(title, width))
			.join(' ')
			.trimEnd()}\n`;
		for (const point of points)
			yield `${columns
				.map(([, width, cell]) => fit(cell(point), width))
				.join(' ')
				.trimEnd()}\n`;
		yield '\n';
		yield* checksText(points);
	}
	yield meanTimeToFix === null
		? 'Mean time to fix: nothing was fixed yet.\n'
		: `Mean time to fix: ${durationText(meanTimeToFix)} (${fixed} ${fixed === 1 ? 'finding' : 'findings'}).\n`;
	for (const {run, status, reason} of failed)
		yield `${safeLine(`${status}: ${run}${reason === undefined ? '' : `: ${reason}`}`)}\n`;
	if (skipped > 0) yield `skipped: ${skipped} ${skipped === 1 ? 'run' : 'runs'}\n`;
}

/** First and last count of the checks. */
function* checksText(points: readonly HistoryPoint[]): Iterable<string> {
	const first = points[0]!.checks;
	const last = points.at(-1)!.checks;
	const ids = [...new Set([...Object.keys(first), ...Object.keys(last)])];
	const moved = ids
		.map(id => ({id, from: first[id] ?? 0, to: last[id] ?? 0}))
		.toSorted((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from) || b.to - a.to || (a.id < b.id ? -1 : 1));
	if (moved.length === 0) return;
	yield 'By check, first run and last:\n';
	for (const {id, from, to} of moved.slice(0, CHECKS))
		yield `  ${fit(id, 40)} ${String(from).padStart(6)} ${String(to).padStart(6)}\n`;
	if (moved.length > CHECKS) yield `  and ${moved.length - CHECKS} more; --format=json has all\n`;
	yield '\n';
}

const number = (value: number | null): string => (value === null ? '-' : String(value));

function share({complete, partial, missing}: HistoryPoint['coverage']): string {
	const all = complete + partial + missing;
	return all === 0 ? '-' : `${Math.floor((100 * complete) / all)} %`;
}

function durationText(seconds: number): string {
	const hours = seconds / 3600;
	if (hours < 1) return `${Math.round(seconds / 60)} minutes`;
	return hours < 48 ? `${hours.toFixed(1)} hours` : `${(hours / 24).toFixed(1)} days`;
}
