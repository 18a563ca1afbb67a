/**
 * The command line as data: names, flags and help. Actions import their command only when it runs, so
 * that `--help` loads nothing but commander. `docs/cli.md` is generated from here.
 */
import {Command, InvalidArgumentError, Option} from 'commander';
import type {ColorFlag} from './color.ts';
import type {ChecksFlags} from './commands/checks.ts';
import type {CollectFlags} from './commands/collect.ts';
import type {DoctorFlags} from './commands/doctor.ts';
import type {HistoryFlags} from './commands/history.ts';
import type {InitFlags} from './commands/init.ts';
import type {VerifyFlags} from './commands/verify.ts';
import type {WatchFlags} from './commands/watch.ts';
import type {
	AcceptFlags,
	AuditFlags,
	CanFlags,
	CommonFlags,
	ConfigFlags,
	DiffFlags,
	LiveFlags,
	KeysFlags,
	PathsFlags,
} from './commands/flags.ts';
import {UsageError} from './errors.ts';
import {DEPLOYMENTS, SHELLS} from './deployment/names.ts';
import {
	DIFF_FORMATS,
	type FormatSet,
	HISTORY_FORMATS,
	KEY_FORMATS,
	PATH_FORMATS,
	PLAIN_FORMATS,
	REPORT_FORMATS,
} from './formats.ts';
import type {Io} from './io.ts';
import {didYouMean} from './nearest.ts';
import {DESCRIPTION, VERSION} from './package.ts';
import {CONFIDENCES, SEVERITIES} from './report.ts';
import {parseRfc3339} from './rfc3339.ts';
import {parseDuration} from './time.ts';

/** The contract's table, for `--help` and the docs. */
export const EXIT_CODES: readonly (readonly [number, string])[] = [
	[0, 'finished; with --fail-on: nothing at or above it, and nothing it needed was unreadable'],
	[
		1,
		'--fail-on (or --fail-on-new) given and unsuppressed (new) findings at or above it, whatever their confidence; verify: the ledger was changed',
	],
	[
		2,
		'wrong usage, bad --config or --baseline, unwritable --output, nothing usable in the input, or (--strict) any malformed line',
	],
	[
		3,
		'could not read enough to judge: nothing could be collected, or --fail-on found nothing but facts that the selected checks need have holes; doctor: something it tested is missing',
	],
	[70, 'our own mistake: one sentence, and where to report it'],
	[130, 'interrupted'],
];

/**
 * @param io handed to the commands
 * @param finish told the exit code of the command that ran
 */
export function program(io: Io, finish: (code: number) => void): Command {
	const root = new Command('sa-audit')
		.description(DESCRIPTION)
		.version(VERSION, '-V, --version', 'print the version')
		.helpOption('-h, --help', 'print this help')
		.helpCommand('help [command]', 'print the help of a command')
		.exitOverride()
		.configureOutput({
			writeOut: text => void io.stdout.write(text),
			writeErr: text => void io.stderr.write(text),
			outputError: () => {},
		})
		// Defaults are told in the descriptions, where they matter.
		.configureHelp({optionDescription: option => option.description})
		.addHelpText(
			'after',
			() => `\nExit codes:\n${EXIT_CODES.map(([code, text]) => `  ${String(code).padEnd(4)} ${text}`).join('\n')}\n`,
		);

	const audit = root.command('audit').description('read an organization, judge it, and report what is wrong');
	sources(audit);
	selection(audit);
	audit
		.addOption(
			new Option(
				'--fail-on <severity>',
				`exit 1 if there are findings at or above it: ${SEVERITIES.join(', ')}`,
			).argParser(oneOf(SEVERITIES)),
		)
		.option('--baseline <report>', 'a saved JSON report: mark what is new since, and list what is fixed')
		.addOption(failOnNew('exit 1 if there are findings at or above it that the baseline does not have'));
	common(audit, REPORT_FORMATS).action(async (flags: AuditFlags) => {
		const {runAudit} = await import('./commands/audit.ts');
		finish(await runAudit(flags, io));
	});

	const collect = root
		.command('collect')
		.description('read an organization live (and logs) and write the assets, for --assets');
	live(scopes(collect))
		.addOption(logs())
		.addOption(logEngine())
		.addOption(repeated('--output <file>', 'where to: .ndjson, .ndjson.gz, or - for standard output', one));
	terminal(collect)
		.option('--quiet', 'no progress and no warnings')
		.option('--verbose', 'calls per API, and details of errors')
		.action(async (flags: CollectFlags) => {
			const {runCollect} = await import('./commands/collect.ts');
			finish(await runCollect(flags, io));
		});

	const paths = root
		.command('paths')
		.description('list the chains by which a principal becomes an account, with reasons');
	paths
		.option('--from <principal>', 'where the paths begin, in member syntax')
		.option('--to <target>', 'where they end: an account, project, folder, organization or group')
		.option('--all', 'every pair')
		.addOption(
			new Option('--limit <n>', 'at most so many paths between two given ends (10)').argParser(wholeNumber).default(10),
		)
		.addOption(new Option('--max-hops <n>', 'no path longer than this').argParser(wholeNumber))
		.addOption(
			new Option('--min-confidence <confidence>', `at least: ${CONFIDENCES.join(', ')}`).argParser(oneOf(CONFIDENCES)),
		)
		.option('--escalation <id>', 'only paths that use it')
		.option('--include-limited', 'also steps of limited strength')
		.option('--include-blocked', 'also what an enforced constraint, deny rule or boundary stops')
		.option('--include-service-agents', 'also service agents as ends')
		.option('--explain-not', 'why there is no path between the two ends: what is missing, denied, blocked or not read');
	configuration(paths);
	sources(paths);
	common(paths, PATH_FORMATS).action(async (flags: PathsFlags) => {
		const {runPaths} = await import('./commands/paths.ts');
		finish(await runPaths(flags, io));
	});

	const can = root
		.command('can')
		.description('decide whether a principal has a permission on a resource: allow, deny or unknown, with the proof')
		.argument('[principal]', 'in IAM member syntax: user:a@b.c, serviceAccount:..., principal://...')
		.argument('[permission]', 'such as iam.serviceAccounts.actAs')
		.argument(
			'[resource]',
			'a full resource name, projects/ID, folders/N, organizations/N, or the e-mail of an account',
		)
		.option(
			'--queries <file>',
			'answer one {"principal", "permission", "resource"} a line instead; - for standard input',
		);
	configuration(can);
	sources(can);
	common(can).action(
		async (
			principal: string | undefined,
			permission: string | undefined,
			resource: string | undefined,
			flags: CanFlags,
		) => {
			const {runCan} = await import('./commands/can.ts');
			finish(await runCan([principal, permission, resource], flags, io));
		},
	);

	const keys = root
		.command('keys')
		.description(
			'list every user-managed key: whose, how old, until when, last used when and from where, made by whom, and what it opens',
		)
		.option('--history', 'also keys that are gone, and what the logs tell of the life of each')
		.option('--impersonations', 'list instead every account that a person became, as far as logs show')
		.option('--sort <column>', 'by this column of the table, such as age, last-used or becomes')
		.option('--reverse', 'in reverse');
	configuration(keys);
	sources(keys);
	common(keys, KEY_FORMATS).action(async (flags: KeysFlags) => {
		const {runKeys} = await import('./commands/keys.ts');
		finish(await runKeys(flags, io));
	});

	const checks = root
		.command('checks')
		.description('list the checks, explain one, or show what they cover')
		.argument('[id]', 'the check to explain')
		.option('--framework <id>', 'the controls of a compliance framework, and which checks look at each')
		.option(
			'--practices',
			'the practices of Google’s guide, and which checks look at each; with a source, its brokers too',
		);
	sources(checks);
	common(checks).action(async (id: string | undefined, flags: ChecksFlags) => {
		const {runChecks} = await import('./commands/checks.ts');
		finish(await runChecks(id, flags, io));
	});

	const render = root
		.command('render')
		.description('write a saved JSON report in other formats')
		.argument('<report>', 'a file that audit --output=json=FILE wrote');
	common(render, REPORT_FORMATS).action(async (file: string, flags: CommonFlags) => {
		const {runRender} = await import('./commands/render.ts');
		finish(await runRender(file, flags, io));
	});

	const doctor = root
		.command('doctor')
		.description('what these credentials can and cannot collect, and the commands that mend it')
		.option('--role', 'print a custom role with exactly the permissions that are needed');
	connection(scopes(doctor));
	common(doctor).action(async (flags: DoctorFlags) => {
		const {runDoctor} = await import('./commands/doctor.ts');
		finish(await runDoctor(flags, io));
	});

	const roles = root.command('roles').description('the predefined roles that bindings are judged by');
	connection(
		roles.command('refresh').description("fetch them into the user's cache, which then wins over the shipped copy"),
	)
		.option('--quiet', 'no progress and no warnings')
		.option('--verbose', 'details of errors')
		.action(async (flags: LiveFlags) => {
			const {runRolesRefresh} = await import('./commands/roles-refresh.ts');
			finish(await runRolesRefresh(flags, io));
		});

	const diff = root
		.command('diff')
		.description(
			'compare two saved JSON reports: new, fixed, changed and unchanged findings, and what opened or closed paths',
		)
		.argument('<old>', 'the earlier report')
		.argument('<new>', 'the later one')
		.addOption(failOnNew('exit 1 if the later report has findings at or above it that the earlier one does not'));
	common(diff, DIFF_FORMATS).action(async (before: string, after: string, flags: DiffFlags) => {
		const {runDiff} = await import('./commands/diff.ts');
		finish(await runDiff(before, after, flags, io));
	});

	root
		.command('accept')
		.description('write a suppression of one finding into the configuration')
		.argument('<fingerprint>', 'of the finding, as reports show it')
		.requiredOption('--reason <text>', 'why it is accepted')
		.requiredOption('--owner <who>', 'who answers for it')
		.option('--until <date>', 'the last day on which it holds (YYYY-MM-DD, UTC); the profile strict demands it')
		.option('--config <file>', 'the configuration (default: sa-audit.yaml in this directory; made if it is not there)')
		.option('--report <report>', 'a saved JSON report that must have the finding')
		.addOption(new Option('--now <time>', 'what counts as today (RFC 3339)').argParser(instant))
		.option('--quiet', 'say nothing')
		.action(async (fingerprint: string, flags: AcceptFlags) => {
			const {runAccept} = await import('./commands/accept.ts');
			finish(await runAccept(fingerprint, flags, io));
		});

	const watch = root
		.command('watch')
		.description('audit on a schedule, and keep every run in a ledger that shows whether anything in it was changed')
		.option('--directory <dir>', 'where the ledger and the reports lie (or watch.directory of the configuration)')
		.option('--once', 'run every schedule now, and end: for cron, systemd, Kubernetes, CI')
		.addOption(repeated('--scope <name>', 'only this schedule; or the name of what flags describe', several))
		.option('--cron <expression>', 'when to run what flags describe, such as "0 6 * * *"')
		.option('--time-zone <zone>', 'in which cron expressions are read, such as Europe/Berlin')
		.addOption(
			new Option('--health <port>', 'tell last run, next run and last error on this port of 127.0.0.1').argParser(port),
		);
	sources(watch);
	selection(watch);
	watch
		.addOption(
			new Option('--fail-on <severity>', `--once: exit 1 if there are findings at or above it`).argParser(
				oneOf(SEVERITIES),
			),
		)
		.addOption(failOnNew('--once: exit 1 if there are findings at or above it that the run before did not have'));
	terminal(watch)
		.option('--quiet', 'say nothing but errors')
		.option('--verbose', 'more warnings, and details of errors')
		.action(async (flags: WatchFlags) => {
			const {runWatch} = await import('./commands/watch.ts');
			finish(await runWatch({...flags, color: 'never'}, io));
		});

	root
		.command('scheduled-run', {hidden: true})
		.argument('<folder>')
		.action(async (folder: string) => {
			const {runScheduled} = await import('./commands/scheduled-run.ts');
			finish(await runScheduled(folder, io));
		});

	const verify = root
		.command('verify')
		.description('whether a run ledger is as it was written; exit 1 names the first line that is not')
		.argument('<dir>', 'the directory of watch')
		.option('--head <hash>', 'a head that a run printed: detects a ledger that was rewritten as a whole, too')
		.option('--public-key <file>', 'an Ed25519 public key in PEM by which the lines must be signed');
	common(verify).action(async (folder: string, flags: VerifyFlags) => {
		const {runVerify} = await import('./commands/verify.ts');
		finish(await runVerify(folder, flags, io));
	});

	const history = root
		.command('history')
		.description('the trend over scheduled runs: findings, new and fixed ones, mean time to fix, coverage')
		.argument('<dir>', 'the directory of watch')
		.option('--scope <name>', 'only this schedule');
	common(history, HISTORY_FORMATS).action(async (folder: string, flags: HistoryFlags) => {
		const {runHistory} = await import('./commands/history.ts');
		finish(await runHistory(folder, flags, io));
	});

	root
		.command('init')
		.description('write what runs sa-audit on a schedule somewhere, ready to deploy')
		.argument('<target>', DEPLOYMENTS.join(', '))
		.option('--directory <dir>', 'where to write (the working directory)')
		.option('--organization <id>', 'the organization to audit')
		.option('--project <id>', 'the project in which the job, pool or bucket lies')
		.option('--repository <id>', 'the numeric id of the GitHub repository or GitLab project')
		.option('--cron <expression>', 'when to run ("17 5 * * *")')
		.option('--time-zone <zone>', 'in which it is read (Etc/UTC)')
		.option('--force', 'replace files that are there')
		.option('--quiet', 'say nothing')
		.action(async (target: string, flags: InitFlags) => {
			const {runInit} = await import('./commands/init.ts');
			finish(await runInit(target, flags, io));
		});

	root
		.command('completion')
		.description('print a script by which a shell completes commands and options')
		.argument('<shell>', SHELLS.join(', '))
		.action(async (shell: string) => {
			const {completionScript} = await import('./commands/completion.ts');
			for (const text of completionScript(shell, root)) io.stdout.write(text);
			finish(0);
		});

	const config = root.command('config').description('look at the configuration');
	const configCheck = config
		.command('check')
		.description('print the effective configuration and where each value came from');
	selection(configCheck);
	common(configCheck).action(async (flags: CommonFlags & ConfigFlags) => {
		const {runConfigCheck} = await import('./commands/config-check.ts');
		finish(await runConfigCheck(flags, io));
	});
	return root;
}

function failOnNew(description: string): Option {
	return new Option('--fail-on-new <severity>', description).argParser(oneOf(SEVERITIES));
}

/** Where the facts come from, and when they are judged. */
function sources(command: Command): void {
	command
		.addOption(
			repeated(
				'--assets <path>',
				'Cloud Asset Inventory export: a file (gzipped or not), a directory, or - (repeatable)',
				one,
			),
		)
		.addOption(logs())
		.addOption(logEngine())
		.option('--demo', 'audit a built-in organization')
		.addOption(
			repeated(
				'--organization <id>',
				'read this organization live; with --assets or --demo, look only at it (repeatable, or separated by commas)',
				several,
			),
		)
		.addOption(repeated('--folder <id>', 'the same for a folder and all below it', several))
		.addOption(repeated('--project <id>', 'the same for a project', several));
	live(command)
		.addOption(new Option('--now <time>', 'judge ages and expiry at this time (RFC 3339)').argParser(instant))
		.option('--strict', 'exit 2 if any line of the input is malformed');
}

function logs(): Option {
	return repeated(
		'--logs <path>',
		'exported audit logs: a file (gzipped or not), a directory, -, or bigquery://PROJECT.DATASET (repeatable)',
		one,
	);
}

function logEngine(): Option {
	return new Option(
		'--log-engine <engine>',
		'what reads files of logs: auto (the default), stream, or embedded (faster above some gigabytes; reads Parquet)',
	).argParser(oneOf(['auto', 'stream', 'embedded'] as const));
}

/** How Google Cloud is asked. */
function live(command: Command): Command {
	return connection(command)
		.addOption(
			new Option(
				'--via <route>',
				'auto (the default: Asset Inventory if the caller may, else the services), asset-inventory, services',
			).argParser(oneOf(['auto', 'asset-inventory', 'services'] as const)),
		)
		.addOption(
			new Option(
				'--max-wait <duration>',
				'how long deny policies and boundaries may take, whose quota is 5 a minute: 90s, 10m (the default), 2h',
			).argParser(duration),
		)
		.option('--resume', 'go on with a collection that was interrupted or unfinished');
}

/** Who asks, and whom. */
function connection(command: Command): Command {
	return command
		.option('--api-endpoint <host:port>', 'send every API to this host instead (Private Service Connect, a stand-in)')
		.addOption(
			new Option(
				'--quota-factor <n>',
				'multiplies the published quotas that the pace is set by (or SA_AUDIT_QUOTA_FACTOR)',
			).argParser(positiveNumber),
		)
		.option('--quota-project <id>', 'the project whose quotas count')
		.option('--impersonate-service-account <email>', 'act as this account');
}

/** Who is asked about, for commands that only read live. */
function scopes(command: Command): Command {
	return command
		.addOption(repeated('--organization <id>', 'an organization (repeatable, or separated by commas)', several))
		.addOption(repeated('--folder <id>', 'a folder and all below it', several))
		.addOption(repeated('--project <id>', 'a project', several));
}

function configuration(command: Command): Command {
	return command.option(
		'--config <file>',
		'the configuration (default: sa-audit.yaml in this directory, if there is one)',
	);
}

function selection(command: Command): void {
	configuration(command)
		.addOption(
			new Option('--profile <profile>', 'which checks run: essential, standard (the default), strict').argParser(
				oneOf(['essential', 'standard', 'strict'] as const),
			),
		)
		.addOption(repeated('--only <id>', 'run only this check (repeatable, or separated by commas)', several))
		.addOption(repeated('--skip <id>', 'leave this check out (repeatable, or separated by commas)', several));
}

/** Last, so that they stand at the end of each help. */
function common<F extends string>(command: Command, formats?: FormatSet<F>): Command {
	const {names, parse} = formatsOf(formats);
	command
		.addOption(new Option('--format <format>', `of the result: ${names.join(', ')}`).argParser(asArgument(parse)))
		.addOption(
			repeated(
				'--output <file>',
				'write to FILE instead, the format by its extension or as FORMAT=FILE (repeatable)',
				one,
			),
		);
	return terminal(command)
		.option('--quiet', 'no progress and no warnings')
		.option('--verbose', 'more warnings, and details of errors');
}

/** Taken by every command that may run in a script, so that one set of flags does for all of them. */
function terminal(command: Command): Command {
	return command
		.addOption(
			new Option('--color <when>', 'auto (the default), always, never')
				.argParser(oneOf(['auto', 'always', 'never'] as const satisfies readonly ColorFlag[]))
				.default('auto'),
		)
		.option('--no-ui', 'never start the terminal UI, which only audit has')
		.option('--screen-reader', 'the terminal UI as numbered lines, one after the other (or INK_SCREEN_READER=true)');
}

/** Names and parser of a set; most commands print lists and single answers. */
function formatsOf<F extends string>(
	formats?: FormatSet<F>,
): {names: readonly string[]; parse: (name: string) => string} {
	const set = formats ?? PLAIN_FORMATS;
	return {names: set.names, parse: name => set.parse(name)};
}

type Split = (value: string) => string[];
const one: Split = value => [value];
const several: Split = value => value.split(',').map(part => part.trim());

function repeated(flags: string, description: string, split: Split): Option {
	return new Option(flags, description).default([]).argParser((value: string, before: string[]) => {
		const parts = split(value);
		if (parts.includes('')) throw new InvalidArgumentError('It is empty.');
		return [...before, ...parts];
	});
}

function oneOf<T extends string>(words: readonly T[]): (value: string) => T {
	return value => {
		const found = words.find(word => word === value);
		if (found !== undefined) return found;
		throw new InvalidArgumentError(`It must be one of ${words.join(', ')}${didYouMean(value, words) || '.'}`);
	};
}

function wholeNumber(value: string): number {
	const number = Number(value);
	if (!/^\d+$/.test(value) || number < 1 || number > 1_000_000)
		throw new InvalidArgumentError('It must be a whole number from 1.');
	return number;
}

function port(value: string): number {
	const number = Number(value);
	if (!/^\d+$/.test(value) || number > 65_535) throw new InvalidArgumentError('It must be a port, 0 for any.');
	return number;
}

function positiveNumber(value: string): number {
	const number = Number(value);
	if (value.trim() === '' || !Number.isFinite(number) || number <= 0)
		throw new InvalidArgumentError('It must be a number above 0.');
	return number;
}

/** Milliseconds. */
function duration(value: string): number {
	const time = parseDuration(value);
	if (time === undefined) throw new InvalidArgumentError('It must be a duration such as 90s, 10m or 2h.');
	return time;
}

function instant(value: string): number {
	const time = parseRfc3339(value);
	if (time === undefined) throw new InvalidArgumentError('It must be an RFC 3339 time, such as 2026-11-01T09:00:00Z.');
	return time;
}

/** Lets a parser that throws UsageError speak through commander, which names the flag. */
function asArgument<T>(parse: (value: string) => T): (value: string) => T {
	return value => {
		try {
			return parse(value);
		} catch (error) {
			if (error instanceof UsageError) throw new InvalidArgumentError(`${error.message} ${error.hint ?? ''}`);
			throw error;
		}
	};
}
