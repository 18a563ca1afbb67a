/** `collect`: reads live and writes the assets, for `--assets` to read back. */
import {UsageError} from '../errors.ts';
import type {Io} from '../io.ts';
import {brokenInput} from '../inventory/broken-input.ts';
import {openOutput} from '../output.ts';
import {stateFolder} from '../sources/google-cloud/journal.ts';
import {SortedLines} from '../sources/sorted-lines.ts';
import {safeLine} from '../text.ts';
import type {Asset, Problem} from '../sources/asset.ts';
import type {LiveFlags, LogFlags} from './flags.ts';
import {collectLive} from './live.ts';
import {readLogSources} from './logs.ts';
import {scopesOf} from './read.ts';

export interface CollectFlags extends LiveFlags, LogFlags {
	output: string[];
}

/**
 * @returns 0, of a partial collection too: what is missing is in the file
 * @throws UsageError no scope, no output or one that cannot be written
 * @throws UnreadableError nothing could be read
 */
export async function runCollect(flags: CollectFlags, io: Io): Promise<number> {
	const scopes = scopesOf(flags);
	if (scopes.length === 0 && flags.logs.length === 0) {
		throw new UsageError(
			'collect needs to know what to read.',
			'Give --organization=ID, --folder=ID or --project=ID, exported logs with --logs=PATH, or both.',
		);
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
		const keep = (asset: Asset): void => {
			assets++;
			lines.add(JSON.stringify(asset));
		};
		// Files first: what is wrong with them shows before hours of asking.
		if (flags.logs.length > 0) await collectLogs(flags, io, keep);
		if (scopes.length > 0) await collectLive(flags, scopes, io, keep);
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

/** Logs as assets; what of them could not be read goes along, as it would be told of the files themselves. */
async function collectLogs(flags: CollectFlags, io: Io, keep: (asset: Asset) => void): Promise<void> {
	const broken = new BrokenFiles();
	await readLogSources(flags, io.clock(), io, {asset: keep, problem: problem => broken.add(problem)});
	if (!flags.quiet) for (const line of broken.warnings()) io.stderr.write(`${safeLine(line)}\n`);
	for (const asset of broken.assets()) keep(asset);
}

/** Per file, how much could not be read, and the first of it. */
class BrokenFiles {
	readonly #files = new Map<string, {count: number; first: Problem}>();

	add(problem: Problem): void {
		const known = this.#files.get(problem.file);
		if (known) known.count++;
		else this.#files.set(problem.file, {count: 1, first: problem});
	}

	*warnings(): Generator<string> {
		for (const [file, {count, first}] of this.#files) {
			const line = first.line === undefined ? '' : `:${first.line}`;
			const more = count === 1 ? '' : ` (and ${(count - 1).toLocaleString('en-US')} more in this file)`;
			yield `Warning: ${file}${line}: ${first.message}${more}`;
		}
	}

	*assets(): Generator<Asset> {
		for (const [file, {count, first}] of this.#files) {
			const data = {fact: 'input', scope: file, status: 'partial', reason: brokenInput(count, first)};
			const name = `//sa-audit/coverage/${file.replace(/^\/+/, '')}/input`;
			yield {name, assetType: 'sa-audit/Coverage', resource: {data}};
		}
	}
}
