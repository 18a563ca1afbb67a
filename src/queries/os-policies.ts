/** VM Manager's policies: whose files they run, and on which machines. */
import type {Container, Document} from '../inventory/model.ts';
import {OS_POLICY} from '../inventory/resource-facts.ts';
import type {Workload} from '../inventory/workload.ts';
import type {World} from '../world.ts';

interface Policy {
	document: Document;
	buckets: readonly string[];
	guarded: boolean;
	all: boolean;
	include: readonly Record<string, unknown>[];
	exclude: readonly Record<string, unknown>[];
	zone: string | undefined;
}

const computed = new WeakMap<World, ReadonlyMap<Container | undefined, readonly Policy[]>>();

function policiesOf(world: World): ReadonlyMap<Container | undefined, readonly Policy[]> {
	let known = computed.get(world);
	if (!known) {
		const byProject = new Map<Container | undefined, Policy[]>();
		for (const document of world.inventory.documents.get(OS_POLICY) ?? []) {
			const policy = {
				...(document.data as unknown as Omit<Policy, 'document' | 'zone'>),
				document,
				zone: /\/locations\/([^/]+)\//.exec(document.name)?.[1],
			};
			const list = byProject.get(document.container);
			if (list) list.push(policy);
			else byProject.set(document.container, [policy]);
		}
		computed.set(world, (known = byProject));
	}
	return known;
}

/** Policies that apply to a machine. What picks by operating system may apply: the guest is not in the inventory. */
export function policiesFor(world: World, machine: Workload): readonly Policy[] {
	const labels = machine.facts?.machine?.labels ?? {};
	const zone = /\/zones\/([^/]+)\//.exec(machine.name)?.[1];
	const has = (set: Record<string, unknown>): boolean =>
		Object.entries(set).every(([key, value]) => labels[key] === value);
	return (policiesOf(world).get(machine.project) ?? []).filter(policy => {
		if (policy.zone !== zone) return false;
		if (policy.all) return true;
		return !policy.exclude.some(has) && (policy.include.length === 0 || policy.include.some(has));
	});
}

/** Whether a policy shows a script about the metadata server's address on this machine. */
export function guardedByPolicy(world: World, machine: Workload): boolean {
	return policiesFor(world, machine).some(({guarded}) => guarded);
}
