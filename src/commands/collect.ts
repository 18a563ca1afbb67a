/** `collect`: reads live and writes the assets, for `--assets` to read back. */
import {UsageError} from '../errors.ts';
import type {Io} from '../io.ts';
import {openOutput} from '../output.ts';
import {stateFolder} from '../sources/google-cloud/journal.ts';
import {SortedLines} from '../sources/sorted-lines.ts';
import {safeLine} from '../text.ts';
import type {LiveFlags} from './flags.ts';
import {collectLive} from './live.ts';
import {scopesOf} from './read.ts';

export interface CollectFlags extends LiveFlags {
	output: string[];
}

/**
 * @returns 0, of a partial collection too: what is missing is in the file
 * @throws UsageError no scope, no output or one that cannot be written
 * @throws UnreadableError nothing could be read
 */
export async function runCollect(flags: CollectFlags, io: Io): Promise<number> {
	const scopes = scopesOf(flags);
	if (scopes.length === 0) {
		throw new UsageError('collect needs to know what to read.', 'Give --organization=ID, --folder=ID or --project=ID.');
	}
	const [file, ...more] = flags.output;
	if (file === undefined || more.length > 0) {
		throw new UsageError(
			'collect writes one file.',
			'Name it with --output=assets.ndjson (or .ndjson.gz; - for standard output).',
		);
	}
	const target = file === '-' ? undefined : file.replace(/^ndjson=/, '');
	// Proves now that it can be written; nothing lies beside it while the collection runs.
	await (await openOutput(target, io)).discard();
	const lines = new SortedLines(stateFolder(io.env));
	const clean = (): void => lines.discard();
	io.signal.addEventListener('abort', clean, {once: true});
	try {
		let assets = 0;
		await collectLive(flags, scopes, io, asset => {
			assets++;
			lines.add(JSON.stringify(asset));
		});
		const output = await openOutput(target, io);
		try {
			await output.write(lines.sorted());
		} finally {
			await output.discard();
		}
		if (target !== undefined && !flags.quiet) {
			io.stderr.write(`${safeLine(`Wrote ${assets.toLocaleString('en-US')} assets to ${target}.`)}\n`);
		}
		return 0;
	} finally {
		io.signal.removeEventListener('abort', clean);
		lines.discard();
	}
}
