#!/usr/bin/env node
/**
 * The entry: the only file that reads the process and ends it. It imports nothing before it has looked at
 * the version (imports are hoisted, and what they load would die of its syntax first), and its own
 * syntax is one that Node 14 parses.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
	process.stderr.write(`sa-audit needs Node.js 22.18 or newer, and this is ${process.versions.node}.\n`);
	process.exitCode = 2;
} else {
	start().catch(error => {
		process.stderr.write(`error: sa-audit could not start: ${String(error)}\n`);
		process.exitCode = 70;
	});
}

async function start(): Promise<void> {
	// What libraries say of themselves on standard error (deprecations, look-ups that failed) is not for users to act on.
	if (!process.env['SA_AUDIT_DEBUG']) process.removeAllListeners('warning');
	// React has a slow build that watches itself, and takes that unless told otherwise.
	if (!process.env['NODE_ENV']) process.env['NODE_ENV'] = 'production';
	const interruption = new AbortController();
	let endsItself = false;
	const interrupt = (code: number, reason?: string) => {
		const isSecond = interruption.signal.aborted;
		// Listeners remove what was half written; then the cursor comes back, on a line of its own.
		interruption.abort(reason);
		if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K\u001b[?25h');
		if (!endsItself || isSecond || reason === undefined) process.exit(code);
		// Whatever hangs: ten seconds is what stopping may take.
		setTimeout(() => process.exit(code), 9000).unref();
	};
	process.on('SIGINT', () => interrupt(130, 'SIGINT'));
	process.on('SIGTERM', () => interrupt(143, 'SIGTERM'));
	// Started by a schedule of ours: if it has gone, killed perhaps, nobody would take the result.
	if (process.argv[2] === 'scheduled-run' && process.channel !== undefined) {
		process.on('disconnect', () => interrupt(143));
		process.channel?.unref();
	}
	// Whoever read us has gone (`| head`): the writer notices, and nobody needs to hear of it.
	for (const stream of [process.stdout, process.stderr]) {
		stream.on('error', error => {
			if ((error as NodeJS.ErrnoException).code !== 'EPIPE') process.exitCode = 70;
		});
	}

	const {availableParallelism} = await import('node:os');
	const {getHeapStatistics} = await import('node:v8');
	const {explain, run} = await import('./run.ts');
	// What no promise catches (a stream, a timer) is our own mistake as well, and shows no stack either.
	process.on('uncaughtException', error => {
		const {exit, text} = explain(error, Boolean(process.env['SA_AUDIT_DEBUG']));
		process.stderr.write(`${text.replace(/[^\P{Cc}\n]/gu, '?')}\n`);
		interrupt(exit);
	});
	const code = await run(process.argv.slice(2), {
		env: process.env,
		// Only touched when something reads it: the getter opens the file descriptor.
		get stdin() {
			return process.stdin;
		},
		stdout: process.stdout,
		stderr: process.stderr,
		clock: Date.now,
		sleep: milliseconds => new Promise(done => setTimeout(done, milliseconds)),
		random: Math.random,
		processors: availableParallelism(),
		heapLimit: getHeapStatistics().heap_size_limit,
		uuid: () => crypto.randomUUID(),
		signal: interruption.signal,
		endsItself: () => (endsItself = true),
		self: [process.execPath, ...process.execArgv, process.argv[1]!],
		interrupt: () => interrupt(130),
		browse,
	});
	// After a graceful stop, timers that nobody waits for any more must not hold the process.
	if (interruption.signal.aborted) process.exit(code);
	process.exitCode = code;
}

/** The user's own browser, if there is one: never a shell, and only pages of the web. */
async function browse(url: string): Promise<boolean> {
	if (!/^https?:\/\//.test(url)) return false;
	const {spawn} = await import('node:child_process');
	const openers: Partial<Record<NodeJS.Platform, string[]>> = {
		darwin: ['open'],
		win32: ['rundll32', 'url.dll,FileProtocolHandler'],
	};
	const [command, ...before] = openers[process.platform] ?? ['xdg-open'];
	return new Promise(done => {
		const child = spawn(command!, [...before, url], {stdio: 'ignore', detached: true});
		child.on('error', () => done(false));
		// It may stay open as long as the browser does: whoever has started is taken for one that works.
		child.on('spawn', () => setTimeout(() => done(true), 300));
		child.on('exit', code => done(code === 0));
		child.unref();
	});
}
