/**
 * What an actor can do next: one arc per grant and piece of its scope, never per account. Arcs are
 * computed when a search first comes by, and kept.
 */
import type {Access} from '../access/evaluate.ts';
import type {Grant, GrantIndex} from '../access/grants.ts';
import type {Container, Inventory} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import {FULL, MINTING, REWRITING, ROLE_UPDATE} from './escalations.ts';
import type {Range} from './order.ts';
import {CERTAIN, CONDITIONAL, DELEGATES, type Rights, type Sureness} from './rights.ts';

/** `become`: act as the accounts. `delegate`: name them in a delegation chain. `rewrite`: the container's policy. */
export type Arc =
	| {kind: 'become' | 'delegate'; range: Range; sure: Sureness; grant: Grant}
	| {
			kind: 'rewrite';
			container: Container;
			sure: Sureness;
			grant: Grant;
			/** May grant only some roles: the container itself is no end. */
			limited: boolean;
			/** The custom role whose permissions are rewritten, and the grant by which the actor holds it. */
			holds?: Grant;
	  };

export interface ArcOptions {
	/** Escalation bits that count: full strength, or limited ones too. */
	wanted: number;
}

export class Arcs {
	readonly #access: Access;
	readonly #grants: GrantIndex;
	readonly #rights: Rights;
	readonly #wanted: number;
	readonly #arcs = new Map<Principal, Arc[]>();
	readonly #minting = new Map<Principal, Arc[]>();

	constructor(access: Access, grants: GrantIndex, rights: Rights, options: ArcOptions = {wanted: FULL}) {
		this.#access = access;
		this.#grants = grants;
		this.#rights = rights;
		this.#wanted = options.wanted;
	}

	/** Everything an actor can do with its own credentials. */
	of(actor: Principal): readonly Arc[] {
		let arcs = this.#arcs.get(actor);
		if (!arcs) {
			arcs = [];
			for (const grant of this.grantsOf(actor)) this.#add(arcs, actor, grant);
			this.#addRoleUpdates(arcs, actor);
			this.#arcs.set(actor, arcs);
		}
		return arcs;
	}

	/** What a delegate in a chain lets its caller do: mint for others, or delegate on. */
	minting(actor: Principal): readonly Arc[] {
		let arcs = this.#minting.get(actor);
		if (!arcs) {
			arcs = [];
			for (const grant of this.grantsOf(actor)) this.#addAccounts(arcs, actor, grant, this.#wanted & MINTING);
			this.#minting.set(actor, arcs);
		}
		return arcs;
	}

	/** Grants that reach an actor through any of its sets. */
	*grantsOf(actor: Principal): Generator<Grant> {
		for (const {set} of this.#access.memberships.of(actor)) {
			for (const grant of this.#grants.of(set)) if (grant.cls.escalates) yield grant;
		}
	}

	/** Whether an actor holds anything that could open an arc: cheap, and before any arc is made. */
	mayAct(actor: Principal): boolean {
		for (const {set} of this.#access.memberships.of(actor)) {
			for (const grant of this.#grants.of(set)) if (grant.cls.escalates) return true;
		}
		return false;
	}

	/** Arcs of one grant alone: the first step that a binding causes. */
	ofGrant(actor: Principal, grant: Grant): Arc[] {
		const arcs: Arc[] = [];
		this.#add(arcs, actor, grant);
		return arcs;
	}

	#add(arcs: Arc[], actor: Principal, grant: Grant): void {
		this.#addAccounts(arcs, actor, grant, this.#wanted);
		const {resource} = grant.binding;
		if (!resource.isContainer || !resource.container) return;
		const {rewrites} = grant.cls;
		if (rewrites.project || rewrites.folder || rewrites.organization) this.#addRewrites(arcs, actor, grant, resource.container);
	}

	#addAccounts(arcs: Arc[], actor: Principal, grant: Grant, wanted: number): void {
		for (const {lo, hi, masks} of this.#rights.reachable(actor, grant, wanted | DELEGATES)) {
			for (const [kind, bits] of [
				['become', wanted],
				['delegate', DELEGATES],
			] as const) {
				const sure = masks[2] & bits ? CERTAIN : masks[1] & bits ? CONDITIONAL : masks[0] & bits ? 0 : undefined;
				if (sure !== undefined) arcs.push({kind, range: {lo, hi}, sure, grant});
			}
		}
	}

	/** Accounts that an actor can become after rewriting a container's policy: it grants itself what it needs. */
	selfGranted(actor: Principal, arc: Arc & {kind: 'rewrite'}): {range: Range; sure: Sureness}[] {
		return this.#rights.afterSelfGrant(actor, arc.container, arc.limited ? CONDITIONAL : CERTAIN);
	}

	/** The highest containers whose own policy the grant lets somebody rewrite; what lies below is theirs anyway. */
	#addRewrites(arcs: Arc[], actor: Principal, grant: Grant, container: Container): void {
		const right = this.#rights.rewrites(actor, grant, container, REWRITING[container.kind].permission);
		if (right) {
			arcs.push({kind: 'rewrite', container, grant, ...right});
			return;
		}
		for (const child of container.children) this.#addRewrites(arcs, actor, grant, child);
	}

	/** Whoever may update a custom role that it holds itself can add any permission to it, where it holds it. */
	#addRoleUpdates(arcs: Arc[], actor: Principal): void {
		const grants = [...this.grantsOf(actor)];
		const updaters = grants.filter(grant => grant.cls.watched.has(ROLE_UPDATE.permission) && grant.binding.resource.isContainer);
		if (updaters.length === 0) return;
		const inventory: Inventory = this.#access.inventory;
		for (const {set} of this.#access.memberships.of(actor)) {
			for (const held of this.#grants.holdingCustom(set)) {
				const owner = inventory.customRoles.get(held.binding.role)?.owner;
				const {container, isContainer} = held.binding.resource;
				if (!owner || !container || !isContainer) continue;
				for (const updater of updaters) {
					const at = updater.binding.resource.container!;
					if (!(at.order <= owner.order && owner.order < at.end)) continue;
					const right = this.#rights.rewrites(actor, updater, owner, ROLE_UPDATE.permission);
					if (right) arcs.push({kind: 'rewrite', container, grant: updater, holds: held, sure: right.sure, limited: false});
				}
			}
		}
	}
}
