/** Allow policies, as they are read: united by the resource that they are on, whichever of its names they go by. */
import type {Asset, Json} from '../../sources/asset.ts';
import {compare} from '../coverage.ts';
import type {AllowPolicy, AuditConfig, Binding, Container, Resource} from '../model.ts';
import {containerKey, IAM, parseAccountName, parseCustomRole, projectInName} from '../names.ts';
import {ConditionTable, readAuditConfigs, readBindings, sameBindings, uniteBindings} from '../policies.ts';
import type {Accounts} from './accounts.ts';
import type {Place, Reading} from './reading.ts';

interface DraftPolicy {
	name: string;
	assetType: string;
	container: string | undefined;
	time: number;
	bindings: Binding[];
	auditConfigs: AuditConfig[];
}

type FindContainer = (key: string | undefined) => Container | undefined;

export class PolicyDrafts {
	readonly #reading: Reading;
	readonly #conditions = new ConditionTable();
	readonly #drafts: DraftPolicy[] = [];

	constructor(reading: Reading) {
		this.#reading = reading;
	}

	take(asset: Asset, policy: Json, {container, stamp}: Place): void {
		const {name, assetType} = asset;
		const reading = this.#reading;
		// Search results may be all that names the project both ways.
		if (asset.ancestors?.[0]?.startsWith('projects/')) reading.joinAncestor(projectInName(name), asset);
		const wrong = (message: string): void => reading.wrong(message);
		const {principals, words} = reading;
		const bindings = readBindings(policy, {principals, conditions: this.#conditions, words}, wrong);
		const auditConfigs = readAuditConfigs(policy, wrong);
		this.#drafts.push({name, assetType: words.of(assetType), container, time: stamp, bindings, auditConfigs});
		reading.count('allowPolicies', container, name);
	}

	/** Policies by the name of their resource. Names accounts that only a policy knows. Call once. */
	finish(container: FindContainer, accounts: Accounts): Map<string, AllowPolicy> {
		const united = new Map<string, {policy: AllowPolicy; time: number}>();
		const roleOf = (role: string): string => {
			const parts = parseCustomRole(role);
			return parts ? `${container(parts.owner)?.key ?? parts.owner}/roles/${parts.id}` : role;
		};
		for (const draft of this.#drafts) {
			const {time, bindings, auditConfigs} = draft;
			const resource = resourceOf(draft, container, accounts);
			for (const binding of bindings) binding.role = roleOf(binding.role);
			const known = united.get(resource.name);
			if (!known || time > known.time) united.set(resource.name, {policy: {resource, bindings, auditConfigs}, time});
			else if (time === known.time && !samePolicy(known.policy, draft)) {
				this.#reading.warnings.push(
					`the allow policy of ${resource.name} is in the input twice with different contents and no newer time; both are united`,
				);
				known.policy.bindings = uniteBindings(known.policy.bindings, bindings);
				known.policy.auditConfigs.push(...auditConfigs);
			}
		}
		this.#drafts.length = 0;
		const sorted = [...united].toSorted((a, b) => compare(a[0], b[0]));
		return new Map(
			sorted.map(([name, {policy}]) => {
				for (const binding of policy.bindings) binding.resource = policy.resource;
				return [name, policy];
			}),
		);
	}
}

/** What a policy is on, by its one name. */
function resourceOf(draft: DraftPolicy, container: FindContainer, accounts: Accounts): Resource {
	const {name, assetType} = draft;
	const own = container(containerKey(name));
	if (own) return {name: own.name, assetType, container: own, isContainer: true};
	const parts = parseAccountName(name);
	if (parts && parts.key === undefined) {
		const project = parts.project === '-' ? draft.container : `projects/${parts.project}`;
		const found =
			accounts.find(parts.account) ??
			(parts.account.includes('@') ? accounts.named(parts.account.toLowerCase(), project) : undefined);
		if (found) return {name: found.name, assetType, container: found.project, isContainer: false, account: found};
	}
	const role = parseCustomRole(name);
	return {
		name: role ? `${IAM}${container(role.owner)?.key ?? role.owner}/roles/${role.id}` : name,
		assetType,
		container: container(draft.container),
		isContainer: false,
	};
}

function samePolicy(
	a: Pick<AllowPolicy, 'bindings' | 'auditConfigs'>,
	b: Pick<AllowPolicy, 'bindings' | 'auditConfigs'>,
): boolean {
	return sameBindings(a.bindings, b.bindings) && JSON.stringify(a.auditConfigs) === JSON.stringify(b.auditConfigs);
}
