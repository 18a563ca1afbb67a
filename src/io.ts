/** The edges, handed in: streams, environment, clock, chance, interruption. Only `cli.ts` fills this from the process. */
import type {Readable, Writable} from 'node:stream';
import type {Progress} from './progress.ts';

export interface Terminal extends Writable {
	readonly isTTY?: boolean;
	readonly columns?: number;
	readonly rows?: number;
}

export interface Io {
	env: Readonly<Record<string, string | undefined>>;
	stdin: Readable & {readonly isTTY?: boolean};
	stdout: Terminal;
	stderr: Terminal;
	/** Epoch milliseconds. */
	clock(): number;
	/** Resolves after so many milliseconds. */
	sleep(milliseconds: number): Promise<void>;
	/** In [0, 1), for jitter. */
	random(): number;
	/** How many threads may work at a time; undefined: one. */
	processors?: number;
	/** Bytes that objects may take; undefined: not known. */
	heapLimit?: number;
	/** A fresh identifier for a run. */
	uuid(): string;
	/**
	 * Aborted on Ctrl-C and SIGTERM, with the signal's name as reason; listeners clean up synchronously, the process
	 * ends right after them.
	 */
	signal: AbortSignal;
	/** From now on the process ends when the command has, soon after the signal; `watch` stops gracefully by it. */
	endsItself?(): void;
	/** How this program is started once more: the interpreter and its arguments up to the script. */
	self?: readonly string[];
	/** Shows how far a long read is, in place of the line on standard error. */
	progress?: Progress;
	/** Ends the process as Ctrl-C does, for a terminal in which Ctrl-C is a key like any other. */
	interrupt?(): void;
	/** Opens a page in a browser. Resolves to false: there is none, or it could not be started. */
	browse?(url: string): Promise<boolean>;
}
