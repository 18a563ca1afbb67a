import check from '../../checks/domain-wide-delegation.ts';
import {
	account,
	disabled,
	key,
	KEY_ADMIN,
	OWNER,
	TOKEN_CREATOR,
	uniqueId,
	unread,
	world,
	type Extra,
} from '../worlds/world.ts';
import {testCheck} from '../worlds/test-check.ts';

const CALENDAR = 'https://www.googleapis.com/auth/calendar';
const clientId = uniqueId('bot@shop');
const listed = (...scopes: string[]) => ({
	config: {domainWideDelegation: [{clientId, ...(scopes.length > 0 && {scopes})}]},
});
const bot = account('bot@shop');
const HIGH = [['bot@shop', undefined, 'high']] as const;
const CRITICAL = [['bot@shop', undefined, 'critical']] as const;

/** An entry of the Workspace admin log. */
function logged(event: 'authorized' | 'removed', at: string, scopes: readonly string[] = [CALENDAR]): Extra {
	const data = {event: `delegation-${event}`, subject: `client:${clientId}`, scopes, via: [], at, source: 'auditLogs'};
	return {lines: [{name: `//sa-audit/log-event/${event}${at}`, asset_type: 'sa-audit/LogEvent', resource: {data}}]};
}

testCheck(check, {
	fires: {
		'listed, nobody can become it': {
			given: world(bot),
			...listed(CALENDAR),
			finds: HIGH,
			says: /has domain-wide delegation for calendar\.$/,
		},
		'listed without scopes': {given: world(bot), ...listed(), finds: HIGH, says: /has domain-wide delegation\.$/},
		'somebody can mint tokens for it': {
			given: world(['ann', TOKEN_CREATOR, 'bot@shop']),
			...listed(CALENDAR),
			finds: CRITICAL,
			says: /user:ann@example.com can become it/,
		},
		'somebody can make keys for it from above': {
			given: world(bot, ['group:devs', KEY_ADMIN, 'folder']),
			...listed(CALENDAR),
			finds: CRITICAL,
		},
		'over another account': {
			given: world(['ann', TOKEN_CREATOR, 'ci@shop'], ['ci@shop', TOKEN_CREATOR, 'bot@shop']),
			...listed(CALENDAR),
			finds: CRITICAL,
			says: /and 1 more can become it/,
		},
		'all mail': {given: world(bot), ...listed('https://mail.google.com/'), finds: CRITICAL},
		'all of Drive': {given: world(bot), ...listed('https://www.googleapis.com/auth/drive'), finds: CRITICAL},
		administration: {
			given: world(bot),
			...listed(CALENDAR, 'https://www.googleapis.com/auth/admin.directory.user'),
			finds: CRITICAL,
		},
		'reading the directory and single files is neither': {
			given: world(bot),
			...listed(
				'https://www.googleapis.com/auth/admin.directory.user.readonly',
				'https://www.googleapis.com/auth/drive.file',
				'https://www.googleapis.com/auth/gmail.send',
			),
			finds: HIGH,
		},
		'its project’s owner could do everything anyway': {
			given: world(bot, ['ann', OWNER, 'shop']),
			...listed(CALENDAR),
			finds: HIGH,
		},
		'authorized in the admin log': {
			given: world(bot, logged('authorized', '2025-01-01T00:00:00Z')),
			finds: HIGH,
			says: /for calendar/,
		},
		'removed and authorized again': {
			given: world(
				bot,
				logged('authorized', '2026-01-01T00:00:00Z', ['https://mail.google.com/']),
				logged('removed', '2025-06-01T00:00:00Z'),
				logged('authorized', '2025-01-01T00:00:00Z'),
			),
			finds: CRITICAL,
		},
		'two clients, one of them an account here': {
			given: world(bot),
			config: {domainWideDelegation: [{clientId: '1'}, {clientId}]},
			finds: HIGH,
		},
		'in the scope': {given: world(bot), ...listed(CALENDAR), finds: HIGH, scopes: ['projects/shop']},
	},
	silent: {
		'there are none': {given: world(bot), config: {domainWideDelegation: []}},
		'a client that is no account here': {given: world(bot), config: {domainWideDelegation: [{clientId: '1'}]}},
		'the configuration says that it is gone': {
			given: world(bot, logged('authorized', '2025-01-01T00:00:00Z')),
			config: {domainWideDelegation: []},
		},
		'removed in the admin log': {
			given: world(bot, logged('authorized', '2025-01-01T00:00:00Z'), logged('removed', '2025-06-01T00:00:00Z')),
		},
		'a disabled account': {given: world(disabled('bot@shop')), ...listed(CALENDAR)},
		'outside the scope': {given: world(bot), ...listed(CALENDAR), scopes: ['projects/lab']},
	},
	unknown: {
		'nothing tells': {given: world(bot, key('bot@shop', 'k1')), because: /domainWideDelegation/},
		'accounts were not read': {
			given: world(['ann', OWNER, 'shop'], unread('serviceAccounts')),
			config: {domainWideDelegation: [{clientId: '1'}]},
			because: /serviceAccounts/,
		},
	},
	snapshot: 'somebody can mint tokens for it',
});
