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
import type {LogBook, Tally} from './log-book.ts';
import {isAbout, isEvent} from './records.ts';
import {SeenIds} from './seen-ids.ts';
import {clientKind, namesRun} from './user-agent.ts';

type Json = Readonly<Record<string, unknown>>;

/** User agents are looked at once each, as long as there are not too many: gcloud's are all different. */
const MOST_AGENTS = 20_000;

interface Agent {
	client: string;
	namesRun: boolean;
}

export class EntryReader {
	readonly #book: LogBook;
	readonly #seen: SeenIds;
	readonly #places = new Map<string, {scope: string; log: string}>();
	readonly #agents = new Map<string, Agent>();

	constructor(book: LogBook, seen: SeenIds = new SeenIds()) {
		this.#book = book;
		this.#seen = seen;
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
		const place = this.#placeOf(entry);
		const stated = entry['timestamp'] ?? entry['receiveTimestamp'] ?? entry['receive_timestamp'];
		const isKnown = this.#seen.has(logName(entry), String(stated), insertIdOf(entry));
		const tally = {count: isKnown ? 0 : 1, duplicates: isKnown ? 1 : 0, first: at, last: at};
		this.#book.see(place.scope, place.log, tally, !isKnown && this.#book.isFuture(at) ? 1 : 0);
		if (!isKnown) this.#takeNew(entry, payload, place, tally);
		return true;
	}

	#takeNew(entry: Json, payload: Json, {scope, log}: {scope: string; log: string}, tally: Tally): void {
		const who = jsonOf(payload['authenticationInfo']);
		const email = text(who['principalEmail']);
		const principalSubject = text(who['principalSubject']);
		if (email === '' && principalSubject === '') this.#book.counts.anonymous++;
		const method = text(payload['methodName']);
		const about = isAbout(method);
		if (!about && !mayBeAccount(email, principalSubject)) return;

		const metadata = jsonOf(payload['requestMetadata']);
		const agent = this.#agent(text(metadata['callerSuppliedUserAgent']));
		const chain = who['serviceAccountDelegationInfo'];
		const fields: LogFields = {
			scope,
			log,
			service: text(payload['serviceName']),
			method,
			email,
			principalSubject,
			keyName: text(who['serviceAccountKeyName']),
			delegation: Array.isArray(chain) && chain.length > 0 ? JSON.stringify(chain) : '',
			callerIp: text(metadata['callerIp']),
			client: agent.client,
			failed: isFailed(payload),
			traced: agent.namesRun || text(jsonOf(metadata['requestAttributes'])['reason']) !== '',
		};
		if (about) fields.about = aboutOf(entry, payload);
		if (about && isEvent(method)) this.#book.addEvent(fields, tally);
		else this.#book.add(fields, tally);
	}

	#placeOf(entry: Json): {scope: string; log: string} {
		const name = logName(entry);
		if (name === '') return placeOf(entry);
		let place = this.#places.get(name);
		if (!place) {
			if (this.#places.size >= MOST_AGENTS) this.#places.clear();
			this.#places.set(name, (place = placeOf(entry)));
		}
		return place;
	}

	#agent(userAgent: string): Agent {
		let agent = this.#agents.get(userAgent);
		if (!agent) {
			if (this.#agents.size >= MOST_AGENTS) this.#agents.clear();
			this.#agents.set(userAgent, (agent = {client: clientKind(userAgent), namesRun: namesRun(userAgent)}));
		}
		return agent;
	}
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
