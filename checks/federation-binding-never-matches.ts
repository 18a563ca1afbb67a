import {parseFederated} from '../src/access/sets.ts';
import {defineCheck, type Hit} from '../src/check.ts';
import {issuingOf} from '../src/federation/federation.ts';
import type {Pool} from '../src/federation/provider.ts';
import type {Binding} from '../src/inventory/model.ts';
import type {Principal} from '../src/inventory/principals.ts';
import {unclearText, unreadProviders} from '../src/queries/providers.ts';
import type {World} from '../src/world.ts';

export default defineCheck({
	id: 'federation-binding-never-matches',
	title: 'A federated identity is bound that no token can ever be',
	severity: 'low',
	on: 'the account (or the container whose policy has the binding)',
	needs: ['workloadIdentityPools', 'allowPolicies'],
	threats: ['impersonation'],
	practice: [3],
	why: 'Such a binding gives nothing now, so that whoever wrote it meant something else; and it gives what nobody expects once the pool is restored or the attribute is mapped.',
	fix: 'Remove the binding; if it was meant to work, bind what the provider really maps. A star stands for itself: only principalSet://…/* is a wildcard.',
	references: [
		'https://cloud.google.com/iam/docs/principal-identifiers',
		'https://cloud.google.com/iam/docs/workload-identity-federation#mapping',
	],
	example: {
		fires:
			'principal://…/subject/repo:acme/shop:* is bound, or attribute.team where no provider maps it, or a pool that was deleted.',
		silent: 'principalSet://…/* is bound, which is the whole pool.',
	},
	inspect(world) {
		const unknown: string[] = [...unreadProviders(world)];
		const hits: Hit[] = [];
		let examined = 0;
		for (const binding of bindingsOf(world)) {
			for (const member of binding.members) {
				if (!parseFederated(member)) continue;
				examined++;
				const reason = reasonOf(world, member, unknown);
				if (reason !== undefined) hits.push(ofBinding(binding, member, reason));
			}
		}
		return {examined, hits: once(hits), unknown};
	},
});

/** Bindings on accounts, whatever the role; on containers those whose role lets somebody become accounts. */
function* bindingsOf(world: World): Generator<Binding> {
	for (const {resource, bindings} of world.inventory.policies.values()) {
		if (!resource.account && !resource.isContainer) continue;
		if (!(resource.container?.inScope ?? true)) continue;
		for (const binding of bindings) if (resource.account || world.classes.of(binding.role).escalates) yield binding;
	}
}

function reasonOf(world: World, principal: Principal, unknown: string[]): string | undefined {
	const {federation, inventory} = world;
	const {pool: poolText, rest} = parseFederated(principal)!;
	if (rest !== '*' && rest.includes('*')) return 'a star in it stands for itself, and is in no token';
	const member = federation.member(principal);
	if (!member) return undefined;
	const pool = federation.pools.get(member.pool);
	if (!pool?.read) {
		const project = inventory.container(poolText.split('/').slice(0, 2).join('/'));
		// A pool of a project that is not here may well exist.
		if (!project?.read || pool) return undefined;
		const isRead = inventory.coverage.standing('workloadIdentityPools', project).status === 'complete';
		return isRead ? `there is no pool ${poolText.split('/').at(-1)!} in ${project.key}` : undefined;
	}
	if (pool.off) return `its pool is ${pool.off}`;
	// Providers may be of a type that the export left out.
	if (pool.providers.length === 0) return undefined;
	return ofProviders(world, pool, member.test, unknown);
}

function ofProviders(
	world: World,
	pool: Pool,
	test: NonNullable<ReturnType<World['federation']['member']>>['test'],
	unknown: string[],
): string | undefined {
	const providers = issuingOf(pool);
	if (providers.length === 0) return 'every provider of its pool is disabled or deleted';
	if (test && providers.every(provider => !provider.mapping.has(test.attribute)))
		return `no provider of its pool maps ${test.attribute}`;
	for (const provider of providers) {
		const {value} = world.federation.ask(provider, test, 'anybody');
		if (value === 'yes') return undefined;
		if (value === 'unclear') {
			unknown.push(unclearText(world, provider));
			return undefined;
		}
	}
	return 'the attribute condition of its pool’s provider refuses every such token';
}

function ofBinding({resource, role, condition}: Binding, {member}: Principal, reason: string): Hit {
	return {
		severity: 'low',
		confidence: 'certain',
		resource: resource.name,
		principal: member,
		cause: {resource: resource.name, role, member, ...(condition && {condition: condition.expression})},
		detail: () => ({
			message: `${role} on ${resource.name} is bound to ${member}, which no token can be: ${reason}.`,
			evidence: {role, reason},
			fix: {
				summary: 'Find out what it was meant for and bind that; then remove this binding, which gives nothing.',
				changes: [{op: 'remove-binding', resource: resource.name, role, member, ...(condition && {condition})}],
			},
		}),
	};
}

/** A binding that stands in a policy twice is one finding. */
function once(hits: readonly Hit[]): Hit[] {
	return [...new Map(hits.map(hit => [JSON.stringify([hit.resource, hit.principal, hit.cause]), hit])).values()];
}
