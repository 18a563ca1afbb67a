/** Retries, pace and patience, with clients that answer as they are told and a clock that only sleeping moves. */
import {setImmediate} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import type {Json} from '../../src/sources/asset.ts';
import {Caller, type CallerOptions} from '../../src/sources/google-cloud/caller.ts';
import {CallFailure} from '../../src/sources/google-cloud/failure.ts';
import type {MethodName} from '../../src/sources/google-cloud/methods.ts';

interface Rig {
	caller: Caller;
	/** When each attempt was sent, in milliseconds. */
	sent: number[];
	now(): number;
}

/** @param answer throws what a client would throw; `nth` counts attempts from 1 */
function rig(
	answer: (name: MethodName, request: Json, nth: number) => Json,
	options: Partial<CallerOptions> = {},
): Rig {
	let now = 0;
	const sent: number[] = [];
	const caller = new Caller({
		clients: {
			async send(name, request) {
				sent.push(now);
				return answer(name, request, sent.length);
			},
			async close() {},
		},
		clock: () => now,
		async sleep(milliseconds) {
			// What is under way is answered before the clock moves.
			await setImmediate();
			now += milliseconds;
		},
		random: () => 1 - Number.EPSILON,
		...options,
	});
	return {caller, sent, now: () => now};
}

const grpc = (code: number, details: string, more: object = {}): Error =>
	Object.assign(new Error(details), {code, details, ...more});
const http = (status: number, error: object, headers = {}): Error =>
	Object.assign(new Error('HTTP'), {response: {status, data: {error}, headers}});

async function failure(call: Promise<unknown>): Promise<CallFailure> {
	const error = await call.then(
		() => undefined,
		(thrown: unknown) => thrown,
	);
	expect(error).toBeInstanceOf(CallFailure);
	return error as CallFailure;
}

describe('what is asked again', () => {
	test.each([
		['gRPC UNAVAILABLE', grpc(14, 'no connection')],
		['gRPC INTERNAL', grpc(13, 'Received RST_STREAM with code 2')],
		['HTTP 503', http(503, {message: 'later'})],
		['a reset', Object.assign(new Error('socket hang up'), {code: 'ECONNRESET'})],
	])('%s: five times, each wait twice as long', async (_, error) => {
		const {caller, sent} = rig(() => {
			throw error;
		});
		expect((await failure(caller.call('getProject', {name: 'projects/p'}))).kind).toBe('unavailable');
		expect(sent.map(Math.round)).toEqual([0, 500, 1500, 3500, 7500]);
	});

	test('a timeout: twice', async () => {
		const {caller, sent} = rig(() => {
			throw grpc(4, 'Deadline exceeded');
		});
		await failure(caller.call('getProject', {name: 'projects/p'}));
		expect(sent).toHaveLength(2);
	});

	test.each([
		[
			'gRPC RetryInfo',
			grpc(8, 'Quota exceeded', {statusDetails: [{retryDelay: {seconds: '7', nanos: 500_000_000}}]}),
			7500,
		],
		['HTTP RetryInfo', http(429, {message: 'Quota exceeded', details: [{retryDelay: '7.5s'}]}), 7500],
		['Retry-After', http(429, {message: 'Quota exceeded'}, new Headers({'retry-after': '20'})), 20_000],
		['a 403 that is a quota', http(403, {message: 'x', errors: [{reason: 'rateLimitExceeded'}]}), 500],
	])('%s is obeyed', async (_, error, wait) => {
		const {caller, sent} = rig((_name, _request, nth) => {
			if (nth === 1) throw error;
			return {};
		});
		await caller.call('listAccounts', {name: 'projects/p'});
		expect(sent.map(Math.round)).toEqual([0, wait]);
	});

	test('an hour is not waited for', async () => {
		const {caller, sent} = rig(() => {
			throw http(429, {message: 'Quota exceeded per day'}, new Headers({'retry-after': '3600'}));
		});
		expect((await failure(caller.call('listAccounts', {name: 'projects/p'}))).kind).toBe('throttled');
		expect(sent).toHaveLength(1);
		expect(caller.unfinished).toBe(true);
	});
});

test.each([
	['denied', grpc(7, 'The caller does not have permission')],
	['disabled', grpc(7, 'X API has not been used in project 1 before or it is disabled.')],
	['disabled', http(403, {message: 'x', details: [{reason: 'SERVICE_DISABLED', metadata: {consumer: 'projects/1'}}]})],
	['gone', grpc(5, 'not there')],
	['gone', http(404, {message: 'not there'})],
	['unsupported', Object.assign(new Error('x'), {response: {status: 404, data: '<html>404</html>', headers: {}}})],
	['unsupported', grpc(12, 'The server does not implement the method')],
	['invalid', grpc(3, 'bad')],
] as const)('%s is not asked again', async (kind, error) => {
	const {caller, sent} = rig(() => {
		throw error;
	});
	expect((await failure(caller.call('listOrgPolicies', {parent: 'projects/1'}))).kind).toBe(kind);
	expect(sent).toHaveLength(1);
});

test('refused credentials and certificates end everything, with what to do', async () => {
	const refused = rig(() => {
		throw grpc(16, 'Request had invalid authentication credentials');
	});
	await expect(refused.caller.call('getProject', {})).rejects.toMatchObject({
		name: 'UnreadableError',
		hint: /gcloud auth/,
	});
	expect(refused.sent).toHaveLength(2);
	const untrusted = rig(() => {
		throw grpc(14, 'No connection established. Last error: Error: self-signed certificate');
	});
	await expect(untrusted.caller.call('getProject', {})).rejects.toMatchObject({hint: /NODE_EXTRA_CA_CERTS/});
});

test('the slow lane: five a minute, until it has waited long enough', async () => {
	const {caller, sent, now} = rig(() => ({}), {maxWait: 150_000});
	const ends = await Promise.allSettled(
		Array.from({length: 20}, (_, i) => caller.call('listDenyPolicies', {parent: `policies/${i}/denypolicies`})),
	);
	expect(sent).toEqual([...Array(5).fill(0), ...Array(5).fill(60_000), ...Array(5).fill(120_000)]);
	const kinds = ends.map(end => (end.status === 'rejected' ? (end.reason as CallFailure).kind : 'answered'));
	expect(kinds).toEqual([...Array(15).fill('answered'), ...Array(5).fill('postponed')]);
	expect(now()).toBe(120_000);
	expect(caller.unfinished).toBe(true);
});

test('other quotas do not wait for the slow lane', async () => {
	const {caller, sent} = rig(() => ({}), {maxWait: 600_000});
	const slow = Promise.all(Array.from({length: 6}, (_, i) => caller.call('listDenyPolicies', {parent: String(i)})));
	await caller.call('listAccounts', {name: 'projects/p'});
	await slow;
	expect(sent).toHaveLength(7);
});

test('a quota that is smaller than published is learned: few answers are refused', async () => {
	const windows = new Map<number, number>();
	let refused = 0;
	const {caller, now} = rig(() => {
		const minute = Math.floor(now() / 60_000);
		const used = windows.get(minute) ?? 0;
		if (used >= 50) {
			refused++;
			throw grpc(8, 'Quota exceeded');
		}
		windows.set(minute, used + 1);
		return {};
	});
	await Promise.all(Array.from({length: 200}, (_, i) => caller.call('listPools', {parent: String(i)})));
	expect(refused).toBeLessThan(60);
	expect(now()).toBeLessThan(12 * 60_000);
});

describe('lists', () => {
	test('every page, empty ones too', async () => {
		const pages: Record<string, Json> = {
			'': {nextPageToken: 'a'},
			a: {roles: [{name: 'x'}], nextPageToken: 'b'},
			b: {nextPageToken: 'c'},
			c: {roles: [{name: 'y'}]},
		};
		const {caller} = rig((_, request) => pages[String(request['pageToken'] ?? '')]!);
		expect(await caller.list('listProjectRoles', {parent: 'projects/p'}, 'roles')).toEqual([{name: 'x'}, {name: 'y'}]);
	});

	test('a page that names itself as the next one ends the list with a reason', async () => {
		const {caller, sent} = rig(() => ({nextPageToken: 'a'}));
		expect((await failure(caller.list('listProjectRoles', {parent: 'p'}, 'roles'))).said).toContain('names itself');
		expect(sent).toHaveLength(2);
	});
});

test('estimates are what the quotas allow', () => {
	const {caller} = rig(() => ({}));
	expect(caller.estimate('listDenyPolicies', 5)).toBe(0);
	expect(caller.estimate('listDenyPolicies', 6)).toBe(60_000);
	expect(caller.estimate('listDenyPolicies', 1051)).toBe(210 * 60_000);
});
