/**
 * Grants: one per binding whose role enables something, indexed by member. The binding is stored once,
 * however many members it has and however many accounts it covers.
 */
import type {Binding, Inventory} from '../inventory/model.ts';
import {PrincipalMap} from '../inventory/principal-map.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Entitlement} from './entitlements.ts';
import type {RoleClass, RoleClasses} from './role-class.ts';

export interface Grant {
	/** Dense number in policy order. */
	index: number;
	binding: Binding;
	cls: RoleClass;
	/** It is no binding but an entitlement: the role can be taken for a time. */
	entitlement?: Entitlement;
}

/** Where grants are looked up: all of an inventory, or all but some members of some bindings. */
export interface GrantSource {
	of(member: Principal): readonly Grant[];
	holdingCustom(member: Principal): readonly Grant[];
}

/** All grants of one inventory. */
export class GrantIndex implements GrantSource {
	readonly grants: Grant[] = [];
	readonly #members: Principal[] = [];
	readonly #byMember = new PrincipalMap<Grant[]>();
	readonly #customByMember = new PrincipalMap<Grant[]>();
	/** Bindings whose role was not read: they could grant anything. */
	readonly unreadRoles = new Map<string, Binding[]>();

	constructor(inventory: Inventory, classes: RoleClasses, entitlements: readonly Entitlement[] = []) {
		for (const policy of inventory.policies.values())
			for (const binding of policy.bindings) this.#add(binding, classes);
		for (const entitlement of entitlements) this.#add(entitlement.binding, classes, entitlement);
	}

	#add(binding: Binding, classes: RoleClasses, entitlement?: Entitlement): void {
		const cls = classes.of(binding.role);
		if (cls.role.knowledge === 'unknown') {
			const list = this.unreadRoles.get(binding.role);
			if (list) list.push(binding);
			else this.unreadRoles.set(binding.role, [binding]);
			return;
		}
		const custom = !binding.role.startsWith('roles/');
		if (cls.empty && !custom) return;
		const grant: Grant = {index: this.grants.length, binding, cls, ...(entitlement && {entitlement})};
		if (!cls.empty) this.grants.push(grant);
		for (const member of binding.members) {
			if (!cls.empty && append(this.#byMember, member, grant)) this.#members.push(member);
			if (custom) append(this.#customByMember, member, grant);
		}
	}

	/** Grants by which this member holds a custom role, whatever is in it: the role may be rewritten. */
	holdingCustom(member: Principal): readonly Grant[] {
		return this.#customByMember.get(member) ?? NONE;
	}

	/** Grants that name this member itself, in policy order. */
	of(member: Principal): readonly Grant[] {
		return this.#byMember.get(member) ?? NONE;
	}

	/** The same without single members of single bindings: what would be left if they were removed. */
	without(removed: readonly {grant: Grant; member: Principal}[]): GrantSource {
		const gone = new Map<Principal, Set<Grant>>();
		for (const {grant, member} of removed) {
			const set = gone.get(member);
			if (set) set.add(grant);
			else gone.set(member, new Set([grant]));
		}
		const filter = (grants: readonly Grant[], member: Principal): readonly Grant[] => {
			const set = gone.get(member);
			return set ? grants.filter(grant => !set.has(grant)) : grants;
		};
		return {
			of: member => filter(this.of(member), member),
			holdingCustom: member => filter(this.holdingCustom(member), member),
		};
	}

	/** Every member that some grant names. */
	members(): Iterable<Principal> {
		return this.#members;
	}
}

const NONE: readonly Grant[] = [];

/** @returns whether it is the member's first */
function append(map: PrincipalMap<Grant[]>, member: Principal, grant: Grant): boolean {
	const list = map.get(member);
	if (list) list.push(grant);
	else map.set(member, [grant]);
	return !list;
}
