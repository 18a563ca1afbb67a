/** `history DIR`: the trend over all runs of a ledger. */
import {access} from 'node:fs/promises';
import {join} from 'node:path';
import {checks as catalogue} from '../../checks/index.ts';
import {formats} from '../../reports/index.ts';
import {UsageError} from '../errors.ts';
import {HISTORY_FORMATS, type HistoryFormat} from '../formats.ts';
import type {Io} from '../io.ts';
import {didYouMean} from '../nearest.ts';
import {notesOf} from '../notes.ts';
import {openOutput} from '../output.ts';
import {readReport} from '../read-report.ts';
import {type History, historyOf} from '../schedule/history.ts';
import {LEDGER, readEntries} from '../schedule/ledger.ts';
import {REPORT} from '../schedule/plan.ts';
import {safeJson} from '../text.ts';
import type {CommonFlags} from './flags.ts';
import {historyText} from './history-text.ts';

export interface HistoryFlags extends CommonFlags {
	/** Only this schedule. */
	scope?: string;
}

/** @throws UsageError there is no ledger, no such scope, or (html) no report any more */
export async function runHistory(folder: string, flags: HistoryFlags, io: Io): Promise<number> {
	await access(join(folder, LEDGER)).catch((error: unknown) => {
		throw new UsageError(`There is no run ledger in ${folder}.`, 'Name the directory of sa-audit watch.', {
			cause: error,
		});
	});
	const entries = await readEntries(folder);
	const scopes = [...new Set(entries.flatMap(entry => (entry.kind === 'pruned' ? [] : entry.scope)))];
	const {scope} = flags;
	if (scope !== undefined && !scopes.includes(scope)) {
		throw new UsageError(
			`The ledger has no scope "${scope}"${didYouMean(scope, scopes) || '.'}`,
			`It has ${scopes.join(', ')}.`,
		);
	}
	const history = historyOf(entries, scope);
	for (const {format, file} of HISTORY_FORMATS.targets(flags.format, flags.output)) {
		const output = await openOutput(file, io);
		try {
			await output.write(render(folder, history, format));
		} finally {
			await output.discard();
		}
	}
	return 0;
}

function render(folder: string, history: History, format: HistoryFormat): Iterable<string> {
	if (format === 'table') return historyText(history);
	if (format === 'json') return [`${JSON.stringify(history, null, '\t')}\n`];
	if (format === 'ndjson') return history.points.map(point => `${safeJson(point)}\n`);
	const last = history.points.at(-1);
	if (last === undefined) throw new UsageError('No run of the ledger has a report.', 'Choose --format=table or json.');
	const report = readReport(join(folder, last.run, REPORT));
	const notes = notesOf(catalogue);
	const points = history.points.filter(({scope}) => scope === last.scope);
	return formats.html({...report, history: points}, {color: false, columns: 100, catalogue: notes});
}
