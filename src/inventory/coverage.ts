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
}

/** Where a status comes from, for the report. */
export interface Standing {
	status: CoverageStatus;
	reason?: string;
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
	denyPolicies: 'Add deny policies: gcloud iam policies get POLICY --kind=denypolicies --attachment-point=... --format=json',
	groups: 'Add group members as cloudidentity.googleapis.com/Group assets',
	activity: 'Add Policy Analyzer activities as policyanalyzer.googleapis.com/Activity assets',
};

/** What one (fact, type) stands at in one organization, before lines are looked at. */
interface Tally {
	/** Records per container key, and for the organization root as a whole. */
	perContainer: Map<Container, number>;
	total: number;
}

const keyOf = (fact: Fact, type: string | undefined): string => (type === undefined ? fact : `${fact} ${type}`);

/**
 * Statuses of every fact in every container. Built once by the inventory; `root` of a container is its
 * highest known ancestor, which stands for its organization.
 */
export class CoverageLedger {
	readonly #containers: readonly Container[];
	/** (fact type) -> root -> container -> standing from stated lines */
	readonly #lines = new Map<string, Map<Container, Map<Container, Standing>>>();
	readonly #resourceLines = new Map<string, Standing>();
	readonly #tallies = new Map<string, Map<Container, Tally>>();
	/** Holes that no container line describes: unknown roles, unread groups, broken files. */
	readonly #extra: CoverageLine[] = [];

	constructor(containers: readonly Container[]) {
		this.#containers = containers;
	}

	/** Takes a stated line whose scope is a container; several for one scope: the worst wins. */
	state(line: StatedLine, container: Container): void {
		const byRoot = getOr(this.#lines, keyOf(line.fact, line.assetType), () => new Map());
		const standings: Map<Container, Standing> = getOr(byRoot, container.root, () => new Map<Container, Standing>());
		const known = standings.get(container);
		if (!known || RANK[line.status] > RANK[known.status]) {
			standings.set(container, {status: line.status, reason: line.reason});
		}
	}

	/** Takes a stated line whose scope is one resource (an account whose key list failed, one group). */
	stateResource(line: StatedLine, canonicalName: string): void {
		this.#resourceLines.set(`${line.fact} ${canonicalName}`, {status: line.status, reason: line.reason});
	}

	/** Counts records of a fact in a container: what plain exports are judged by. */
	count(fact: Fact, container: Container, records = 1, type?: string): void {
		const byRoot = getOr(this.#tallies, keyOf(fact, type), () => new Map());
		const tally = getOr(byRoot, container.root, () => ({perContainer: new Map(), total: 0}) as Tally);
		tally.perContainer.set(container, (tally.perContainer.get(container) ?? 0) + records);
		tally.total += records;
	}

	/** Adds a hole of its own scope: an unknown role, a group that was not read, a broken file. */
	addHole(line: CoverageLine): void {
		this.#extra.push(line);
	}

	/** What is known of a fact in one container (not below it). */
	standing(fact: Fact, container: Container, type?: string): Standing {
		if (fact === 'auditConfigs') return this.standing('allowPolicies', container);
		const typed = type === undefined ? undefined : this.#lines.get(keyOf(fact, type))?.get(container.root);
		const untyped = this.#lines.get(fact)?.get(container.root);
		const stated = typed?.get(container) ?? untyped?.get(container);
		if (stated) return stated;
		if (typed || untyped) {
			return {status: 'missing', reason: `no coverage line says that ${fact} of ${container.key} was read`};
		}
		return this.#presumed(fact, container, type);
	}

	/** What is known of a fact about one resource: its own line, else its container's. */
	resourceStanding(fact: Fact, canonicalName: string, container: Container | undefined, type?: string): Standing {
		const own = this.#resourceLines.get(`${fact} ${canonicalName}`);
		if (own) return own;
		if (!container) return {status: 'missing', reason: `nothing is known about the container of ${canonicalName}`};
		return this.standing(fact, container, type);
	}

	/** The line that was stated for one resource itself, if any. */
	stated(fact: Fact, canonicalName: string): Standing | undefined {
		return this.#resourceLines.get(`${fact} ${canonicalName}`);
	}

	/** Whether a fact was read completely in every container of the list, resource lines included. */
	holes(fact: Fact, containers: Iterable<Container>, type?: string): string[] {
		const holes: string[] = [];
		for (const container of containers) {
			const {status, reason} = this.standing(fact, container, type);
			if (status !== 'complete') holes.push(reason ?? `${fact} of ${container.key} ${wasNotRead(status)}`);
		}
		for (const [key, {status, reason}] of this.#resourceLines) {
			if (key.startsWith(`${fact} `) && status !== 'complete') {
				holes.push(reason ?? `${fact} of ${key.slice(fact.length + 1)} ${wasNotRead(status)}`);
			}
		}
		return holes;
	}

	/** Plain exports: one asset of the type anywhere below the root proves that the export held them all. */
	#presumed(fact: Fact, container: Container, type?: string): Standing {
		const tally = this.#tallies.get(keyOf(fact, type))?.get(container.root);
		if (fact === 'activity') {
			if (tally?.perContainer.has(container)) return {status: 'complete'};
			return {status: 'missing', reason: `no activity of ${container.key} in the input`};
		}
		if (EXPORTED.has(fact) && tally && tally.total > 0) return {status: 'complete'};
		return {status: 'missing', reason: `no ${fact}${type ? ` of type ${type}` : ''} of ${container.root.key} in the input`};
	}

	/** Whether any line was stated for this fact in the container's organization. */
	#isStated(fact: Fact, root: Container): boolean {
		for (const [key, byRoot] of this.#lines) {
			if ((key === fact || key.startsWith(`${fact} `)) && byRoot.has(root)) return true;
		}
		return false;
	}

	/** All lines for the report: complete ones rolled up, each hole by itself, in total order. */
	lines(): CoverageLine[] {
		const lines: CoverageLine[] = [...this.#extra];
		const types = new Map<Fact, Set<string | undefined>>();
		for (const fact of FACTS) if (fact !== 'input') types.set(fact, new Set());
		for (const key of [...this.#lines.keys(), ...this.#tallies.keys()]) {
			const [fact, type] = key.split(' ') as [Fact, string | undefined];
			types.get(fact)?.add(type);
		}
		const roots = this.#containers.filter(container => container.parent === undefined);
		for (const [fact, kinds] of types) {
			if (kinds.size === 0 && !SELDOM.has(fact)) kinds.add(undefined);
			if (kinds.size > 1 && (fact === 'activity' || fact === 'workloads')) kinds.delete(undefined);
			for (const type of kinds) for (const root of roots) lines.push(...this.#linesOf(fact, type, root));
		}
		for (const [key, standing] of this.#resourceLines) {
			if (standing.status === 'complete') continue;
			const [fact, ...scope] = key.split(' ') as [Fact, ...string[]];
			lines.push(line(fact, scope.join(' '), standing, 0));
		}
		return lines.toSorted(byScope);
	}

	#linesOf(fact: Fact, type: string | undefined, root: Container): CoverageLine[] {
		const source: Fact = fact === 'auditConfigs' ? 'allowPolicies' : fact;
		const records = this.#tallies.get(keyOf(source, type))?.get(root)?.perContainer;
		const stated = this.#isStated(source, root);
		if (!stated && (source !== 'activity' || !records)) {
			// A plain export: one answer for the whole organization.
			const total = this.#tallies.get(keyOf(source, type))?.get(root)?.total ?? 0;
			return [line(fact, root.key, this.#presumed(source, root, type), total, type)];
		}
		const lines: CoverageLine[] = [];
		const visit = (container: Container): {holes: boolean; records: number; flush: () => void} => {
			const own = this.standing(source, container, type);
			const below = container.children.map(visit);
			const count = (records?.get(container) ?? 0) + below.reduce((sum, child) => sum + child.records, 0);
			// Activities exist for projects only; folders without any are no hole.
			const skip = source === 'activity' && container.kind !== 'project' && own.reason?.startsWith('no ');
			const holes = (!skip && own.status !== 'complete') || below.some(child => child.holes);
			const flush = (): void => {
				if (!skip) lines.push(line(fact, container.key, own, holes ? (records?.get(container) ?? 0) : count, type));
			};
			if (holes) for (const child of below) if (!child.holes) child.flush();
			if (holes && !skip) flush();
			return {holes, records: count, flush};
		};
		const top = visit(root);
		if (!top.holes) lines.push(line(fact, root.key, {status: 'complete'}, top.records, type));
		return lines;
	}
}

/** Facts that are only listed once something was said about them. */
const SELDOM: ReadonlySet<Fact> = new Set<Fact>(['workloads', 'insights', 'auditLogs', 'groups']);
const RANK: Record<CoverageStatus, number> = {complete: 0, partial: 1, missing: 2};

const wasNotRead = (status: CoverageStatus): string => (status === 'partial' ? 'was read only in part' : 'was not read');

function line(fact: Fact, scope: string, standing: Standing, records: number, assetType?: string): CoverageLine {
	const fix = standing.status === 'complete' ? undefined : HOW_TO_MEND[fact];
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
