/** From an inventory to a compiled world: loads what only some inventories need. */
import {BoundaryPolicies} from './access/boundary.ts';
import {type Conditions, loadConditions} from './access/conditions.ts';
import {DenyPolicies} from './access/deny.ts';
import {readEntitlements} from './access/entitlements.ts';
import {OrgPolicies} from './access/org-policy.ts';
import {RoleCatalogue, type RoleData} from './access/roles.ts';
import {Memberships} from './access/sets.ts';
import {TagIndex} from './access/tags.ts';
import type {Config} from './config/defaults.ts';
import {type Federation, loadFederation} from './federation/federation.ts';
import {outsidersOf} from './federation/outside.ts';
import {DIRECT} from './graph/escalations.ts';
import type {Fact} from './inventory/coverage.ts';
import type {Container, Inventory} from './inventory/model.ts';
import {roleData} from './role-data.ts';
import {compileWorld, type World} from './world.ts';

export interface PrepareOptions {
	/** Ways that a constraint, deny rule or boundary stops count too. */
	includeBlocked?: boolean;
	/** Escalation bits that count as a way; default: full strength only. */
	wanted?: number;
	/** Predefined roles; the shipped ones by default. */
	predefined?: RoleData;
}

/** Types whose rules may carry conditions, beside bindings. */
const CONDITIONAL = [
	'iam.googleapis.com/DenyPolicy',
	'iam.googleapis.com/PolicyBinding',
	'orgpolicy.googleapis.com/Policy',
	'privilegedaccessmanager.googleapis.com/Entitlement',
];

/** Compiles a world; the condition library is loaded only if something has a condition. */
export async function prepareWorld(inventory: Inventory, config: Config, options: PrepareOptions = {}): Promise<World> {
	const conditions = hasConditions(inventory) ? await loadConditions() : undefined;
	return assemble(inventory, config, {...options, conditions, federation: await loadFederation(inventory)});
}

function assemble(
	inventory: Inventory,
	config: Config,
	options: PrepareOptions & {conditions: Conditions | undefined; federation: Federation},
): World {
	const {now, containers} = inventory;
	const {conditions, federation, includeBlocked, wanted, predefined = roleData().data} = options;
	const roles = new RoleCatalogue(predefined, inventory.customRoles);
	const outsiders = outsidersOf(inventory, federation);
	const memberships = new Memberships(inventory, outsiders.sets);
	const index = new TagIndex(inventory);
	const tags = (target: {name: string; container: Container | undefined}) => index.tagsOf(target);
	const deny = new DenyPolicies(inventory, memberships, {now, conditions, tags});
	const boundaries = new BoundaryPolicies(inventory, memberships, {now, conditions, domains: config.domains});
	const orgPolicies = new OrgPolicies(inventory, {now, conditions, tags});
	const keyConstraints = new Set(DIRECT.flatMap(escalation => escalation.constraints));
	// Conditions on tags may differ from project to project.
	const tagged =
		inventory.documents.has('cloudresourcemanager.googleapis.com/EffectiveTag') ||
		inventory.documents.has('cloudresourcemanager.googleapis.com/TagBinding');
	// What could not be read whole is a line of the coverage, never an empty policy.
	const hole = (fact: Fact, scope: string, reason: string): void =>
		inventory.coverage.addHole({fact, scope, status: 'partial', records: 1, reason});
	for (const {policy, reason} of deny.holes) hole('denyPolicies', policy, reason);
	for (const {name, reason} of boundaries.holes) hole('boundaryPolicies', name, reason);
	for (const {name, reason} of orgPolicies.holes) hole('orgPolicies', name, reason);
	const entitlements = readEntitlements(inventory, (scope, reason) => hole('input', scope, reason));
	return compileWorld(inventory, config, {
		roles,
		memberships,
		conditions,
		tags,
		deny,
		boundaries,
		entitlements,
		constraints: {
			isEnforced: (constraint, container) => orgPolicies.isEnforced(constraint, container),
			nodesThatSet: constraint => orgPolicies.nodesThatSet(constraint),
			isSetAnywhere: constraint => orgPolicies.nodesThatSet(constraint).length > 0,
			listValue: (constraint, container) => orgPolicies.listValue(constraint, container),
			cuts: tagged ? containers : [...keyConstraints].flatMap(constraint => orgPolicies.nodesThatSet(constraint)),
		},
		barrierCuts: [...deny.containersWithPolicies(), ...boundaries.containersNamed()],
		includeBlocked,
		wanted,
		federation,
		outsiders,
	});
}

function hasConditions(inventory: Inventory): boolean {
	for (const policy of inventory.policies.values()) if (policy.bindings.some(binding => binding.condition)) return true;
	return CONDITIONAL.some(type => inventory.documents.has(type));
}
