import {defineCheck, type Hit} from '../src/check.ts';
import type {ServiceAccount} from '../src/inventory/model.ts';
import type {Principal} from '../src/inventory/principals.ts';
import {accountOfClient, type Delegation, delegations, isBroadScope} from '../src/queries/delegation.ts';
import {reachedBy} from '../src/queries/reached-by.ts';
import type {World} from '../src/world.ts';

export default defineCheck({
	id: 'domain-wide-delegation',
	title: 'A service account may act as any user of Google Workspace',
	severity:
		'high; critical if somebody can become the account, or its scopes hold administration, all mail or all of Drive',
	on: 'the account',
	needs: ['serviceAccounts'],
	threats: ['impersonation', 'information disclosure', 'repudiation'],
	practice: [6, 16],
	why: 'Whoever becomes the account reads and writes as any user of the domain, the administrators included, and the users never agreed to it.',
	fix: 'Use OAuth with the users’ consent, or share what is needed with the account; else delegate the narrowest scopes to an account that nobody can become.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#domain-wide-delegation',
		'https://support.google.com/a/answer/162106',
	],
	example: {
		fires: 'The client id of a calendar bot is authorized for all calendars in the Workspace admin console.',
		silent: 'The configuration says that no client has delegation, or the account is disabled.',
	},
	inspect(world) {
		const all = delegations(world);
		if (!all) return {examined: 0, hits: [], unknown: [UNKNOWN]};
		const accountOf = accountOfClient(world);
		const byAccount = new Map<ServiceAccount, Delegation>();
		for (const delegation of all) {
			const account = accountOf(delegation.client);
			if (account && !account.disabled && (account.project?.inScope ?? true)) byAccount.set(account, delegation);
		}
		return {
			examined: all.length,
			hits: [...byAccount].map(([account, delegation]) => hitOf(world, account, delegation)),
			unknown: [],
		};
	},
});

const UNKNOWN =
	'nothing tells which API clients have domain-wide delegation: list them in the configuration under domainWideDelegation ([] if there are none), or give the Workspace admin log';

function hitOf(world: World, account: ServiceAccount, {client, scopes, from}: Delegation): Hit {
	const broad = scopes?.filter(isBroadScope) ?? [];
	const who = reachedBy(world, account);
	return {
		severity: who.length > 0 || broad.length > 0 ? 'critical' : 'high',
		confidence: 'certain',
		resource: account.name,
		detail: () => ({
			message: `${account.email} has domain-wide delegation${scopesText(scopes)}${whoText(who)}.`,
			evidence: {
				account: account.email,
				clientId: client,
				scopes: scopes ?? 'not told',
				...(broad.length > 0 && {broadScopes: broad}),
				becomableBy: who.length,
				examples: who
					.slice(0, 20)
					.map(({member}) => member)
					.toSorted(),
				keys: account.keys.filter(key => !key.disabled).length,
				toldBy: from,
			},
			fix: {
				summary: `Remove the client ${client} in the Workspace admin console (Security > API controls > Domain-wide delegation), or narrow its scopes and take away every way to become ${account.email}.${from === 'configuration' ? ' Then take it out of domainWideDelegation in the configuration.' : ''}`,
				changes: [{op: 'remove-delegation', client}],
			},
		}),
	};
}

function scopesText(scopes: readonly string[] | undefined): string {
	if (!scopes) return '';
	if (scopes.length === 0) return ' without any scope';
	const short = scopes.map(scope => scope.replace('https://www.googleapis.com/auth/', '')).slice(0, 3);
	return ` for ${short.join(', ')}${scopes.length > 3 ? ` and ${scopes.length - 3} more scopes` : ''}`;
}

function whoText(who: readonly Principal[]): string {
	if (who.length === 0) return '';
	const [first] = who.map(({member}) => member).toSorted();
	return `, and ${first!}${who.length > 1 ? ` and ${who.length - 1} more` : ''} can become it`;
}
