/** Accounts that existing workloads run as, and where workloads were not read. */
import type {Container, Inventory, ServiceAccount} from '../inventory/model.ts';
import type {Workload} from '../inventory/workload.ts';
import {append} from './lanes.ts';
import type {AccountOrder, Range} from './order.ts';
import type {Piece} from './rights.ts';

/** Accounts of existing workloads below a scope, for one list of asset types. */
export interface Attached {
	/** Account number and the workload, by number. */
	accounts: {number: number; workload: Workload}[];
	/** Projects with a workload of the types, as ranges (empty ones too): another account may be attached there. */
	occupied: Range[];
	/** Where workloads of the types were not read. */
	unread: Range[];
}

/** Types whose things another type's own body lists: a cluster tells its node pools. Facts: container v1 `Cluster`. [seen] */
const TOLD_BY: ReadonlyMap<string, string> = new Map([
	['container.googleapis.com/NodePool', 'container.googleapis.com/Cluster'],
]);

export class AttachedAccounts {
	readonly #inventory: Inventory;
	readonly #order: AccountOrder;
	/** By list of types (each vehicle's own array), then by scope. */
	readonly #cache = new Map<readonly string[], Map<Container, Attached>>();

	constructor(inventory: Inventory, order: AccountOrder) {
		this.#inventory = inventory;
		this.#order = order;
	}

	/** Of one workload alone. */
	of(workload: Workload): Attached {
		const occupied = workload.project ? [this.#order.below(workload.project)] : [];
		return {accounts: this.#accountsOf(workload), occupied, unread: []};
	}

	/** Of all workloads of some types below a scope. */
	below(scope: Container, types: readonly string[]): Attached {
		let byScope = this.#cache.get(types);
		if (!byScope) this.#cache.set(types, (byScope = new Map()));
		let attached = byScope.get(scope);
		if (!attached) byScope.set(scope, (attached = this.#collect(scope, types)));
		return attached;
	}

	#collect(scope: Container, types: readonly string[]): Attached {
		const inventory = this.#inventory;
		const order = this.#order;
		const attached: Attached = {accounts: [], occupied: [], unread: []};
		for (let position = scope.order; position < scope.end; position++) {
			const project = inventory.containers[position]!;
			if (project.kind !== 'project') continue;
			const range = order.below(project);
			let found = false;
			for (const workload of inventory.workloadsOf(project)) {
				if (workload.finished || !types.includes(workload.assetType)) continue;
				found = true;
				attached.accounts.push(...this.#accountsOf(workload));
			}
			if (found) attached.occupied.push(range);
			if (types.some(type => !this.#wasRead(type, project)) && range.lo < range.hi) append(attached.unread, range);
		}
		return attached;
	}

	#wasRead(type: string, project: Container): boolean {
		if (this.#inventory.coverage.standing('workloads', project, type).status === 'complete') return true;
		const teller = TOLD_BY.get(type);
		return teller !== undefined && this.#wasRead(teller, project);
	}

	#accountsOf(workload: Workload): {number: number; workload: Workload}[] {
		return workload.runsAs.flatMap(email => {
			const account: ServiceAccount | undefined = this.#inventory.accounts.get(email);
			const number = account && this.#order.numberOf(account);
			return number === undefined ? [] : [{number, workload}];
		});
	}
}

/** Whether a workload lies in a piece. */
export function liesIn({project}: Workload, {from, to}: Piece): boolean {
	return project !== undefined && from <= project.order && project.order < to;
}
