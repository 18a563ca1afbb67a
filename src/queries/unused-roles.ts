/** Roles of accounts that nothing has used, as far as that is known, and that are still granted. */
import type {UnusedRole} from '../evidence/google-insights.ts';
import type {Binding, Container, ServiceAccount} from '../inventory/model.ts';
import type {World} from '../world.ts';
import {unusedSince} from './live-keys.ts';

export interface Unused {
	binding: Binding;
	said: UnusedRole;
}

/** What Google says is unused, by account; only what some policy still grants. */
export function unusedRoles(world: World): ReadonlyMap<ServiceAccount, Unused[]> {
	const found = new Map<ServiceAccount, Map<Binding, Unused>>();
	const since = unusedSince(world);
	// Recommendations first: they know what to grant instead.
	const said = world.evidence.google.unusedRoles.toSorted((a, b) =>
		a.by === b.by ? 0 : a.by === 'recommendation' ? -1 : 1,
	);
	for (const one of said) {
		const {account} = one;
		if (account.disabled || account.kind === 'service-agent' || !(account.project?.inScope ?? true)) continue;
		const {created} = world.evidence.ageOf(account);
		// Younger than the window: it had no time to use what it has.
		if (created !== undefined && created > since) continue;
		const binding = world.inventory.policies
			.get(one.resource)
			?.bindings.find(
				({role, members, condition}) =>
					role === one.role && (condition?.expression ?? '') === one.expression && members.includes(account.principal),
			);
		if (!binding) continue;
		let bindings = found.get(account);
		if (!bindings) found.set(account, (bindings = new Map()));
		if (!bindings.has(binding)) bindings.set(binding, {binding, said: one});
	}
	return new Map([...found].map(([account, bindings]) => [account, [...bindings.values()]]));
}

const TYPES = ['google.iam.policy.Recommender', 'google.iam.policy.Insight'] as const;

/** Why nothing is known about unused roles in containers where accounts have some; empty: one of both types was read. */
export function insightHoles({inventory, grants}: World): string[] {
	const holes = new Set<string>();
	const seen = new Set<Container>();
	for (const member of grants.members()) {
		if (member.kind !== 'serviceAccount') continue;
		for (const {binding} of grants.of(member)) {
			const {container} = binding.resource;
			if (!container?.inScope || seen.has(container)) continue;
			seen.add(container);
			const standings = TYPES.map(type => inventory.coverage.standing('insights', container, type));
			if (standings.some(({status}) => status === 'complete')) continue;
			holes.add(standings[0]!.reason ?? `insights of ${container.key} were not read`);
		}
	}
	return [...holes];
}
