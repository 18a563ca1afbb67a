/** `--logs`, for every command that has it: which engine reads what, and what is said about it. */
import type {Io} from '../io.ts';
import {progressLine} from '../progress.ts';
import type {Run} from '../report.ts';
import type {Asset, Problem} from '../sources/asset.ts';
import type {LogTotals} from '../sources/logs/read.ts';
import {safeLine} from '../text.ts';
import type {LiveFlags, LogFlags} from './flags.ts';

export const WAREHOUSE = /^bigquery:\/\//;

/** What is read of logs, and where it goes. */
export interface LogSink {
	asset(asset: Asset): void;
	problem(problem: Problem): void;
}

/**
 * Reads everything that `--logs` names.
 * @param now epoch milliseconds
 * @returns for the report; one source of files, one of each dataset
 * @throws UsageError a path or dataset that is not there or cannot be read
 * @throws UnreadableError nobody is signed in who may query
 */
export async function readLogSources(
	flags: LogFlags & LiveFlags,
	now: number,
	io: Io,
	sink: LogSink,
): Promise<Run['sources']> {
	const say = (line: string): void => void (flags.quiet || io.stderr.write(`${safeLine(line)}\n`));
	const sources: Run['sources'] = [];
	const paths = flags.logs.filter(path => !WAREHOUSE.test(path));
	if (paths.length > 0) {
		const {readLogs, threadsFor} = await import('../sources/logs/read.ts');
		const progress = progressLine(io, flags.quiet ?? false);
		let totals: LogTotals;
		try {
			totals = await readLogs(paths, asset => sink.asset(asset), {
				stdin: io.stdin,
				now,
				engine: flags.logEngine ?? 'auto',
				lanes: {threads: threadsFor(io.processors ?? 1)},
				problem: problem => sink.problem(problem),
				onProgress: (bytes, total, file) =>
					progress.show(() => ({
						text: `Reading logs, ${share(bytes, total)}: ${file}`,
						sources: [{name: file, done: bytes, ...(total !== undefined && {total}), unit: 'bytes'}],
						assets: 0,
					})),
			});
		} finally {
			progress.clear();
		}
		for (const line of tellLogs(totals)) say(line);
		sources.push({kind: 'logs', scope: totals.scopes, ...(totals.files.length > 0 && {files: totals.files})});
	}
	for (const path of flags.logs.filter(path => WAREHOUSE.test(path))) {
		const {readDataset} = await import('./log-dataset.ts');
		const totals = await readDataset(path, flags, now, io, asset => sink.asset(asset));
		for (const line of tellLogs(totals)) say(line);
		sources.push({kind: 'logs', scope: totals.scopes});
	}
	return sources;
}

/** What was read, and what of it could not be used. */
function tellLogs({counts, coarseness}: LogTotals): string[] {
	const asides = [
		[counts.duplicates, 'duplicates left out'],
		[counts.others, 'entries of other logs passed over'],
		[counts.timeless, 'without a time left out'],
		[counts.anonymous, 'that do not say who called'],
		[counts.future, 'later than now (a clock is wrong; they count)'],
		[counts.dropped, 'single events beyond the newest left out'],
	] as const;
	const told = asides.filter(([number]) => number > 0).map(([number, what]) => `${count(number)} ${what}`);
	const lines = [`Logs: ${count(counts.entries)} audit log entries${told.length > 0 ? `; ${told.join(', ')}` : ''}.`];
	if (coarseness > 0)
		lines.push(
			'Warning: the logs hold more ways of use than are kept apart; what accounts did is told by service only.',
		);
	return lines;
}

const count = (number: number): string => number.toLocaleString('en-US');
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
const share = (bytes: number, total: number | undefined): string =>
	total === undefined ? megabytes(bytes) : `${megabytes(bytes)} of ${megabytes(total)}`;
