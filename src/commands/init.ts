/** `init TARGET`: writes the files that run sa-audit on a schedule somewhere. */
import {ALSO_CALLED, DEPLOYMENTS} from '../deployment/names.ts';
import {deployments} from '../deployment/index.ts';
import {valuesOf} from '../deployment/values.ts';
import {writeFiles} from '../deployment/write.ts';
import {UsageError} from '../errors.ts';
import type {Io} from '../io.ts';
import {didYouMean} from '../nearest.ts';
import {safeLine} from '../text.ts';

export interface InitFlags {
	directory?: string;
	organization?: string;
	project?: string;
	repository?: string;
	cron?: string;
	timeZone?: string;
	force?: boolean;
	quiet?: boolean;
}

/** @throws UsageError an unknown target, a value that cannot be, or a file that is there already */
export async function runInit(target: string, flags: InitFlags, io: Io): Promise<number> {
	const name = DEPLOYMENTS.find(known => known === target) ?? ALSO_CALLED.get(target.toLowerCase());
	if (name === undefined) {
		throw new UsageError(
			`There is nothing to write for "${target}"${didYouMean(target, DEPLOYMENTS) || '.'}`,
			`It can be ${DEPLOYMENTS.join(', ')}.`,
		);
	}
	const {directory = '.', force = false, quiet, ...given} = flags;
	const {files, steps} = deployments[name](valuesOf(given));
	const {written, kept} = await writeFiles(directory, files, force);
	if (quiet) return 0;
	for (const file of written) io.stderr.write(`${safeLine(`Wrote ${file}.`)}\n`);
	for (const file of kept) io.stderr.write(`${safeLine(`Left ${file} as it is.`)}\n`);
	const blanks = [...new Set(files.flatMap(({text}) => text.match(BLANK) ?? []))];
	if (blanks.length > 0) io.stderr.write(`To be replaced: ${blanks.join(', ')}.\n`);
	io.stderr.write('Next:\n');
	for (const [index, step] of steps.entries()) io.stderr.write(`${index + 1}. ${safeLine(step)}\n`);
	return 0;
}

/** Words in capitals that stand for what nobody told. */
const BLANK = /\b(?:ORGANIZATION_ID|PROJECT_ID|REPOSITORY_ID|WORKLOAD_IDENTITY_PROVIDER|IMAGE)\b/g;
