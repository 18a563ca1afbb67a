/** Tells everybody who wants to know what a run has changed; what cannot be told is kept in a file. */
import {open} from 'node:fs/promises';
import {join} from 'node:path';
import {UsageError} from '../../errors.ts';
import type {Io} from '../../io.ts';
import type {NoticeRule} from '../settings.ts';
import {noticeFor, type Told} from './notice.ts';
import {bodyOf} from './request.ts';
import {labelOf, send, type Sent} from './send.ts';

/** Milliseconds. */
const LAST_WORDS = 3000;

export const DEAD_LETTERS = 'dead-letter.ndjson';

/** @param say for warnings */
export async function tell(
	rules: readonly NoticeRule[],
	told: Told,
	folder: string,
	io: Io,
	say: (line: string) => void,
): Promise<void> {
	// Whoever is asked to stop still tells that a run was broken off, if that can be told quickly.
	const edge = io.signal.aborted ? (Object.create(io, {signal: {value: AbortSignal.timeout(LAST_WORDS)}}) as Io) : io;
	for (const rule of rules) {
		const notice = noticeFor(rule, told);
		if (notice === undefined) continue;
		let sent: Sent;
		try {
			sent = await send(rule, notice, edge);
		} catch (error) {
			if (!(error instanceof UsageError)) throw error;
			sent = {ok: false, attempts: 0, error: error.message, body: bodyOf(rule, notice)};
		}
		if (sent.ok) continue;
		const {attempts, error, body} = sent;
		say(`${labelOf(rule)} could not be sent (${attempts} attempts): ${error}. It is kept in ${DEAD_LETTERS}.`);
		const at = new Date(io.clock()).toISOString();
		const {name, kind} = rule;
		await keep(folder, {at, ...(name !== undefined && {notice: name}), kind, run: notice.run, attempts, error, body});
	}
}

/** Appends one letter, on the disk when this returns. */
async function keep(folder: string, letter: object): Promise<void> {
	const handle = await open(join(folder, DEAD_LETTERS), 'a', 0o600);
	try {
		await handle.writeFile(`${JSON.stringify(letter)}\n`);
		await handle.sync();
	} finally {
		await handle.close();
	}
}
