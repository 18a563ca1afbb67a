/** Use that logs and metrics showed: `sa-audit/Usage` lines, aggregated by who wrote them. */
import type {Inventory, ServiceAccount} from '../inventory/model.ts';
import {parseTime} from '../inventory/fields.ts';

const known = new WeakMap<Inventory, ReadonlyMap<ServiceAccount, number>>();

/** When logs saw an account act last, itself or on the way to another one; epoch ms, undefined: they did not. */
export function lastInLogs(inventory: Inventory, account: ServiceAccount): number | undefined {
	let uses = known.get(inventory);
	if (!uses) known.set(inventory, (uses = readUses(inventory)));
	return uses.get(account);
}

/** The later of what an activity record and logs say. */
export function lastUse(inventory: Inventory, account: ServiceAccount): number | undefined {
	const recorded = inventory.activities.get(`serviceAccountLastAuthentication ${account.name}`)?.last;
	const logged = lastInLogs(inventory, account);
	return recorded === undefined || (logged !== undefined && logged > recorded) ? logged : recorded;
}

function readUses(inventory: Inventory): ReadonlyMap<ServiceAccount, number> {
	const uses = new Map<ServiceAccount, number>();
	for (const {data} of inventory.documents.get('sa-audit/Usage') ?? []) {
		const last = typeof data['last'] === 'string' ? parseTime(data['last']) : NaN;
		if (Number.isNaN(last)) continue;
		const via: unknown[] = Array.isArray(data['via']) ? data['via'] : [];
		for (const name of [data['subject'], ...via]) {
			const account = typeof name === 'string' ? inventory.account(name.replace(/^serviceAccount:/, '')) : undefined;
			if (account) uses.set(account, Math.max(last, uses.get(account) ?? last));
		}
	}
	return uses;
}
