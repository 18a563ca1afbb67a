/** The same entries in the forms in which people export them. */
import {isJson} from '../../../src/evidence/log-entry.ts';

type Json = Record<string, unknown>;

/** A row of a sink's BigQuery table, as an export in JSON has it. */
export function bigQueryRow(entry: Json): Json {
	const {protoPayload, timestamp, receiveTimestamp, ...rest} = entry;
	if (!isJson(protoPayload)) return entry;
	const {'@type': _, request, response, metadata, ...payload} = protoPayload as Json;
	return {
		...rest,
		...(timestamp !== undefined && {timestamp: bigQueryTime(timestamp)}),
		...(receiveTimestamp !== undefined && {receiveTimestamp: bigQueryTime(receiveTimestamp)}),
		protopayload_auditlog: {
			...payload,
			...(request !== undefined && {requestJson: JSON.stringify(request)}),
			...(response !== undefined && {responseJson: JSON.stringify(response)}),
			...(metadata !== undefined && {metadataJson: JSON.stringify(metadata)}),
		},
	};
}

/** A row of Log Analytics: snake case, bodies and labels as JSON. */
export function analyticsRow(entry: Json): Json {
	const {protoPayload, timestamp, receiveTimestamp, insertId, logName, resource} = entry;
	if (!isJson(protoPayload)) return entry;
	const {'@type': _, request, response, metadata, ...payload} = protoPayload as Json;
	const bodies = {request, response, metadata};
	return {
		...(insertId !== undefined && {insert_id: insertId}),
		...(logName !== undefined && {log_name: logName}),
		...(timestamp !== undefined && {timestamp: bigQueryTime(timestamp)}),
		...(receiveTimestamp !== undefined && {receive_timestamp: bigQueryTime(receiveTimestamp)}),
		...(resource !== undefined && {resource}),
		proto_payload: {audit_log: {...(snake(payload) as Json), ...bodies}},
	};
}

function bigQueryTime(time: unknown): string {
	return String(time)
		.replace('T', ' ')
		.replace(/(\.\d{1,6})\d*Z$/, '$1Z')
		.replace(/Z$/, ' UTC');
}

function snake(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(snake);
	if (!isJson(value)) return value;
	const name = (key: string): string => key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [name(key), snake(inner)]));
}
