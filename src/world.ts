/**
 * The compiled world that checks, paths and `can` ask: one inventory with its access, power and graph.
 * Compiled once; asked often; never changed.
 */
import {Access, type AccessParts} from './access/evaluate.ts';
import {GrantIndex} from './access/grants.ts';
import {Powers} from './access/power.ts';
import {RoleClasses} from './access/role-class.ts';
import type {Config} from './config/schema.ts';
import {Arcs} from './graph/arcs.ts';
import {WATCHED} from './graph/escalations.ts';
import {Explainer} from './graph/explain.ts';
import {AccountOrder} from './graph/order.ts';
import {type Constraints, Rights} from './graph/rights.ts';
import {Search} from './graph/search.ts';
import type {Container, Inventory} from './inventory/model.ts';

export interface World {
	inventory: Inventory;
	config: Config;
	access: Access;
	classes: RoleClasses;
	grants: GrantIndex;
	powers: Powers;
	order: AccountOrder;
	rights: Rights;
	arcs: Arcs;
	search: Search;
	explainer: Explainer;
}

/** The parts that need loading before a world can be compiled. */
export interface WorldParts extends Omit<AccessParts, 'inventory'> {
	constraints?: Constraints;
	barrierCuts?: readonly Container[];
	includeBlocked?: boolean;
	/** Escalation bits that count as a way; default: full strength only. */
	wanted?: number;
}

export function compileWorld(inventory: Inventory, config: Config, parts: WorldParts): World {
	const access = new Access({...parts, inventory});
	const classes = new RoleClasses(parts.roles, WATCHED);
	const grants = new GrantIndex(inventory, classes);
	const powers = new Powers(access, grants, classes);
	const order = new AccountOrder(inventory);
	const rights = new Rights({
		access,
		order,
		constraints: parts.constraints,
		barrierCuts: parts.barrierCuts ?? [],
		includeBlocked: parts.includeBlocked,
	});
	const arcs = new Arcs(access, grants, rights, parts.wanted === undefined ? undefined : {wanted: parts.wanted});
	const search = new Search(order, arcs);
	const explainer = new Explainer(access, arcs, rights, order, parts.wanted);
	return {inventory, config, access, classes, grants, powers, order, rights, arcs, search, explainer};
}
