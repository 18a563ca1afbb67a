/** The fix "give it an account of its own" as operations: one new account for each group of related workloads. */
import {accountName} from '../inventory/names.ts';
import type {Change} from '../remediation/change.ts';
import type {World} from '../world.ts';
import type {WorkloadGroup} from './workload-groups.ts';

/** What its users are for, as the naming practice wants it in front. */
const PREFIX: ReadonlyMap<string, string> = new Map([
	['Cloud Run service', 'run'],
	['Cloud Run job', 'run'],
	['Cloud Run worker pool', 'run'],
	['function', 'fn'],
	['build trigger', 'build'],
	['workflow', 'wf'],
	['Kubernetes account', 'wi'],
	['VM', 'vm'],
	['GKE node pool', 'gke'],
	['GKE cluster', 'gke'],
]);

/** Names for new accounts, none of them taken. One for each finding: two findings may propose the same. */
export class NewAccounts {
	readonly #world: World;
	readonly #given = new Set<string>();

	constructor(world: World) {
		this.#world = world;
	}

	/** The operation that makes an account for a workload of a kind and name, and its e-mail. */
	make(kind: string, name: string, projectKey: string): {change: Change; email: string} {
		const project = projectKey.slice('projects/'.length);
		const prefix = PREFIX.get(kind) ?? 'app';
		const words = `${prefix}-${name}`
			.toLowerCase()
			.replace(/[^a-z0-9-]+/g, '-')
			.replace(/-+/g, '-');
		const base = words.slice(0, 27).replace(/-+$/, '').padEnd(6, 'x');
		const [domain, id] = project.includes(':') ? project.split(':') : [undefined, project];
		const host = domain === undefined ? `${id}.iam.gserviceaccount.com` : `${id}.${domain}.iam.gserviceaccount.com`;
		let email = `${base}@${host}`;
		for (let number = 2; this.#isTaken(email); number++) email = `${base}-${number}@${host}`;
		this.#given.add(email);
		return {
			email,
			change: {
				op: 'create-account',
				resource: accountName(project, email),
				displayName: `${kind} ${name}`.slice(0, 100),
				description: `Runs the ${kind} ${name} and nothing else`.slice(0, 256),
			},
		};
	}

	/** An account for a group of workloads, and the workloads moved to it. */
	moveGroup({kind, name, workloads}: WorkloadGroup, was: string): Change[] {
		const project = workloads[0]!.project;
		if (!project) return [];
		const {change, email} = this.make(kind, name, project.key);
		return [
			change,
			...workloads.map((workload): Change => ({
				op: 'attach-account',
				resource: workload.name,
				assetType: workload.assetType,
				account: email,
				was,
			})),
		];
	}

	#isTaken(email: string): boolean {
		return this.#given.has(email) || this.#world.inventory.accounts.has(email);
	}
}
