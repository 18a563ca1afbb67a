/** Reads log entries one after the other into a log book: the streaming engine, apart from where they come from. */
import {
	type About,
	auditPayload,
	entryTime,
	insertIdOf,
	isFailed,
	jsonOf,
	labelsOf,
	type LogFields,
	logName,
	placeOf,
	text,
} from './log-entry.ts';
import type {LogBook, Seen} from './log-book.ts';
import {QuickEntries} from './quick-entries.ts';
import {isAbout, isEvent} from './records.ts';
import {networkOf} from './network.ts';
import {SeenIds} from './seen-ids.ts';
import {clientKind, namesRun} from './user-agent.ts';

type Json = Readonly<Record<string, unknown>>;

/** User agents are looked at once each, as long as there are not too many: gcloud's are all different. */
const MOST_AGENTS = 20_000;
const INVOCATION = ' invocation-id/';

interface Agent {
	client: string;
	namesRun: boolean;
}

export class EntryReader {
	readonly #book: LogBook;
	readonly #ids: SeenIds;
	readonly #quick: QuickEntries;
	readonly #logs = new Map<string, Seen>();
	readonly #agents = new Map<string, Agent>();
	readonly #networks = new Map<string, string>();

	constructor(book: LogBook, ids: SeenIds = new SeenIds()) {
		this.#book = book;
		this.#ids = ids;
		this.#quick = new QuickEntries(book, ids);
	}

	/** Before another file. */
	begin(): void {
		this.#quick.begin();
	}

	/** A line, before it is parsed. @returns whether that is needless */
	takeLine(bytes: Buffer, start: number, end: number): boolean {
		return this.#quick.take(bytes, start, end);
	}

	/** @returns whether it is an entry of an audit log */
	take(entry: Json): boolean {
		const {counts} = this.#book;
		const payload = auditPayload(entry);
		if (payload === undefined) {
			counts.others++;
			return false;
		}
		const at = entryTime(entry);
		if (Number.isNaN(at)) {
			counts.timeless++;
			return true;
		}
		const seen = this.#logOf(entry);
		const isKnown = this.#ids.has(logName(entry), at, insertIdOf(entry));
		this.#book.see(seen, isKnown ? 0 : 1, isKnown ? 1 : 0, at, at);
		if (isKnown) return true;
		if (this.#book.isFuture(at)) counts.future++;
		this.#takeNew(entry, payload, seen, at);
		return true;
	}

	#takeNew(entry: Json, payload: Json, seen: Seen, at: number): void {
		const who = jsonOf(payload['authenticationInfo']);
		const email = text(who['principalEmail']);
		const principalSubject = text(who['principalSubject']);
		const anonymous = email === '' && principalSubject === '';
		if (anonymous) this.#book.counts.anonymous++;
		const method = text(payload['methodName']);
		const about = isAbout(method);
		if (!about && !mayBeAccount(email, principalSubject)) {
			this.#quick.learn({seen, known: undefined, anonymous}, false);
			return;
		}
		const metadata = jsonOf(payload['requestMetadata']);
		const agent = this.#agent(text(metadata['callerSuppliedUserAgent']));
		const chain = who['serviceAccountDelegationInfo'];
		const fields: LogFields = {
			log: seen.log,
			service: text(payload['serviceName']),
			method,
			email,
			principalSubject,
			keyName: text(who['serviceAccountKeyName']),
			delegation: Array.isArray(chain) && chain.length > 0 ? JSON.stringify(chain) : '',
			network: this.#network(text(metadata['callerIp'])),
			client: agent.client,
			failed: isFailed(payload),
			traced: agent.namesRun || text(jsonOf(metadata['requestAttributes'])['reason']) !== '',
		};
		if (about) fields.about = aboutOf(entry, payload);
		if (about && isEvent(method)) {
			this.#book.addEvent(fields, 1, at);
			return;
		}
		const known = this.#book.add(fields, 1, at, at);
		this.#quick.learn({seen, known, anonymous}, about);
	}

	#logOf(entry: Json): Seen {
		const name = logName(entry);
		let seen = name === '' ? undefined : this.#logs.get(name);
		if (!seen) {
			const {scope, log} = placeOf(entry);
			seen = this.#book.log(scope, log);
			if (name !== '') remember(this.#logs, name, seen);
		}
		return seen;
	}

	#network(address: string): string {
		// All of a /24 are the same; other addresses stand for themselves.
		const dot = address.lastIndexOf('.');
		const known = dot > 0 && !address.includes(':') ? address.slice(0, dot) : address;
		let network = this.#networks.get(known);
		if (network === undefined) remember(this.#networks, known, (network = networkOf(address)));
		return network;
	}

	#agent(userAgent: string): Agent {
		// gcloud gives each call a number; without it they are alike.
		const at = userAgent.indexOf(INVOCATION);
		const after = at === -1 ? -1 : userAgent.indexOf(' ', at + INVOCATION.length);
		const name = after === -1 ? userAgent : userAgent.slice(0, at) + userAgent.slice(after);
		let agent = this.#agents.get(name);
		if (!agent) remember(this.#agents, name, (agent = {client: clientKind(name), namesRun: namesRun(name)}));
		return agent;
	}
}

/** Bounded: beyond what there is room for, all is worked out again. */
function remember<T>(known: Map<string, T>, key: string, value: T): void {
	if (known.size >= MOST_AGENTS) known.clear();
	known.set(key, value);
}

/** Nobody else's own calls are of interest. In the words of the SQL. */
function mayBeAccount(email: string, subject: string): boolean {
	return email.endsWith('.gserviceaccount.com') || (email === '' && subject.endsWith('.gserviceaccount.com'));
}

function aboutOf(entry: Json, payload: Json): About {
	const labels = labelsOf(entry);
	const request = jsonOf(payload['request'] ?? payload['requestJson']);
	const response = jsonOf(payload['response'] ?? payload['responseJson']);
	const metadata = jsonOf(payload['metadata'] ?? payload['metadataJson']);
	return {
		emailLabel: text(labels['email_id']),
		idLabel: text(labels['unique_id']),
		resourceName: text(payload['resourceName']),
		requestName: text(request['name']),
		delegates: listText(request['delegates']),
		identityChain: listText(metadata['identityDelegationChain']),
		responseName: text(response['name']),
		responseEmail: text(response['email']),
		responseId: text(response['unique_id']),
		mapped: text(metadata['mapped_principal']),
		adminEvent: listText(metadata['event']),
	};
}

function listText(value: unknown): string {
	return Array.isArray(value) && value.length > 0 ? JSON.stringify(value) : '';
}
