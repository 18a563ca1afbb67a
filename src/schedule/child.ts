/**
 * Starts a run as a process of its own: its memory is gone with it, it can be stopped while it computes, and if it dies
 * the schedule does not. It ends by itself when we are gone.
 */
import {spawn} from 'node:child_process';
import {closeSync, openSync, writeSync} from 'node:fs';
import type {Io} from '../io.ts';
import {unwritable} from './durable.ts';

/** Characters of the log at most; a run that says more has nothing new to say. */
const LOG_LIMIT = 10_000_000;
/** How long a run may take to stop before it is killed, in milliseconds. */
const GRACE = 3000;

export interface Outcome {
	code: number;
	/** It was stopped: asked to, or over its time. */
	stopped?: 'interrupted' | 'timeout';
	/** The signal that ended it, if it was not us who sent it. */
	signal?: string;
	/** The last line it wrote that says what went wrong. */
	said: string;
}

export interface ChildOptions {
	/** File for everything that it says. */
	log: string;
	/** Milliseconds. */
	timeout: number;
	/** What it says, as it says it. */
	onText: (text: string) => void;
}

/** Runs one command; how is for tests to replace. */
export type Execute = (args: readonly string[], options: ChildOptions, io: Io) => Promise<Outcome>;

/** @throws UsageError the log cannot be written */
export const execute: Execute = async (args, {log, timeout, onText}, io) => {
	const [program, ...before] = io.self ?? [];
	if (program === undefined) throw new Error('nobody said how this program is started');
	let descriptor: number;
	try {
		descriptor = openSync(log, 'a', 0o600);
	} catch (error) {
		throw unwritable(log, error);
	}
	const child = spawn(program, [...before, ...args], {env: io.env, stdio: ['ignore', 'ignore', 'pipe', 'ipc']});
	let stopped: Outcome['stopped'];
	let written = 0;
	let said = '';
	const timers: NodeJS.Timeout[] = [];
	const stop = (why: NonNullable<Outcome['stopped']>): void => {
		stopped ??= why;
		child.kill('SIGTERM');
		timers.push(setTimeout(() => child.kill('SIGKILL'), GRACE));
	};
	const interrupted = (): void => stop('interrupted');
	if (timeout > 0) timers.push(setTimeout(() => stop('timeout'), timeout));
	io.signal.addEventListener('abort', interrupted, {once: true});
	child.stderr!.setEncoding('utf8').on('data', (text: string) => {
		onText(text);
		said = `${said}${text}`.slice(-4000);
		if (written > LOG_LIMIT) return;
		written += text.length;
		try {
			writeSync(descriptor, text);
		} catch {
			// A full disk: the run's own files say so, louder.
			written = Infinity;
		}
	});
	try {
		return await new Promise<Outcome>((resolve, reject) => {
			child.on('error', reject);
			child.on('close', (code, signal) => {
				// Ctrl-C reaches both of us, and the run may be the faster one.
				if (io.signal.aborted) stopped ??= 'interrupted';
				const ending = stopped === undefined ? {...(signal !== null && {signal})} : {stopped};
				resolve({code: code ?? 70, said: lastError(said), ...ending});
			});
			if (io.signal.aborted) interrupted();
		});
	} finally {
		for (const timer of timers) clearTimeout(timer);
		io.signal.removeEventListener('abort', interrupted);
		closeSync(descriptor);
	}
};

/** `error: ...`, else the last line. */
function lastError(text: string): string {
	const lines = text.split('\n').filter(line => line.trim() !== '');
	const error = lines.findLast(line => line.startsWith('error: '));
	return (error?.slice('error: '.length) ?? lines.at(-1) ?? '').slice(0, 1000);
}
