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

export class AccountUses {
	readonly #inventory: Inventory;
	readonly #workloads = new Map<string, Set<AccountUse>>();
	/** Of members that come from outside by a token, by the member's index. */
	readonly #federated: readonly (AccountUse | undefined)[];

	/** Whether a container, or one above it, lets such members in. */
	readonly #open = new Map<Container, boolean>();

	constructor(inventory: Inventory) {
		this.#inventory = inventory;
		this.#federated = inventory.principals.all.map(federatedUse);
		for (const workload of inventory.workloads) {
			if (workload.finished) continue;
			for (const email of workload.runsAs) {
				let uses = this.#workloads.get(email);
				if (!uses) this.#workloads.set(email, (uses = new Set()));
				uses.add(useBy(workload));
			}
		}
	}

	/** Those that are seen; empty: none, or none that was read. */
	of(account: ServiceAccount): ReadonlySet<AccountUse> {
		const {policies, now} = this.#inventory;
		const uses = new Set(this.#workloads.get(account.email));
		this.#addFederated(policies.get(account.name), uses);
		if (account.keys.some(key => !key.disabled && key.validBefore > now)) uses.add('on-premises');
		return uses;
	}

	/** Whether some container of the account lets federated or Kubernetes identities in, so that nothing can be excluded. */
	isFederatedFromAbove({project}: ServiceAccount): boolean {
		return project !== undefined && this.#isFederated(project);
	}

	#isFederated(container: Container): boolean {
		let known = this.#open.get(container);
		if (known === undefined) {
			const uses = new Set<AccountUse>();
			this.#addFederated(this.#inventory.policies.get(container.name), uses);
			known = uses.size > 0 || (container.parent !== undefined && this.#isFederated(container.parent));
			this.#open.set(container, known);
		}
		return known;
	}

	#addFederated(policy: AllowPolicy | undefined, uses: Set<AccountUse>): void {
		for (const {members} of policy?.bindings ?? []) {
			for (const {index} of members) {
				const use = this.#federated[index];
				if (use !== undefined) uses.add(use);
			}
		}
	}
}

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
