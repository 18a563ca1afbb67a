import {defineCheck, type Hit} from '../src/check.ts';
import type {Provider} from '../src/federation/provider.ts';
import type {Attacker, Witness} from '../src/federation/search.ts';
import type {Severity} from '../src/report.ts';
import {
	bindingOf,
	evidenceOf,
	federatedGrants,
	type FederatedGrant,
	hitOf,
	othersOf,
} from '../src/queries/federated.ts';
import {shownToken, unclearText, unreadProviders} from '../src/queries/providers.ts';
import type {World} from '../src/world.ts';

export default defineCheck({
	id: 'federation-any-ref',
	title: 'Any branch, or a pull request, of a repository may become a powerful account',
	severity: 'high; medium if only protected branches may',
	on: 'the most powerful account that the binding opens',
	needs: ['workloadIdentityPools', 'allowPolicies', 'roles', 'serviceAccounts'],
	threats: ['privilege escalation', 'impersonation'],
	practice: [3, 24],
	why: 'Whoever may push a branch, or open a pull request that runs a workflow, runs code of his own with the account, before anybody has looked at it.',
	fix: 'Let in one branch or one protected environment: by the subject that the binding names, or by assertion.ref or assertion.environment in the condition.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-for-using-service-accounts-in-deployment-pipelines',
		'https://docs.github.com/en/actions/reference/security/oidc',
	],
	example: {
		fires:
			'principalSet://…/attribute.repository/acme/shop may become an account that writes the project’s data, whatever branch the workflow runs on.',
		silent:
			'The subject is repo:acme/shop:environment:production, or the condition asks for assertion.ref == ‘refs/heads/main’; or the account has no power over a project.',
	},
	inspect(world) {
		const unknown: string[] = [...unreadProviders(world)];
		const grants = federatedGrants(world).filter(({pool}) => pool !== undefined);
		const hits = grants.flatMap(given => ofBinding(world, given, unknown));
		return {examined: grants.length, hits, unknown};
	},
});

const ASKED: readonly [attacker: Attacker, severity: Severity, who: string][] = [
	['branch', 'high', 'any branch'],
	['pull request', 'high', 'any pull request'],
	['protected branch', 'medium', 'any protected branch'],
];

interface Way {
	provider: Provider;
	witness: Witness;
	severity: Severity;
	who: string;
}

function wayOf(world: World, {providers, pool}: FederatedGrant, unknown: string[]): Way | undefined {
	const ways: Way[] = [];
	for (const provider of providers) {
		if (!provider.issuer.platform.refs) continue;
		const answers = ASKED.map(([attacker]) => world.federation.ask(provider, pool!.test, attacker));
		const first = answers.findIndex(({value}) => value === 'yes');
		if (first < 0 && answers.some(({value}) => value === 'unclear')) unknown.push(unclearText(world, provider));
		const answer = answers[first];
		if (answer?.value !== 'yes') continue;
		const [, severity, who] = ASKED[first]!;
		ways.push({provider, witness: answer.witness, severity, who});
	}
	return ways.find(({severity}) => severity === 'high') ?? ways[0];
}

function ofBinding(world: World, given: FederatedGrant, unknown: string[]): Hit[] {
	const powerful = given.accounts.filter(account => world.powers.isPowerful(account.principal));
	if (powerful.length === 0) return [];
	const way = wayOf(world, given, unknown);
	if (!way) return [];
	const {provider, witness, severity, who} = way;
	const binding = bindingOf(given);
	return [
		{
			...hitOf(given, powerful),
			severity,
			detail: () => {
				const [account] = powerful;
				const pair = world.powers.of(account!.principal).possible[0]!;
				return {
					message: `${upper(isTag(witness) ? who.replace('branch', 'tag') : who)} of ${unitText(provider, witness)} can become ${account!.email}${othersOf(powerful)}, which is ${pair.level} on ${pair.container.key}: neither a branch nor an environment is asked for by ${binding.member}.`,
					evidence: {
						...evidenceOf(given, powerful),
						condition: provider.condition ?? null,
						token: shownToken(provider, witness),
						power: {level: pair.level, scope: pair.container.key},
					},
					fix: {
						summary: `First grant ${binding.role} to the subject of one branch or one protected environment (principal://…/subject/…), and restrict in the platform who may use that environment; then remove it from ${binding.member}.`,
						changes: [{op: 'remove-binding', ...binding}],
					},
				};
			},
		},
	];
}

function unitText({issuer: {platform}}: Provider, {claims, pinned}: Witness): string {
	const unit = platform.unitClaims.find(claim => pinned.has(claim));
	if (unit !== undefined) return String(claims[unit]);
	const tenant = platform.tenantClaims.find(claim => pinned.has(claim));
	return tenant === undefined ? `any ${platform.unit}` : `any ${platform.unit} of ${String(claims[tenant])}`;
}

/** A condition that asks for tags is passed by those alone; whoever may push a branch may push one, unless they are protected. */
function isTag({claims}: Witness): boolean {
	const {ref, ref_type: type} = claims;
	return type === 'tag' || (typeof ref === 'string' && ref.startsWith('refs/tags/'));
}

const upper = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
