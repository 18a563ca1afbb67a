/** Ways to use an account from outside what an inventory shows: keys, HMAC keys, bound API keys, impersonation. */
import type {RoleClass} from '../access/role-class.ts';
import type {ServiceAccount} from '../inventory/model.ts';
import {HMAC_KEY} from '../inventory/resource-facts.ts';
import type {World} from '../world.ts';
import {isKubernetesAccount} from './kubernetes-users.ts';

const API_KEY = 'apikeys.googleapis.com/Key';
const BECOMING: readonly string[] = [
	'iam.serviceAccounts.getAccessToken',
	'iam.serviceAccounts.getOpenIdToken',
	'iam.serviceAccounts.signBlob',
	'iam.serviceAccounts.signJwt',
	'iam.serviceAccounts.implicitDelegation',
];

interface Bound {
	hmac: ReadonlySet<string>;
	api: ReadonlySet<string>;
}

const computed = new WeakMap<World, Bound>();

/** E-mails with active HMAC keys, and with API keys bound to them. */
function boundKeys(world: World): Bound {
	let known = computed.get(world);
	if (known) return known;
	const hmac = new Set<string>();
	for (const {data} of world.inventory.documents.get(HMAC_KEY) ?? []) {
		const email = data['serviceAccountEmail'];
		if (typeof email === 'string' && (data['state'] ?? 'ACTIVE') === 'ACTIVE') hmac.add(email.toLowerCase());
	}
	const keys = world.inventory.workloads.filter(({assetType}) => assetType === API_KEY);
	computed.set(world, (known = {hmac, api: new Set(keys.flatMap(({runsAs}) => runsAs))}));
	return known;
}

const becoming = new WeakMap<RoleClass, boolean>();

function letsBecome(cls: RoleClass): boolean {
	let known = becoming.get(cls);
	if (known === undefined) becoming.set(cls, (known = BECOMING.some(permission => cls.watched.has(permission))));
	return known;
}

/**
 * Whether an account can be used by something that no inventory shows at work. Kubernetes accounts are left out, since
 * their clusters are in the inventory.
 */
export function isHeldElsewhere(world: World, account: ServiceAccount): boolean {
	const {now, policies} = world.inventory;
	if (account.keys.some(key => !key.disabled && key.validBefore > now)) return true;
	const {hmac, api} = boundKeys(world);
	if (hmac.has(account.email) || api.has(account.email)) return true;
	return (policies.get(account.name)?.bindings ?? []).some(
		({role, members}) =>
			letsBecome(world.classes.of(role)) &&
			members.some(member => member.kind !== 'deleted' && !isKubernetesAccount(world, member)),
	);
}
