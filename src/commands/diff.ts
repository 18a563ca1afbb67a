/** `diff OLD.json NEW.json`: what changed between two saved reports. */
import {factsBehind} from '../check.ts';
import {checks as catalogue} from '../../checks/index.ts';
import {compare} from '../baseline/compare.ts';
import {newlyUnread} from '../baseline/coverage-difference.ts';
import {diffOf} from '../baseline/diff.ts';
import {SavedReport} from '../baseline/saved.ts';
import {DIFF_FORMATS} from '../formats.ts';
import type {Io} from '../io.ts';
import {openOutput, type Output} from '../output.ts';
import {safeLine} from '../text.ts';
import {judge} from '../verdict.ts';
import {diffFormats} from './diff-formats.ts';
import type {DiffFlags} from './flags.ts';

/** Columns where no terminal says how many it has. */
const COLUMNS = 100;

/**
 * @returns the exit code
 * @throws UsageError a file that is no report of this version, or an unwritable output
 */
export async function runDiff(before: string, after: string, flags: DiffFlags, io: Io): Promise<number> {
	const targets = DIFF_FORMATS.targets(flags.format, flags.output);
	const needs = (id: string) => {
		const check = catalogue.find(one => one.id === id);
		return check && factsBehind(check);
	};
	const outputs: Output[] = [];
	const saved: SavedReport[] = [];
	try {
		for (const target of targets) outputs.push(await openOutput(target.file, io));
		for (const file of [before, after]) saved.push(new SavedReport(file));
		const [old, now] = saved as [SavedReport, SavedReport];
		const comparison = compare(old, now.report, now.facts, needs, now.entries());
		const diff = diffOf(old, now, comparison, needs);
		for (const [index, {format, file}] of targets.entries()) {
			const output = outputs[index]!;
			await output.write(diffFormats[format](diff, output.terminal?.columns ?? COLUMNS));
			if (file !== undefined && !flags.quiet) io.stderr.write(`${safeLine(`Wrote ${file}.`)}\n`);
		}
		const {code, reason} = judge(comparison.report, {
			failOnNew: flags.failOnNew,
			newlyUnread: newlyUnread(old.report, now.report),
		});
		if (reason !== undefined) io.stderr.write(`${safeLine(`Could not read enough to judge: ${reason}`)}\n`);
		return code;
	} finally {
		for (const output of outputs) await output.discard();
		for (const report of saved) report.close();
	}
}
