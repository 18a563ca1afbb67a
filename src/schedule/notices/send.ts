/** Sends a notice, again if need be, and says what became of it. URLs and secrets are in no message. */
import type {Io} from '../../io.ts';
import {VERSION} from '../../package.ts';
import {UsageError} from '../../errors.ts';
import {readSecret} from '../secrets.ts';
import type {NoticeRule} from '../settings.ts';
import type {Notice} from './notice.ts';
import {bodyOf, signatureHeader} from './request.ts';

/** Attempts, the first wait between two of them, and the longest that a receiver may ask for. Milliseconds. */
const ATTEMPTS = 5;
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60_000;
const TIMEOUT = 10_000;

export type Sent = {ok: true; attempts: number} | {ok: false; attempts: number; error: string; body: string};

/** @throws UsageError the URL or the secret is not where the configuration says */
export async function send(rule: NoticeRule, notice: Notice, io: Io): Promise<Sent> {
	const url = receiverOf(rule, io);
	const secret =
		rule.secret === undefined ? undefined : readSecret(rule.secret, `${labelOf(rule)}: its secret`, io.env);
	const body = bodyOf(rule, notice);
	for (let attempt = 1; ; attempt++) {
		const answer = await post(url, body, secret, notice.run, io);
		if (answer.ok) return {ok: true, attempts: attempt};
		const {error, isFinal, wait} = answer;
		if (isFinal || attempt === ATTEMPTS || io.signal.aborted) return {ok: false, attempts: attempt, error, body};
		const backoff = FIRST_WAIT * 2 ** (attempt - 1) * (1 + io.random());
		await pause(Math.min(LONGEST_WAIT, Math.max(backoff, wait ?? 0)), io);
	}
}

/** How messages call it. */
export function labelOf({name, kind}: Pick<NoticeRule, 'name' | 'kind'>): string {
	return `The notice ${name ?? kind}`;
}

function receiverOf(rule: NoticeRule, io: Io): URL {
	const text = readSecret(rule.url, `${labelOf(rule)}: its URL`, io.env);
	const url = URL.canParse(text) ? new URL(text) : undefined;
	const isLocal = url !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
	if (url?.protocol === 'https:' || (isLocal && url.protocol === 'http:')) return url;
	throw new UsageError(`${labelOf(rule)}: its URL is no https:// URL.`, 'Put the whole URL into the variable or file.');
}

type Answer = {ok: true} | {ok: false; error: string; isFinal: boolean; wait?: number};

async function post(url: URL, body: string, secret: string | undefined, run: string, io: Io): Promise<Answer> {
	const headers: Record<string, string> = {
		'content-type': 'application/json; charset=utf-8',
		'user-agent': `sa-audit/${VERSION}`,
		'x-sa-audit-delivery': run,
	};
	if (secret !== undefined) headers['x-sa-audit-signature'] = signatureHeader(body, secret, io.clock());
	const signal = AbortSignal.any([io.signal, AbortSignal.timeout(TIMEOUT)]);
	try {
		const response = await fetch(url, {method: 'POST', headers, body, redirect: 'manual', signal});
		await response.body?.cancel();
		const {status} = response;
		if (response.ok) return {ok: true};
		const isFinal = status < 500 && status !== 429 && status !== 408;
		const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
		return {ok: false, error: `HTTP ${status}`, isFinal, ...(seconds > 0 && {wait: seconds * 1000})};
	} catch (error) {
		return {ok: false, error: failureOf(error), isFinal: false};
	}
}

/** The system's word for it; what the library says beside may hold the URL. */
function failureOf(error: unknown): string {
	const {name, cause} = error as Error;
	const {code} = (cause ?? {}) as NodeJS.ErrnoException;
	if (code !== undefined) return code;
	return name === 'TimeoutError'
		? `no answer in ${TIMEOUT / 1000} seconds`
		: name === 'AbortError'
			? 'interrupted'
			: name;
}

async function pause(milliseconds: number, io: Io): Promise<void> {
	let wake = (): void => {};
	const woken = new Promise<void>(done => (wake = done));
	io.signal.addEventListener('abort', wake, {once: true});
	await Promise.race([io.sleep(milliseconds), woken]);
	io.signal.removeEventListener('abort', wake);
}
