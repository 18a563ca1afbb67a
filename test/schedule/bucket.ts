/** Cloud Storage on loopback, as far as creating objects goes: over TLS, with sign-in, and faults on demand. */
import {createHash} from 'node:crypto';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer, type Server} from 'node:https';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {getCACertificates, setDefaultCACertificates} from 'node:tls';
import {makeCertificate} from '../google-cloud/certificate.ts';

const certificate = makeCertificate();
setDefaultCACertificates([...getCACertificates('default'), certificate.cert]);

export class BucketStandIn {
	/** By name. */
	readonly objects = new Map<string, Buffer>();
	/** Verb and path of every call but sign-in, ids as the discovery document has them. */
	readonly calls: string[] = [];
	/** Status of the answer; undefined: what is right. `lost`: it is done, and nobody hears of it. */
	fault: ((nth: number) => number | 'lost' | undefined) | undefined;
	readonly #server: Server;
	#port = 0;

	constructor() {
		this.#server = createServer(certificate, (request, response) => {
			const chunks: Buffer[] = [];
			request.on('data', (chunk: Buffer) => chunks.push(chunk));
			request.on('end', () => {
				const url = new URL(request.url!, `https://127.0.0.1:${this.#port}`);
				const body = Buffer.concat(chunks);
				const send = (status: number, json: unknown): void =>
					void response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(json));
				if (url.pathname === '/v1/token') {
					send(200, {access_token: 'stand-in-token', expires_in: 3600, token_type: 'Bearer', issued_token_type: 'x'});
					return;
				}
				const name = `${request.method} ${url.pathname.slice(1).replace(/\/b\/[^/]+/, '/b/{bucket}')}`;
				this.calls.push(name);
				const fault = this.fault?.(this.calls.length);
				if (typeof fault === 'number') return send(fault, {error: {code: fault, message: 'a fault', errors: []}});
				const {status, json} = this.#answer(request.method!, url, request.headers, body);
				if (fault === 'lost') request.socket.destroy();
				else send(status, json);
			});
		});
	}

	async listen(): Promise<this> {
		await new Promise<void>(done => this.#server.listen(0, '127.0.0.1', done));
		this.#port = (this.#server.address() as AddressInfo).port;
		return this;
	}

	get endpoint(): string {
		return `127.0.0.1:${this.#port}`;
	}

	/** Makes the process sign in here. @returns undoes it */
	signIn(): () => void {
		const folder = mkdtempSync(join(tmpdir(), 'sa-audit-bucket-'));
		writeFileSync(join(folder, 'token'), 'a token');
		const file = join(folder, 'credentials.json');
		writeFileSync(
			file,
			JSON.stringify({
				type: 'external_account',
				audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/p',
				subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
				token_url: `https://${this.endpoint}/v1/token`,
				credential_source: {file: join(folder, 'token')},
			}),
		);
		process.env['GOOGLE_APPLICATION_CREDENTIALS'] = file;
		return () => {
			delete process.env['GOOGLE_APPLICATION_CREDENTIALS'];
			rmSync(folder, {recursive: true});
		};
	}

	close(): void {
		this.#server.close();
		this.#server.closeAllConnections();
	}

	#answer(
		method: string,
		url: URL,
		headers: NodeJS.Dict<string | string[]>,
		body: Buffer,
	): {status: number; json: unknown} {
		if (headers['authorization'] !== 'Bearer stand-in-token') return {status: 401, json: {}};
		if (method !== 'POST' || !url.pathname.startsWith('/upload/storage/v1/b/audits/o')) return {status: 403, json: {}};
		if (url.searchParams.get('ifGenerationMatch') !== '0')
			return {status: 400, json: {error: {message: 'would replace'}}};
		const name = url.searchParams.get('name')!;
		if (url.searchParams.get('uploadType') !== 'multipart') return {status: 400, json: {error: {message: 'in parts'}}};
		const [, boundary] = /boundary="?([^";]+)/.exec(String(headers['content-type']))!;
		const text = body.toString('latin1');
		const [, metadata, media] = text.split(`--${boundary}`).map(part => part.slice(part.indexOf('\r\n\r\n') + 4, -2));
		const bytes = Buffer.from(media!, 'latin1');
		const {md5Hash} = JSON.parse(metadata!) as {md5Hash?: string};
		if (md5Hash !== createHash('md5').update(bytes).digest('base64'))
			return {status: 400, json: {error: {message: 'md5'}}};
		return this.#create(name, bytes);
	}

	#create(name: string, bytes: Buffer): {status: number; json: unknown} {
		if (this.objects.has(name)) return {status: 412, json: {error: {code: 412, message: 'conditionNotMet'}}};
		this.objects.set(name, bytes);
		return {status: 200, json: {name, bucket: 'audits', generation: '1', size: String(bytes.length)}};
	}
}
