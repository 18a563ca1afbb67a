/** Accounts of deployment pipelines: reached from a CI issuer or Cloud Build, or named so (checks.md, defaults). */
import {poolKey} from '../access/set-match.ts';
import {parseFederated} from '../access/sets.ts';
import {IAM} from '../inventory/names.ts';
import type {Inventory} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {World} from '../world.ts';

const ISSUER =
	/token\.actions\.githubusercontent\.com|\/_services\/token|gitlab|app\.terraform\.io|vstoken\.dev\.azure\.com|circleci\.com|buildkite\.com|bitbucket\.org|spacelift\.io|env0\.com/i;
const NAMED =
	/(?:^|[-_.])(?:ci|cd|cicd|ci-cd|deploy(?:er|ment|s)?|build(?:er|s)?|pipelines?|terraform|tf|release[rs]?|github(?:-actions)?|gitlab|jenkins|circleci|argocd|spinnaker)(?:$|[-_.])/;

/**
 * Why a principal counts as the account of a deployment pipeline; undefined: it does not, or what would tell was not read.
 * An account that the inventory does not have is judged by its e-mail alone.
 */
export function pipelineReason(world: World, {kind, value: email}: Principal): string | undefined {
	if (kind !== 'serviceAccount') return undefined;
	const {builds, federated} = reached(world);
	const issuer = federated.get(email);
	if (issuer !== undefined) return `${issuer} may become it`;
	const build = builds.get(email);
	if (build !== undefined) return `${build} runs as it`;
	if (email.endsWith('@cloudbuild.gserviceaccount.com')) return 'Cloud Build runs as it';
	return NAMED.test(email.slice(0, email.indexOf('@'))) ? 'its name says so' : undefined;
}

/** By e-mail: what of Cloud Build runs as the account, and which CI issuer's tokens may become it by its own policy. */
interface Reached {
	builds: ReadonlyMap<string, string>;
	federated: ReadonlyMap<string, string>;
}

function reached(world: World): Reached {
	let known = found.get(world);
	if (!known) found.set(world, (known = {builds: buildsOf(world), federated: federatedOf(world)}));
	return known;
}

const found = new WeakMap<World, Reached>();

function buildsOf({inventory}: World): ReadonlyMap<string, string> {
	const builds = new Map<string, string>();
	for (const {assetType, runsAs, name} of inventory.workloads)
		if (assetType.startsWith('cloudbuild.'))
			for (const email of runsAs) if (!builds.has(email)) builds.set(email, name);
	return builds;
}

function federatedOf({inventory, classes}: World): ReadonlyMap<string, string> {
	const federated = new Map<string, string>();
	const pools = ciPools(inventory);
	if (pools.size === 0) return federated;
	for (const {resource, bindings} of inventory.policies.values()) {
		if (!resource.account) continue;
		for (const {members, role} of bindings) {
			// Who may only look at an account does not become it.
			if (!classes.of(role).escalates) continue;
			for (const member of members) {
				const pool = parseFederated(member)?.pool;
				const issuer = pool === undefined ? undefined : pools.get(poolKey(inventory, pool));
				if (issuer !== undefined) federated.set(resource.account.email, issuer);
			}
		}
	}
	return federated;
}

/** Pools with a provider of a CI system, with its issuer. */
function ciPools(inventory: Inventory): ReadonlyMap<string, string> {
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
