/**
 * What one audit log entry proves: that an account acted, that somebody became it, that something happened to it or its
 * key. The one definition for all engines; they differ only in how they come by the fields.
 */
import {type About, isJson, type LogFields, text} from './log-entry.ts';
import {delegatesOf, delegationChain, isAccount, memberOf, withoutRepeats} from './principal.ts';
import {BECOMING, type EventKind, EXCHANGE, type LogEvent, type Usage} from './usage.ts';

/** Which of a usage's fields an entry decides; the rest are numbers. */
export type UsageKey = Pick<Usage, 'subject' | 'key' | 'via' | 'method' | 'network' | 'userAgent'>;

export interface Records {
	usages: UsageKey[];
	event: Omit<LogEvent, 'at' | 'source'> | undefined;
	/** An Admin Activity entry. */
	change: boolean;
}

/** Methods of the IAM API by what they do to an account or key [seen: IAM audit logging]. */
const EVENT_OF: Readonly<Record<string, EventKind>> = {
	CreateServiceAccount: 'account-created',
	DeleteServiceAccount: 'account-deleted',
	UndeleteServiceAccount: 'account-undeleted',
	DisableServiceAccount: 'account-disabled',
	EnableServiceAccount: 'account-enabled',
	CreateServiceAccountKey: 'key-created',
	UploadServiceAccountKey: 'key-uploaded',
	DeleteServiceAccountKey: 'key-deleted',
	DisableServiceAccountKey: 'key-disabled',
	EnableServiceAccountKey: 'key-enabled',
};
/** Workspace's admin log, shared with Google Cloud. [seen] */
const DELEGATION_EVENT_OF: Readonly<Record<string, EventKind>> = {
	'google.admin.AdminService.authorizeApiClientAccess': 'delegation-authorized',
	'google.admin.AdminService.removeApiClientAccess': 'delegation-removed',
};
const MINTING = BECOMING.filter(name => !name.includes('.') && !(name in EVENT_OF));

/**
 * Methods that are about an account, by their whole name; without backslashes, since the SQL has it too. The versions of
 * the name: bare, as iamcredentials logs it, or with its package.
 */
export const ABOUT_PATTERN =
	`^(google[.]iam[.](admin|credentials)[.]v1[.]((IAM|IAMCredentials)[.])?)?` +
	`(${[...MINTING, ...Object.keys(EVENT_OF)].join('|')})$` +
	`|^iam[.]serviceAccounts[.]actAs$|^google[.]admin[.]AdminService[.](authorize|remove)ApiClientAccess$` +
	`|(^|[.])${EXCHANGE}$`;
/** What the names of all these end with. */
export const ABOUT_NAMES: readonly string[] = [
	...MINTING,
	...Object.keys(EVENT_OF),
	...Object.keys(DELEGATION_EVENT_OF),
	'iam.serviceAccounts.actAs',
	EXCHANGE,
];
/** Of these, each entry counts by itself. */
export const EVENT_PATTERN =
	`(^|[.])(${Object.keys(EVENT_OF).join('|')})$` +
	`|^google[.]admin[.]AdminService[.](authorize|remove)ApiClientAccess$`;

const ACCOUNTS = 'serviceAccounts/';

const about = new RegExp(ABOUT_PATTERN);
const event = new RegExp(EVENT_PATTERN);

/** Whether a method's entries need `about`. */
export function isAbout(method: string): boolean {
	return about.test(method);
}

export function isEvent(method: string): boolean {
	return event.test(method);
}

export function recordsOf(fields: LogFields): Records {
	const caller = memberOf(fields.email, fields.principalSubject);
	const via = delegationChain(parsed(fields.delegation), caller);
	const records: Records = {usages: [], event: undefined, change: fields.log === 'activity'};
	const where = {network: fields.network, userAgent: fields.client};
	const {method} = fields;
	const short = isAbout(method) ? shortName(method) : undefined;
	if (isAccount(caller)) {
		// Its own calls of these methods must not read as if somebody had become it.
		const own = BECOMING.some(name => name === short) ? `${fields.service}/${short}` : method;
		const key = keyOf(fields.keyName);
		records.usages.push({subject: caller, ...(key !== undefined && {key}), via, method: own, ...where});
	}
	if (short === undefined || fields.failed || fields.about === undefined) return records;

	if (short === EXCHANGE) {
		const subject = memberOf('', fields.about.mapped);
		if (subject.startsWith('principal')) records.usages.push({subject, via: [], method: EXCHANGE, ...where});
		return records;
	}
	if (method in DELEGATION_EVENT_OF) {
		records.event = delegationEvent(DELEGATION_EVENT_OF[method]!, fields.about, caller, via);
		return records;
	}
	const target = targetOf(fields.about);
	if (target === undefined) return records;
	const became = BECOMING.find(name => name === short);
	if (became !== undefined) {
		const chain = withoutRepeats([...via, caller, ...delegatesBetween(fields.about, target)], target.member).filter(
			Boolean,
		);
		if (chain.length > 0) records.usages.push({subject: target.member, via: chain, method: became, ...where});
	}
	const happened = EVENT_OF[short];
	if (happened !== undefined) {
		const keyId = happened.startsWith('key-') ? keyIdOf(fields.about) : undefined;
		records.event = {
			event: happened,
			subject: target.member,
			...(target.id !== '' && {uniqueId: target.id}),
			...(keyId !== undefined && {keyId}),
			...(caller !== '' && {by: caller}),
			via,
		};
	}
	return records;
}

function shortName(method: string): string {
	return method.startsWith('iam.') ? method : method.slice(method.lastIndexOf('.') + 1);
}

/** `//iam.googleapis.com/projects/P/serviceAccounts/A/keys/K`, whatever came before it. */
function keyOf(name: string): string | undefined {
	const path = /projects\/[^/]+\/serviceAccounts\/[^/]+\/keys\/[^/]+$/.exec(name)?.[0];
	return path === undefined ? undefined : `//iam.googleapis.com/${path}`;
}

/** The account, by e-mail where the entry has it anywhere. */
function targetOf(about: About): {member: string; id: string} | undefined {
	const names = [about.emailLabel, about.responseEmail, about.requestName, about.responseName, about.resourceName];
	const accounts = names.map(accountIn);
	const email = accounts.find(account => account.includes('@'));
	const id = [about.idLabel, about.responseId, ...accounts].find(account => /^\d{10,}$/.test(account)) ?? '';
	if (email === undefined && id === '') return undefined;
	return {member: `serviceAccount:${(email ?? id).toLowerCase()}`, id};
}

/** What stands behind `serviceAccounts/`, or the whole name's first part. */
function accountIn(name: string): string {
	const from = name.lastIndexOf(ACCOUNTS);
	const start = from === -1 ? 0 : from + ACCOUNTS.length;
	const end = name.indexOf('/', start);
	return name.slice(start, end === -1 ? undefined : end);
}

function delegatesBetween(about: About, {member, id}: {member: string; id: string}): string[] {
	const own = [member.slice('serviceAccount:'.length), id];
	const asked = delegatesOf(parsed(about.delegates), own);
	return asked.length > 0 ? asked : delegatesOf(parsed(about.identityChain), own);
}

function keyIdOf(about: About): string | undefined {
	for (const name of [about.responseName, about.requestName, about.resourceName]) {
		const id = /\/keys\/([^/]+)$/.exec(name)?.[1];
		if (id !== undefined) return id;
	}
	return undefined;
}

/** Parameters API_CLIENT_NAME and API_SCOPES of the event [recalled: Admin SDK, domain settings]. */
function delegationEvent(kind: EventKind, {adminEvent}: About, by: string, via: readonly string[]): Records['event'] {
	const list: unknown = parsed(adminEvent);
	for (const element of Array.isArray(list) ? list : []) {
		const parameters: unknown = isJson(element) ? element['parameter'] : undefined;
		let client = '';
		let scopes: string[] | undefined;
		for (const parameter of Array.isArray(parameters) ? parameters : []) {
			if (!isJson(parameter)) continue;
			if (parameter['name'] === 'API_CLIENT_NAME') client = text(parameter['value']);
			if (parameter['name'] === 'API_SCOPES') scopes = scopesOf(parameter);
		}
		if (client === '') continue;
		return {event: kind, subject: `client:${client}`, ...(scopes && {scopes}), ...(by !== '' && {by}), via};
	}
	return undefined;
}

function scopesOf(parameter: Readonly<Record<string, unknown>>): string[] {
	const several: unknown = parameter['multiStrValue'] ?? parameter['multiValue'];
	const list = Array.isArray(several) ? several.map(text) : text(parameter['value']).split(/[\s,]+/);
	return list.filter(scope => scope !== '').toSorted();
}

function parsed(json: string): unknown {
	if (json === '') return undefined;
	try {
		return JSON.parse(json);
	} catch (error) {
		if (error instanceof SyntaxError) return undefined;
		throw error;
	}
}
