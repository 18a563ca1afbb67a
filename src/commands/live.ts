/** From the flags of a live run to a collection: signs in, paces, resumes, and says on standard error what goes on. */
import {UsageError} from '../errors.ts';
import type {Io} from '../io.ts';
import {progressLine, type Step} from '../progress.ts';
import {openingRoles, roleData} from '../role-data.ts';
import type {Asset} from '../sources/asset.ts';
import {Caller} from '../sources/google-cloud/caller.ts';
import {grpcRoots} from '../sources/google-cloud/certificates.ts';
import {type Clients, googleClients} from '../sources/google-cloud/clients.ts';
import {collect} from '../sources/google-cloud/collect.ts';
import {type Credentials, signIn} from '../sources/google-cloud/credentials.ts';
import {type Endpoint, parseEndpoint} from '../sources/google-cloud/endpoint.ts';
import {type Journal, journalFile, noJournal, openJournal} from '../sources/google-cloud/journal.ts';
import type {Plan} from '../sources/google-cloud/plan.ts';
import {METRIC_DAYS} from '../sources/google-cloud/metrics.ts';
import {OPENING_PERMISSIONS} from '../sources/google-cloud/reach.ts';
import {safeLine} from '../text.ts';
import type {LiveFlags} from './flags.ts';

/** Ten minutes: fifty deny policies at the published quota. */
const MAX_WAIT = 600_000;
/** How far back audit logs are looked at: the longest threshold of the checks and some slack, and what is kept. */
const LOG_DAYS = {activity: 120, dataAccess: 30};
/** Runs that are expected to take and ask less need no announcement. */
const SHORT = {milliseconds: 10_000, calls: 1000};

export interface Connection {
	clients: Clients;
	credentials: Credentials;
	endpoint: Endpoint | undefined;
	quotaFactor: number;
}

/**
 * Signs in, and makes the clients (which load when they are first used).
 * @throws UsageError a flag that cannot be
 * @throws UnreadableError no credentials
 */
export async function connect(flags: LiveFlags, io: Io): Promise<Connection> {
	const endpoint = flags.apiEndpoint === undefined ? undefined : parseEndpoint(flags.apiEndpoint);
	const quotaFactor = flags.quotaFactor ?? factorIn(io.env['SA_AUDIT_QUOTA_FACTOR']);
	const credentials = await signIn({
		endpoint,
		quotaProject: flags.quotaProject,
		impersonate: flags.impersonateServiceAccount,
	});
	if (credentials.remark !== undefined && !flags.quiet) io.stderr.write(`${safeLine(credentials.remark)}\n`);
	return {
		clients: googleClients({credentials, endpoint, roots: grpcRoots(io.env)}),
		credentials,
		endpoint,
		quotaFactor,
	};
}

/**
 * Collects live, asset by asset, in the order in which answers come.
 * @param scopes container keys
 * @throws UnreadableError nothing could be read
 */
export async function collectLive(
	flags: LiveFlags,
	scopes: readonly string[],
	io: Io,
	emit: (asset: Asset) => void,
): Promise<void> {
	const say = (line: string): void => void (flags.quiet || io.stderr.write(`${safeLine(line)}\n`));
	const connection = await connect(flags, io);
	const journal = openCollection(flags, scopes, connection, io, say);
	const progress = progressLine(io, flags.quiet ?? false);
	const interrupted = (): void => {
		progress.clear();
		say('Interrupted. The same command with --resume goes on from here.');
	};
	io.signal.addEventListener('abort', interrupted, {once: true});
	let isDone = false;
	let plan: Plan | undefined;
	let planned = 0;
	let assets = 0;
	const caller: Caller = new Caller({
		clients: connection.clients,
		journal,
		clock: () => io.clock(),
		sleep: milliseconds => io.sleep(milliseconds),
		random: () => io.random(),
		quotaFactor: connection.quotaFactor,
		maxWait: flags.maxWait ?? MAX_WAIT,
		onCall: () => progress.show(() => stepOf(caller, {plan, since: planned, now: io.clock(), assets})),
	});
	try {
		await collect({
			scopes,
			via: flags.via ?? 'auto',
			caller,
			emit: asset => {
				assets++;
				emit(asset);
			},
			maxWait: flags.maxWait ?? MAX_WAIT,
			metrics: {from: daysBefore(journal.startedAt, METRIC_DAYS), to: daysBefore(journal.startedAt, 0)},
			logs: {
				since: daysBefore(journal.startedAt, LOG_DAYS.dataAccess),
				activitySince: daysBefore(journal.startedAt, LOG_DAYS.activity),
				until: journal.startedAt,
			},
			openingRoles: openingRoles(roleData(io.env).data, OPENING_PERMISSIONS),
			say: line => {
				progress.clear();
				say(line);
			},
			onPlan: expected => {
				plan = expected;
				planned = io.clock();
				const asked = [...expected.calls.values()].reduce((sum, number) => sum + number, 0);
				if (expected.duration < SHORT.milliseconds && asked < SHORT.calls) return;
				progress.clear();
				say(planText(expected, flags.maxWait ?? MAX_WAIT));
			},
		});
		isDone = true;
	} finally {
		io.signal.removeEventListener('abort', interrupted);
		progress.clear();
		journal.close(!isDone || caller.unfinished);
		await connection.clients.close();
	}
	if (flags.verbose) for (const line of tallyLines(caller)) say(line);
	if (caller.unfinished)
		say('Something could not be read in time or at all; the same command with --resume goes on with just that.');
}

function openCollection(
	flags: LiveFlags,
	scopes: readonly string[],
	{credentials, endpoint}: Connection,
	io: Io,
	say: (line: string) => void,
): Journal {
	const what = [
		scopes.toSorted().join(),
		flags.via ?? 'auto',
		endpoint === undefined ? '' : `${endpoint.host}:${endpoint.port}`,
		flags.impersonateServiceAccount ?? '',
		credentials.quotaProject ?? '',
	];
	const now = new Date(io.clock()).toISOString();
	let journal: Journal;
	try {
		journal = openJournal(journalFile(io.env, what), {resume: flags.resume ?? false, now});
	} catch (error) {
		if (!(error instanceof UsageError) || flags.resume) throw error;
		say(`Warning: ${error.message} An interrupted run cannot be resumed.`);
		return noJournal(now);
	}
	if (flags.resume) {
		say(
			journal.resumed > 0
				? `Going on with the collection of ${journal.startedAt}: ${count(journal.resumed)} answers are there already.`
				: 'There is no unfinished collection of this; a new one begins.',
		);
	}
	return journal;
}

/** @throws UsageError */
function factorIn(text: string | undefined): number {
	if (text === undefined || text === '') return 1;
	const factor = Number(text);
	if (Number.isFinite(factor) && factor > 0) return factor;
	throw new UsageError(
		`SA_AUDIT_QUOTA_FACTOR is ${text}, which is no number above 0.`,
		'Unset it, or set it to 2, 0.5 and the like.',
	);
}

function planText({calls, duration, slow}: Plan, maxWait: number): string {
	const perApi = [...calls].map(([api, number]) => `${api} ${count(number)}`).join(', ');
	const beyond =
		slow > maxWait
			? `; deny policies alone need ${timeText(slow)}, of which --max-wait allows ${timeText(maxWait)}`
			: '';
	return `Expected: about ${perApi} calls, at least ${timeText(Math.min(duration, Math.max(maxWait, duration - slow)))}${beyond}.`;
}

/** @param at when the plan was made and what time it is, epoch milliseconds; assets so far */
function stepOf(
	{tallies}: Caller,
	{plan, since, now, assets}: {plan: Plan | undefined; since: number; now: number; assets: number},
): Step {
	const sources = [...tallies].map(([api, {sent, known}]) => {
		const expected = plan?.calls.get(api);
		const total = expected !== undefined && expected > sent + known ? {total: expected} : {};
		return {name: api.replace('.googleapis.com', ''), done: sent + known, unit: 'calls' as const, ...total};
	});
	const parts = sources.map(
		({name, done, total}: Step['sources'][number]) =>
			`${name} ${count(done)}${total === undefined ? '' : ` of about ${count(total)}`}`,
	);
	const left = plan === undefined ? 0 : plan.duration - (now - since);
	const text = `Reading: ${parts.join(', ')}${left > 0 ? `; about ${timeText(left)} left` : ''}`;
	return {text, sources, assets, ...(left > 0 && {left})};
}

function tallyLines({tallies}: Caller): string[] {
	return [...tallies]
		.toSorted(([a], [b]) => (a < b ? -1 : 1))
		.map(([api, {sent, again, known}]) => {
			const repeated = again > 0 ? `, ${count(again)} of them repeated` : '';
			return `${api}: ${count(sent)} calls${repeated}${known > 0 ? `, ${count(known)} answers from before` : ''}`;
		});
}

function timeText(milliseconds: number): string {
	const minutes = Math.ceil(milliseconds / 60_000);
	return minutes === 1 ? '1 minute' : minutes < 120 ? `${minutes} minutes` : `${(minutes / 60).toFixed(1)} hours`;
}

/** Midnight so many days before, RFC 3339. */
function daysBefore(time: string, days: number): string {
	const day = new Date(Date.parse(time) - days * 86_400_000).toISOString().slice(0, 10);
	return `${day}T00:00:00Z`;
}

const count = (number: number): string => number.toLocaleString('en-US');
