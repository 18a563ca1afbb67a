/** Accounts that existing workloads run as, where their code lies, and where workloads were not read. */
import type {Container, Inventory, ServiceAccount} from '../inventory/model.ts';
import type {Workload} from '../inventory/workload.ts';
import type {CodeTies, Tie} from './code-ties.ts';
import {append} from './lanes.ts';
import type {Vehicle} from './modelled-vehicles.ts';
import type {AccountOrder, Range} from './order.ts';
import {CERTAIN, type Piece, type Sureness} from './rights.ts';

/** An account that a workload runs as. */
export interface AttachedAccount {
	number: number;
	workload: Workload;
	/** Where the vehicle's permissions are judged: the workload's project, or where its code lies. */
	at: Container | undefined;
	sure: Sureness;
	/** Its code's place, if that is what is replaced. */
	code?: Tie;
}

/** Accounts of existing workloads below a scope, for one list of asset types. */
export interface Attached {
	accounts: AttachedAccount[];
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
	readonly #ties: CodeTies;
	readonly #byCode = new Map<Vehicle, Map<Container, Attached>>();

	constructor(inventory: Inventory, order: AccountOrder, ties: CodeTies) {
		this.#inventory = inventory;
		this.#order = order;
		this.#ties = ties;
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

	/** Of all workloads whose code a vehicle replaces below a scope. */
	byCodeBelow(scope: Container, vehicle: Vehicle): Attached {
		let byScope = this.#byCode.get(vehicle);
		if (!byScope) this.#byCode.set(vehicle, (byScope = new Map()));
		let attached = byScope.get(scope);
		if (!attached) byScope.set(scope, (attached = this.#tied(this.#ties.below(scope, vehicle))));
		return attached;
	}

	/** Of all workloads whose code a vehicle replaces in one bucket or repository. @param inherits as `CodeTies.in` */
	byCodeIn(holder: string, vehicle: Vehicle, inherits: boolean): Attached {
		return this.#tied(this.#ties.in(holder, vehicle, inherits));
	}

	#tied(ties: readonly Tie[]): Attached {
		const accounts = ties.flatMap(tie =>
			this.#accountsOf(tie.workload).map(account => ({...account, at: tie.at, sure: tie.sure, code: tie})),
		);
		return {accounts, occupied: [], unread: []};
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

	#accountsOf(workload: Workload): AttachedAccount[] {
		return workload.runsAs.flatMap(email => {
			const account: ServiceAccount | undefined = this.#inventory.accounts.get(email);
			const number = account && this.#order.numberOf(account);
			return number === undefined ? [] : [{number, workload, at: workload.project, sure: CERTAIN}];
		});
	}
}

/** Whether what a vehicle changes lies in a piece. */
export function liesIn({at}: AttachedAccount, {from, to}: Piece): boolean {
	return at !== undefined && from <= at.order && at.order < to;
}
