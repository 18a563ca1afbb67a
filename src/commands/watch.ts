/** `watch`: scheduled runs into a ledger. `--once` for schedulers outside. */
import {resolve} from 'node:path';
import {checks as catalogue} from '../../checks/index.ts';
import {type Config, type LoadedConfig, loadConfig} from '../config.ts';
import {UsageError} from '../errors.ts';
import {REPORT_FORMATS} from '../formats.ts';
import type {Io} from '../io.ts';
import {didYouMean} from '../nearest.ts';
import {execute} from '../schedule/child.ts';
import {openFolder} from '../schedule/durable.ts';
import {serveHealth} from '../schedule/health.ts';
import {readStored} from '../schedule/ledger.ts';
import {isLock, type Lock, ownerText, takeLock} from '../schedule/lock.ts';
import {NO_FLAGS, type RunFlags} from '../schedule/plan.ts';
import {milliseconds, type ScheduleRule, watchSettings, type WatchSettings} from '../schedule/settings.ts';
import {signingKey} from '../schedule/signature.ts';
import {foldersIn} from '../schedule/verify.ts';
import {type ScheduledScope, Watch} from '../schedule/watch.ts';
import {safeJson, safeLine} from '../text.ts';
import type {AuditFlags} from './flags.ts';
import {scopesOf} from './read.ts';

export interface WatchFlags extends Omit<AuditFlags, 'format' | 'output' | 'baseline'> {
	directory?: string;
	once?: boolean;
	/** Only schedules of these names. */
	scope: string[];
	cron?: string;
	timeZone?: string;
	/** Port. */
	health?: number;
}

/** The contract's order. */
const BY_WEIGHT = [130, 143, 70, 2, 1, 3, 0];
/** Where no schedule has a name. */
const DEFAULT_SCOPE = 'default';

/**
 * @returns of `--once` the exit code that `audit` would give, the gravest of several; 0 once it was asked to stop
 * @throws UsageError no directory, nothing to run, another watch on the directory
 */
export async function runWatch(flags: WatchFlags, io: Io): Promise<number> {
	const loaded = await loadConfig({file: flags.config, profile: flags.profile}, catalogue);
	const {config} = loaded;
	const say = (line: string): void => void (flags.quiet || io.stderr.write(`${safeLine(line)}\n`));
	const settings = watchSettings(config.watch);
	const place = flags.directory ?? config.watch.directory;
	if (place === undefined) {
		throw new UsageError(
			'watch needs a directory for its ledger and reports.',
			'Name it with --directory=DIR, or as watch.directory in the configuration.',
		);
	}
	const scopes = await scopesToRun(flags, loaded, settings);
	for (const format of settings.formats) REPORT_FORMATS.parse(format);
	const key = settings.signingKey === undefined ? undefined : signingKey(settings.signingKey);
	const folder = resolve(place);
	await openFolder(folder, flags.directory === undefined ? 'watch.directory' : '--directory');
	await expectLedger(folder, place);
	for (const warning of loaded.warnings) say(`Warning: ${warning}`);
	io.endsItself?.();
	const watch = new Watch({
		folder,
		scopes,
		settings,
		retention: config.retention,
		targets: config.targets,
		notices: config.notices,
		key,
		io,
		execute,
		quiet: flags.quiet ?? false,
		onRun: ({run, scope, status, exit}, head) =>
			void io.stdout.write(`${safeJson({run, scope, status, exit: exit ?? null, head})}\n`),
	});
	if (flags.once) {
		const results = await watch.once();
		if (io.signal.aborted) return io.signal.reason === 'SIGTERM' ? 143 : 130;
		// Nothing was judged by a run that did not take place.
		const codes = new Set(results.map(({code}) => code ?? 3));
		return BY_WEIGHT.find(code => codes.has(code)) ?? 0;
	}
	const lock = await onlyWatch(folder, io);
	try {
		if (flags.health !== undefined) {
			const {port} = await serveHealth(flags.health, () => watch.health);
			say(`Health: http://127.0.0.1:${port}/`);
		}
		await watch.forever();
	} finally {
		await lock.release();
	}
	say('Stopped.');
	return io.signal.reason === 'SIGTERM' ? 0 : 130;
}

/** What else lies in the directory could not be told from what somebody put in. */
async function expectLedger(folder: string, place: string): Promise<void> {
	const {lines, head} = await readStored(folder);
	if (lines.length > 0 || head !== undefined) return;
	const [stranger] = await foldersIn(folder);
	if (stranger === undefined || /^\d{8}T\d{9}Z-/.test(stranger)) return;
	throw new UsageError(
		`${place} holds other things than a run ledger: ${stranger}.`,
		'Name a directory of its own with --directory=DIR; it is made if it is not there.',
	);
}

async function onlyWatch(folder: string, io: Io): Promise<Lock> {
	const lock = await takeLock(folder, '.watch.lock', {io, atMost: 0});
	if (isLock(lock)) return lock;
	throw new UsageError(
		`Another sa-audit watch works on ${folder}: ${ownerText(lock.owner)}.`,
		'Stop it first, give this one a directory of its own, or add your schedule to its configuration.',
	);
}

/** What flags name is one scope; else those of the configuration. */
async function scopesToRun(
	flags: WatchFlags,
	{config, file}: LoadedConfig,
	settings: WatchSettings,
): Promise<ScheduledScope[]> {
	const base = baseFlags(flags);
	const isNamed = flags.assets.length > 0 || Boolean(flags.demo) || scopesOf(flags).length > 0;
	if (flags.assets.includes('-')) {
		throw new UsageError('watch cannot read standard input.', 'Name files or directories with --assets.');
	}
	const rules = isNamed ? [ofFlags(flags)] : chosen(config.schedules, flags.scope);
	if (rules.length === 0) {
		throw new UsageError(
			file === undefined ? 'watch was not told what to audit.' : `${file} has no schedules.`,
			'Give schedules in the configuration, or name what to audit: --organization=ID, --assets=PATH or --demo.',
		);
	}
	const {timetable} = await import('../schedule/timing.ts');
	return rules.map(rule => {
		const scope = {
			name: rule.name,
			flags: isNamed ? base : flagsOf(rule, base),
			jitter: milliseconds(rule.jitter, settings.jitter),
		};
		// A wrong id is told now, and not at six in the morning.
		scopesOf(scope.flags);
		if (flags.once) return scope;
		if (rule.cron === undefined) {
			throw new UsageError('watch was not told when to run.', 'Give --cron="0 6 * * *", or --once to run now.');
		}
		try {
			return {...scope, table: timetable(rule.cron, rule.timeZone ?? flags.timeZone ?? settings.timeZone)};
		} catch (error) {
			throw new UsageError(`--cron ${rule.cron} or its time zone is none: ${(error as Error).message}`, undefined, {
				cause: error,
			});
		}
	});
}

type Rule = Omit<ScheduleRule, 'cron'> & {cron?: string};

function ofFlags({scope, cron}: WatchFlags): Rule {
	const [name = DEFAULT_SCOPE] = scope;
	if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) {
		throw new UsageError(`--scope ${name} is no name.`, 'Use small letters, digits and dashes.');
	}
	return {name, ...(cron !== undefined && {cron})};
}

function chosen(schedules: Config['schedules'], names: readonly string[]): readonly Rule[] {
	if (names.length === 0) return schedules;
	const known = schedules.map(({name}) => name);
	const stranger = names.find(name => !known.includes(name));
	if (stranger !== undefined) {
		throw new UsageError(
			`There is no schedule "${stranger}"${didYouMean(stranger, known) || '.'}`,
			known.length === 0 ? 'The configuration has no schedules.' : `There are: ${known.join(', ')}.`,
		);
	}
	return schedules.filter(({name}) => names.includes(name));
}

function baseFlags(flags: WatchFlags): RunFlags {
	const {directory, once, scope, cron, timeZone, health, ...rest} = flags;
	return {...rest, quiet: false};
}

function flagsOf(rule: Rule, base: RunFlags): RunFlags {
	const {name, cron, timeZone, jitter, maxWait, ...source} = rule;
	const said = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined));
	return {
		...NO_FLAGS,
		...base,
		...said,
		...(maxWait !== undefined && {maxWait: milliseconds(maxWait, 0)}),
	} as RunFlags;
}
