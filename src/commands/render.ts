/** `render REPORT.json`: other formats from a saved report, without reading the organization again. */
import {checks as catalogue} from '../../checks/index.ts';
import {formats} from '../../reports/index.ts';
import {decideColor} from '../color.ts';
import {REPORT_FORMATS} from '../formats.ts';
import type {Io} from '../io.ts';
import {notesOf} from '../notes.ts';
import {openOutput, type Output} from '../output.ts';
import {readReport} from '../read-report.ts';
import {safeLine} from '../text.ts';
import type {CommonFlags} from './flags.ts';

/** Columns where no terminal says how many it has. */
const COLUMNS = 100;

/**
 * What checks say of themselves comes from this version's catalogue; findings come from the report, whatever wrote it.
 * @returns the exit code
 * @throws UsageError a file that is no report of this version, or an unwritable output
 */
export async function runRender(file: string, flags: CommonFlags, io: Io): Promise<number> {
	const targets = REPORT_FORMATS.targets(flags.format, flags.output);
	const notes = notesOf(catalogue);
	const outputs: Output[] = [];
	try {
		for (const target of targets) outputs.push(await openOutput(target.file, io));
		const report = readReport(file);
		for (const [index, {format, file: written}] of targets.entries()) {
			const output = outputs[index]!;
			const {terminal} = output;
			const color = decideColor(flags.color, io.env, terminal?.isTTY ?? false);
			await output.write(formats[format](report, {color, columns: terminal?.columns ?? COLUMNS, catalogue: notes}));
			if (written !== undefined && !flags.quiet) io.stderr.write(`${safeLine(`Wrote ${written}.`)}\n`);
		}
		return 0;
	} finally {
		for (const output of outputs) await output.discard();
	}
}
