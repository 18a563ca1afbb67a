/** `verify DIR`: is the run ledger as it was written? */
import {UsageError} from '../errors.ts';
import {PLAIN_FORMATS} from '../formats.ts';
import type {Io} from '../io.ts';
import {openOutput} from '../output.ts';
import {publicKey} from '../schedule/signature.ts';
import {type Verdict, verifyLedger} from '../schedule/verify.ts';
import {safeJson, safeLine} from '../text.ts';
import type {CommonFlags} from './flags.ts';

export interface VerifyFlags extends CommonFlags {
	/** SHA-256 of a line, as a run printed it. */
	head?: string;
	/** File with an Ed25519 public key. */
	publicKey?: string;
}

/** @returns 0 if it is, 1 if not. @throws UsageError there is no ledger */
export async function runVerify(folder: string, flags: VerifyFlags, io: Io): Promise<number> {
	const head = flags.head?.toLowerCase();
	if (head !== undefined && !/^[0-9a-f]{64}$/.test(head)) {
		throw new UsageError(
			`--head ${flags.head} is no SHA-256 hash.`,
			'It is the 64 digits that a run prints as its head.',
		);
	}
	const key = flags.publicKey === undefined ? undefined : publicKey(flags.publicKey);
	const verdict = await verifyLedger(folder, {...(head !== undefined && {head}), ...(key !== undefined && {key})});
	for (const {format, file} of PLAIN_FORMATS.targets(flags.format, flags.output)) {
		const output = await openOutput(file, io);
		try {
			await output.write(format === 'table' ? text(folder, verdict, key !== undefined) : [`${safeJson(verdict)}\n`]);
		} finally {
			await output.discard();
		}
	}
	return verdict.intact ? 0 : 1;
}

function* text(folder: string, verdict: Verdict, isSigned: boolean): Iterable<string> {
	const {broken, lines, runs, pruned, head, headLine, signed, notes} = verdict;
	if (broken === undefined) {
		const gone = pruned === 0 ? '' : `, ${pruned} of them without their files, which the retention deleted`;
		yield `The ledger is intact: ${lines} ${lines === 1 ? 'line' : 'lines'}, ${runs} ${runs === 1 ? 'run' : 'runs'}${gone}.\n`;
		if (headLine !== undefined) yield `The given head is line ${headLine}.\n`;
		if (isSigned) yield `${signed} ${signed === 1 ? 'line is' : 'lines are'} signed by the given key.\n`;
		yield `Head: ${head}\n`;
	} else {
		yield `${safeLine(`${folder}/ledger.ndjson:${broken.line}: ${broken.message}`)}\n`;
		yield 'The ledger is BROKEN from this line on.\n';
	}
	for (const note of notes) yield `Note: ${safeLine(note)}\n`;
}
