import {defineCheck, type Hit} from '../src/check.ts';
import type {Principal} from '../src/inventory/principals.ts';
import {everybodyOf} from '../src/federation/outside.ts';
import type {Provider} from '../src/federation/provider.ts';
import type {Witness} from '../src/federation/search.ts';
import type {Confidence} from '../src/report.ts';
import {bindingOf, federatedGrants, type FederatedGrant} from '../src/queries/federated.ts';
import {endsOf, pathsFrom} from '../src/queries/paths.ts';
import {issuingProviders, pinTenant, shownToken, unclearText, unreadProviders} from '../src/queries/providers.ts';
import type {World} from '../src/world.ts';

export default defineCheck({
	id: 'federation-open-to-all',
	title: 'A provider of a shared issuer accepts tokens of any of its customers',
	severity: 'critical if such a token makes somebody an account; else medium',
	on: 'the provider',
	needs: ['workloadIdentityPools', 'allowPolicies', 'roles', 'serviceAccounts'],
	threats: ['impersonation', 'privilege escalation'],
	practice: [3],
	why: 'GitHub, GitLab.com, HCP Terraform and the like sign tokens for all their customers with one key: without a condition on the tenant, whoever opens a free account there passes.',
	fix: 'Add an attribute condition on the claim that names your own tenant by its id, such as assertion.repository_owner_id.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-for-using-workload-identity-federation#multi-tenant-attribute-conditions',
		'https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines#conditions',
	],
	example: {
		fires:
			'A GitHub provider without an attribute condition, or with assertion.repository.startsWith(‘acme’), which acme-evil/app passes too.',
		silent: 'The condition asks for assertion.repository_owner_id, or the issuer is a GitLab server of one’s own.',
	},
	inspect(world) {
		const providers = issuingProviders(world).filter(({issuer}) => issuer.shared);
		const unknown: string[] = [...unreadProviders(world)];
		const hits: Hit[] = [];
		for (const provider of providers) {
			const answer = world.federation.ask(provider, undefined, 'outsider');
			if (answer.value === 'unclear') unknown.push(unclearText(world, provider));
			if (answer.value === 'yes') hits.push(hitOf(world, provider, answer.witness));
		}
		return {examined: providers.length, hits, unknown};
	},
});

/** A way in for outsiders, and whether it takes something public of the trusted tenant. */
interface Entry {
	given: FederatedGrant;
	borrowed: boolean;
}

function hitOf(world: World, provider: Provider, witness: Witness): Hit {
	const entries = federatedGrants(world).flatMap((given): Entry[] => {
		if (!given.providers.includes(provider)) return [];
		const answer = world.federation.ask(provider, given.pool!.test, 'outsider');
		return answer.value === 'yes' ? [{given, borrowed: answer.witness.borrowed}] : [];
	});
	const surest = entries.reduce<Confidence | undefined>(
		(best, {given, borrowed}) =>
			best === 'certain' || (given.sure === 2 && !borrowed)
				? 'certain'
				: given.sure >= 1
					? 'conditional'
					: (best ?? 'unverified'),
		undefined,
	);
	const everybody = everybodyOf(provider);
	const {platform} = provider.issuer;
	return {
		severity: entries.length > 0 ? 'critical' : 'medium',
		confidence: surest ?? (witness.borrowed ? 'conditional' : 'certain'),
		resource: provider.name,
		principal: everybody,
		path() {
			const account = entries[0]?.given.accounts[0];
			const from = world.inventory.principals.find(everybody);
			if (!account || !from) return undefined;
			return pathsFrom(world, from, {maxHops: 1}, end => 'account' in end && end.account === account)[0]?.steps;
		},
		detail: () => {
			const [first] = entries;
			const account = first?.given.accounts[0];
			const from = world.inventory.principals.find(everybody);
			const accounts = new Set(entries.flatMap(({given}) => given.accounts));
			const reach = account
				? ` and become ${account.email}${accounts.size > 1 ? ` and ${accounts.size - 1} more` : ''} by ${first.given.grant.binding.role}`
				: '; no binding lets it become an account yet';
			return {
				message: `${upper(platform.everybody)} can get a token that ${provider.name} accepts${reach}: ${whyText(provider, witness)}.`,
				evidence: {
					issuer: provider.issuerUri,
					condition: provider.condition ?? null,
					token: shownToken(provider, witness),
					targets: accounts.size,
					examples: [...accounts].slice(0, 20).map(({email}) => email),
					bindings: entries.slice(0, 20).map(({given}) => bindingOf(given)),
					...reachOf(world, from),
				},
				fix: pinTenant(world, provider, `${provider.name} trusts everybody at ${platform.title}.`),
			};
		},
	};
}

/** What outsiders have here in the end: accounts over any number of hops, their strongest power, and roles of their own. */
function reachOf(world: World, from: Principal | undefined): Record<string, unknown> {
	if (!from) return {reaches: 0};
	const accounts = [...endsOf(world, from, {})].flatMap(({end}) => ('account' in end ? [end.account] : []));
	const pairs = accounts.flatMap(({principal}) => world.powers.of(principal).possible.slice(0, 1));
	const strongest = pairs.toSorted((a, b) => b.rank - a.rank || a.container.order - b.container.order)[0];
	const roles = (world.outsiders.sets.get(from) ?? []).flatMap(member =>
		world.grants
			.of(member)
			.flatMap(({binding: {resource, role}}) => (resource.account ? [] : [{resource: resource.name, role}])),
	);
	return {
		reaches: accounts.length,
		...(strongest && {power: {level: strongest.level, scope: strongest.container.key}}),
		...(roles.length > 0 && {roles: roles.slice(0, 20)}),
	};
}

function whyText({condition, issuer: {platform}}: Provider, witness: Witness): string {
	if (condition === undefined) return 'it has no attribute condition';
	const claim = [...platform.unitClaims, 'sub'].find(one => typeof witness.claims[one] === 'string');
	const token = claim === undefined ? 'a token of its own' : `a token with ${claim} ${String(witness.claims[claim])}`;
	return `its attribute condition ${condition} does not hold ${token} back`;
}

const upper = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
