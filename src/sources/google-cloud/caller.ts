/**
 * Calls that come through: paced by the quotas, repeated where another attempt may help, given up where it will not,
 * answered from the journal where they were answered before. Everything that waits, waits here.
 */
import {UnreadableError} from '../../errors.ts';
import type {Json} from '../asset.ts';
import {Bucket} from './bucket.ts';
import type {Clients} from './clients.ts';
import {CallFailure, failureOf} from './failure.ts';
import type {Journal} from './journal.ts';
import {type Api, type Method, METHODS, type MethodName} from './methods.ts';
import {type QuotaName, QUOTAS, scaledQuota} from './quotas.ts';
import {Turnstile} from './turnstile.ts';

/** Attempts in all, by what went wrong. */
const ATTEMPTS = {throttled: 8, unavailable: 5, timedOut: 2};
/** First wait after a failure, and the longest, in milliseconds. */
const BACKOFF = {first: 500, longest: 16_000};
/** A server that asks for more than this has a quota per day; nobody waits for that. */
const LONGEST_HINT = 300_000;
/**
 * Things in a row about which a service gives no answer after all attempts, until it is left alone. One broken project
 * is no broken service, however many calls are made about it.
 */
const PATIENCE = 3;
/** Calls under way at a time, per quota. */
const AT_ONCE = 24;

export interface CallerOptions {
	clients: Clients;
	journal?: Journal;
	/** Epoch milliseconds. */
	clock(): number;
	sleep(milliseconds: number): Promise<void>;
	/** In [0, 1), for jitter. */
	random(): number;
	/** Multiplies every published quota. */
	quotaFactor?: number;
	/** Milliseconds that the slow lane may take. */
	maxWait?: number;
	/** After every answer and every failed attempt. */
	onCall?: () => void;
}

/** What was asked of one API. */
export interface Tally {
	/** Attempts that were sent. */
	sent: number;
	/** Of them, sent again after a failure. */
	again: number;
	/** Answered by the journal, without a call. */
	known: number;
}

export class Caller {
	readonly #options: CallerOptions;
	readonly #buckets = new Map<QuotaName, Bucket>();
	readonly #lines = new Map<QuotaName | Api, Turnstile>();
	/** Methods, and the services behind quotas, that are not asked any more. */
	readonly #given = new Map<string, CallFailure>();
	/** Service -> what it gave no answer about since it last gave one. */
	readonly #unanswered = new Map<string, Set<string>>();
	/** Service and project that pays -> what was asked about while the API was off there. */
	readonly #disabled = new Map<string, Set<string>>();
	readonly #slowDeadline: number;
	readonly tallies = new Map<Api, Tally>();
	readonly #slowWaits = Promise.withResolvers<void>();
	/** Resolves when the slow lane has to wait for the first time: until then nothing else should hold it up. */
	readonly slowWaits: Promise<void> = this.#slowWaits.promise;
	/** Something that another run may read was not: worth keeping the journal. */
	unfinished = false;

	constructor(options: CallerOptions) {
		this.#options = options;
		this.#slowDeadline = options.clock() + (options.maxWait ?? 600_000);
	}

	/**
	 * One answer.
	 * @throws CallFailure there is none, after all attempts
	 * @throws UnreadableError the credentials or the certificate are refused: nothing else can be read either
	 */
	async call(name: MethodName, request: Json): Promise<Json> {
		const {journal} = this.#options;
		const known = journal?.find(name, request);
		if (known) {
			this.#tally(METHODS[name].api).known++;
			return known;
		}
		const answer = await this.#ask(name, request);
		journal?.add(name, request, answer);
		return answer;
	}

	/** All pages of a list, empty ones included, until the server says that there are no more. */
	async *pages(name: MethodName, request: Json): AsyncGenerator<Json> {
		let token = '';
		for (;;) {
			const answer = await this.call(name, token === '' ? request : {...request, pageToken: token});
			yield answer;
			const next = answer['nextPageToken'];
			if (typeof next !== 'string' || next === '') return;
			if (next === token) throw new CallFailure(METHODS[name], 'invalid', 'a page names itself as the next one');
			token = next;
		}
	}

	/** The elements of a list. A list that stopped within an older run and cannot be continued is begun again. */
	async list(name: MethodName, request: Json, field: string): Promise<Json[]> {
		const elements: Json[] = [];
		const read = async (first: Json): Promise<void> => {
			for await (const answer of this.pages(name, first)) elements.push(...elementsOf(answer, field));
		};
		try {
			await read(request);
		} catch (error) {
			const isStale =
				error instanceof CallFailure && error.kind === 'invalid' && (this.#options.journal?.resumed ?? 0) > 0;
			if (!isStale || elements.length === 0) throw error;
			elements.length = 0;
			// A parameter that means the same, and is another question to the journal.
			await read({...request, pageToken: ''});
		}
		return elements;
	}

	/** Milliseconds until so many calls of a method are through, if nothing else takes from the quota. */
	estimate(name: MethodName, calls: number): number {
		const [quota] = METHODS[name].quotas;
		if (quota === undefined || calls === 0) return 0;
		const {limit, window} = scaledQuota(quota, this.#options.quotaFactor ?? 1);
		return (Math.ceil(calls / limit) - 1) * window;
	}

	async #ask(name: MethodName, request: Json): Promise<Json> {
		const method: Method = METHODS[name];
		const {clients, sleep, onCall} = this.#options;
		for (let attempt = 1; ; attempt++) {
			this.#checkGiven(name, method);
			const leave = await this.#enter(method);
			let failure: CallFailure;
			try {
				const tally = this.#tally(method.api);
				tally.sent++;
				if (attempt > 1) tally.again++;
				const answer = await clients.send(name, request);
				this.#unanswered.delete(serviceOf(method));
				return answer;
			} catch (error) {
				if (error instanceof UnreadableError) throw error;
				failure = failureOf(method, error);
				if (failure.kind === 'throttled') this.#slowDown(method, this.#waitFor(failure, attempt) ?? 0);
			} finally {
				leave();
				onCall?.();
			}
			const wait = this.#waitFor(failure, attempt);
			if (wait === undefined) throw this.#learn(name, request, failure);
			// A quota that was exceeded holds everybody up, this call included.
			if (failure.kind !== 'throttled' || method.quotas.length === 0) await sleep(wait);
		}
	}

	#slowDown({quotas}: Method, wait: number): void {
		for (const quota of quotas) this.#bucket(quota).slowDown(this.#options.clock(), wait);
	}

	/** Milliseconds before another attempt; undefined: there is none. */
	#waitFor(failure: CallFailure, attempt: number): number | undefined {
		const {kind, retryAfter} = failure;
		if (kind === 'unauthenticated') return attempt === 1 ? 0 : undefined;
		if (kind !== 'throttled' && kind !== 'unavailable') return undefined;
		if (attempt >= ATTEMPTS[failure.timedOut ? 'timedOut' : kind] || (retryAfter ?? 0) > LONGEST_HINT) return undefined;
		const backoff = Math.min(BACKOFF.longest, BACKOFF.first * 2 ** (attempt - 1));
		// Full jitter above one half: many calls that failed together must not come back together.
		return Math.max(retryAfter ?? 0, backoff * (0.5 + this.#options.random() / 2));
	}

	/** What a final failure says about calls still to come. */
	#learn(name: MethodName, request: Json, failure: CallFailure): Error {
		const {kind, method, consumer} = failure;
		if (kind === 'unauthenticated' || kind === 'untrusted') return fatal(failure);
		const service = serviceOf(method);
		if (kind === 'unsupported') this.#given.set(name, failure);
		if (kind === 'disabled' && consumer !== undefined) {
			const about = add(this.#disabled, `${service} ${consumer}`, aboutOf(request));
			// Off in the project that pays, not in the one that was asked about.
			if (about >= PATIENCE) this.#given.set(service, failure);
		}
		if (kind === 'throttled' || kind === 'unavailable') {
			this.unfinished = true;
			if (add(this.#unanswered, service, aboutOf(request)) >= PATIENCE) this.#given.set(service, failure);
		}
		return failure;
	}

	#checkGiven(name: MethodName, method: Method): void {
		const given = this.#given.get(name) ?? this.#given.get(serviceOf(method));
		if (given) throw new CallFailure(method, given.kind, given.said, {consumer: given.consumer});
	}

	/** Waits for its turn and for the quota. @returns what to call when the attempt is over */
	async #enter(method: Method): Promise<() => void> {
		const {clock, sleep} = this.#options;
		const line = this.#line(method.quotas[0] ?? method.api);
		const leave = await line.enter();
		const release = await line.lock();
		try {
			const buckets = method.quotas.map(quota => this.#bucket(quota));
			const isSlow = method.quotas.some(quota => 'slow' in QUOTAS[quota]);
			for (;;) {
				const now = clock();
				const wait = Math.max(0, ...buckets.map(bucket => bucket.wait(now)));
				if (wait === 0) break;
				if (wait === Infinity) {
					await line.next();
					continue;
				}
				if (isSlow) this.#slowWaits.resolve();
				if (isSlow && now + wait > this.#slowDeadline) throw this.#postponed(method);
				await sleep(wait);
			}
			for (const bucket of buckets) bucket.start();
			return () => {
				for (const bucket of buckets) bucket.answered(clock());
				leave();
			};
		} catch (error) {
			leave();
			throw error;
		} finally {
			release();
		}
	}

	#postponed(method: Method): CallFailure {
		this.unfinished = true;
		const {limit} = scaledQuota(method.quotas[0]!, this.#options.quotaFactor ?? 1);
		return new CallFailure(
			method,
			'postponed',
			`its quota of ${limit} calls a minute did not let this through within --max-wait`,
		);
	}

	#bucket(name: QuotaName): Bucket {
		let bucket = this.#buckets.get(name);
		if (!bucket) this.#buckets.set(name, (bucket = new Bucket(scaledQuota(name, this.#options.quotaFactor ?? 1))));
		return bucket;
	}

	#line(name: QuotaName | Api): Turnstile {
		let line = this.#lines.get(name);
		if (!line) this.#lines.set(name, (line = new Turnstile(AT_ONCE)));
		return line;
	}

	#tally(api: Api): Tally {
		let tally = this.tallies.get(api);
		if (!tally) this.tallies.set(api, (tally = {sent: 0, again: 0, known: 0}));
		return tally;
	}
}

/** APIs are several services: each quota has one of its own behind it. */
function serviceOf({quotas, api}: Method): string {
	return quotas[0] ?? api;
}

/** The container that a request is about, or all of it. */
function aboutOf(request: Json): string {
	const text = JSON.stringify(request).replaceAll('%2F', '/');
	return /(?:projects|folders|organizations)\/[^/"]+/.exec(text)?.[0] ?? text;
}

function add(sets: Map<string, Set<string>>, key: string, element: string): number {
	let set = sets.get(key);
	if (!set) sets.set(key, (set = new Set()));
	return set.add(element).size;
}

/** The objects of one page. */
export function elementsOf(answer: Json, field: string): Json[] {
	const elements = answer[field];
	return Array.isArray(elements) ? (elements as Json[]) : [];
}

function fatal(failure: CallFailure): UnreadableError {
	if (failure.kind === 'untrusted') {
		return new UnreadableError(
			`The certificate of ${failure.method.api} is not trusted here: ${failure.said}`,
			'If this is your own endpoint or proxy, name its certificate authority with NODE_EXTRA_CA_CERTS=FILE.',
			{cause: failure},
		);
	}
	return new UnreadableError(
		`${failure.method.api} does not accept the credentials: ${failure.said}`,
		'Sign in again with gcloud auth application-default login, or check the file that GOOGLE_APPLICATION_CREDENTIALS names.',
		{cause: failure},
	);
}
