/** `--api-endpoint HOST[:PORT]`: one host that stands for all of Google's. */
import {UsageError} from '../../errors.ts';

export interface Endpoint {
	host: string;
	port: number;
}

/**
 * @param text a host name or address, with or without a port (443); IPv6 in brackets
 * @throws UsageError anything else, URLs too
 */
export function parseEndpoint(text: string): Endpoint {
	const [, bracketed, bare, port] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9][a-z0-9.-]*))(?::(\d{1,5}))?$/i.exec(text) ?? [];
	const host = bracketed ?? bare;
	const number = port === undefined ? 443 : Number(port);
	if (host === undefined || number < 1 || number > 65_535) {
		throw new UsageError(
			`--api-endpoint ${text} is no HOST or HOST:PORT.`,
			'It looks like private.example.com or 127.0.0.1:8443, without https:// and without a path.',
		);
	}
	return {host, port: number};
}

/** Where HTTP calls of an API begin, with a slash at the end. */
export function rootUrl(api: string, endpoint: Endpoint | undefined): string {
	if (endpoint === undefined) return `https://${api}/`;
	const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
	return `https://${host}:${endpoint.port}/`;
}
