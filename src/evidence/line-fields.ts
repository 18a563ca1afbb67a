/** Fields of a `LogEntry` line that count, where they stand and what they must be, so that a line need not be parsed. */

/** What a field must be: ASCII text without escapes, any text, a list, a whole number, or absent. */
export type Form = 'plain' | 'text' | 'list' | 'code' | 'absent';

/** Fields by where they stand; each is a pair of offsets in `#ranges`, in this order. */
export const FIELDS: readonly (readonly [path: string, form: Form])[] = [
	['timestamp', 'plain'],
	['receiveTimestamp', 'plain'],
	['insertId', 'plain'],
	['logName', 'plain'],
	['protoPayload/@type', 'plain'],
	['protoPayload/methodName', 'plain'],
	['protoPayload/serviceName', 'plain'],
	['protoPayload/authenticationInfo/principalEmail', 'plain'],
	['protoPayload/authenticationInfo/principalSubject', 'plain'],
	['protoPayload/authenticationInfo/serviceAccountKeyName', 'plain'],
	['protoPayload/authenticationInfo/serviceAccountDelegationInfo', 'list'],
	['protoPayload/requestMetadata/callerIp', 'plain'],
	['protoPayload/requestMetadata/callerSuppliedUserAgent', 'plain'],
	['protoPayload/requestMetadata/requestAttributes/reason', 'text'],
	['protoPayload/status/code', 'code'],
	['insert_id', 'absent'],
	['log_name', 'absent'],
	['receive_timestamp', 'absent'],
	// Only of methods that are about an account: elsewhere these may be anything.
	['resource/labels/email_id', 'plain'],
	['resource/labels/unique_id', 'plain'],
	['protoPayload/resourceName', 'plain'],
	['protoPayload/request/name', 'plain'],
	['protoPayload/request/delegates', 'list'],
	['protoPayload/response/name', 'plain'],
	['protoPayload/response/email', 'plain'],
	['protoPayload/response/unique_id', 'plain'],
	['protoPayload/metadata/identityDelegationChain', 'list'],
	['protoPayload/metadata/mapped_principal', 'plain'],
	['protoPayload/metadata/event', 'list'],
	['protoPayload/requestJson', 'absent'],
	['protoPayload/responseJson', 'absent'],
	['protoPayload/metadataJson', 'absent'],
];
const field = (path: string): number => FIELDS.findIndex(([known]) => known === path);
export const TIMESTAMP = field('timestamp');
export const RECEIVED = field('receiveTimestamp');
export const TYPE = field('protoPayload/@type');
export const REASON = field('protoPayload/requestMetadata/requestAttributes/reason');
export const CODE = field('protoPayload/status/code');
export const INSERT_ID = field('insertId');
export const LOG_NAME = field('logName');
export const METHOD = field('protoPayload/methodName');
export const SERVICE = field('protoPayload/serviceName');
export const EMAIL = field('protoPayload/authenticationInfo/principalEmail');
export const SUBJECT = field('protoPayload/authenticationInfo/principalSubject');
export const KEY_NAME = field('protoPayload/authenticationInfo/serviceAccountKeyName');
export const DELEGATION = field('protoPayload/authenticationInfo/serviceAccountDelegationInfo');
export const ADDRESS = field('protoPayload/requestMetadata/callerIp');
export const AGENT = field('protoPayload/requestMetadata/callerSuppliedUserAgent');
/** Of methods that are about an account. */
export const EMAIL_LABEL = field('resource/labels/email_id');
export const ID_LABEL = field('resource/labels/unique_id');
export const RESOURCE_NAME = field('protoPayload/resourceName');
export const REQUEST_NAME = field('protoPayload/request/name');
export const DELEGATES = field('protoPayload/request/delegates');
export const RESPONSE_NAME = field('protoPayload/response/name');
export const RESPONSE_EMAIL = field('protoPayload/response/email');
export const RESPONSE_ID = field('protoPayload/response/unique_id');
export const IDENTITY_CHAIN = field('protoPayload/metadata/identityDelegationChain');
export const MAPPED = field('protoPayload/metadata/mapped_principal');
export const ADMIN_EVENT = field('protoPayload/metadata/event');
/** Besides log, method, address and agent. */
export const WHO: readonly number[] = [SERVICE, EMAIL, SUBJECT, KEY_NAME, DELEGATION];
export const ABOUT: readonly number[] = FIELDS.flatMap(([, form], number) =>
	isOfAbout(number) && form !== 'absent' ? [number] : [],
);

/** Whether only methods that are about an account ask for it. */
export function isOfAbout(field: number): boolean {
	return field >= EMAIL_LABEL;
}

/** In ranges of fields: it is not there. */
export const ABSENT = -1;
