/** How a schedule is doing, as JSON on a port of the loopback interface. */
import {createServer, type Server} from 'node:http';
import {UsageError} from '../errors.ts';
import type {RunEntry} from './entry.ts';

export interface ScopeHealth {
	scope: string;
	running: boolean;
	lastRun: Pick<RunEntry, 'run' | 'status' | 'startedAt' | 'finishedAt' | 'exit'> | null;
	/** RFC 3339; null: the schedule has no further time. */
	nextRun: string | null;
	/** Of the last run, or of what kept it from being recorded; null: it went well. */
	lastError: string | null;
}

export interface Health {
	/** Whether the last run of each scope went well. */
	ok: boolean;
	head: string;
	scopes: ScopeHealth[];
	/** Over all scopes. */
	lastRun: ScopeHealth['lastRun'];
	nextRun: string | null;
	lastError: string | null;
}

export function healthOf(scopes: readonly ScopeHealth[], head: string): Health {
	const runs = scopes.flatMap(({lastRun}) => lastRun ?? []).toSorted((a, b) => (a.finishedAt < b.finishedAt ? 1 : -1));
	const times = scopes.flatMap(({nextRun}) => nextRun ?? []).toSorted();
	const errors = scopes.flatMap(({lastError}) => lastError ?? []);
	return {
		ok: errors.length === 0,
		head,
		scopes: [...scopes],
		lastRun: runs[0] ?? null,
		nextRun: times[0] ?? null,
		lastError: errors[0] ?? null,
	};
}

/** @throws UsageError the port is taken */
export async function serveHealth(port: number, health: () => Health): Promise<{server: Server; port: number}> {
	const server = createServer((request, response) => {
		const isRead = request.method === 'GET' || request.method === 'HEAD';
		response.writeHead(isRead ? 200 : 405, {'content-type': 'application/json', 'cache-control': 'no-store'});
		response.end(isRead ? `${JSON.stringify(health(), null, '\t')}\n` : '');
	});
	await new Promise<void>((listening, failed) => {
		server.on('error', error => {
			const {code} = error as NodeJS.ErrnoException;
			const why = code === 'EADDRINUSE' ? 'another program has it' : code === 'EACCES' ? 'permission denied' : code;
			failed(new UsageError(`--health ${port} cannot be served: ${why}.`, 'Name another port.', {cause: error}));
		});
		server.listen(port, '127.0.0.1', listening);
	});
	// Nothing that asks may keep us from ending.
	server.unref();
	const address = server.address();
	return {server, port: typeof address === 'object' && address !== null ? address.port : port};
}
