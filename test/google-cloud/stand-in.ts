/**
 * A stand-in for Google Cloud on loopback: TLS, gRPC over HTTP/2 and JSON over HTTP/1.1 on one port, spoken to by the
 * real clients. It answers from an organization, keeps a log of calls, and can be as slow, full, forbidden, broken or
 * forgetful as a test wants. It is also its own token host, for a workload identity federation file.
 */
import {once} from 'node:events';
import {createSecureServer, type Http2ServerRequest, type Http2ServerResponse} from 'node:http2';
import type {AddressInfo} from 'node:net';
import type {TLSSocket} from 'node:tls';
import type {Json} from '../../src/sources/asset.ts';
import {type Answer, grpcAnswer, httpAnswer} from './answers.ts';
import {type Certificate, makeCertificate} from './certificate.ts';
import {type Fault, grpcCode, httpBody, httpStatus} from './faults.ts';
import type {Organization} from './organization.ts';
import {frame, rpcOf, statusDetails, unframe} from './wire.ts';

/** One call as it arrived. */
export interface Call {
	/** `google.iam.v2.Policies.ListPolicies`, or `GET v1/projects/p/serviceAccounts`. */
	method: string;
	request: Json;
	headers: Record<string, string>;
}

export interface Switches {
	/** Elements of a page, whatever is asked for. */
	pageSize?: number;
	/** Every list begins with an empty page. */
	emptyPages?: boolean;
	/** Elements in another order. */
	reversed?: boolean;
	/** Milliseconds before an answer. */
	latency?: number;
	/** What goes wrong with a call. @param nth counts the calls of the same question from 1 */
	fault?: (call: Call, nth: number) => Fault | undefined;
}

export class StandIn {
	readonly calls: Call[] = [];
	readonly certificate: Certificate;
	world: Organization;
	switches: Switches;
	port = 0;
	readonly #server;
	readonly #asked = new Map<string, number>();
	readonly #sockets = new Set<TLSSocket>();

	constructor(world: Organization, switches: Switches = {}, certificate = makeCertificate()) {
		this.world = world;
		this.switches = switches;
		this.certificate = certificate;
		this.#server = createSecureServer({...this.certificate, allowHTTP1: true});
		this.#server.on('request', (request, response) => {
			const serve = request.httpVersionMajor === 1 ? this.#http(request, response) : this.#grpc(request, response);
			// A connection that was reset takes the requests with it that were still on their way.
			serve.catch((error: NodeJS.ErrnoException) => {
				if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE' && error.code !== 'ECONNRESET') throw error;
			});
		});
		this.#server.on('sessionError', () => {});
		this.#server.on('secureConnection', socket => {
			this.#sockets.add(socket);
			socket.on('close', () => this.#sockets.delete(socket));
		});
	}

	async listen(port = 0): Promise<this> {
		this.#server.listen(port, '127.0.0.1');
		await once(this.#server, 'listening');
		this.port = (this.#server.address() as AddressInfo).port;
		return this;
	}

	/** As `--api-endpoint` takes it. */
	get endpoint(): string {
		return `127.0.0.1:${this.port}`;
	}

	/** A workload identity federation file that signs in here. @param tokenFile any file with any text */
	credentialFile(tokenFile: string): Json {
		return {
			type: 'external_account',
			audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/stand-in/providers/stand-in',
			subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
			token_url: `https://${this.endpoint}/v1/token`,
			credential_source: {file: tokenFile},
		};
	}

	/** Names of the methods that were called, sign-in aside. */
	methods(): string[] {
		return this.calls.map(call => call.method);
	}

	forget(): void {
		this.calls.length = 0;
		this.#asked.clear();
	}

	async close(): Promise<void> {
		this.#server.close();
		for (const socket of this.#sockets) socket.destroy();
	}

	/** Faults first, then what the organization says. */
	async #answer(call: Call, answer: () => Answer | undefined): Promise<Json | Fault> {
		this.calls.push(call);
		const {latency, fault} = this.switches;
		const question = call.method + JSON.stringify(call.request);
		const nth = (this.#asked.get(question) ?? 0) + 1;
		this.#asked.set(question, nth);
		const wrong = fault?.(call, nth);
		if (latency !== undefined) await new Promise(done => setTimeout(done, latency));
		if (wrong) return wrong;
		const found = answer();
		if (found === undefined) return {fault: 'unimplemented', message: `${call.method} is not served here`};
		if ('error' in found) return {fault: 'gone', message: found.message};
		return 'body' in found ? found.body : this.#page(found, call.request);
	}

	#page({list, items, each}: Extract<Answer, {list: string}>, request: Json): Json {
		const {pageSize, emptyPages, reversed} = this.switches;
		const token = String(request['pageToken'] ?? '');
		if (emptyPages && token === '') return {nextPageToken: '0'};
		const size = Math.min(pageSize ?? Infinity, Number(request['pageSize'] ?? 0) || 100);
		const from = Number(token);
		const ordered = reversed ? items.toReversed() : items;
		const next = from + size < items.length ? {nextPageToken: String(from + size)} : {};
		const page = ordered.slice(from, from + size);
		return {[list]: each ? page.map(each) : page, ...next};
	}

	async #grpc(incoming: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
		const headers = incoming.headers as Record<string, string>;
		const path = incoming.url;
		incoming.stream.on('error', () => {});
		const chunks: Buffer[] = [];
		for await (const chunk of incoming) chunks.push(chunk as Buffer);
		const rpc = rpcOf(path);
		const method = path.slice(1).replace('/', '.');
		let answer: Json | Fault;
		if (!rpc) answer = {fault: 'unimplemented', message: `${method} is not known`};
		else {
			const request = rpc.decode(unframe(Buffer.concat(chunks)));
			answer = await this.#answer({method, request, headers}, () => grpcAnswer(this.world, method, request));
		}
		if (incoming.stream.destroyed) return;
		if (!isFault(answer)) {
			response.addTrailers({'grpc-status': '0'});
			response.writeHead(200, {'content-type': 'application/grpc'});
			response.end(frame(rpc!.encode(answer)));
		} else if (answer.fault === 'reset') incoming.stream.session?.destroy();
		else if (answer.fault !== 'silence') {
			const code = grpcCode(answer);
			response.stream.respond(
				{
					':status': 200,
					'content-type': 'application/grpc',
					'grpc-status': String(code),
					'grpc-message': encodeURIComponent(answer.message ?? answer.fault),
					'grpc-status-details-bin': statusDetails(code, answer.message ?? '', httpBody(answer).error.details),
				},
				{endStream: true},
			);
		}
	}

	async #http(incoming: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
		const chunks: Buffer[] = [];
		for await (const chunk of incoming) chunks.push(chunk as Buffer);
		const body = Buffer.concat(chunks).toString();
		const url = new URL(incoming.url, `https://${this.endpoint}`);
		const send = (status: number, json: unknown, headers: Record<string, string> = {}): void => {
			response.writeHead(status, {'content-type': 'application/json', ...headers});
			response.end(JSON.stringify(json));
		};
		if (url.pathname === '/v1/token' || url.pathname.endsWith(':generateAccessToken')) {
			send(200, TOKEN);
			return;
		}
		const path = decodeURIComponent(url.pathname.slice(1));
		const request: Json = body.startsWith('{') ? (JSON.parse(body) as Json) : {};
		for (const key of new Set(url.searchParams.keys())) {
			const all = url.searchParams.getAll(key);
			request[key] = all.length > 1 ? all : all[0];
		}
		const call = {method: `${incoming.method} ${path}`, request, headers: incoming.headers as Record<string, string>};
		const answer = await this.#answer(call, () => httpAnswer(this.world, incoming.method, path, request));
		if (!isFault(answer)) send(200, answer);
		else if (answer.fault === 'reset') incoming.socket.destroy();
		else if (answer.fault !== 'silence') {
			const {retryAfter} = answer;
			send(httpStatus(answer), httpBody(answer), retryAfter === undefined ? {} : {'retry-after': String(retryAfter)});
		}
	}
}

const TOKEN = {
	access_token: 'stand-in-token',
	accessToken: 'stand-in-impersonated-token',
	expires_in: 3600,
	expireTime: '2099-01-01T00:00:00Z',
	issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
	token_type: 'Bearer',
};

function isFault(answer: Json | Fault): answer is Fault {
	return 'fault' in answer;
}
