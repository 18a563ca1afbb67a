import {parseFederated} from '../src/access/sets.ts';
import {defineCheck, type Hit} from '../src/check.ts';
import type {Witness} from '../src/federation/search.ts';
import type {Provider} from '../src/federation/provider.ts';
import type {Confidence, Severity} from '../src/report.ts';
import {
	bindingOf,
	confidenceOf,
	evidenceOf,
	federatedGrants,
	type FederatedGrant,
	hitOf,
	othersOf,
} from '../src/queries/federated.ts';
import {shownToken, unclearText, unreadProviders} from '../src/queries/providers.ts';
import type {World} from '../src/world.ts';

export default defineCheck({
	id: 'federation-binding-too-wide',
	title: 'A whole pool, or more than one repository, environment or workspace, may become an account',
	severity: 'high; medium for a group that the issuer names',
	on: 'the most powerful account that the binding opens',
	needs: ['workloadIdentityPools', 'allowPolicies', 'roles', 'serviceAccounts'],
	threats: ['impersonation', 'privilege escalation'],
	practice: [3],
	why: 'Whoever can run a pipeline in any of the repositories, or any identity of the pool, has the account, not only the one that needs it.',
	fix: 'Bind the one subject, repository, environment or workspace that needs the account; then remove the wide binding.',
	references: [
		'https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines#access',
		'https://cloud.google.com/iam/docs/best-practices-for-using-workload-identity-federation',
	],
	example: {
		fires:
			'principalSet://…/workloadIdentityPools/ci/* or …/attribute.repository_owner/acme has Workload Identity User on an account.',
		silent:
			'…/attribute.repository_id/123 has it; or the whole pool has it, and the condition lets one repository in only.',
	},
	inspect(world) {
		const unknown: string[] = [...unreadProviders(world)];
		const grants = federatedGrants(world);
		const hits: Hit[] = [];
		for (const given of grants) {
			const width = widthOf(world, given, unknown);
			if (width) hits.push(ofBinding(given, width));
		}
		return {examined: grants.length, hits, unknown};
	},
});

interface Width {
	/** Who gets in, in words. */
	who: string;
	severity: Severity;
	confidence: Confidence;
	provider?: Provider;
	witness?: Witness;
}

function widthOf(world: World, given: FederatedGrant, unknown: string[]): Width | undefined {
	const confidence = confidenceOf(given.sure);
	const {rest, pool} = parseFederated(given.member)!;
	const isWhole = rest === '*';
	if (!given.pool) {
		// Pools of Kubernetes and of people have no providers here.
		if (!isWhole && !rest.startsWith('kubernetes.cluster/')) return undefined;
		const who = isWhole ? `every identity of ${pool}` : `every pod of ${rest.slice('kubernetes.cluster/'.length)}`;
		return {who, severity: 'high', confidence};
	}
	if (given.providers.length === 0) {
		// A whole pool is a whole pool, though a condition that was not read may let one repository in only.
		return isWhole ? {who: `every identity of ${pool}`, severity: 'high', confidence: 'unverified'} : undefined;
	}
	const {test} = given.pool;
	for (const provider of given.providers) {
		const {platform} = provider.issuer;
		// What the attributes of somebody's own issuer mean is not known.
		if (platform.anyClaim && !isWhole) continue;
		const answer = world.federation.ask(provider, test, 'sibling');
		if (answer.value === 'unclear') unknown.push(unclearText(world, provider));
		if (answer.value !== 'yes') continue;
		const {witness} = answer;
		const isGroup = test?.attribute === 'google.groups';
		return {
			who: isGroup ? `every member of the group ${test.value}` : whoText(world, given, provider, witness),
			severity: isGroup ? 'medium' : 'high',
			confidence,
			provider,
			witness,
		};
	}
	return undefined;
}

function whoText(world: World, {pool}: FederatedGrant, provider: Provider, {claims, pinned}: Witness): string {
	const {platform, name} = provider.issuer;
	if (world.federation.ask(provider, pool!.test, 'outsider').value === 'yes') return platform.everybody;
	const tenant = platform.tenantClaims.find(claim => pinned.has(claim));
	return `any ${platform.unit} of ${tenant === undefined ? name : `${tenant} ${String(claims[tenant])}`}`;
}

function ofBinding(given: FederatedGrant, {who, severity, confidence, provider, witness}: Width): Hit {
	const binding = bindingOf(given);
	return {
		...hitOf(given, given.accounts),
		severity,
		confidence,
		detail: () => ({
			message: `${upper(who)} can become ${given.accounts[0]!.email}${othersOf(given.accounts)}: ${binding.role} on ${binding.resource} is bound to ${binding.member}.`,
			evidence: {
				...evidenceOf(given, given.accounts),
				who,
				...(provider && witness && {condition: provider.condition ?? null, token: shownToken(provider, witness)}),
			},
			fix: {
				summary: `First grant ${binding.role} to the one ${provider?.issuer.platform.unit ?? 'identity'} that needs it, as principal://…/subject/… or as principalSet://…/attribute.…/… of its id; then remove it from ${binding.member}.`,
				changes: [{op: 'remove-binding', ...binding}],
			},
		}),
	};
}

const upper = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
