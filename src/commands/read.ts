/** From the source flags to an inventory: what every command that judges an organization starts with. */
import {basename, isAbsolute, relative} from 'node:path';
import {InventoryBuilder} from '../inventory/build.ts';
import type {Inventory} from '../inventory/model.ts';
import {UsageError} from '../errors.ts';
import type {Io} from '../io.ts';
import {progressLine} from '../progress.ts';
import type {Run} from '../report.ts';
import {roleData} from '../role-data.ts';
import {readAssetPaths} from '../sources/asset-export.ts';
import type {Asset, Problem} from '../sources/asset.ts';
import {DEMO_NOTICE, DEMO_NOW, DEMO_SCOPE, readDemo} from '../sources/demo.ts';
import {safeLine} from '../text.ts';
import type {CommonFlags, SourceFlags} from './flags.ts';
import {type LogSink, readLogSources} from './logs.ts';
import {MemoryWatch} from './memory-watch.ts';

/** So many problems and warnings are named one by one; the rest is a number. */
const NAMED = 5;

export interface Read {
	inventory: Inventory;
	/** Epoch milliseconds at which everything is judged. */
	now: number;
	sources: Run['sources'];
}

/**
 * Reads all sources into one inventory. Problems go to standard error as warnings.
 * @param onLive told of each asset that comes from Google Cloud, when it comes
 * @throws UsageError no source, a source that is not there, nothing usable in it, or (strict) any problem
 */
export async function readInventory(
	flags: SourceFlags & CommonFlags,
	io: Io,
	onLive?: (asset: Asset) => void,
): Promise<Read> {
	const scopes = scopesOf(flags);
	const isSaved = flags.assets.length > 0 || Boolean(flags.demo);
	// What is given in files is narrowed by the scopes; otherwise they say what to read.
	const isLive = !isSaved && scopes.length > 0;
	if (!isSaved && !isLive) throw noSource();
	// The demo is judged at its own time, so that it shows the same in any year.
	const isDemoOnly = flags.assets.length === 0 && !isLive;
	const now = flags.now ?? (isDemoOnly ? Date.parse(DEMO_NOW) : io.clock());
	const builder = new InventoryBuilder({now});
	const problems = new ProblemLog();
	builder.onProblem = problem => problems.add(problem);
	const sources: Run['sources'] = [];
	const say = (line: string) => void (flags.quiet || io.stderr.write(`${safeLine(line)}\n`));

	const progress = progressLine(io, flags.quiet ?? false);
	const memory = new MemoryWatch(io.heapLimit, line => {
		progress.clear();
		say(line);
	});

	if (flags.demo) {
		say(DEMO_NOTICE);
		readDemo(builder);
		sources.push({kind: 'demo', scope: [...DEMO_SCOPE]});
	}
	const fromDemo = builder.assets;
	let files: string[] = [];
	if (flags.assets.length > 0) {
		try {
			const totals = await readAssetPaths(flags.assets, builder, {
				stdin: io.stdin,
				onProgress: (bytes, total, file) => {
					memory.look(builder.assets);
					progress.show(() => {
						const share = total === undefined ? megabytes(bytes) : `${megabytes(bytes)} of ${megabytes(total)}`;
						return {
							text: `Reading ${share}, ${count(builder.assets)} assets: ${file}`,
							sources: [{name: file, done: bytes, unit: 'bytes', ...(total !== undefined && {total})}],
							assets: builder.assets,
						};
					});
				},
			});
			files = totals.named.map(shownPath);
		} finally {
			progress.clear();
		}
		memory.look(builder.assets);
	}
	if (isLive) {
		const {collectLive} = await import('./live.ts');
		const at = {file: 'Google Cloud'};
		await collectLive(flags, scopes, io, asset => {
			builder.asset(asset, at);
			memory.look(builder.assets);
			onLive?.(asset);
		});
		sources.push({kind: 'google-cloud', scope: scopes.toSorted()});
	}
	const collected = builder.assets;
	const logs = flags.logs.length === 0 ? [] : await readLogSources(flags, now, io, logSink(builder));
	if (flags.strict && problems.total > 0) {
		throw new UsageError(
			[`${problems.summary()} (--strict):`, ...problems.lines()].join('\n'),
			'Mend the input, or leave out --strict to use what can be read.',
		);
	}
	for (const line of problems.lines()) say(`Warning: ${line}`);
	const {problem} = roleData(io.env);
	if (problem !== undefined) say(`Warning: ${problem}`);
	const inventory = builder.finish({scopes: isLive ? [] : scopes});
	const passedOver = [...inventory.passedOver.values()].reduce((sum, number) => sum + number, 0);
	if (collected - passedOver <= 0) throw nothingUsable(flags.assets, collected, problems);
	for (const line of firstOf(inventory.warnings, flags.verbose ? Infinity : NAMED)) say(`Warning: ${line}`);
	if (flags.verbose && passedOver > 0) {
		say(`Passed over ${count(passedOver)} assets of ${inventory.passedOver.size} types that no check looks at.`);
	}
	if (flags.assets.length > 0 && collected > fromDemo) {
		const roots = inventory.containers.filter(container => container.parent === undefined);
		const scope = scopes.length > 0 ? scopes : roots.map(container => container.key);
		sources.unshift({kind: 'assets', scope: scope.toSorted(), ...(files.length > 0 && {files})});
	}
	return {inventory, now, sources: [...sources, ...logs]};
}

/** What logs tell goes where assets go. */
function logSink(builder: InventoryBuilder): LogSink {
	const at = {file: '--logs'};
	return {asset: asset => builder.asset(asset, at), problem: problem => builder.problem(problem)};
}

/** A path below the working directory as it is from there; of others only the name, since reports travel. */
function shownPath(path: string): string {
	const near = relative('', path);
	return near.startsWith('..') || isAbsolute(near) ? basename(path) : near;
}

/** The first problems with their places, and how many there are. Bounded: a broken export has millions. */
class ProblemLog {
	total = 0;
	readonly #first: Problem[] = [];

	add(problem: Problem): void {
		this.total++;
		if (this.#first.length < NAMED) this.#first.push(problem);
	}

	summary(): string {
		return `${count(this.total)} ${this.total === 1 ? 'place' : 'places'} in the input could not be read`;
	}

	lines(): string[] {
		const named = this.#first.map(at => `${at.file}${at.line === undefined ? '' : `:${at.line}`}: ${at.message}`);
		const rest = this.total - named.length;
		return rest > 0 ? [...named, `${count(rest)} more places could not be read.`] : named;
	}
}

function firstOf(lines: readonly string[], most: number): string[] {
	const rest = lines.length - most;
	return rest > 0 ? [...lines.slice(0, most), `${count(rest)} more warnings; --verbose shows them.`] : [...lines];
}

/**
 * `--organization`, `--folder` and `--project` as container keys.
 * @throws UsageError an id that can be none
 */
export function scopesOf(flags: Pick<SourceFlags, 'organization' | 'folder' | 'project'>): string[] {
	const keys = (flag: string, ids: string[], shape: RegExp, example: string) =>
		ids.map(id => {
			const bare = id.replace(new RegExp(`^${flag}s/`), '');
			if (shape.test(bare)) return `${flag}s/${bare}`;
			throw new UsageError(`--${flag} ${id} is no ${flag} id.`, `It looks like ${example}.`);
		});
	return [
		...keys('organization', flags.organization, /^\d+$/, '123456789012'),
		...keys('folder', flags.folder, /^\d+$/, '123456789012'),
		...keys('project', flags.project, /^([a-z0-9.-]+:)?[a-z0-9][a-z0-9-]*$/, 'my-project'),
	];
}

function noSource(): UsageError {
	return new UsageError(
		'Nothing to read was given.',
		'Give an export with --assets=FILE (a directory, or - for standard input), read live with --organization=ID, --folder=ID or --project=ID, or try the built-in organization with --demo.',
	);
}

function nothingUsable(paths: string[], assets: number, problems: ProblemLog): UsageError {
	const found = assets > 0 ? `only asset types that no check looks at (${count(assets)} assets)` : 'no asset';
	return new UsageError(
		[`There is nothing to audit in ${paths.join(', ')}: it holds ${found}.`, ...problems.lines()].join('\n'),
		'Make an export with gcloud asset export --content-type=resource, a second one with --content-type=iam-policy, and give both.',
	);
}

const count = (number: number): string => number.toLocaleString('en-US');
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
