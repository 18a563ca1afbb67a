/**
 * The compiled world that checks, paths and `can` ask: one inventory with its access, power and graph.
 * Compiled once; asked often; never changed.
 */
import {Access, type AccessParts} from './access/evaluate.ts';
import type {Entitlement} from './access/entitlements.ts';
import {GrantIndex} from './access/grants.ts';
import {Powers} from './access/power.ts';
import {RoleClasses} from './access/role-class.ts';
import type {Config} from './config/defaults.ts';
import {Evidence} from './evidence/evidence.ts';
import {Walks} from './evidence/walks.ts';
import type {Federation} from './federation/federation.ts';
import type {Outsiders} from './federation/outside.ts';
import {Arcs} from './graph/arcs.ts';
import {CodeTies} from './graph/code-ties.ts';
import {FULL, WATCHED} from './graph/escalations.ts';
import {ALL_WAYS, leadingPermissions, permissionsFor} from './graph/modelled-vehicles.ts';
import {Vehicles} from './graph/vehicles.ts';
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
	vehicles: Vehicles;
	ties: CodeTies;
	/** Organization policies, where they were compiled. */
	constraints: Constraints | undefined;
	search: Search;
	explainer: Explainer;
	evidence: Evidence;
	walks: Walks;
	federation: Federation;
	/** External identities that are somebody here. */
	outsiders: Outsiders;
}

/** The parts that need loading before a world can be compiled. */
export interface WorldParts extends Omit<AccessParts, 'inventory'> {
	entitlements?: readonly Entitlement[];
	constraints?: Constraints;
	barrierCuts?: readonly Container[];
	includeBlocked?: boolean;
	/** Escalation bits that count as a way; default: full strength only. */
	wanted?: number;
	federation: Federation;
	outsiders: Outsiders;
}

export function compileWorld(inventory: Inventory, config: Config, parts: WorldParts): World {
	const access = new Access({...parts, inventory});
	const limited = parts.wanted !== undefined && parts.wanted !== FULL;
	const ties = new CodeTies(inventory);
	// Writing to buckets opens something only where code lies in one: else every writer would be looked at.
	const ways = ALL_WAYS.filter(way => !way.code || (ties.has(way) && (limited || way.escalation.strength === 'full')));
	const classes = new RoleClasses(parts.roles, [...WATCHED, ...leadingPermissions(ways)], permissionsFor(ways));
	const grants = new GrantIndex(inventory, classes, parts.entitlements);
	const powers = new Powers(access, grants, classes);
	const order = new AccountOrder(inventory);
	const rights = new Rights({
		access,
		order,
		constraints: parts.constraints,
		barrierCuts: parts.barrierCuts ?? [],
		includeBlocked: parts.includeBlocked,
	});
	const vehicles = new Vehicles({inventory, access, grants, rights, order, ties, limited});
	const domains = [...inventory.domains, ...config.domains];
	const arcs = new Arcs({access, grants, rights, vehicles, wanted: parts.wanted, domains});
	const search = new Search(order, arcs);
	const evidence = new Evidence(inventory);
	const walks = new Walks(evidence, access);
	const walked: Walks['ofHop'] = hop => walks.ofHop(hop);
	const explainer = new Explainer({access, arcs, rights, order, vehicles, wanted: parts.wanted, walked});
	const {constraints, federation, outsiders} = parts;
	const compiled = {
		access,
		classes,
		grants,
		powers,
		order,
		rights,
		arcs,
		vehicles,
		ties,
		constraints,
		search,
		explainer,
	};
	return {inventory, config, ...compiled, evidence, walks, federation, outsiders};
}
