/**
 * The schedule: who is due when, one run at a time, what was missed, and what follows each run. Knows the clock and
 * chance that it was handed only.
 */
import type {KeyObject} from 'node:crypto';
import type {Io} from '../io.ts';
import {safeLine} from '../text.ts';
import {UsageError} from '../errors.ts';
import {type Execute} from './child.ts';
import type {Entry, RunEntry, SkipEntry} from './entry.ts';
import {type Health, healthOf} from './health.ts';
import {KnownEntries, Ledger} from './ledger.ts';
import {isLock, ownerText, takeLock} from './lock.ts';
import {tell} from './notices/index.ts';
import {recover} from './pending.ts';
import {prune} from './retention.ts';
import {type Done, runScope, type Scope} from './run.ts';
import type {NoticeRule, RetentionRule, TargetRule, WatchSettings} from './settings.ts';
import {deliver} from './targets/index.ts';
import {missed, type Timetable} from './timing.ts';

/** Milliseconds: a machine that slept wakes up late, so nobody sleeps for long. */
const LONGEST_SLEEP = 20_000;

export interface ScheduledScope extends Scope {
	/** Undefined: only when asked to. */
	table?: Timetable;
	/** Milliseconds. */
	jitter: number;
}

export interface WatchOptions {
	folder: string;
	scopes: readonly ScheduledScope[];
	settings: WatchSettings;
	retention: RetentionRule;
	targets: readonly TargetRule[];
	notices: readonly NoticeRule[];
	key: KeyObject | undefined;
	io: Io;
	execute: Execute;
	quiet: boolean;
	/** Told of each run that is in the ledger. */
	onRun?: (entry: RunEntry, head: string) => void;
}

interface State {
	scope: ScheduledScope;
	/** The time of the schedule, and when it is gone by, jitter added. Infinity: never. */
	due: number;
	start: number;
	missed: number;
	running: boolean;
	lastRun: RunEntry | undefined;
	lastError: string | undefined;
}

export interface Result {
	/** Exit code; undefined if the run was skipped. */
	code: number | undefined;
	done?: Done;
}

interface Due {
	at?: number;
	missed?: number;
}

export class Watch {
	readonly #options: WatchOptions;
	readonly #ledger: Ledger;
	readonly #known: KnownEntries;
	readonly #states: State[];
	#head = '';
	/** When the last run of this process ended: until then nobody was asleep. */
	#busyUntil = 0;

	constructor(options: WatchOptions) {
		this.#options = options;
		this.#ledger = new Ledger(options.folder, {io: options.io, ...(options.key !== undefined && {key: options.key})});
		this.#known = new KnownEntries(options.folder);
		this.#states = options.scopes.map(scope => ({
			scope,
			due: Infinity,
			start: Infinity,
			missed: 0,
			running: false,
			lastRun: undefined,
			lastError: undefined,
		}));
	}

	get health(): Health {
		const scopes = this.#states.map(({scope, start, running, lastRun, lastError}) => ({
			scope: scope.name,
			running,
			lastRun: lastRun === undefined ? null : shortly(lastRun),
			nextRun: Number.isFinite(start) ? timeOf(start) : null,
			lastError: lastError ?? null,
		}));
		return healthOf(scopes, this.#head);
	}

	/** Runs each scope once, one after the other. @returns their exit codes */
	async once(): Promise<Result[]> {
		const results: Result[] = [];
		for (const state of this.#states) {
			if (this.#options.io.signal.aborted) break;
			results.push(await this.#run(state, {}));
		}
		return results;
	}

	/** Goes on until the signal. What fails is told, recorded if it can be, and tried again at its next time. */
	async forever(): Promise<void> {
		const {io} = this.#options;
		await this.#begin();
		while (!io.signal.aborted) {
			const now = io.clock();
			const state = this.#states.reduce((first, other) => (other.start < first.start ? other : first));
			if (!Number.isFinite(state.start)) {
				throw new UsageError('No schedule has a further time.', 'Look at the cron expressions in the configuration.');
			}
			if (state.start > now) {
				await this.#sleep(Math.min(LONGEST_SLEEP, state.start - now));
				continue;
			}
			// Woken late, of several times the last one counts.
			const past = missed(state.scope.table!, state.due, now);
			const due: Due = {at: past?.last ?? state.due, missed: state.missed + (past?.count ?? 0)};
			try {
				await this.#run(state, due);
				await this.#after(state, due.at!);
			} catch (error) {
				if (!(error instanceof UsageError)) throw error;
				state.lastError = error.message;
				this.#say(`error: ${error.message} ${error.hint ?? ''}`);
				this.#plan(state, io.clock(), io.clock());
			}
		}
	}

	/** Times that came while the run was under way: one more run for them, or none. */
	async #after(state: State, since: number): Promise<void> {
		const {io, settings} = this.#options;
		this.#busyUntil = io.clock();
		this.#plan(state, since, this.#busyUntil);
		if (settings.overlap !== 'skip' || state.start > this.#busyUntil || io.signal.aborted) return;
		const {due, missed: earlier} = state;
		this.#plan(state, this.#busyUntil, this.#busyUntil);
		await this.#skip(state.scope.name, 'another run was under way', {at: due, missed: earlier});
	}

	async #skip(scope: string, reason: SkipEntry['reason'], {at, missed: earlier}: Due): Promise<void> {
		await this.#ledger.append({
			kind: 'skipped',
			scope,
			reason,
			...(at !== undefined && {scheduledAt: timeOf(at)}),
			...(earlier !== undefined && earlier > 0 && {missed: earlier}),
		});
	}

	/** What was last, and what was missed since. */
	async #begin(): Promise<void> {
		const {io} = this.#options;
		const now = io.clock();
		const entries = await this.#known.read();
		for (const state of this.#states) {
			const own = entries.filter(entry => entry.kind !== 'pruned' && entry.scope === state.scope.name);
			const last = own.at(-1);
			state.lastRun = own.findLast(entry => entry.kind === 'run') as RunEntry | undefined;
			state.lastError = errorOf(state.lastRun);
			const since = last === undefined ? now : Date.parse(lastTime(last));
			this.#plan(state, since, now);
			this.#say(`${state.scope.name}: next run at ${Number.isFinite(state.start) ? timeOf(state.start) : 'no time'}.`);
		}
	}

	/** The next time of a scope after `since`; of several that are over already, the last one counts. */
	#plan(state: State, since: number, now: number): void {
		const {scope} = state;
		const table = scope.table!;
		const past = missed(table, since, now);
		if (past !== undefined) {
			state.due = past.last;
			state.start = now;
			state.missed = past.count - 1;
			return;
		}
		state.due = table.next(Math.max(since, now)) ?? Infinity;
		state.start = state.due + Math.floor(this.#options.io.random() * scope.jitter);
		state.missed = 0;
	}

	async #run(state: State, due: Due): Promise<Result> {
		const {io, settings, folder} = this.#options;
		const {scope} = state;
		const asked = io.clock();
		// Later than a minute is no jitter: the machine slept, or nobody ran us.
		const late = due.at === undefined ? 0 : asked - Math.max(due.at, this.#busyUntil);
		if (!settings.catchUp && late > Math.max(60_000, scope.jitter + LONGEST_SLEEP)) {
			await this.#skip(scope.name, 'missed', due);
			this.#say(`${scope.name}: the run of ${timeOf(due.at!)} was missed.`);
			return {code: undefined};
		}
		const lock = await takeLock(folder, '.run.lock', {
			io,
			atMost: settings.overlap === 'wait' ? settings.waitAtMost : 0,
			onWait: owner => this.#say(`${scope.name}: another run is under way (${ownerText(owner)}); waiting.`),
		});
		if (!isLock(lock)) {
			if (!io.signal.aborted) await this.#skip(scope.name, 'another run was under way', due);
			this.#say(`${scope.name}: skipped, another run is under way: ${ownerText(lock.owner)}.`);
			return {code: undefined};
		}
		state.running = true;
		try {
			return await this.#locked(state, due, io.clock() - asked);
		} finally {
			state.running = false;
			await lock.release();
		}
	}

	async #locked(state: State, due: Due, waited: number): Promise<Result> {
		const {io, settings, folder, quiet} = this.#options;
		const broken = await recover(this.#ledger, io.clock());
		let entries = await this.#known.read();
		if (broken !== undefined) {
			this.#say(`Warning: the run ${broken.run} was broken off; it is recorded as broken.`);
			const {hash} = await this.#ledger.settle();
			await this.#tell({entry: broken, head: hash, changes: undefined, before: undefined});
		}
		this.#say(`${state.scope.name}: the run begins.`);
		const done = await runScope(state.scope, {
			io,
			execute: this.#options.execute,
			ledger: this.#ledger,
			entries,
			keepAssets: settings.keepAssets,
			formats: settings.formats,
			timeout: settings.timeout,
			...(due.at !== undefined && {due: due.at, missed: due.missed ?? 0}),
			waited,
			onText: text => void (quiet || io.stderr.write(text.split('\n').map(safeLine).join('\n'))),
		});
		const {entry} = done;
		state.lastRun = entry;
		state.lastError = errorOf(entry);
		this.#head = done.head.hash;
		const why = entry.reason === undefined ? '' : `: ${entry.reason}`;
		this.#say(`${entry.scope}: the run ${entry.run} is ${entry.status}${why}`);
		let code = entry.exit ?? 70;
		if (!io.signal.aborted) {
			entries = await this.#known.read();
			const pruned = await prune(this.#ledger, entries, this.#options.retention, io.clock());
			if (pruned.length > 0) {
				this.#say(`Retention: ${pruned.length} ${pruned.length === 1 ? 'run' : 'runs'} deleted.`);
				this.#head = (await this.#ledger.settle()).hash;
			}
			for (const {target, error} of await deliver(this.#options.targets, folder)) {
				state.lastError = `the target ${target} failed: ${error}`;
				this.#say(`Warning: ${state.lastError} It is tried again after the next run.`);
				if (code !== 70) code = 2;
			}
		}
		this.#say(`Ledger head: ${this.#head}`);
		this.#options.onRun?.(entry, this.#head);
		await this.#tell({...done, head: this.#head});
		return {code, done};
	}

	async #tell(told: Omit<Done, 'head'> & {head: string}): Promise<void> {
		const {notices, folder, io} = this.#options;
		await tell(notices, told, folder, io, line => this.#say(`Warning: ${line}`));
	}

	async #sleep(milliseconds: number): Promise<void> {
		const {io} = this.#options;
		let wake = (): void => {};
		const woken = new Promise<void>(done => (wake = done));
		io.signal.addEventListener('abort', wake, {once: true});
		await Promise.race([io.sleep(milliseconds), woken]);
		io.signal.removeEventListener('abort', wake);
	}

	#say(line: string): void {
		const {io, quiet} = this.#options;
		if (!quiet) io.stderr.write(`${safeLine(line)}\n`);
	}
}

function shortly({run, status, startedAt, finishedAt, exit}: RunEntry): Health['lastRun'] {
	return {run, status, startedAt, finishedAt, ...(exit !== undefined && {exit})};
}

function errorOf(entry: RunEntry | undefined): string | undefined {
	if (entry === undefined || (entry.status === 'completed' && entry.exit !== 70)) return undefined;
	return `the run ${entry.run} is ${entry.status}${entry.reason === undefined ? '' : `: ${entry.reason}`}`;
}

/** The time that an entry settles: nothing before it is missed any more. */
function lastTime(entry: Entry): string {
	if (entry.kind === 'pruned') return entry.at;
	return entry.scheduledAt ?? (entry.kind === 'run' ? entry.startedAt : entry.at);
}

const timeOf = (time: number): string => new Date(time).toISOString();
