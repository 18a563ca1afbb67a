import {defineCheck, type Hit} from '../src/check.ts';
import {canCollide} from '../src/federation/collisions.ts';
import {issuingOf} from '../src/federation/federation.ts';
import type {Pool, Provider} from '../src/federation/provider.ts';
import {unreadProviders} from '../src/queries/providers.ts';
import type {World} from '../src/world.ts';

export default defineCheck({
	id: 'federation-pool-mixed',
	title: 'Several providers share one pool so that their subjects can collide',
	severity: 'medium',
	on: 'the pool',
	needs: ['workloadIdentityPools'],
	threats: ['impersonation', 'repudiation'],
	practice: [3],
	why: 'A pool’s members are told apart by subject and attributes only. If two providers can make the same, one issuer’s identity has what was granted to the other’s, and the logs do not tell them apart.',
	fix: 'Make a pool for each provider and bind its members there; then disable the provider here. Or let each mapping put a prefix of its own before the subject.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-for-using-workload-identity-federation#avoid-subject-collisions',
		'https://cloud.google.com/iam/docs/best-practices-for-using-workload-identity-federation#avoid-federating-twice',
	],
	example: {
		fires: 'A GitHub provider and a GitLab provider of one pool both map google.subject from assertion.sub.',
		silent:
			'One of the two is disabled; or the subjects begin with ‘github::’ and ‘gitlab::’; or both are AWS accounts, whose ARNs name the account.',
	},
	inspect(world) {
		const pools = [...world.federation.pools.values()].filter(pool => !pool.off && (pool.project?.inScope ?? true));
		return {
			examined: pools.length,
			hits: pools.flatMap(pool => ofPool(world, pool)),
			unknown: unreadProviders(world).slice(),
		};
	},
});

function ofPool(world: World, pool: Pool): Hit[] {
	const providers = issuingOf(pool);
	const colliding = providers.filter(one =>
		providers.some(other => other !== one && canCollide(world.federation, one, other)),
	);
	if (colliding.length === 0) return [];
	return [
		{
			severity: 'medium',
			confidence: 'certain',
			resource: pool.name,
			detail: () => ({
				message: `${colliding.length} providers of ${pool.name} can make the same subject: ${colliding.map(provider => `${provider.id} of ${issuerText(provider)}`).join(', ')}.`,
				evidence: {
					providers: colliding.map(provider => ({
						provider: provider.name,
						issuer: issuerText(provider),
						subject: provider.mapping.get('google.subject') ?? null,
					})),
				},
				fix: {
					summary: `Make a pool of its own for every provider but ${colliding[0]!.id}, bind there what is bound here, and let the workloads use it; only then disable the provider here.`,
					changes: colliding.slice(1).map(({name, kind}) => ({
						op: 'update-provider',
						resource: name,
						kind,
						set: {disabled: true},
						before: {disabled: false},
					})),
				},
			}),
		},
	];
}

const issuerText = ({issuerUri, issuer}: Provider): string => issuerUri ?? issuer.name;
