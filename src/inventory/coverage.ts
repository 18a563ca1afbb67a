/**
 * The coverage ledger: what was read, per fact and container, and why not. It decides whether silence
 * of a check proves anything (contract, "What counts as read").
 */
import type {CoverageLine} from '../report.ts';
import type {Container} from './model.ts';

export const FACTS = [
	'resources',
	'allowPolicies',
	'auditConfigs',
	'roles',
	'serviceAccounts',
	'serviceAccountKeys',
	'workloads',
	'workloadIdentityPools',
	'orgPolicies',
	'denyPolicies',
	'boundaryPolicies',
	'groups',
	'activity',
	'auditLogs',
	'insights',
	'input',
] as const;

export type Fact = (typeof FACTS)[number];
export type CoverageStatus = 'complete' | 'partial' | 'missing';

/** Facts that Asset Inventory exports: one asset of the type below an organization proves the export held them. */
const EXPORTED: ReadonlySet<Fact> = new Set<Fact>([
	'resources',
	'allowPolicies',
	'roles',
	'serviceAccounts',
	'serviceAccountKeys',
	'workloads',
	'workloadIdentityPools',
	'orgPolicies',
]);

/** A line as some source stated it, scope still as written. */
export interface StatedLine {
	fact: Fact;
	/** Container key, or a single resource's full name. */
	scope: string;
	status: CoverageStatus;
	assetType?: string;
	reason?: string;
	/** What would mend it, if the source knows better than the general advice. */
	fix?: string;
	/** The period that was observed (activity, logs), epoch ms. */
	from?: number;
	to?: number;
}

/** Where a status comes from, for the report, and of which period it speaks. */
export interface Standing {
	status: CoverageStatus;
	reason?: string;
	fix?: string;
	from?: number;
	to?: number;
}

const HOW_TO_MEND: Partial<Record<Fact, string>> = {
	resources: 'Export resources too: gcloud asset export --content-type=resource',
	allowPolicies: 'Export allow policies too: gcloud asset export --content-type=iam-policy',
	auditConfigs: 'Export allow policies too: gcloud asset export --content-type=iam-policy',
	roles: 'Export resources with asset type iam.googleapis.com/Role',
	serviceAccounts: 'Export resources with asset type iam.googleapis.com/ServiceAccount',
	serviceAccountKeys: 'Export resources with asset type iam.googleapis.com/ServiceAccountKey',
	orgPolicies: 'Export organization policies too: gcloud asset export --content-type=org-policy',
	workloadIdentityPools: 'Export resources with asset type iam.googleapis.com/WorkloadIdentityPool',
	denyPolicies:
		'Add deny policies: gcloud iam policies get POLICY --kind=denypolicies --attachment-point=... --format=json',
	groups: 'Add group members as cloudidentity.googleapis.com/Group assets',
	activity: 'Add Policy Analyzer activities as policyanalyzer.googleapis.com/Activity assets',
};

/** What one (fact, type) stands at in one organization, before lines are looked at. */
interface Tally {
	perContainer: Map<Container, number>;
	total: number;
}

/** A statement about one resource, and the container it lies in where that is known. */
interface ResourceStanding extends Standing {
	container: Container | undefined;
}

/** Facts about things that lie directly in projects only: no folder or organization holds any itself. */
export const IN_PROJECTS: ReadonlySet<Fact> = new Set<Fact>([
	'serviceAccounts',
	'serviceAccountKeys',
	'workloads',
	'workloadIdentityPools',
	'activity',
]);

/** Whether a container can hold a fact's things directly, so that nothing said about it is a hole. */
function canHold(fact: Fact, container: Container): boolean {
	if (IN_PROJECTS.has(fact)) return container.kind === 'project';
	// Custom roles belong to projects and organizations.
	if (fact === 'roles') return container.kind !== 'folder';
	// Groups belong to the customer, boundary policies to the organization.
	if (fact === 'groups' || fact === 'boundaryPolicies') return container.parent === undefined;
	return true;
}

/** Stands for the organization that nobody named: all containers above which no organization is known. */
const NAMELESS = Symbol('no organization known');
type Organization = Container | typeof NAMELESS;

const organizationOf = ({root}: Container): Organization => (root.kind === 'organization' ? root : NAMELESS);

const keyOf = (fact: Fact, type: string | undefined): string => (type === undefined ? fact : `${fact} ${type}`);

/** The fact of a key, and the type or name behind it. */
export function partsOf(key: string): [Fact, string | undefined] {
	const space = key.indexOf(' ');
	return space < 0 ? [key as Fact, undefined] : [key.slice(0, space) as Fact, key.slice(space + 1)];
}

/**
 * Statuses of every fact in every container. Built once by the inventory. Containers above which no
 * organization is known count as one organization together (contract).
 */
export class CoverageLedger {
	readonly #containers: readonly Container[];
	/** (fact type) -> container -> standing from stated lines */
	readonly #lines = new Map<string, Map<Container, Standing>>();
	/** Types other than none for which lines were stated. */
	readonly #statedTypes = new Map<Fact, Set<string>>();
	/** Organizations in which any line of a fact was stated, whatever its type. */
	readonly #statedIn = new Map<Fact, Set<Organization>>();
	readonly #resourceLines = new Map<Fact, Map<string, ResourceStanding>>();
	readonly #tallies = new Map<string, Map<Organization, Tally>>();
	/** Holes that no container line describes: unknown roles, unread groups, broken files. */
	readonly #extra: CoverageLine[] = [];

	constructor(containers: readonly Container[]) {
		this.#containers = containers;
	}

	/** Takes a stated line whose scope is a container; several for one scope: the worst wins. */
	state(line: StatedLine, container: Container): void {
		if (line.assetType !== undefined) getOr(this.#statedTypes, line.fact, () => new Set()).add(line.assetType);
		getOr(this.#statedIn, line.fact, () => new Set()).add(organizationOf(container));
		const standings = getOr(this.#lines, keyOf(line.fact, line.assetType), () => new Map<Container, Standing>());
		standings.set(container, worst(standings.get(container), standingOf(line)));
	}

	/**
	 * Takes a stated line whose scope is one resource (an account whose key list failed, one group).
	 * @param container the one it lies in, if known
	 */
	stateResource(line: StatedLine, canonicalName: string, container?: Container): void {
		const standings = getOr(this.#resourceLines, line.fact, () => new Map<string, ResourceStanding>());
		const standing = worst(standings.get(canonicalName), standingOf(line));
		standings.set(canonicalName, {...standing, container});
	}

	/** Counts records of a fact in a container: what plain exports are judged by. */
	count(fact: Fact, container: Container, records = 1, type?: string): void {
		const byOrganization = getOr(this.#tallies, keyOf(fact, type), () => new Map<Organization, Tally>());
		const tally = getOr(byOrganization, organizationOf(container), (): Tally => ({perContainer: new Map(), total: 0}));
		tally.perContainer.set(container, (tally.perContainer.get(container) ?? 0) + records);
		tally.total += records;
	}

	/** Adds a hole of its own scope: an unknown role, a group that was not read, a broken file. */
	addHole(line: CoverageLine): void {
		this.#extra.push(line);
	}

	/**
	 * What is known of a fact in one container (not below it).
	 * @param type asset type or activity type; without one, what holds for all types of which lines speak
	 */
	standing(fact: Fact, container: Container, type?: string): Standing {
		if (fact === 'auditConfigs') return this.standing('allowPolicies', container);
		if (!this.#isStated(fact, container)) return this.#presumed(fact, container, type);
		const untyped = this.#lines.get(fact)?.get(container);
		if (type !== undefined)
			return this.#lines.get(keyOf(fact, type))?.get(container) ?? untyped ?? unstated(fact, container);
		let standing = untyped;
		for (const known of this.#statedTypes.get(fact) ?? []) {
			const typed = this.#lines.get(keyOf(fact, known))?.get(container);
			if (typed) standing = worst(standing, typed);
		}
		return standing ?? unstated(fact, container);
	}

	/** What is known of a fact about one resource: its own line, else its container's. */
	resourceStanding(fact: Fact, canonicalName: string, container: Container | undefined, type?: string): Standing {
		const own = this.stated(fact, canonicalName);
		if (own) return own;
		if (!container) return {status: 'missing', reason: `nothing is known about the container of ${canonicalName}`};
		return this.standing(fact, container, type);
	}

	/** The line that was stated for a type in a container itself, if any: what lines without a type say does not count. */
	typed(fact: Fact, container: Container, type: string): Standing | undefined {
		return this.#lines.get(keyOf(fact, type))?.get(container);
	}

	/** Whether any line of a fact was stated in a container's organization. */
	speaksOf(fact: Fact, container: Container): boolean {
		return this.#isStated(fact, container);
	}

	/** The line that was stated for one resource itself, if any. */
	stated(fact: Fact, canonicalName: string): Standing | undefined {
		return this.#resourceLines.get(fact)?.get(canonicalName);
	}

	/**
	 * Why a fact was not read completely in the containers of the list, resources in them included; empty if
	 * it was.
	 */
	holes(fact: Fact, containers: ReadonlySet<Container>, type?: string): string[] {
		const holes = new Set<string>();
		for (const container of containers) {
			if (this.#saysNothing(fact, container, type)) continue;
			const {status, reason} = this.standing(fact, container, type);
			if (status !== 'complete') holes.add(reason ?? `${fact} of ${container.key} ${wasNotRead(status)}`);
		}
		for (const [name, {status, reason, container}] of this.#resourceLines.get(fact) ?? []) {
			if (status === 'complete' || (container && !containers.has(container))) continue;
			holes.add(reason ?? `${fact} of ${name} ${wasNotRead(status)}`);
		}
		return [...holes];
	}

	/** Whether no line speaks for a container, and none needs to: it holds nothing of the kind itself. */
	#saysNothing(fact: Fact, container: Container, type: string | undefined): boolean {
		if (canHold(fact, container)) return false;
		if (!this.#isStated(fact, container)) {
			// Activity is judged project by project; the rest by the whole organization.
			return fact === 'activity' && container.children.length > 0;
		}
		const typed = type === undefined ? [...(this.#statedTypes.get(fact) ?? [])] : [type];
		return [undefined, ...typed].every(known => !this.#lines.get(keyOf(fact, known))?.has(container));
	}

	/** Plain exports: one asset of the type anywhere in the organization proves that the export held them all. */
	#presumed(fact: Fact, container: Container, type?: string): Standing {
		const organization = organizationOf(container);
		const tally = this.#tallies.get(keyOf(fact, type))?.get(organization);
		if (fact === 'activity') {
			if (tally?.perContainer.has(container)) return {status: 'complete'};
			return {status: 'missing', reason: `no activity of ${container.key} in the input`};
		}
		if (EXPORTED.has(fact) && tally && tally.total > 0) return {status: 'complete'};
		const where = organization === NAMELESS ? '' : ` of ${organization.key}`;
		return {status: 'missing', reason: `no ${fact}${type ? ` of type ${type}` : ''}${where} in the input`};
	}

	/** Whether any line of this fact was stated in the container's organization. */
	#isStated(fact: Fact, container: Container): boolean {
		return this.#statedIn.get(fact)?.has(organizationOf(container)) ?? false;
	}

	/** All lines for the report: complete ones rolled up, each hole by itself, in total order. */
	lines(): CoverageLine[] {
		const lines: CoverageLine[] = [...this.#extra];
		const types = new Map<Fact, Set<string | undefined>>();
		for (const fact of FACTS) if (fact !== 'input') types.set(fact, new Set());
		for (const key of [...this.#lines.keys(), ...this.#tallies.keys()]) {
			const [fact, type] = partsOf(key);
			types.get(fact)?.add(type);
		}
		const roots = this.#containers.filter(container => container.parent === undefined);
		for (const [fact, kinds] of types) {
			if (kinds.size === 0 && !SELDOM.has(fact)) kinds.add(undefined);
			if (kinds.size > 1 && (fact === 'activity' || fact === 'workloads')) kinds.delete(undefined);
			for (const type of kinds) for (const root of roots) lines.push(...this.#linesOf(fact, type, root));
		}
		// Input is whole where nothing says otherwise.
		for (const [container, standing] of this.#lines.get('input') ?? []) {
			if (standing.status !== 'complete') lines.push(line('input', container.key, standing, 0));
		}
		for (const [fact, standings] of this.#resourceLines) {
			for (const [scope, standing] of standings) {
				if (standing.status !== 'complete') lines.push(line(fact, scope, standing, 0));
			}
		}
		return lines.toSorted(byScope);
	}

	#linesOf(fact: Fact, type: string | undefined, root: Container): CoverageLine[] {
		const source: Fact = fact === 'auditConfigs' ? 'allowPolicies' : fact;
		const records = this.#tallies.get(keyOf(source, type))?.get(organizationOf(root))?.perContainer;
		const counts = new Map<Container, number>();
		const holed = new Set<Container>();
		// Children stand behind their parents: backwards, each is done before what holds it.
		for (let order = root.end - 1; order >= root.order; order--) {
			const container = this.#containers[order]!;
			let count = records?.get(container) ?? 0;
			let holes =
				!this.#saysNothing(source, container, type) && this.standing(source, container, type).status !== 'complete';
			for (const child of container.children) {
				count += counts.get(child)!;
				holes ||= holed.has(child);
			}
			counts.set(container, count);
			if (holes) holed.add(container);
		}
		if (!holed.has(root)) return [line(fact, root.key, {status: 'complete'}, counts.get(root)!, type)];
		if (!this.#isStated(source, root) && (source !== 'activity' || !records)) {
			// A plain export: one answer for the whole organization.
			return [line(fact, root.key, this.#presumed(source, root, type), counts.get(root)!, type)];
		}
		const lines: CoverageLine[] = [];
		for (let order = root.order; order < root.end; order++) {
			const container = this.#containers[order]!;
			if (holed.has(container)) {
				if (this.#saysNothing(source, container, type)) continue;
				lines.push(
					line(fact, container.key, this.standing(source, container, type), records?.get(container) ?? 0, type),
				);
			} else if (holed.has(container.parent!)) {
				lines.push(line(fact, container.key, {status: 'complete'}, counts.get(container)!, type));
			}
		}
		return lines;
	}
}

/** Facts that are only listed once something was said about them. */
const SELDOM: ReadonlySet<Fact> = new Set<Fact>(['workloads', 'insights', 'auditLogs', 'groups']);
const RANK: Record<CoverageStatus, number> = {complete: 0, partial: 1, missing: 2};

const standingOf = ({status, reason, fix, from, to}: StatedLine): Standing => ({status, reason, fix, from, to});

/** The worse of two standings; of equally bad ones the first, for the period that both speak of. */
function worst(known: Standing | undefined, next: Standing): Standing {
	if (!known || RANK[known.status] < RANK[next.status]) return next;
	if (RANK[known.status] > RANK[next.status]) return known;
	return {
		...known,
		from: known.from === undefined ? next.from : Math.max(known.from, next.from ?? -Infinity),
		to: known.to === undefined ? next.to : Math.min(known.to, next.to ?? Infinity),
	};
}

function unstated(fact: Fact, container: Container): Standing {
	return {status: 'missing', reason: `no coverage line says that ${fact} of ${container.key} was read`};
}

const wasNotRead = (status: CoverageStatus): string =>
	status === 'partial' ? 'was read only in part' : 'was not read';

function line(fact: Fact, scope: string, standing: Standing, records: number, assetType?: string): CoverageLine {
	const fix = standing.status === 'complete' ? undefined : (standing.fix ?? HOW_TO_MEND[fact]);
	return {
		fact,
		scope,
		status: standing.status,
		...(assetType !== undefined && {assetType}),
		records,
		...(standing.reason !== undefined && {reason: standing.reason}),
		...(fix !== undefined && {fix}),
	};
}

function byScope(a: CoverageLine, b: CoverageLine): number {
	return compare(a.fact, b.fact) || compare(a.scope, b.scope) || compare(a.assetType ?? '', b.assetType ?? '');
}

/** Total order of strings by code unit, the order of every array in the report. */
export function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
	let value = map.get(key);
	if (value === undefined) map.set(key, (value = make()));
	return value;
}
