/** Identities that are no accounts of a project here: agents that services bring along, identities of pools. */
import {parseFederated} from '../access/sets.ts';
import type {Container, Inventory} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Escalation} from './catalogue/types.ts';
import {CERTAIN, type Rights, type Sureness, UNVERIFIED} from './rights.ts';
import type {Vehicle} from './modelled-vehicles.ts';

/** A federated identity or set that some policy names, and the container that owns its pool. */
interface PoolMember {
	principal: Principal;
	container: Container;
	kind: NonNullable<Escalation['pools']>;
}

/** An identity below a scope, in the container that it belongs to, and how sure it is that it can be put on. */
interface Identity {
	principal: Principal;
	container: Container;
	sure: Sureness;
}

export class Identities {
	readonly #inventory: Inventory;
	readonly #rights: Rights;
	readonly #cache = new Map<Vehicle, Map<Container, readonly Identity[]>>();
	#pools: ReadonlyMap<Container, readonly PoolMember[]> | undefined;

	constructor(inventory: Inventory, rights: Rights) {
		this.#inventory = inventory;
		this.#rights = rights;
	}

	/** Identities that a way leads to below a scope and that some policy names: others hold nothing. */
	below(vehicle: Vehicle, scope: Container): readonly Identity[] {
		let byScope = this.#cache.get(vehicle);
		if (!byScope) this.#cache.set(vehicle, (byScope = new Map()));
		let found = byScope.get(scope);
		if (!found) byScope.set(scope, (found = this.#findIdentities(vehicle, scope)));
		return found;
	}

	#findIdentities({escalation, workloads, identities = [], exemptBy}: Vehicle, scope: Container): Identity[] {
		const inventory = this.#inventory;
		// Most scopes are projects without a pool that anything names.
		if (escalation.yields === 'pool identities' && scope.kind === 'project' && !this.#poolMembers().has(scope))
			return [];
		const found: Identity[] = [];
		if (escalation.yields === 'project identity') {
			for (let position = scope.order; position < scope.end; position++) {
				const project = inventory.containers[position]!;
				if (project.kind !== 'project') continue;
				if (exemptBy !== undefined && !this.#rights.isOff(exemptBy, project)) continue;
				for (const pattern of identities) {
					const email = pattern
						.replace('{number}', project.number ?? '?')
						.replace('{id}', project.key.slice('projects/'.length));
					const principal = inventory.principals.find(`serviceAccount:${email}`);
					if (principal && !inventory.accounts.get(email)?.disabled)
						found.push({principal, container: project, sure: CERTAIN});
				}
			}
			return found;
		}
		const pools = this.#poolMembers();
		const inside =
			scope.kind === 'project'
				? [[scope, pools.get(scope)!] as const]
				: [...pools].filter(([{order}]) => scope.order <= order && order < scope.end);
		for (const [container, members] of inside) {
			const sure = this.#existing(container, workloads);
			if (sure === undefined) continue;
			for (const {principal, kind} of members) if (kind === escalation.pools) found.push({principal, container, sure});
		}
		return found;
	}

	/** Whether a project has a workload of the types: unread is not none. */
	#existing(project: Container, types: readonly string[]): Sureness | undefined {
		if (types.length === 0) return CERTAIN;
		const inventory = this.#inventory;
		if (inventory.workloadsOf(project).some(workload => types.includes(workload.assetType))) return CERTAIN;
		return types.some(type => inventory.coverage.standing('workloads', project, type).status !== 'complete')
			? UNVERIFIED
			: undefined;
	}

	/** Federated principals and sets that policies name, with the container that owns their pool. */
	#poolMembers(): ReadonlyMap<Container, readonly PoolMember[]> {
		if (this.#pools) return this.#pools;
		const inventory = this.#inventory;
		const members = inventory.principals.all.flatMap((principal): PoolMember[] => {
			const legacy =
				principal.kind === 'serviceAccount' ? /^(.+)\.svc\.id\.goog\[/.exec(principal.value)?.[1] : undefined;
			const pool = parseFederated(principal)?.pool;
			if (legacy !== undefined) {
				const project = inventory.container(`projects/${legacy}`);
				return project ? [{principal, container: project, kind: 'kubernetes'}] : [];
			}
			if (pool === undefined) return [];
			if (!pool.startsWith('projects/')) {
				// A workforce pool belongs to an organization that its name does not tell: every one read here may own it.
				return inventory.containers
					.filter(container => container.kind === 'organization')
					.map(container => ({principal, container, kind: 'workforce'}));
			}
			const project = inventory.container(pool.split('/').slice(0, 2).join('/'));
			const kind = pool.endsWith('.svc.id.goog') ? 'kubernetes' : 'workload';
			return project ? [{principal, container: project, kind}] : [];
		});
		this.#pools = Map.groupBy(members, member => member.container);
		return this.#pools;
	}
}
