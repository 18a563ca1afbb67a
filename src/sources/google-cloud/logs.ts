/**
 * Cloud Logging: a first bounded look at who used which account in the last 30 days: tokens minted and accounts
 * attached. Asked over HTTP with a bare request, since Google's logging client cannot decode audit entries (over gRPC
 * they are bytes of a type that no package ships, and its HTTP mode fails on that type). [tried]
 */
import type {Asset, Json} from '../asset.ts';
import type {Caller} from './caller.ts';
import {elementsOf} from './caller.ts';
import {objectOf, type Place, resourceAsset, textOf} from './shape.ts';

/** Resources in one question; the server takes no more. [seen] */
export const BATCH = 100;
/** Pages of one question that are read. */
const PAGES = 5;
const FILTER =
	'(protoPayload.serviceName="iamcredentials.googleapis.com" OR protoPayload.methodName="iam.serviceAccounts.actAs")';

export interface LogLook {
	assets: Asset[];
	/** There was more than was read. */
	cut: boolean;
}

/**
 * @param places at most `BATCH` projects
 * @param since RFC 3339
 * @throws CallFailure
 */
export async function fetchUsage(caller: Caller, places: readonly Place[], since: string): Promise<LogLook> {
	const request = {
		resourceNames: places.map(place => place.key),
		filter: `timestamp >= "${since}" AND ${FILTER}`,
		orderBy: 'timestamp desc',
		pageSize: 1000,
	};
	const usage = new Map<string, Usage>();
	let pages = 0;
	for await (const answer of caller.pages('listLogEntries', request)) {
		for (const entry of elementsOf(answer, 'entries')) count(usage, entry);
		if (++pages === PAGES && textOf(answer['nextPageToken']) !== undefined)
			return {assets: usageAssets(usage, places), cut: true};
	}
	return {assets: usageAssets(usage, places), cut: false};
}

/** One way in which one account was used. */
interface Usage {
	/** `projects/ID` as the log has it. */
	project: string;
	subject: string;
	via: string;
	method: string;
	network: string;
	userAgent: string;
	count: number;
	first: string;
	last: string;
}

/** Adds one entry. Facts: AuditLog over HTTP, iam-semantics section 7 [seen]. */
function count(usage: Map<string, Usage>, entry: Json): void {
	const payload = objectOf(entry['protoPayload']) ?? {};
	const caller = textOf(objectOf(payload['authenticationInfo'])?.['principalEmail']);
	const labels = objectOf(objectOf(entry['resource'])?.['labels']);
	const email =
		textOf(labels?.['email_id']) ?? /serviceAccounts\/([^/]+@[^/]+)/.exec(textOf(payload['resourceName']) ?? '')?.[1];
	const at = textOf(entry['timestamp']);
	if (caller === undefined || email === undefined || at === undefined) return;
	const metadata = objectOf(payload['requestMetadata']);
	const one = {
		project: /^projects\/[^/]+/.exec(textOf(entry['logName']) ?? '')?.[0] ?? '',
		subject: `serviceAccount:${email}`,
		via: `${caller.endsWith('.gserviceaccount.com') ? 'serviceAccount' : 'user'}:${caller}`,
		method: textOf(payload['methodName']) ?? '',
		network: textOf(metadata?.['callerIp']) ?? '',
		userAgent: textOf(metadata?.['callerSuppliedUserAgent']) ?? '',
	};
	const key = JSON.stringify(one);
	const known = usage.get(key);
	if (!known) usage.set(key, {...one, count: 1, first: at, last: at});
	else {
		known.count++;
		if (at < known.first) known.first = at;
		if (at > known.last) known.last = at;
	}
}

function usageAssets(usage: Map<string, Usage>, places: readonly Place[]): Asset[] {
	return [...usage.values()].flatMap(({project, via, ...one}) => {
		const place = places.find(({key, path}) => key === project || path === project) ?? places[0];
		if (!place) return [];
		const id = [one.subject, via, one.method, one.network, one.userAgent].map(encodeURIComponent).join('/');
		return [
			resourceAsset(
				`//sa-audit/usage/${place.key}/${id}`,
				'sa-audit/Usage',
				{...one, via: [via], source: 'auditLogs'},
				place,
			),
		];
	});
}
