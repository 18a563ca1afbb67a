/**
 * The fields of a `LogEntry` line without parsing it: nearly every line of a log says what some line before it said, at
 * another time. The scan hashes the bytes of the fields that count and steps over the rest, which is most of a line. It
 * only takes what it is sure of; everything else (another form of export, a field of another type or given twice, an
 * escape where it matters, anything malformed that it meets) is left to `JSON.parse`.
 */

/** Fields, by where they stand; each is a pair of offsets in `#ranges`, in this order. */
const FIELDS = [
	'timestamp',
	'receiveTimestamp',
	'insertId',
	'logName',
	'protoPayload/@type',
	'protoPayload/serviceName',
	'protoPayload/methodName',
	'protoPayload/authenticationInfo/principalEmail',
	'protoPayload/authenticationInfo/principalSubject',
	'protoPayload/authenticationInfo/serviceAccountKeyName',
	'protoPayload/authenticationInfo/serviceAccountDelegationInfo',
	'protoPayload/requestMetadata/callerIp',
	'protoPayload/requestMetadata/callerSuppliedUserAgent',
	'protoPayload/requestMetadata/requestAttributes/reason',
	'protoPayload/status/code',
] as const;
const TIMESTAMP = 0;
const RECEIVED = 1;
const INSERT_ID = 2;
const LOG_NAME = 3;
const TYPE = 4;
const SERVICE = 5;
const METHOD = 6;
const EMAIL = 7;
const SUBJECT = 8;
const KEY = 9;
const DELEGATION = 10;
const IP = 11;
const AGENT = 12;
const REASON = 13;
const CODE = 14;

/** Keys of an object by their length, and what they lead to: a field (0 and up) or an object to go into (below 0). */
type Keys = ({name: string; leads: number}[] | undefined)[];

/** Letters of the longest key. */
const LONGEST = 32;
/** Objects on the way to fields. */
const OBJECTS: Keys[] = [];

/** Builds the tables from `FIELDS`. @returns the number of the object at a path */
function objectAt(path: string): number {
	const keys: Keys = Array.from({length: LONGEST + 1}, () => undefined);
	const number = OBJECTS.push(keys) - 1;
	const inside = FIELDS.filter(field => field.startsWith(path)).map(field => field.slice(path.length).split('/'));
	for (const [name = '', next] of inside) {
		const alike = (keys[name.length] ??= []);
		if (alike.some(known => known.name === name)) continue;
		const field = FIELDS.indexOf((path + name) as (typeof FIELDS)[number]);
		alike.push({name, leads: next === undefined ? field : -1 - objectAt(`${path}${name}/`)});
	}
	return number;
}

const TOP = objectAt('');
/** What is hashed of an account's entry besides its method. */
const OTHERS = [SERVICE, EMAIL, SUBJECT, KEY, DELEGATION];
const AUDIT_TYPE = 'type.googleapis.com/google.cloud.audit.AuditLog';
const ACCOUNT = '.gserviceaccount.com';
const MOST_METHODS = 20_000;
/** Seed of those whose own calls are not remembered. */
const PERSON = 0x3c6ef372;
const INVOCATION = ' invocation-id/';

/** FNV-1a of ASCII text. */
export function textHash(text: string): number {
	let hash = 0x811c9dc5;
	for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
	return hash;
}

export class QuickScan {
	/** Of everything that decides what the entry means, its log included. */
	low = 0;
	high = 0;
	/** Epoch milliseconds. */
	at = 0;
	/** `textHash` of the log's name. */
	log = 0;
	/** The insert id, as bytes of the line; empty: none. */
	idStart = 0;
	idEnd = 0;
	/** Of the method. */
	method = 0;
	readonly #aboutMethods = new Map<number, boolean>();
	#bytes: Buffer = Buffer.alloc(0);
	#end = 0;
	/** Start and end of each field; start 0: not there. */
	readonly #ranges = new Int32Array(FIELDS.length * 2);
	#dayText = '';
	#day = NaN;

	/** @returns whether the line is a plain audit log entry, so that the results above hold */
	scan(bytes: Buffer, start: number, end: number): boolean {
		this.#bytes = bytes;
		this.#end = end;
		this.#ranges.fill(-1);
		let last = this.#object(start, TOP);
		if (last === -1) return false;
		while (last < end && bytes[last]! <= 32) last++;
		return last === end && this.#judge();
	}

	/** @returns the offset behind the object; -1: left to others */
	#object(start: number, number: number): number {
		const bytes = this.#bytes;
		const end = this.#end;
		const keys = OBJECTS[number]!;
		if (bytes[start] !== 123) return -1;
		let at = space(bytes, start + 1, end);
		if (bytes[at] === 125) return at + 1;
		for (;;) {
			if (bytes[at] !== 34) return -1;
			const name = ++at;
			for (; at < end; at++) {
				const byte = bytes[at]!;
				if (byte === 34) break;
				// Escapes in keys.
				if (byte === 92) return -1;
			}
			const leads = this.#leads(keys, name, at);
			at = space(bytes, at + 1, end);
			if (bytes[at] !== 58) return -1;
			at = space(bytes, at + 1, end);
			if (leads === undefined) at = skip(bytes, at, end);
			else if (leads < 0) at = this.#object(at, -1 - leads);
			else at = this.#field(at, leads);
			if (at === -1) return -1;
			at = space(bytes, at, end);
			const next = bytes[at];
			if (next === 125) return at < end ? at + 1 : -1;
			if (next !== 44) return -1;
			at = space(bytes, at + 1, end);
		}
	}

	#leads(keys: Keys, from: number, to: number): number | undefined {
		const alike = to - from > LONGEST ? undefined : keys[to - from];
		if (alike === undefined) return undefined;
		for (const {name, leads} of alike) if (this.#spells(from, to, name)) return leads;
		return undefined;
	}

	#spells(from: number, to: number, name: string): boolean {
		if (to - from !== name.length) return false;
		for (let index = 0; index < name.length; index++)
			if (this.#bytes[from + index] !== name.charCodeAt(index)) return false;
		return true;
	}

	#field(start: number, field: number): number {
		const ranges = this.#ranges;
		if (ranges[field * 2] !== -1) return -1;
		const end = skip(this.#bytes, start, this.#end);
		if (end === -1) return -1;
		const first = this.#bytes[start];
		if (field === DELEGATION ? first !== 91 : field === CODE ? first === 34 || first! > 57 : first !== 34) return -1;
		const inset = first === 34 ? 1 : 0;
		ranges[field * 2] = start + inset;
		ranges[field * 2 + 1] = end - inset;
		return end;
	}

	#judge(): boolean {
		const ranges = this.#ranges;
		if (ranges[LOG_NAME * 2] === -1 || !this.#isAuditLog() || !this.#time()) return false;
		if (!this.#isPlain(INSERT_ID)) return false;
		this.low = 0x811c9dc5;
		this.high = 0x2545f491;
		this.#mixRange(ranges[LOG_NAME * 2]!, ranges[LOG_NAME * 2 + 1]!);
		this.log = this.low;
		this.idStart = Math.max(0, ranges[INSERT_ID * 2]!);
		this.idEnd = Math.max(0, ranges[INSERT_ID * 2 + 1]!);
		const {low, high} = this;
		this.low = 0x811c9dc5;
		this.high = 0x2545f491;
		this.#mix(METHOD);
		this.method = (this.low >>> 0) * 2 ** 21 + (this.high & 0x1fffff);
		const isAbout = this.#aboutMethods.get(this.method);
		// Which account such an entry is about lies in its bodies.
		if (isAbout === true) return false;
		if (isAbout === false && this.#isPerson()) {
			this.low = low;
			this.high = high ^ PERSON;
			return true;
		}
		this.low = Math.imul(this.low, 31) ^ low;
		this.high = Math.imul(this.high, 31) ^ high;
		for (const field of OTHERS) this.#mix(field);
		this.#mixAddress();
		this.#mixAgent();
		const isFailed = ranges[CODE * 2] !== -1 && !(this.#length(CODE) === 1 && this.#bytes[ranges[CODE * 2]!] === 48);
		const hasReason = this.#length(REASON) > 0;
		this.#mixByte((isFailed ? 2 : 0) + (hasReason ? 1 : 0));
		return true;
	}

	/** That the method of the line at hand is about an account, or is not. */
	learnMethod(isAbout: boolean): void {
		if (this.#aboutMethods.size >= MOST_METHODS) this.#aboutMethods.clear();
		this.#aboutMethods.set(this.method, isAbout);
	}

	#isAuditLog(): boolean {
		return this.#spells(this.#ranges[TYPE * 2]!, this.#ranges[TYPE * 2 + 1]!, AUDIT_TYPE);
	}

	/** Somebody who has an e-mail address, and not a service account's. */
	#isPerson(): boolean {
		const to = this.#ranges[EMAIL * 2 + 1]!;
		return this.#length(EMAIL) > ACCOUNT.length && !this.#spells(to - ACCOUNT.length, to, ACCOUNT);
	}

	#length(field: number): number {
		return this.#ranges[field * 2 + 1]! - this.#ranges[field * 2]!;
	}

	/** ASCII without escapes, so that bytes and characters are the same. */
	#isPlain(field: number): boolean {
		for (let at = this.#ranges[field * 2]!; at < this.#ranges[field * 2 + 1]!; at++) {
			const byte = this.#bytes[at]!;
			if (byte === 92 || byte > 127) return false;
		}
		return true;
	}

	#mixByte(byte: number): void {
		this.low = Math.imul(this.low ^ byte, 0x01000193);
		this.high = (Math.imul(this.high, 31) + byte) | 0;
	}

	#mix(field: number): void {
		const from = this.#ranges[field * 2]!;
		this.#mixRange(from, this.#ranges[field * 2 + 1]!);
		// What no text holds, so that fields cannot run into each other.
		this.#mixByte(from === -1 ? 256 : 257);
	}

	#mixRange(from: number, to: number): void {
		const bytes = this.#bytes;
		let {low, high} = this;
		for (let at = from; at < to; at++) {
			const byte = bytes[at]!;
			low = Math.imul(low ^ byte, 0x01000193);
			high = (Math.imul(high, 31) + byte) | 0;
		}
		this.low = low;
		this.high = high;
	}

	/** The last number of an IPv4 address does not count. */
	#mixAddress(): void {
		const from = this.#ranges[IP * 2]!;
		const to = this.#ranges[IP * 2 + 1]!;
		let cut = to;
		for (let at = from; at < to; at++) {
			if (this.#bytes[at] === 58) {
				cut = to;
				break;
			}
			if (this.#bytes[at] === 46) cut = at;
		}
		this.#mixRange(from, cut);
		this.#mixByte(from === -1 ? 256 : 257);
	}

	/** gcloud numbers its calls: that does not count. */
	#mixAgent(): void {
		const from = this.#ranges[AGENT * 2]!;
		const to = this.#ranges[AGENT * 2 + 1]!;
		const at = from === -1 ? -1 : this.#invocation(from, to);
		let after = at === -1 ? to : at + INVOCATION.length;
		while (after < to && this.#bytes[after] !== 32) after++;
		if (at === -1 || after === to) this.#mixRange(from, to);
		else {
			this.#mixRange(from, at);
			this.#mixRange(after, to);
		}
		this.#mixByte(from === -1 ? 256 : 257);
	}

	/** Where the number of a gcloud call begins; -1: nowhere. */
	#invocation(from: number, to: number): number {
		const bytes = this.#bytes;
		for (let at = from; at < to; at++)
			if (bytes[at] === 32 && this.#spells(at, at + INVOCATION.length, INVOCATION)) return at;
		return -1;
	}

	/** `2026-01-31T09:00:00[.digits]Z`, received on the same day or without a time of its own. */
	#time(): boolean {
		const bytes = this.#bytes;
		const at = this.#ranges[TIMESTAMP * 2]!;
		const end = this.#ranges[TIMESTAMP * 2 + 1]!;
		if (at === -1 || end - at < 20 || bytes[end - 1] !== 90 || bytes[at + 10] !== 84) return false;
		const received = this.#ranges[RECEIVED * 2]!;
		if (received !== -1) {
			if (this.#length(RECEIVED) < 20) return false;
			for (let index = 0; index < 11; index++) if (bytes[at + index] !== bytes[received + index]) return false;
		}
		const [hour, minute, second] = [this.#two(at + 11), this.#two(at + 14), this.#two(at + 17)];
		if (bytes[at + 13] !== 58 || bytes[at + 16] !== 58) return false;
		if (!(hour < 24 && minute < 60 && second < 60)) return false;
		let fraction = 0;
		if (end - at > 20) {
			if (bytes[at + 19] !== 46 || end - at === 21) return false;
			for (let index = 0, unit = 100; index < end - at - 21; index++, unit /= 10) {
				const digit = bytes[at + 20 + index]! - 48;
				if (digit < 0 || digit > 9) return false;
				if (index < 3) fraction += digit * unit;
			}
		}
		if (!this.#spells(at, at + 10, this.#dayText)) {
			const day = bytes.toString('latin1', at, at + 10);
			this.#dayText = day;
			this.#day = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN;
		}
		this.at = this.#day + hour * 3_600_000 + minute * 60_000 + second * 1000 + fraction;
		return !Number.isNaN(this.at);
	}

	/** NaN if these are no two digits. */
	#two(at: number): number {
		const tens = this.#bytes[at]! - 48;
		const ones = this.#bytes[at + 1]! - 48;
		return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
	}
}

/* Bytes as numbers below: they are compared for every byte of every line. */

/** Steps over a value of any kind. Of objects and lists only the brackets are counted. @returns -1: it does not end */
function skip(bytes: Uint8Array, start: number, end: number): number {
	let at = start;
	const first = bytes[at];
	if (first === 34) return skipString(bytes, at, end);
	if (first === 123 || first === 91) {
		let depth = 0;
		while (at < end) {
			const byte = bytes[at]!;
			if (byte === 34) {
				at = skipString(bytes, at, end);
				if (at === -1) return -1;
				continue;
			}
			at++;
			// { and [, then } and ].
			if (byte === 123 || byte === 91) depth++;
			else if (byte === 125 || byte === 93) {
				if (--depth === 0) return at;
			}
		}
		return -1;
	}
	// Numbers, true, false, null.
	for (; at < end; at++) {
		const byte = bytes[at]!;
		if (byte === 44 || byte === 125 || byte === 93 || byte <= 32) break;
	}
	return at === start ? -1 : at;
}

function skipString(bytes: Uint8Array, start: number, end: number): number {
	let at = start + 1;
	while (at < end) {
		let byte = bytes[at]!;
		// Two at once: most bytes are neither, and bounds are checked half as often.
		while (byte !== 34 && byte !== 92) {
			if (at + 2 >= end) break;
			byte = bytes[at + 1]!;
			if (byte === 34 || byte === 92) {
				at++;
				break;
			}
			at += 2;
			byte = bytes[at]!;
		}
		if (byte === 34) return at + 1;
		at += byte === 92 ? 2 : 1;
	}
	return -1;
}

function space(bytes: Uint8Array, start: number, end: number): number {
	let at = start;
	while (at < end && bytes[at]! <= 32) at++;
	return at;
}
