/**
 * Which audit logs a filter of Cloud Logging lets through, as far as its text tells. Facts: names of audit logs, `LOG_ID`
 * and the filters of the sinks `_Default` and `_Required` from Cloud Logging's documentation [seen]. The whole query
 * language is not read here: a filter that asks for something else is taken to leave audit logs out.
 */

export type AuditLog = 'activity' | 'data_access' | 'system_event' | 'policy';

/** Filters are no longer than this. [seen] */
const LONGEST = 20_000;
const KINDS: readonly AuditLog[] = ['activity', 'data_access', 'system_event', 'policy'];
const LOG =
	/(NOT\s+|-\s*)?(?:LOG_ID\s*\(\s*|logName\s*(!=|!~|=~|=|:)\s*\(?\s*)?["']?[^"'\s()]{0,100}cloudaudit\.googleapis\.com(?:(?:%2F|\/)(\w+))?/gi;
/** Fields that only audit logs have. */
const PAYLOAD =
	/(NOT\s+|-\s*)?(?:protoPayload\.(?:@type|serviceName|methodName|authenticationInfo|resourceName)|google\.cloud\.audit\.AuditLog)/gi;
/** One part of a filter that takes something away, up to the next AND or line. */
const TAKES_AWAY =
	/(?:NOT\s+|-\s*)(?:LOG_ID\s*\([^)]*\)|\([^()]*\)|[\w.@"%/-]{1,200}\s*(?:!=|=~|!~|>=|<=|[=:<>])\s*(?:"[^"]*"|\S+))/gi;

/** @param filter empty or absent: everything */
export function auditLogsIn(filter: string | undefined): ReadonlySet<AuditLog> {
	const text = (filter ?? '').slice(0, LONGEST).trim();
	if (text === '') return new Set(KINDS);
	const wanted = new Set<AuditLog>();
	const dropped = new Set<AuditLog>();
	for (const [, not, operator, kind] of text.matchAll(LOG)) {
		const named = KINDS.filter(known => kind === undefined || known === kind.toLowerCase());
		const isDropped = (not !== undefined) !== (operator?.startsWith('!') ?? false);
		for (const known of named) (isDropped ? dropped : wanted).add(known);
	}
	if (wanted.size === 0) {
		const isAudit = [...text.matchAll(PAYLOAD)].some(([, not]) => not === undefined);
		if (isAudit || onlyTakesAway(text)) for (const kind of KINDS) wanted.add(kind);
	}
	return new Set([...wanted].filter(kind => !dropped.has(kind)));
}

/** Whether a filter has no part that asks for something. */
function onlyTakesAway(text: string): boolean {
	return text.replace(TAKES_AWAY, '').replace(/\b(?:AND|OR)\b|[()\s]/gi, '') === '';
}
