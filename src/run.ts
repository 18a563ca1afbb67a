/** One run: arguments in, exit code out. Every error becomes one paragraph on standard error here and nowhere else. */
import {CommanderError, type Command} from 'commander';
import {UnreadableError, UsageError} from './errors.ts';
import type {Io} from './io.ts';
import {didYouMean} from './nearest.ts';
import {BUGS_URL} from './package.ts';
import {program} from './program.ts';

/**
 * @param args without the names of the interpreter and the script
 * @returns the exit code of the contract
 */
export async function run(args: readonly string[], io: Io): Promise<number> {
	let code = 0;
	const root = program(io, finished => (code = finished));
	try {
		await root.parseAsync([...args], {from: 'user'});
		return code;
	} catch (error) {
		const verbose = args.includes('--verbose') || Boolean(io.env['SA_AUDIT_DEBUG']);
		const {exit, text} = explain(withSuggestion(error, root, args), verbose);
		if (text === '') return exit;
		// Line by line: what an error quotes (names, paths) may come from strangers.
		const {safeLine} = await import('./text.ts');
		io.stderr.write(`${text.split('\n').map(safeLine).join('\n')}\n`);
		return exit;
	}
}

/** Commander suggests a flag for `--formt json`, but not for `--formt=json`; this closes the gap. */
function withSuggestion(error: unknown, root: Command, args: readonly string[]): unknown {
	if (!(error instanceof CommanderError) || error.code !== 'commander.unknownOption') return error;
	const [, flag, value] = /'(--[^=']+)(=.*)?'/s.exec(error.message) ?? [];
	if (flag === undefined || value === undefined) return error;
	let command = root;
	for (const arg of args) command = command.commands.find(child => child.name() === arg) ?? command;
	const flags = command.options.flatMap(option => option.long ?? []);
	return new CommanderError(error.exitCode, error.code, `error: unknown option '${flag}'${didYouMean(flag, flags)}`);
}

/** What an error means to the user: the exit code, and what to print. */
export function explain(error: unknown, verbose: boolean): {exit: number; text: string} {
	if (error instanceof CommanderError) {
		if (error.exitCode === 0) return {exit: 0, text: ''};
		// Called without a command: commander has printed the help itself.
		if (error.code === 'commander.help') return {exit: 2, text: ''};
		const where = 'Run sa-audit --help for the commands, sa-audit COMMAND --help for its options.';
		return {exit: 2, text: `${error.message}\n${where}`};
	}
	if (error instanceof UsageError || error instanceof UnreadableError) {
		const details = verbose && error.cause !== undefined ? [stackOf(error.cause)] : [];
		const text = [`error: ${error.message}`, ...(error.hint === undefined ? [] : [error.hint]), ...details].join('\n');
		return {exit: error instanceof UsageError ? 2 : 3, text};
	}
	const said = error instanceof Error ? causesOf(error) : String(error);
	const text = `error: This is a mistake in sa-audit itself, please report it at ${BUGS_URL}: ${said}`;
	return {exit: 70, text: verbose ? `${text}\n${stackOf(error)}` : `${text} (--verbose shows where)`};
}

function causesOf(error: Error): string {
	return error.cause instanceof Error ? `${error.message}: ${causesOf(error.cause)}` : error.message;
}

function stackOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const stack = error.stack ?? String(error);
	return error.cause === undefined ? stack : `${stack}\nCaused by: ${stackOf(error.cause)}`;
}
