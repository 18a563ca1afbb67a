/**
 * The one writer. Reports come as iterables of text, so none has to fit into one string; they go to
 * standard output or to a file, with backpressure either way.
 */
import {constants, rmSync} from 'node:fs';
import {access, open, realpath, rename, stat, type FileHandle} from 'node:fs/promises';
import {setImmediate} from 'node:timers/promises';
import {basename, dirname, join, resolve} from 'node:path';
import {gzipSync} from 'node:zlib';
import {UsageError} from './errors.ts';
import type {Io, Terminal} from './io.ts';

/** Text is collected to about this many bytes before it is handed to the system. */
const BATCH = 1 << 18;

export interface Output {
	/** Standard output or a device: something that may be a terminal. Undefined for files. */
	readonly terminal: Terminal | undefined;
	/** Writes all of it and, for a file, puts it in place. Call once. */
	write(text: Iterable<string>): Promise<void>;
	/** Leaves no trace of an output that was not written. */
	discard(): Promise<void>;
}

/**
 * Proves that the place can be written before any long work starts: a file gets its temporary neighbour
 * (mode 0600) at once, which `write` renames into place.
 * @param file undefined for standard output
 * @throws UsageError a directory, a missing or read-only place
 */
export async function openOutput(file: string | undefined, io: Io): Promise<Output> {
	if (file === undefined || STDOUT.has(file)) return streamOutput(io.stdout);
	if (STDERR.has(file)) return streamOutput(io.stderr);
	return openFile(file, io, {flag: '--output', keepMode: false});
}

const STDOUT: ReadonlySet<string> = new Set(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']);
const STDERR: ReadonlySet<string> = new Set(['/dev/stderr', '/dev/fd/2', '/proc/self/fd/2']);

interface Place {
	/** That named the file, for messages. */
	flag: string;
	/** What others may read stays readable to them: files that are the user's own and not ours. */
	keepMode: boolean;
}

/**
 * Replaces a file of the user's own, whole or not at all. It keeps its mode; a new one is private.
 * @throws UsageError a directory, a missing or read-only place
 */
export async function replaceFile(file: string, text: string, flag: string, io: Io): Promise<void> {
	const output = await openFile(file, io, {flag, keepMode: true});
	try {
		await output.write([text]);
	} finally {
		await output.discard();
	}
}

async function openFile(file: string, io: Io, {flag, keepMode}: Place): Promise<Output> {
	try {
		const there = await stat(file).catch(missing);
		if (there?.isDirectory()) {
			throw new UsageError(`${flag} ${file} is a directory.`, 'Name a file in it.');
		}
		if (there !== undefined) await access(file, constants.W_OK);
		if (there !== undefined && !there.isFile()) return deviceOutput(file);
		// A link keeps pointing where it did: the file behind it is replaced.
		const path = there ? await realpath(file) : resolve(file);
		return await fileOutput(path, `${flag} ${file}`, keepMode ? there?.mode : undefined, io.signal);
	} catch (error) {
		throw unwritable(`${flag} ${file}`, error);
	}
}

function streamOutput(stream: Terminal): Output {
	return {
		terminal: stream,
		async write(text) {
			for (const batch of batches(text)) {
				const failure = await written(stream, batch);
				// Nobody reads any more (`| head`): that ends the writing, quietly, and nothing else.
				if (failure?.code === 'EPIPE' || failure?.code === 'ERR_STREAM_DESTROYED') return;
				if (failure !== undefined) throw unwritable('standard output', failure);
				// Lets a pending Ctrl-C through, which a stream that never waits would hold up.
				await setImmediate();
			}
		},
		async discard() {},
	};
}

/** Resolves when the stream has passed `text` (UTF-8) on, with the error if it could not. */
function written(stream: Terminal, text: Uint8Array): Promise<NodeJS.ErrnoException | undefined> {
	return new Promise(done => {
		stream.write(text, error => done(error ?? undefined));
	});
}

/** Pipes and devices are written in place; a pipe is opened only when there is something to write. */
function deviceOutput(file: string): Output {
	return {
		terminal: undefined,
		async write(text) {
			let handle: FileHandle | undefined;
			try {
				handle = await open(file, 'w');
				await writeAll(handle, text, batch => batch);
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw unwritable(`--output ${file}`, error);
			} finally {
				await handle?.close();
			}
		},
		async discard() {},
	};
}

/**
 * @param shown the path as the user wrote it, with its flag, for messages
 * @param mode of the file; private if there is none
 */
async function fileOutput(path: string, shown: string, mode: number | undefined, signal: AbortSignal): Promise<Output> {
	const temporary = join(dirname(path), `.${basename(path).slice(0, 200)}.${process.pid}.tmp`);
	const handle = await open(temporary, 'wx', 0o600);
	const remove = () => rmSync(temporary, {force: true});
	signal.addEventListener('abort', remove, {once: true});
	// Members of a gzip file may follow each other; each batch is one.
	const isPacked = path.endsWith('.gz');
	let isOpen = true;
	const close = async () => {
		if (isOpen) await handle.close();
		isOpen = false;
		signal.removeEventListener('abort', remove);
	};
	return {
		terminal: undefined,
		async write(text) {
			try {
				await writeAll(handle, text, batch => (isPacked ? gzipSync(batch) : batch));
				if (mode !== undefined) await handle.chmod(mode & 0o777);
				await close();
				await rename(temporary, path);
			} catch (error) {
				throw unwritable(shown, error);
			}
		},
		async discard() {
			await close();
			remove();
		},
	};
}

/** Writes batch after batch; while the system takes one, the next is made. */
async function writeAll(
	handle: FileHandle,
	text: Iterable<string>,
	packed: (batch: Buffer) => Uint8Array,
): Promise<void> {
	let pending: Promise<void> | undefined;
	try {
		for (const batch of batches(text)) {
			const bytes = packed(batch);
			await pending;
			pending = handle.writeFile(bytes);
			// Awaited after the next batch is made: a failure until then is no unhandled one.
			pending.catch(() => undefined);
		}
	} finally {
		await pending;
	}
}

/**
 * Text as UTF-8, in views of two buffers in turns: each is valid until the one after the next is asked for. Encoding
 * piece by piece costs a fraction of joining the pieces first, which copies every one of them once more.
 */
function* batches(text: Iterable<string>): Generator<Buffer> {
	let buffer = Buffer.allocUnsafeSlow(BATCH);
	let other = Buffer.allocUnsafeSlow(BATCH);
	let size = 0;
	for (const part of text) {
		// No character takes more than three bytes for each of its code units.
		const most = part.length * 3;
		if (most > BATCH - size && size > 0) {
			yield buffer.subarray(0, size);
			[buffer, other] = [other, buffer];
			size = 0;
		}
		if (most > BATCH) yield Buffer.from(part);
		else size += buffer.write(part, size);
	}
	if (size > 0) yield buffer.subarray(0, size);
}

function missing(error: NodeJS.ErrnoException): undefined {
	if (error.code !== 'ENOENT') throw error;
}

const REASONS: Readonly<Record<string, string>> = {
	ENOENT: 'its directory does not exist',
	ENOTDIR: 'a part of its path is no directory',
	EACCES: 'permission denied',
	EPERM: 'permission denied',
	EROFS: 'the file system is read-only',
	ENOSPC: 'the disk is full',
	EEXIST: 'another run is writing it',
};

/** System errors become the user's to mend; anything else (a formatter that throws) stays what it is. */
function unwritable(place: string, error: unknown): unknown {
	const {code, syscall} = error as NodeJS.ErrnoException;
	if (code === undefined || syscall === undefined) return error;
	return new UsageError(
		`${place} cannot be written: ${REASONS[code] ?? code}.`,
		place.startsWith('--config')
			? 'Name a file with --config=FILE, in a directory that you can write to.'
			: 'Write to a file with --output=FILE, in a directory that you can write to.',
		{cause: error},
	);
}
