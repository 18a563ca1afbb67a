/** Who may tunnel to a machine, or open a shell in a pod, and may not act as the account that he finds there. */
import {accountTarget, containerTarget, type Target} from '../access/evaluate.ts';
import type {AllowPolicy, Binding, Container, ServiceAccount} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {BindingRef} from '../remediation/change.ts';
import type {Confidence} from '../report.ts';
import type {World} from '../world.ts';
import type {Machine} from './machines.ts';
import {canGain} from './who.ts';

export interface ShellHolder {
	principal: Principal;
	ref: BindingRef;
	confidence: Confidence;
}

const TUNNEL = 'iap.tunnelInstances.accessViaIAP';
const EXEC = ['container.pods.exec', 'container.pods.attach'];
const IAP = '//iap.googleapis.com/';

/** A member of a binding that grants something here, before anybody looked at an account. */
interface Grantee {
	binding: Binding;
	principal: Principal;
	confidence: Confidence;
}

class Shells {
	readonly #world: World;
	readonly #tunnelPolicies: readonly AllowPolicy[];
	readonly #grantees = new Map<string, readonly Grantee[]>();
	readonly #mayAct = new Map<ServiceAccount, Map<Principal, boolean>>();

	constructor(world: World) {
		this.#world = world;
		const found: AllowPolicy[] = [];
		for (const [name, policy] of world.inventory.policies) if (name.startsWith(IAP)) found.push(policy);
		this.#tunnelPolicies = found;
	}

	tunnel(machine: Machine, account: ServiceAccount): ShellHolder[] {
		const {project, name} = machine.workload;
		if (!project) return [];
		const zone = /\/zones\/([^/]+)\//.exec(name)?.[1] ?? '';
		const own = this.#tunnelPolicies.filter(({resource}) => this.#isOn(resource.name, project, zone, machine));
		const holders = [
			...own.flatMap(policy => this.#of(policy, [TUNNEL], containerTarget(project))),
			...this.#inherited(project, [TUNNEL]),
		];
		return this.#without(holders, account);
	}

	exec(project: Container, account: ServiceAccount): ShellHolder[] {
		return this.#without(this.#inherited(project, EXEC), account);
	}

	/** Policies of IAP: `projects/N/iap_tunnel[/zones/Z[/instances/ID]]`. */
	#isOn(name: string, project: Container, zone: string, {workload, facts}: Machine): boolean {
		const [, key, inZone, instance] =
			/^\/\/iap\.googleapis\.com\/(projects\/[^/]+)\/iap_tunnel(?:\/zones\/([^/]+)(?:\/instances\/([^/]+))?)?$/.exec(
				name,
			) ?? [];
		if (key === undefined || this.#world.inventory.container(key) !== project) return false;
		if (inZone !== undefined && inZone !== zone) return false;
		return instance === undefined || instance === facts.id || workload.name.endsWith(`/${instance}`);
	}

	/** Those who have it from a container or from above, kept by container. */
	#inherited(container: Container, permissions: readonly string[]): readonly Grantee[] {
		const key = `${permissions[0]!} ${container.key}`;
		let found = this.#grantees.get(key);
		if (!found) {
			const policy = this.#world.inventory.policies.get(container.name);
			const own = policy ? this.#of(policy, permissions, containerTarget(container)) : [];
			const above = container.parent ? this.#inherited(container.parent, permissions) : [];
			this.#grantees.set(key, (found = own.length === 0 ? above : [...own, ...above]));
		}
		return found;
	}

	#of({bindings}: AllowPolicy, permissions: readonly string[], target: Target): Grantee[] {
		const {access} = this.#world;
		return bindings.flatMap(binding => {
			const role = access.roles.get(binding.role);
			const held = permissions.find(permission => access.grants(role, permission) === 'true');
			if (held === undefined) return [];
			const value = access.conditionOn(binding, target, held)?.value ?? 'true';
			if (value === 'false') return [];
			return binding.members.flatMap(principal => {
				if (!canGain(this.#world, principal) || access.barred(principal, held, target).value === 'true') return [];
				return [{binding, principal, confidence: value === 'true' ? ('certain' as const) : ('conditional' as const)}];
			});
		});
	}

	/** Without those who may act as the account anyway. */
	#without(grantees: readonly Grantee[], account: ServiceAccount): ShellHolder[] {
		return grantees.flatMap(({binding, principal, confidence}) => {
			if (principal === account.principal || this.#canAct(principal, account)) return [];
			const {resource, role, condition} = binding;
			const ref = {resource: resource.name, role, member: principal.member, ...(condition && {condition})};
			return [{principal, ref, confidence}];
		});
	}

	/** Whether somebody may, or might, act as an account: only a certain no makes a shell more than he has. */
	#canAct(principal: Principal, account: ServiceAccount): boolean {
		let known = this.#mayAct.get(account);
		if (!known) this.#mayAct.set(account, (known = new Map()));
		let may = known.get(principal);
		if (may === undefined) {
			const {access, powers} = this.#world;
			may =
				access.can(principal, 'iam.serviceAccounts.actAs', accountTarget(account)).decision !== 'deny' ||
				(account.project !== undefined && powers.isOwnerLike(principal, account.project));
			known.set(principal, may);
		}
		return may;
	}
}

const computed = new WeakMap<World, Shells>();

function shellsOf(world: World): Shells {
	let known = computed.get(world);
	if (!known) computed.set(world, (known = new Shells(world)));
	return known;
}

/** By IAP, on the machine, its zone or project, or above. */
export function tunnelHolders(world: World, machine: Machine, account: ServiceAccount): ShellHolder[] {
	return shellsOf(world).tunnel(machine, account);
}

/** By the Kubernetes permissions of IAM, which hold for all clusters of a project. */
export function execHolders(world: World, project: Container | undefined, account: ServiceAccount): ShellHolder[] {
	return project ? shellsOf(world).exec(project, account) : [];
}
