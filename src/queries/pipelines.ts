/** Accounts of deployment pipelines: reached from a CI issuer or Cloud Build, or named so (checks.md, defaults). */
import {poolKey} from '../access/set-match.ts';
import {parseFederated} from '../access/sets.ts';
import {IAM} from '../inventory/names.ts';
import type {ServiceAccount} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {World} from '../world.ts';

const ISSUER =
	/token\.actions\.githubusercontent\.com|\/_services\/token|gitlab|app\.terraform\.io|vstoken\.dev\.azure\.com|circleci\.com|buildkite\.com|bitbucket\.org|spacelift\.io|env0\.com/i;
const NAMED =
	/(?:^|[-_.])(?:ci|cd|cicd|ci-cd|deploy(?:er|ment|s)?|build(?:er|s)?|pipelines?|terraform|tf|release[rs]?|github(?:-actions)?|gitlab|jenkins|circleci|argocd|spinnaker)(?:$|[-_.])/;

/** Why an account counts as a pipeline's; undefined: it does not. */
export function pipelineOf(world: World): (account: ServiceAccount) => string | undefined {
	const pools = ciPools(world);
	const builds = new Map<string, string>();
	for (const {assetType, runsAs, name} of world.inventory.workloads)
		if (assetType.startsWith('cloudbuild.'))
			for (const email of runsAs) if (!builds.has(email)) builds.set(email, name);
	const federated = new Map<ServiceAccount, string>();
	if (pools.size > 0) {
		for (const {resource, bindings} of world.inventory.policies.values()) {
			if (!resource.account) continue;
			for (const {members} of bindings) {
				for (const member of members) {
					const pool = parseFederated(member)?.pool;
					const issuer = pool === undefined ? undefined : pools.get(poolKey(world.inventory, pool));
					if (issuer !== undefined) federated.set(resource.account, issuer);
				}
			}
		}
	}
	return account => {
		const issuer = federated.get(account);
		if (issuer !== undefined) return `${issuer} may become it`;
		const build = builds.get(account.email);
		if (build !== undefined) return `${build} runs as it`;
		if (account.email.endsWith('@cloudbuild.gserviceaccount.com')) return 'Cloud Build runs as it';
		return NAMED.test(account.email.slice(0, account.email.indexOf('@'))) ? 'its name says so' : undefined;
	};
}

/** Pools with a provider of a CI system, with its issuer. */
function ciPools({inventory}: World): ReadonlyMap<string, string> {
	const pools = new Map<string, string>();
	for (const {name, data} of inventory.documents.get('iam.googleapis.com/WorkloadIdentityPoolProvider') ?? []) {
		const oidc = data['oidc'] as {issuerUri?: unknown; issuer_uri?: unknown} | null | undefined;
		const issuer = oidc?.issuerUri ?? oidc?.issuer_uri;
		if (typeof issuer !== 'string' || !ISSUER.test(issuer)) continue;
		const path = name.startsWith(IAM) ? name.slice(IAM.length) : name;
		pools.set(poolKey(inventory, path.replace(/\/providers\/[^/]+$/, '')), issuer);
	}
	return pools;
}

/** The same of one principal, by its own policy alone: whoever a pool may let in counts. */
export function isPipeline(world: World, {kind, value}: Principal): boolean {
	if (kind !== 'serviceAccount') return false;
	if (value.endsWith('@cloudbuild.gserviceaccount.com')) return true;
	if (NAMED.test(value.slice(0, value.indexOf('@')))) return true;
	const account = world.inventory.accounts.get(value);
	const policy = account && world.inventory.policies.get(account.name);
	return (policy?.bindings ?? []).some(({members}) =>
		members.some(({member}) => member.startsWith('principal') && !member.includes('.svc.id.goog/')),
	);
}
