/**
 * What audit logging is switched on, from the audit configs of policies. Configs of a service and of `allServices`, of a
 * container and of those above, unite: a log type that one of them switches on is on, and whoever one of them exempts
 * from it is exempt. Facts: iam-semantics section 7; checks.md, "Log types"; IAM audit log documentation [seen].
 */
import type {Access} from '../access/evaluate.ts';
import type {Container, Inventory} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';

export type LogType = 'ADMIN_READ' | 'DATA_WRITE' | 'DATA_READ';
/** Services whose data-access logs show who became whom. Minting is logged under the IAM API. */
export const IAM_API = 'iam.googleapis.com';
export const STS_API = 'sts.googleapis.com';
const ALL_SERVICES = 'allServices';
/** The Credentials API has no config of its own in the console, but the field takes any name. */
const ALSO: Readonly<Record<string, string>> = {[IAM_API]: 'iamcredentials.googleapis.com'};

export interface Exemption {
	/** Where it is set. */
	container: Container;
	service: string;
	type: LogType;
	member: string;
}

export interface Logging {
	on: ReadonlySet<LogType>;
	exempted: readonly Exemption[];
}

/** What is logged of a service's data access in one container. */
export function loggingOf(inventory: Inventory, container: Container, service: string): Logging {
	const on = new Set<LogType>();
	const exempted: Exemption[] = [];
	for (let at: Container | undefined = container; at; at = at.parent) {
		for (const config of inventory.policies.get(at.name)?.auditConfigs ?? []) {
			if (config.service !== service && config.service !== ALL_SERVICES && config.service !== ALSO[service]) continue;
			for (const {type, exempted: members} of config.logs) {
				on.add(type);
				for (const member of members) exempted.push({container: at, service: config.service, type, member});
			}
		}
	}
	return {on, exempted};
}

/** Whether the policies that could switch logging on in a container were all read. */
export function isLoggingKnown(inventory: Inventory, container: Container): boolean {
	for (let at: Container | undefined = container; at; at = at.parent)
		if (inventory.coverage.standing('auditConfigs', at).status !== 'complete') return false;
	return true;
}

/**
 * Whether tokens minted for accounts of a project leave an entry (ADMIN_READ of the IAM API).
 * @param by who mints; undefined: anybody
 */
export function mintingLogged(access: Access, project: Container, by?: Principal): 'on' | 'off' | 'exempt' | 'unknown' {
	const {inventory} = access;
	const {on, exempted} = loggingOf(inventory, project, IAM_API);
	if (!on.has('ADMIN_READ')) return isLoggingKnown(inventory, project) ? 'off' : 'unknown';
	if (!by) return 'on';
	return exemptionOf(access, exempted, by, ['ADMIN_READ']) ? 'exempt' : 'on';
}

/** The exemption by which somebody leaves no entries of certain types, if there is one. */
export function exemptionOf(
	{memberships, inventory}: Access,
	exempted: readonly Exemption[],
	by: Principal,
	types: Iterable<LogType>,
): Exemption | undefined {
	if (exempted.length === 0) return undefined;
	const wanted = new Set(types);
	const sets = new Set(memberships.setsOf(by).map(({member}) => member));
	return exempted.find(
		({type, member}) => wanted.has(type) && sets.has(inventory.principals.find(member)?.member ?? member),
	);
}
