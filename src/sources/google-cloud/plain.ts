/**
 * From what the gRPC clients hand over to the JSON that the same API speaks over HTTP: defaults left out, times as
 * RFC 3339, `Struct` as the JSON that it holds, bytes in base64. Facts: @grpc/proto-loader's objects as google-gax
 * asks for them (longs and enums as text, defaults and names of oneofs filled in) [seen].
 */
import type {Json} from '../asset.ts';

/** The message as JSON. */
export function plainMessage(message: unknown): Json {
	return (plain(message) ?? {}) as Json;
}

function plain(value: unknown): unknown {
	if (value === null || value === undefined || value === '') return undefined;
	if (typeof value === 'string') return value.endsWith('_UNSPECIFIED') ? undefined : value;
	if (typeof value !== 'object') return value;
	if (value instanceof Uint8Array) return value.length === 0 ? undefined : Buffer.from(value).toString('base64');
	if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(element => plain(element) ?? element);
	const message = value as Json;
	const keys = Object.keys(message);
	if (isOnly(keys, 'fields')) return structOf(message);
	if (isOnly(keys, 'seconds', 'nanos')) return timeOf(message);
	if (typeof message['kind'] === 'string' && VALUES.has(message['kind'])) return valueOf(message);
	// A oneof's own key holds the name of the member that is set, whose value counts even if it is a default.
	const oneofs = ONEOFS.filter(key => typeof message[key] === 'string' && Object.hasOwn(message, message[key]));
	const members = new Set(oneofs.map(key => message[key]));
	const result: Json = {};
	for (const key of keys) {
		if (key.startsWith('_') || oneofs.includes(key)) continue;
		const kept = DURATIONS.has(key) ? durationOf(message[key]) : plain(message[key]);
		if (kept === undefined || ((kept === false || kept === 0) && !members.has(key))) continue;
		result[key] = kept;
	}
	return result;
}

/** The oneofs of all messages that are read. */
const ONEOFS = ['kind', 'accessContextPolicy', 'policyType', 'target', 'owner', 'projection', 'pathValue'];
/** Fields that are a `google.protobuf.Duration`, which has the parts of a Timestamp. */
const DURATIONS: ReadonlySet<string> = new Set(['observationPeriod']);
/** What a `google.protobuf.Value` can be; it stands by itself in maps. */
const VALUES: ReadonlySet<string> = new Set([
	'stringValue',
	'numberValue',
	'boolValue',
	'structValue',
	'listValue',
	'nullValue',
]);

function isOnly(keys: readonly string[], ...names: string[]): boolean {
	return keys.length === names.length && names.every(name => keys.includes(name));
}

/** google.protobuf.Struct. */
function structOf({fields}: Json): Json {
	const result: Json = {};
	for (const [key, value] of Object.entries((fields ?? {}) as Json)) result[key] = valueOf(value);
	return result;
}

/** google.protobuf.Value. */
function valueOf(value: unknown): unknown {
	const {kind, ...parts} = (value ?? {}) as Json;
	const member =
		typeof kind === 'string' ? kind : Object.keys(parts).find(key => parts[key] !== undefined && parts[key] !== null);
	const inner = member === undefined ? undefined : parts[member];
	switch (member) {
		case 'stringValue':
		case 'numberValue':
		case 'boolValue':
			return inner;
		case 'structValue':
			return structOf(inner as Json);
		case 'listValue':
			return (((inner as Json)['values'] ?? []) as unknown[]).map(valueOf);
		default:
			return null;
	}
}

/** google.protobuf.Duration, in whole seconds. */
function durationOf(value: unknown): string | undefined {
	const seconds = Number((value as Json | null | undefined)?.['seconds'] ?? NaN);
	return Number.isFinite(seconds) ? `${seconds}s` : undefined;
}

/** google.protobuf.Timestamp, in the spelling of proto JSON: no fraction, or one of 3, 6 or 9 digits. */
function timeOf({seconds, nanos}: Json): string | undefined {
	const whole = Number(seconds ?? 0);
	const rest = Number(nanos ?? 0);
	if (!Number.isFinite(whole) || Math.abs(whole) > 253_402_300_799) return undefined;
	const text = new Date(whole * 1000).toISOString().slice(0, 19);
	if (rest === 0) return `${text}Z`;
	const digits = String(rest)
		.padStart(9, '0')
		.replace(/(?:000){1,2}$/, '');
	return `${text}.${digits}Z`;
}
