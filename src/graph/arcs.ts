/**
 * What an actor can do next: one arc per grant and piece of its scope, never per account. Arcs are
 * computed when a search first comes by, and kept.
 */
import type {Access} from '../access/evaluate.ts';
import type {Grant, GrantSource} from '../access/grants.ts';
import type {Container, Group} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import {ENTITLING, FULL, MINTING, REWRITING, ROLE_UPDATE} from './escalations.ts';
import type {Range} from './order.ts';
import {CERTAIN, CONDITIONAL, DELEGATES, type Rights, type Sureness} from './rights.ts';
import type {Vehicles} from './vehicles.ts';

/** The binding member through which an actor holds what opens an arc. */
interface Cause {
	sure: Sureness;
	grant: Grant;
	/** The actor itself or one of its sets, as the binding names it. */
	member: Principal;
}

/** `become`: act as the accounts. `delegate`: name them in a delegation chain. */
export interface AccountArc extends Cause {
	kind: 'become' | 'delegate';
	range: Range;
	/** Some vehicle opens the arc. */
	rides?: true;
}

/** Rewriting a container's policy, or a custom role that the actor holds there. */
export interface RewriteArc extends Cause {
	kind: 'rewrite';
	container: Container;
	/** May grant only some roles: the container itself is no end. */
	limited: boolean;
	/** The custom role whose permissions are rewritten, and the grant by which the actor holds it. */
	holds?: Grant;
	/** It is done by writing an entitlement: the permission for that. */
	entitles?: string;
}

/** Becoming a group whose membership the actor writes, or an identity of a pool whose providers it writes. */
export interface AssumeArc {
	kind: 'assume';
	principal: Principal;
	escalation: string;
	sure: Sureness;
	group?: Group;
	/** What it rests on; absent for groups: no binding gives that right. */
	grants?: {grant: Grant; permission: string}[];
	grant?: Grant;
	member?: Principal;
}

export type Arc = AccountArc | RewriteArc | AssumeArc;

export interface ArcParts {
	access: Access;
	grants: GrantSource;
	rights: Rights;
	vehicles: Vehicles;
	/** Escalation bits that count: full strength (the default), or limited ones too. */
	wanted?: number;
	/** Arcs over all grants, for actors whose grants are the same: `grants` then leaves some members out. */
	unchanged?: {arcs: Arcs; isTouched: (actor: Principal) => boolean};
	/** The organization's own domains: their members may join open groups. */
	domains: readonly string[];
}

export class Arcs {
	readonly #parts: ArcParts;
	readonly #wanted: number;
	readonly #arcs = new Map<Principal, Arc[]>();
	readonly #minting = new Map<Principal, Arc[]>();
	/** Groups by who may change their membership. */
	readonly #ledBy = new Map<Principal, Group[]>();
	readonly #openGroups: Group[] = [];

	constructor(parts: ArcParts) {
		this.#parts = parts;
		this.#wanted = parts.wanted ?? FULL;
		const {inventory} = parts.access;
		for (const group of inventory.groups.values()) {
			for (const leader of new Set([...group.owners, ...group.managers])) push(this.#ledBy, leader, group);
			if (group.joining === 'open') this.#openGroups.push(group);
		}
	}

	/** Everything an actor can do with its own credentials. */
	of(actor: Principal): readonly Arc[] {
		let arcs = this.#arcs.get(actor);
		if (!arcs) {
			const {unchanged} = this.#parts;
			if (unchanged && !unchanged.isTouched(actor)) return unchanged.arcs.of(actor);
			arcs = [];
			for (const {grant, member} of this.held(actor)) this.#addGrant(arcs, actor, grant, member);
			this.#addRides(arcs, actor);
			this.#addRoleUpdates(arcs, actor);
			this.#addGroups(arcs, actor);
			this.#addDisguises(arcs, actor);
			this.#arcs.set(actor, arcs);
		}
		return arcs;
	}

	/** What a delegate in a chain lets its caller do: mint for others, or delegate on. */
	minting(actor: Principal): readonly Arc[] {
		let arcs = this.#minting.get(actor);
		if (!arcs) {
			const {unchanged} = this.#parts;
			if (unchanged && !unchanged.isTouched(actor)) return unchanged.arcs.minting(actor);
			arcs = [];
			for (const {grant, member} of this.held(actor))
				this.#addAccounts(arcs, actor, grant, member, this.#wanted & MINTING);
			this.#minting.set(actor, arcs);
		}
		return arcs;
	}

	/** Grants that could open an arc, with the set of the actor that each names. */
	*held(actor: Principal): Generator<{grant: Grant; member: Principal}> {
		for (const {set} of this.#parts.access.memberships.of(actor)) {
			for (const grant of this.#parts.grants.of(set)) if (grant.cls.escalates) yield {grant, member: set};
		}
	}

	/** Whether an actor holds anything that could open an arc: cheap, and before any arc is made. */
	mayAct(actor: Principal): boolean {
		for (const {set} of this.#parts.access.memberships.of(actor)) {
			for (const grant of this.#parts.grants.of(set)) if (grant.cls.escalates) return true;
			if (this.#ledBy.has(set)) return true;
		}
		return this.#openGroups.length > 0 && this.#isOwn(actor);
	}

	/** Arcs of one grant alone: the first step that a binding causes. */
	ofGrant(actor: Principal, grant: Grant, member: Principal = actor): Arc[] {
		const arcs: Arc[] = [];
		this.#addGrant(arcs, actor, grant, member);
		this.#addRides(arcs, actor, {grant, member});
		return arcs;
	}

	#addGrant(arcs: Arc[], actor: Principal, grant: Grant, member: Principal): void {
		this.#addAccounts(arcs, actor, grant, member, this.#wanted);
		const {resource} = grant.binding;
		if (!resource.isContainer || !resource.container) return;
		const {rewrites, watched} = grant.cls;
		for (const permission of ENTITLING.permissions) {
			const right = watched.has(permission)
				? this.#parts.rights.rewrites(actor, grant, resource.container, permission)
				: undefined;
			if (!right) continue;
			// Whether the service is set up there is in no inventory: the catalogue's precondition.
			const sure = Math.min(right.sure, CONDITIONAL) as Sureness;
			arcs.push({kind: 'rewrite', container: resource.container, grant, member, ...right, sure, entitles: permission});
			break;
		}
		if (rewrites.project || rewrites.folder || rewrites.organization)
			this.#addRewrites(arcs, actor, grant, member, resource.container);
	}

	#addAccounts(arcs: Arc[], actor: Principal, grant: Grant, member: Principal, wanted: number): void {
		for (const {lo, hi, masks} of this.#parts.rights.reachable(actor, grant, wanted | DELEGATES)) {
			for (const kind of ['become', 'delegate'] as const) {
				const bits = kind === 'become' ? wanted : DELEGATES;
				const sure = masks[2] & bits ? CERTAIN : masks[1] & bits ? CONDITIONAL : masks[0] & bits ? 0 : undefined;
				if (sure !== undefined) arcs.push({kind, range: {lo, hi}, sure, grant, member});
			}
		}
	}

	/** Ranges on which the actor can make code run as an account, each once and as sure as it gets. */
	#addRides(arcs: Arc[], actor: Principal, only?: {grant: Grant; member: Principal}): void {
		const best = new Map<string, AccountArc>();
		for (const {lo, hi, sure, grant} of this.#parts.vehicles.shortRides(actor, only?.grant)) {
			const key = `${lo} ${hi} ${grant.index}`;
			const known = best.get(key);
			if (known && known.sure >= sure) continue;
			const member = only?.member ?? this.memberOf(actor, grant);
			best.set(key, {kind: 'become', range: {lo, hi}, sure, grant, member, rides: true});
		}
		for (const arc of best.values()) arcs.push(arc);
	}

	/** The nearest set of an actor that a grant names. */
	memberOf(actor: Principal, grant: Grant): Principal {
		const {members} = grant.binding;
		for (const {set} of this.#parts.access.memberships.of(actor)) if (members.includes(set)) return set;
		throw new Error(`${actor.member} is no member of the binding that was used for it`);
	}

	/** Accounts that an actor can become after rewriting a container's policy: it grants itself what it needs. */
	selfGranted(actor: Principal, arc: RewriteArc): {range: Range; sure: Sureness}[] {
		return this.#parts.rights.afterSelfGrant(actor, arc.container, arc.limited ? CONDITIONAL : CERTAIN);
	}

	/** The highest containers whose own policy the grant lets somebody rewrite; what lies below is theirs anyway. */
	#addRewrites(arcs: Arc[], actor: Principal, grant: Grant, member: Principal, container: Container): void {
		const right = this.#parts.rights.rewrites(actor, grant, container, REWRITING[container.kind].permission);
		if (right) {
			arcs.push({kind: 'rewrite', container, grant, member, ...right});
			return;
		}
		for (const child of container.children) this.#addRewrites(arcs, actor, grant, member, child);
	}

	/** Whoever may update a custom role that it holds itself can add any permission to it, where it holds it. */
	#addRoleUpdates(arcs: Arc[], actor: Principal): void {
		const {access, grants, rights} = this.#parts;
		const updaters = [...this.held(actor)].filter(
			({grant}) => grant.cls.watched.has(ROLE_UPDATE.permission) && grant.binding.resource.isContainer,
		);
		if (updaters.length === 0) return;
		for (const {set} of access.memberships.of(actor)) {
			for (const holds of grants.holdingCustom(set)) {
				const owner = access.inventory.customRoles.get(holds.binding.role)?.owner;
				const {container, isContainer} = holds.binding.resource;
				if (!owner || !container || !isContainer) continue;
				for (const {grant, member} of updaters) {
					const at = grant.binding.resource.container!;
					if (!(at.order <= owner.order && owner.order < at.end)) continue;
					const right = rights.rewrites(actor, grant, owner, ROLE_UPDATE.permission);
					if (right) arcs.push({kind: 'rewrite', container, grant, member, holds, sure: right.sure, limited: false});
				}
			}
		}
	}

	/** A user of the organization's own domains. */
	#isOwn(actor: Principal): boolean {
		return actor.kind === 'user' && this.#parts.domains.includes(actor.value.slice(actor.value.lastIndexOf('@') + 1));
	}

	/** Groups whose membership the actor may change: owners, managers, and anybody of the organization where joining is open. */
	#addGroups(arcs: Arc[], actor: Principal): void {
		const escalation = 'group-membership-write';
		const sets = this.#parts.access.memberships.of(actor);
		const groups = new Set<Group>();
		for (const {set} of sets) for (const group of this.#ledBy.get(set) ?? []) groups.add(group);
		if (this.#isOwn(actor)) for (const group of this.#openGroups) groups.add(group);
		for (const group of groups) {
			if (group.principal !== actor)
				arcs.push({kind: 'assume', principal: group.principal, escalation, sure: CERTAIN, group});
		}
	}

	/** What a service brings along, and identities of pools whose providers or clusters the actor controls. */
	#addDisguises(arcs: Arc[], actor: Principal): void {
		for (const {principal, escalation, sure, grants} of this.#parts.vehicles.disguises(actor)) {
			const {grant} = grants[0]!;
			const number = this.#parts.vehicles.numberOf(principal);
			if (number !== undefined) {
				// A default account (legacy Cloud Build) is an account of the project like others.
				arcs.push({
					kind: 'become',
					range: {lo: number, hi: number + 1},
					sure,
					grant,
					member: this.memberOf(actor, grant),
				});
				continue;
			}
			arcs.push({kind: 'assume', principal, escalation, sure, grant, member: this.memberOf(actor, grant), grants});
		}
	}
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
	const list = map.get(key);
	if (list) list.push(value);
	else map.set(key, [value]);
}
