import {defineCheck, type Hit} from '../src/check.ts';
import {loggingOf, STS_API} from '../src/evidence/logging.ts';
import {EXCHANGE} from '../src/evidence/usage.ts';
import type {Use} from '../src/evidence/uses.ts';
import type {Binding, ServiceAccount} from '../src/inventory/model.ts';
import {unusedSince} from '../src/queries/live-keys.ts';
import type {World} from '../src/world.ts';

const READ_OBJECTS = 'storage.objects.get';

export default defineCheck({
	id: 'token-not-downscoped',
	title: 'An account that brokers tokens for others hands on all of their access to storage',
	severity: 'low',
	on: 'the broker',
	needs: ['serviceAccounts', 'allowPolicies', 'roles'],
	threats: ['information disclosure', 'impersonation'],
	practice: [17],
	why: 'Whoever gets the token can read every bucket that the account can, although the task at hand needs one of them.',
	fix: 'Exchange tokens for downscoped ones (Credential Access Boundaries) before handing them on, or give the account one bucket only.',
	references: ['https://cloud.google.com/iam/docs/downscoping-short-lived-credentials'],
	example: {
		fires:
			'A broker mints tokens for an account that reads all buckets of a project, and no exchange at the Security Token Service was seen.',
		silent: 'The logs show exchanges by the broker, or the account reads one bucket only.',
	},
	inspect(world) {
		const {inventory, evidence} = world;
		const since = unusedSince(world);
		const minted = new Map<ServiceAccount, Map<ServiceAccount, Use[]>>();
		const downscoping = new Set<string>();
		for (const use of evidence.uses) {
			if (use.last <= since) continue;
			if (use.method.includes(EXCHANGE)) for (const member of use.chain) downscoping.add(member);
			const by = use.chain.at(-2);
			if (use.becoming !== 'GenerateAccessToken' || !use.account || !by?.startsWith('serviceAccount:')) continue;
			const broker = inventory.accounts.get(by.slice('serviceAccount:'.length));
			if (!broker || broker === use.account) continue;
			let targets = minted.get(broker);
			if (!targets) minted.set(broker, (targets = new Map()));
			const uses = targets.get(use.account);
			if (uses) uses.push(use);
			else targets.set(use.account, [use]);
		}
		const hits: Hit[] = [];
		for (const [broker, targets] of minted) {
			if (!broker.read || broker.disabled || broker.kind === 'service-agent' || !(broker.project?.inScope ?? true))
				continue;
			const wide = [...targets].flatMap(([account, uses]) => {
				if (downscoping.has(account.principal.member) || downscoping.has(broker.principal.member)) return [];
				const binding = readsWidely(world, account);
				return binding ? [{account, uses, binding}] : [];
			});
			if (wide.length > 0) hits.push(hitOf(world, broker, wide));
		}
		const unknown = new Set<string>();
		for (const project of inventory.containers) {
			if (project.kind !== 'project' || !project.inScope || !project.active || project.accounts.length === 0) continue;
			const hole = evidence.logHole(project, ['data_access']);
			if (hole !== undefined) unknown.add(hole);
		}
		return {examined: minted.size, hits, unknown: [...unknown]};
	},
});

/** A binding on a container, without a condition that narrows it, by which an account reads all objects there. */
function readsWidely({access, grants}: World, account: ServiceAccount): Binding | undefined {
	for (const set of access.memberships.setsOf(account.principal)) {
		for (const {binding, cls} of grants.of(set)) {
			if (!binding.resource.isContainer || binding.condition) continue;
			if (access.grants(cls.role, READ_OBJECTS) === 'true') return binding;
		}
	}
	return undefined;
}

function hitOf(
	{inventory}: World,
	broker: ServiceAccount,
	wide: readonly {account: ServiceAccount; uses: Use[]; binding: Binding}[],
): Hit {
	// Without the Security Token Service's own logs an exchange would leave no trace.
	const isLogged = broker.project !== undefined && loggingOf(inventory, broker.project, STS_API).on.has('DATA_READ');
	const [first, ...others] = wide;
	return {
		severity: 'low',
		confidence: isLogged ? 'certain' : 'conditional',
		resource: broker.name,
		detail: () => ({
			message: `${broker.email} mints tokens for ${first!.account.email}${others.length > 0 ? ` and ${others.length} more` : ''}, which read all of storage in ${first!.binding.resource.name}, and no downscoping was seen.`,
			evidence: {
				account: broker.email,
				tokensFor: wide.slice(0, 20).map(({account, uses, binding}) => ({
					account: account.email,
					count: uses.reduce((sum, {count}) => sum + count, 0),
					role: binding.role,
					on: binding.resource.name,
				})),
				...(!isLogged && {
					notSeen: `Exchanges would show in DATA_READ logs of ${STS_API}, which are not known to be on.`,
				}),
			},
			fix: {
				summary:
					'No single change ends this: let the broker exchange each token for a downscoped one (Credential Access Boundary) before it hands it on, or replace the project-wide role by one on the buckets that are needed.',
				changes: [],
			},
		}),
	};
}
