/**
 * What a failed call means, whichever transport it failed on. Facts: google.rpc.Status with ErrorInfo and RetryInfo
 * details; Google's HTTP error bodies [seen].
 */
import type {Json} from '../asset.ts';
import type {Method} from './methods.ts';

export type FailureKind =
	/** 403: the caller lacks a permission. */
	| 'denied'
	/** 403: the API is off in the project that pays. */
	| 'disabled'
	/** 404: it is not there, or not any more. */
	| 'gone'
	/** 429, also in the clothes of a 403. */
	| 'throttled'
	/** 5xx, resets, timeouts: worth another attempt. */
	| 'unavailable'
	/** The server does not know the method, or answers in something that no Google API speaks. */
	| 'unsupported'
	/** 400. */
	| 'invalid'
	/** 401: no usable credentials. */
	| 'unauthenticated'
	/** The certificate is signed by nobody that is trusted here. */
	| 'untrusted'
	/** The slow lane would have had to wait longer than `--max-wait`. */
	| 'postponed';

/** A call that gave no answer, after all attempts. */
export class CallFailure extends Error {
	override readonly name = 'CallFailure';
	readonly kind: FailureKind;
	readonly method: Method;
	/** Milliseconds that the server asks to wait. */
	readonly retryAfter: number | undefined;
	/** The project (`projects/123`) in which an API is disabled, if the server says so. */
	readonly consumer: string | undefined;
	/** What the server said itself. */
	readonly said: string;
	/** Nothing came at all, for as long as one attempt may take. */
	readonly timedOut: boolean;

	constructor(
		method: Method,
		kind: FailureKind,
		said: string,
		more: {retryAfter?: number; consumer?: string; timedOut?: boolean} = {},
	) {
		super(`${method.api}: ${said}`);
		this.kind = kind;
		this.method = method;
		this.said = said;
		this.retryAfter = more.retryAfter;
		this.consumer = more.consumer;
		this.timedOut = more.timedOut ?? false;
	}

	/** One sentence for a coverage line: what is missing and why. */
	get reason(): string {
		const {api, permissions, name} = this.method;
		const call = name.slice(name.lastIndexOf('.') + 1);
		switch (this.kind) {
			case 'denied':
				return `${api} denied ${call}${permissions.length > 0 ? ` (needs ${permissions.join(', ')})` : ''}: ${this.said}`;
			case 'disabled':
				return `${api} is disabled${this.consumer === undefined ? '' : ` in ${this.consumer}`}: ${this.said}`;
			case 'throttled':
				return `the quota of ${api} was exhausted: ${this.said}`;
			case 'unavailable':
				return `${api} did not answer ${call}: ${this.said}`;
			case 'unsupported':
				return `${api} does not serve ${call} here: ${this.said}`;
			default:
				return `${api} did not answer ${call}: ${this.said}`;
		}
	}

	/** A command that would mend it, if there is one. */
	get fix(): string | undefined {
		const {api, permissions} = this.method;
		if (this.kind === 'disabled') {
			const project = this.consumer?.replace(/^projects\//, '');
			return `gcloud services enable ${api}${project === undefined ? '' : ` --project=${project}`}`;
		}
		if (this.kind === 'postponed')
			return 'sa-audit collect --resume goes on where this stopped; --max-wait waits longer';
		if (this.kind === 'throttled' || this.kind === 'unavailable')
			return 'sa-audit collect --resume asks again for just this';
		if (this.kind === 'denied' && permissions.length > 0)
			return `Grant ${permissions.join(', ')}; sa-audit doctor prints the commands`;
		return undefined;
	}
}

/** Status codes of gRPC by number. */
const GRPC: Readonly<Record<number, FailureKind>> = {
	1: 'unavailable',
	2: 'unavailable',
	3: 'invalid',
	4: 'unavailable',
	5: 'gone',
	7: 'denied',
	8: 'throttled',
	9: 'invalid',
	10: 'unavailable',
	11: 'invalid',
	12: 'unsupported',
	13: 'unavailable',
	14: 'unavailable',
	16: 'unauthenticated',
};

const CERTIFICATE = /certificate|CERT_|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/i;
const DISABLED = /has not been used in project|it is disabled|SERVICE_DISABLED|accessNotConfigured/i;
const THROTTLED = /rateLimitExceeded|quotaExceeded|RATE_LIMIT_EXCEEDED|RESOURCE_EXHAUSTED|Quota exceeded/;

/** The failure behind whatever a client threw. What is none of the network's or server's doing is thrown on. */
export function failureOf(method: Method, error: unknown): CallFailure {
	if (error instanceof CallFailure) return error;
	if (!(error instanceof Error)) throw error;
	const {response, code} = error as Error & {
		response?: {status?: number; data?: unknown; headers?: unknown};
		code?: unknown;
	};
	if (response?.status !== undefined) return httpFailure(method, response.status, response.data, response.headers);
	if (typeof code === 'number' && code < 17) return grpcFailure(method, code, error as GrpcError);
	const chain = causesOf(error);
	if (CERTIFICATE.test(chain)) return new CallFailure(method, 'untrusted', oneLine(chain));
	if (NETWORK.test(chain)) {
		return new CallFailure(method, 'unavailable', oneLine(chain), {timedOut: /timeout|aborted/i.test(chain)});
	}
	throw error;
}

const NETWORK =
	/ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|UND_ERR|socket|network|fetch failed|timeout|aborted|terminated|premature|stream|invalid json|Unexpected (?:token|end)/i;

type GrpcError = Error & {
	details?: string;
	reason?: string;
	errorInfoMetadata?: Record<string, string>;
	statusDetails?: unknown;
	metadata?: {get(name: string): unknown[]};
};

function grpcFailure(method: Method, code: number, error: GrpcError): CallFailure {
	// Where it has no note, gRPC still says that one follows.
	const said = oneLine((error.details || error.message).replace(/\s*Resolution note:\s*$/, ''));
	if (code === 14 && CERTIFICATE.test(said)) return new CallFailure(method, 'untrusted', said);
	const details = Array.isArray(error.statusDetails) ? (error.statusDetails as Json[]) : [];
	const kind = refined(GRPC[code] ?? 'unavailable', said, error.reason);
	const header = error.metadata?.get('retry-after')[0];
	return new CallFailure(method, kind, said, {
		retryAfter:
			details.map(detail => milliseconds(detail['retryDelay'])).find(delay => delay !== undefined) ?? seconds(header),
		consumer: error.errorInfoMetadata?.['consumer'],
		timedOut: code === 4,
	});
}

function httpFailure(method: Method, status: number, body: unknown, headers: unknown): CallFailure {
	const error = bodyOf(body);
	const said = oneLine(typeof error?.['message'] === 'string' ? error['message'] : `HTTP ${status}`);
	const details = Array.isArray(error?.['details']) ? (error['details'] as Json[]) : [];
	const info = details.find(detail => typeof detail['reason'] === 'string');
	const old = Array.isArray(error?.['errors']) ? (error['errors'] as Json[])[0]?.['reason'] : undefined;
	const reason = typeof info?.['reason'] === 'string' ? info['reason'] : typeof old === 'string' ? old : undefined;
	const metadata = info?.['metadata'] as Record<string, string> | undefined;
	return new CallFailure(method, refined(httpKind(status, error !== undefined), said, reason), said, {
		retryAfter:
			details.map(detail => milliseconds(detail['retryDelay'])).find(delay => delay !== undefined) ??
			seconds(headerOf(headers, 'retry-after')),
		consumer: metadata?.['consumer'],
	});
}

function httpKind(status: number, isGoogle: boolean): FailureKind {
	if (status === 401) return 'unauthenticated';
	if (status === 403) return 'denied';
	// A path that nobody serves is answered in HTML, a resource that is not there in JSON.
	if (status === 404) return isGoogle ? 'gone' : 'unsupported';
	if (status === 429) return 'throttled';
	if (status === 405 || status === 501) return 'unsupported';
	return status >= 500 || status === 408 ? 'unavailable' : 'invalid';
}

/** Quotas and disabled APIs come as 403 too. */
function refined(kind: FailureKind, said: string, reason: string | undefined): FailureKind {
	if (kind !== 'denied' && kind !== 'throttled') return kind;
	const text = `${reason ?? ''} ${said}`;
	if (DISABLED.test(text)) return 'disabled';
	return THROTTLED.test(text) ? 'throttled' : kind;
}

function bodyOf(body: unknown): Json | undefined {
	let data = body;
	if (typeof data === 'string') {
		try {
			data = JSON.parse(data);
		} catch {
			return undefined;
		}
	}
	const error = typeof data === 'object' && data !== null ? (data as Json)['error'] : undefined;
	return typeof error === 'object' && error !== null ? (error as Json) : undefined;
}

function headerOf(headers: unknown, name: string): unknown {
	if (headers instanceof Headers) return headers.get(name) ?? undefined;
	return typeof headers === 'object' && headers !== null ? (headers as Json)[name] : undefined;
}

/** `"3.5s"`, or the protobuf Duration `{seconds, nanos}`. */
function milliseconds(delay: unknown): number | undefined {
	if (typeof delay === 'string') {
		const number = Number.parseFloat(delay);
		return Number.isFinite(number) ? number * 1000 : undefined;
	}
	if (typeof delay !== 'object' || delay === null) return undefined;
	const {seconds: whole, nanos} = delay as {seconds?: unknown; nanos?: unknown};
	const number = Number(whole ?? 0) * 1000 + Number(nanos ?? 0) / 1e6;
	return Number.isFinite(number) ? number : undefined;
}

function seconds(value: unknown): number | undefined {
	const number = Number.parseFloat(String(value));
	return Number.isFinite(number) ? number * 1000 : undefined;
}

function causesOf(error: Error): string {
	const code = String((error as {code?: unknown}).code ?? '');
	const own = [code, error.message].filter(part => part !== '').join(' ');
	return error.cause instanceof Error ? `${own}: ${causesOf(error.cause)}` : own;
}

/** The server's sentence, short enough for a report. */
function oneLine(text: string): string {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
