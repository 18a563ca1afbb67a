/** What is looked at in an entry, as it was logged: of a line that was scanned, or of an object. */
import {type About, isFailed, jsonOf, labelsOf, logName, text} from './log-entry.ts';
import * as scanned from './line-fields.ts';
import type {FieldValues} from './field-values.ts';
import type {QuickScan} from './quick-scan.ts';
import {isAbout, isEvent} from './records.ts';

type Json = Readonly<Record<string, unknown>>;

/** Whether a method is about an account, and whether each of its entries stands for itself. */
export const KINDS = ['plain', 'about', 'event'] as const;
export type Kind = (typeof KINDS)[number];

export function kindOf(method: string): Kind {
	return !isAbout(method) ? 'plain' : isEvent(method) ? 'event' : 'about';
}

/** Empty is absent. */
export interface RawEntry {
	logName: string;
	/** Label of the resource. */
	project: string;
	service: string;
	method: string;
	email: string;
	principalSubject: string;
	keyName: string;
	/** JSON. */
	delegation: string;
	address: string;
	agent: string;
	failed: boolean;
	hasReason: boolean;
	about: About | undefined;
}

/** @param payload as of `auditPayload` */
export function rawEntry(entry: Json, payload: Json): RawEntry {
	const who = jsonOf(payload['authenticationInfo']);
	const metadata = jsonOf(payload['requestMetadata']);
	const method = text(payload['methodName']);
	return {
		logName: logName(entry),
		project: text(labelsOf(entry)['project_id']),
		service: text(payload['serviceName']),
		method,
		email: text(who['principalEmail']),
		principalSubject: text(who['principalSubject']),
		keyName: text(who['serviceAccountKeyName']),
		delegation: listText(who['serviceAccountDelegationInfo']),
		address: text(metadata['callerIp']),
		agent: text(metadata['callerSuppliedUserAgent']),
		failed: isFailed(payload),
		hasReason: text(jsonOf(metadata['requestAttributes'])['reason']) !== '',
		about: isAbout(method) ? aboutOf(entry, payload) : undefined,
	};
}

/** @returns undefined: it has to be parsed */
export function rawEntryOf(scan: QuickScan, values: FieldValues, kind: Kind): RawEntry | undefined {
	if (kind !== 'plain' && scan.isAboutOdd) return undefined;
	return {
		logName: values.text(scanned.LOG_NAME),
		project: '',
		service: values.text(scanned.SERVICE),
		method: values.text(scanned.METHOD),
		email: values.text(scanned.EMAIL),
		principalSubject: values.text(scanned.SUBJECT),
		keyName: values.text(scanned.KEY_NAME),
		delegation: values.text(scanned.DELEGATION),
		address: scan.text(scanned.ADDRESS),
		agent: scan.text(scanned.AGENT),
		failed: scan.isFailed,
		hasReason: scan.hasReason,
		about: kind === 'plain' ? undefined : scannedAbout(scan),
	};
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

function scannedAbout(scan: QuickScan): About {
	return {
		emailLabel: scan.text(scanned.EMAIL_LABEL),
		idLabel: scan.text(scanned.ID_LABEL),
		resourceName: scan.text(scanned.RESOURCE_NAME),
		requestName: scan.text(scanned.REQUEST_NAME),
		delegates: scan.list(scanned.DELEGATES),
		identityChain: scan.list(scanned.IDENTITY_CHAIN),
		responseName: scan.text(scanned.RESPONSE_NAME),
		responseEmail: scan.text(scanned.RESPONSE_EMAIL),
		responseId: scan.text(scanned.RESPONSE_ID),
		mapped: scan.text(scanned.MAPPED),
		adminEvent: scan.list(scanned.ADMIN_EVENT),
	};
}

function listText(value: unknown): string {
	return Array.isArray(value) && value.length > 0 ? JSON.stringify(value) : '';
}
