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

	constructor(inventory: Inventory) {
		this.#inventory = inventory;
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
		for (const use of federatedUses(policies.get(account.name))) uses.add(use);
		if (account.keys.some(key => !key.disabled && key.validBefore > now)) uses.add('on-premises');
		return uses;
	}

	/** Whether some container of the account lets federated or Kubernetes identities in, so that nothing can be excluded. */
	isFederatedFromAbove({project}: ServiceAccount): boolean {
		for (let at: Container | undefined = project; at; at = at.parent)
			if (federatedUses(this.#inventory.policies.get(at.name)).length > 0) return true;
		return false;
	}
}

function useBy({assetType}: Workload): AccountUse {
	return MACHINES.has(assetType.slice(0, assetType.indexOf('/'))) ? 'vm' : 'attached';
}

function federatedUses(policy: AllowPolicy | undefined): AccountUse[] {
	return (policy?.bindings ?? []).flatMap(({members}) => members.flatMap(member => federatedUse(member) ?? []));
}

function federatedUse(member: Principal): AccountUse | undefined {
	// The older spelling of a Kubernetes account: PROJECT.svc.id.goog[NAMESPACE/NAME].
	if (member.kind === 'serviceAccount') return member.value.includes('.svc.id.goog[') ? 'workload-identity' : undefined;
	const pool = parseFederated(member)?.pool;
	if (pool === undefined) return undefined;
	return pool.endsWith('.svc.id.goog') ? 'workload-identity' : 'federation';
}
