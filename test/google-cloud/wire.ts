/** gRPC on the wire: messages of the clients' own descriptors as JSON, and the five bytes before each. */
import {createRequire} from 'node:module';
import {fromProto3JSON, toProto3JSON} from 'proto3-json-serializer';
import protobuf from 'protobufjs';
import type {Json} from '../../src/sources/asset.ts';

const require = createRequire(import.meta.url);

/** Descriptors that the clients ship; what a service is not found in the first is looked for in the next. */
const PACKAGES = [
	'@google-cloud/resource-manager',
	'@google-cloud/iam',
	'@google-cloud/asset',
	'@google-cloud/org-policy',
	'@google-cloud/recommender',
];
const roots = new Map<string, protobuf.Root>();

function serviceOf(name: string): protobuf.Service | undefined {
	for (const from of PACKAGES) {
		let root = roots.get(from);
		if (!root) {
			root = protobuf.Root.fromJSON(require(`${from}/build/protos/protos.json`) as protobuf.INamespace);
			root.resolveAll();
			roots.set(from, root);
		}
		const found = root.lookup(name);
		if (found instanceof protobuf.Service) return found;
	}
	return undefined;
}

export interface Rpc {
	decode(bytes: Buffer): Json;
	encode(message: Json): Buffer;
}

/** @param path `/google.iam.v2.Policies/ListPolicies` */
export function rpcOf(path: string): Rpc | undefined {
	const [, service, name] = path.split('/') as [string, string, string];
	const method = serviceOf(service)?.methods[name];
	if (!method) return undefined;
	method.resolve();
	const input = method.resolvedRequestType!;
	const output = method.resolvedResponseType!;
	return {
		decode: bytes => toProto3JSON(input.decode(bytes)) as Json,
		encode: message => Buffer.from(output.encode(fromProto3JSON(output, message as never)!).finish()),
	};
}

/** Details of an error as `grpc-status-details-bin` carries them: google.rpc.Status with ErrorInfo and RetryInfo. */
export function statusDetails(code: number, message: string, details: Json[]): string {
	const root = rpcRoot();
	const status = root.lookupType('google.rpc.Status');
	const packed = details.map(detail => {
		const {'@type': type, ...body} = detail;
		const inner = root.lookupType(String(type).replace('type.googleapis.com/', ''));
		const delay = Number.parseFloat(String(body['retryDelay']));
		if ('retryDelay' in body) body['retryDelay'] = {seconds: Math.floor(delay), nanos: Math.round((delay % 1) * 1e9)};
		return {typeUrl: type, value: inner.encode(inner.fromObject(body)).finish()};
	});
	return Buffer.from(status.encode(status.create({code, message, details: packed})).finish()).toString('base64');
}

let rpc: protobuf.Root | undefined;

function rpcRoot(): protobuf.Root {
	return (rpc ??= protobuf.parse(
		`syntax = "proto3";
		package google.rpc;
		message Any { string type_url = 1; bytes value = 2; }
		message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
		message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
		message Duration { int64 seconds = 1; int32 nanos = 2; }
		message RetryInfo { Duration retry_delay = 1; }`,
		{keepCase: false},
	).root);
}

export function frame(message: Buffer): Buffer {
	const head = Buffer.alloc(5);
	head.writeUInt32BE(message.length, 1);
	return Buffer.concat([head, message]);
}

/** The one message of a unary request. */
export function unframe(bytes: Buffer): Buffer {
	return bytes.subarray(5, 5 + bytes.readUInt32BE(1));
}
