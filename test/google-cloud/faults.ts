/** What can go wrong with a call, and how each transport says so. Facts: google.rpc.Status, ErrorInfo, RetryInfo [seen]. */
import type {Json} from '../../src/sources/asset.ts';

export interface Fault {
	fault:
		| 'denied'
		| 'disabled'
		| 'throttled'
		| 'unavailable'
		| 'gone'
		| 'unimplemented'
		| 'invalid'
		| 'reset'
		| 'silence';
	message?: string;
	/** Seconds that the server asks to wait. */
	retryAfter?: number;
	/** `projects/123`: where an API is disabled. */
	consumer?: string;
}

const CODES: Record<string, [grpc: number, http: number, status: string]> = {
	denied: [7, 403, 'PERMISSION_DENIED'],
	disabled: [7, 403, 'PERMISSION_DENIED'],
	throttled: [8, 429, 'RESOURCE_EXHAUSTED'],
	unavailable: [14, 503, 'UNAVAILABLE'],
	gone: [5, 404, 'NOT_FOUND'],
	unimplemented: [12, 501, 'UNIMPLEMENTED'],
	invalid: [3, 400, 'INVALID_ARGUMENT'],
};

export const grpcCode = ({fault}: Fault): number => CODES[fault]![0];
export const httpStatus = ({fault}: Fault): number => CODES[fault]![1];

/** The JSON body of an error; its details serve gRPC as well. */
export function httpBody(fault: Fault): {error: {code: number; message: string; status: string; details: Json[]}} {
	const [, code, status] = CODES[fault.fault]!;
	const details: Json[] = [];
	if (fault.fault === 'disabled') {
		const metadata = {
			service: 'example.googleapis.com',
			...(fault.consumer !== undefined && {consumer: fault.consumer}),
		};
		details.push({
			'@type': 'type.googleapis.com/google.rpc.ErrorInfo',
			reason: 'SERVICE_DISABLED',
			domain: 'googleapis.com',
			metadata,
		});
	}
	if (fault.retryAfter !== undefined) {
		details.push({'@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${fault.retryAfter}s`});
	}
	return {error: {code, message: fault.message ?? `the stand-in says ${fault.fault}`, status, details}};
}
