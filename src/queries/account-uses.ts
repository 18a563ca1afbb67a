/** What an account is really used for, as far as an inventory shows it. */
import {parseFederated} from '../access/sets.ts';
import type {AllowPolicy, Container, Inventory, ServiceAccount} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Workload} from '../inventory/workload.ts';

/** `workload-identity`: by pods of GKE. `attached`: by workloads other than machines. `on-premises`: by a key. */
export type AccountUse = 'vm' | 'workload-identity' | 'federation' | 'on-premises' | 'attached';

/** Services whose workloads are VMs that an account is attached to. */
const MACHINES: ReadonlySet<string> = new Set(
	['aiplatform', 'batch', 'composer', 'compute', 'container', 'dataflow', 'dataproc', 'notebooks', 'tpu'].map(
		name => `${name}.googleapis.com`,
	),
);

/** Each use is a bit, and each combination of them one set, made once. */
const USES: readonly AccountUse[] = ['vm', 'workload-identity', 'federation', 'on-premises', 'attached'];
const BITS = Object.fromEntries(USES.map((use, bit) => [use, 1 << bit])) as Record<AccountUse, number>;
const SETS: readonly ReadonlySet<AccountUse>[] = Array.from(
	{length: 1 << USES.length},
	(_, mask) => new Set(USES.filter(use => mask & BITS[use])),
);

export class AccountUses {
	readonly #inventory: Inventory;
	/** What workloads and bindings on the account itself show, by its number. */
	readonly #seen: Uint8Array;
	/** Of members that come from outside by a token, by the member's index. */
	readonly #federated: Uint8Array;

	/** Whether a container, or one above it, lets such members in. */
	readonly #open = new Map<Container, boolean>();

	constructor(inventory: Inventory) {
		const {accounts, principals, policies, workloads} = inventory;
		this.#inventory = inventory;
		this.#federated = Uint8Array.from(principals.all, member => bitOf(federatedUse(member)));
		this.#seen = new Uint8Array(accounts.size);
		for (const workload of workloads) {
			if (workload.finished) continue;
			for (const email of workload.runsAs) {
				const account = accounts.get(email);
				if (account) this.#seen[account.index]! |= bitOf(useBy(workload));
			}
		}
		for (const policy of policies.values()) {
			const {account} = policy.resource;
			if (account) this.#seen[account.index]! |= this.#federatedBy(policy);
		}
	}

	/** Those that are seen; empty: none, or none that was read. */
	of({index, keys}: ServiceAccount): ReadonlySet<AccountUse> {
		const {now} = this.#inventory;
		const hasKey = keys.some(key => !key.disabled && key.validBefore > now);
		return SETS[this.#seen[index]! | (hasKey ? bitOf('on-premises') : 0)]!;
	}

	/** Whether some container of the account lets federated or Kubernetes identities in, so that nothing can be excluded. */
	isFederatedFromAbove({project}: ServiceAccount): boolean {
		return project !== undefined && this.#isFederated(project);
	}

	#isFederated(container: Container): boolean {
		let known = this.#open.get(container);
		if (known === undefined) {
			const policy = this.#inventory.policies.get(container.name);
			const isOpen = policy !== undefined && this.#federatedBy(policy) !== 0;
			known = isOpen || (container.parent !== undefined && this.#isFederated(container.parent));
			this.#open.set(container, known);
		}
		return known;
	}

	#federatedBy({bindings}: AllowPolicy): number {
		let bits = 0;
		for (const {members} of bindings) for (const {index} of members) bits |= this.#federated[index]!;
		return bits;
	}
}

const bitOf = (use: AccountUse | undefined): number => (use === undefined ? 0 : BITS[use]);

function useBy({assetType}: Workload): AccountUse {
	return MACHINES.has(assetType.slice(0, assetType.indexOf('/'))) ? 'vm' : 'attached';
}

function federatedUse(member: Principal): AccountUse | undefined {
	// The older spelling of a Kubernetes account: PROJECT.svc.id.goog[NAMESPACE/NAME].
	if (member.kind === 'serviceAccount') return member.value.includes('.svc.id.goog[') ? 'workload-identity' : undefined;
	if (member.kind !== 'principal' && member.kind !== 'principalSet') return undefined;
	const pool = parseFederated(member)?.pool;
	if (pool === undefined) return undefined;
	return pool.endsWith('.svc.id.goog') ? 'workload-identity' : 'federation';
}
