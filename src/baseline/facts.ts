/**
 * The facts that open a path: bindings, memberships and workloads of its proof. Comparing those of two reports tells
 * which change opened or closed it.
 */
import {createHash} from 'node:crypto';
import type {Inventory} from '../inventory/model.ts';
import type {Drift, OpeningFact, Step} from '../report.ts';

/** What the other side says of a fact: the same, the same binding under another condition, or nothing. */
export type Standing = 'same' | 'changed' | 'absent';

/** One side of a comparison. */
export interface Facts {
	/** Whether an absent fact is known not to be there, and not only not named. */
	readonly complete: boolean;
	standing(fact: OpeningFact): Standing;
}

/** The facts of a path, each once, in the order of its hops. */
export function factsOf(path: readonly Step[] = []): OpeningFact[] {
	const facts = new Map<string, OpeningFact>();
	for (const {because} of path) {
		for (const proof of because) {
			if (proof.effect === 'denies') continue;
			let fact: OpeningFact;
			if (proof.kind === 'binding') {
				// What one could grant oneself on the way is in no policy yet.
				if (proof.selfGranted) continue;
				const {kind, resource, role, member, condition} = proof;
				fact = {kind, resource, role, member, ...(condition !== undefined && {condition})};
			} else if (proof.kind === 'membership' && proof.of.startsWith('group:')) {
				fact = {kind: proof.kind, member: proof.member, of: proof.of};
			} else if (proof.kind === 'workload') {
				fact = {kind: proof.kind, resource: proof.resource, runsAs: proof.runsAs};
			} else continue;
			facts.set(JSON.stringify(fact), fact);
		}
	}
	return [...facts.values()];
}

/** How the facts of a path stand on the other side; those that are the same there explain nothing. */
export function driftOf(path: readonly Step[] | undefined, side: Facts, change: 'added' | 'removed'): Drift[] {
	return factsOf(path).flatMap(fact => {
		const standing = side.standing(fact);
		if (standing === 'same') return [];
		return [{change: standing === 'changed' ? 'changed' : change, certain: side.complete, ...fact}];
	});
}

/** A number for a text: what a set of hundreds of thousands can hold in place of it. */
export function digest(text: string): number {
	return createHash('sha256').update(text).digest().readUIntBE(0, 6);
}

/** The facts that the findings of one report name. */
export class NamedFacts implements Facts {
	readonly complete = false;
	readonly #named = new Set<number>();

	add(path: readonly Step[] | undefined): void {
		for (const fact of factsOf(path)) {
			this.#named.add(digest(JSON.stringify(fact)));
			if (fact.kind === 'binding') this.#named.add(digest(unconditional(fact)));
		}
	}

	standing(fact: OpeningFact): Standing {
		if (this.#named.has(digest(JSON.stringify(fact)))) return 'same';
		return fact.kind === 'binding' && this.#named.has(digest(unconditional(fact))) ? 'changed' : 'absent';
	}
}

const unconditional = ({resource, role, member}: OpeningFact & {kind: 'binding'}): string =>
	JSON.stringify(['binding', resource, role, member]);

/** The facts of the organization itself. */
export class InventoryFacts implements Facts {
	readonly complete: boolean;
	readonly #inventory: Inventory;

	constructor(inventory: Inventory) {
		this.#inventory = inventory;
		// A grant by an approved entitlement stands in no policy.
		this.complete = !inventory.documents.has('privilegedaccessmanager.googleapis.com/Entitlement');
	}

	standing(fact: OpeningFact): Standing {
		const {policies, groups, workloads} = this.#inventory;
		if (fact.kind === 'membership') {
			const group = groups.get(fact.of.slice('group:'.length));
			return group?.members.some(({member}) => member === fact.member) ? 'same' : 'absent';
		}
		if (fact.kind === 'workload') {
			const {resource} = fact;
			const email = fact.runsAs.replace(/^serviceAccount:/, '');
			return workloads.some(({name, runsAs}) => name === resource && runsAs.includes(email)) ? 'same' : 'absent';
		}
		const {resource, role, member, condition} = fact;
		const like = (policies.get(resource)?.bindings ?? []).filter(
			binding => binding.role === role && binding.members.some(each => each.member === member),
		);
		if (like.some(binding => binding.condition?.expression === condition)) return 'same';
		return like.length > 0 ? 'changed' : 'absent';
	}
}
