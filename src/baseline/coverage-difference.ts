/**
 * Why the absence of a finding proves nothing: what it was about was not read. A difference in coverage is no
 * difference in security, so such a finding is unknown, not fixed (or, the other way round, perhaps not new).
 */
import {type Fact, IN_PROJECTS} from '../inventory/coverage.ts';
import {projectOfEmail} from '../inventory/names.ts';
import type {CoverageLine, Finding, Report} from '../report.ts';
import {factsOf} from './facts.ts';

/** Facts that a check needs; undefined for a check of another version. */
export type Needs = (check: string) => readonly string[] | undefined;

/** What could hide findings of one check. */
interface Doubts {
	/** A hole that nothing can be said to lie outside of. */
	everywhere: CoverageLine | undefined;
	byScope: ReadonlyMap<string, CoverageLine>;
	/** What else the check gave as reasons, and had not given before. */
	reasons: readonly string[];
}

/** A reason that is a group's: it may give a target what is gained by it, or hold the group that a finding names. */
const GROUP = /^the members of \S+ were not /;

/** One setting that covers many projects: told at the highest container under which it is nowhere in force. */
const isForMany = ({principal, project, evidence}: Finding): boolean =>
	principal === undefined && project === undefined && typeof evidence['projects'] === 'number';

/** Whether a finding rests on the power of its target. */
const gains = ({evidence}: Finding): boolean => evidence['gains'] !== undefined;

export class CoverageDifference {
	readonly #from: Report;
	readonly #to: Report;
	readonly #needs: Needs;
	/** Holes that the earlier report did not have as well. */
	readonly #holes: readonly CoverageLine[];
	/** Scopes of the earlier report that the later one does not speak of. */
	readonly #unread: readonly string[];
	/** Containers that the later one names. */
	readonly #seen = new Set<string>();
	readonly #doubts = new Map<string, Doubts | undefined>();

	/**
	 * @param from the report that has the finding
	 * @param to the one that has not
	 */
	constructor(from: Report, to: Report, needs: Needs) {
		this.#from = from;
		this.#to = to;
		this.#needs = needs;
		const before = new Map(from.coverage.map(line => [keyOf(line), line]));
		this.#holes = to.coverage.filter(
			line => line.status !== 'complete' && matters(line) && !isSameHole(before.get(keyOf(line)), line),
		);
		const scopes = new Set(scopesOf(to));
		this.#unread = scopesOf(from).filter(scope => !scopes.has(scope));
		for (const scope of scopes) this.#seen.add(scope);
		for (const {scope} of to.coverage) this.#seen.add(scope);
		for (const {resource} of to.accounts) for (const name of namesIn(resource)) this.#seen.add(name);
	}

	/** In words, or undefined if the absence of the finding means that it is no more. */
	why(finding: Finding): string | undefined {
		const doubts = this.#doubtsOf(finding.check);
		if (doubts === undefined) return `${finding.check} did not run`;
		const names = subjectsOf(finding);
		const scope = [...names].find(name => doubts.byScope.has(name));
		const hole = doubts.everywhere ?? (scope === undefined ? undefined : doubts.byScope.get(scope));
		if (hole !== undefined) return inWords(hole);
		// What is told once for many projects is told elsewhere once one of them cannot be judged.
		const [below] = isForMany(finding) ? doubts.byScope.values() : [];
		if (below !== undefined) return inWords(below);
		const beside = this.#holeBeside(finding, names);
		if (beside !== undefined) return inWords(beside);
		const isByGroups = gains(finding) || [...names].some(name => name.startsWith('group:'));
		const reason = doubts.reasons.find(each => concerns(each, names) || (isByGroups && GROUP.test(each)));
		if (reason !== undefined) return reason;
		const {project} = finding;
		const isRead = project !== undefined && this.#seen.has(`projects/${project}`);
		return this.#unread.length > 0 && !isRead ? `${this.#unread.join(', ')} was not read` : undefined;
	}

	/**
	 * A hole in what the finding does not name: the roles that give a target what is gained by it, and workloads, since
	 * a way through one that was not read stays open, as another finding.
	 */
	#holeBeside(finding: Finding, names: ReadonlySet<string>): CoverageLine | undefined {
		const isByWorkload = factsOf(finding.path).some(({kind}) => kind === 'workload');
		return this.#holes.find(line => {
			if (line.fact === 'roles') return gains(finding);
			return isByWorkload && line.fact === 'workloads' && (isEverywhere(line) || names.has(line.scope));
		});
	}

	/** Undefined if the check did not run. */
	#doubtsOf(check: string): Doubts | undefined {
		if (!this.#doubts.has(check)) this.#doubts.set(check, this.#collect(check));
		return this.#doubts.get(check);
	}

	#collect(check: string): Doubts | undefined {
		if (!this.#to.checks.some(({id}) => id === check)) return undefined;
		const needs = this.#needs(check);
		const holes = this.#holes.filter(({fact}) => fact === 'input' || (needs?.includes(fact) ?? true));
		const said = new Set([...reasonsOf(this.#from, check), ...holes.map(({reason}) => reason)]);
		return {
			everywhere: holes.find(isEverywhere),
			byScope: new Map(holes.map(line => [line.scope, line])),
			reasons: reasonsOf(this.#to, check).filter(reason => !said.has(reason)),
		};
	}
}

/** What the later report could not read or judge although the earlier one could, in words; undefined if nothing. */
export function newlyUnread(from: Report, to: Report): string | undefined {
	for (const {id, reason, status} of to.checks) {
		const said = reasonsOf(from, id);
		const news = reasonsOf(to, id).filter(each => !said.includes(each));
		if (news.length > 0) return `not judged in full, unlike in the baseline: ${id} (${news.join('; ')})`;
		const before = from.checks.find(check => check.id === id);
		if (status === 'unknown' && reason === undefined && before?.status !== 'unknown')
			return `not judged in full, unlike in the baseline: ${id}`;
	}
	const known = new Map(from.coverage.map(line => [keyOf(line), line]));
	const hole = to.coverage.find(
		line => line.fact === 'input' && line.status !== 'complete' && !isSameHole(known.get(keyOf(line)), line),
	);
	return hole && inWords(hole);
}

/** A reason that names things concerns a finding about one of them; one that names nothing concerns all. */
function concerns(reason: string, names: ReadonlySet<string>): boolean {
	const named = namesIn(reason);
	return named.length === 0 || named.some(name => names.has(name) || /^(?:folders|organizations)\//.test(name));
}

const keyOf = ({fact, scope, assetType = ''}: CoverageLine): string => JSON.stringify([fact, scope, assetType]);

const scopesOf = ({run}: Report): string[] => run.sources.flatMap(({scope}) => scope);

const reasonsOf = ({checks}: Report, id: string): string[] =>
	checks.find(check => check.id === id)?.reason?.split('; ') ?? [];

/** The finding was made in spite of a hole that was there before; but parts of a whole may be other parts each time. */
function isSameHole(before: CoverageLine | undefined, now: CoverageLine): boolean {
	if (before?.status !== now.status) return false;
	return now.status === 'missing' || (before.reason === now.reason && before.records === now.records);
}

/** Roles and groups matter only where something binds them, which their own lines and the checks' reasons tell. */
function matters({fact, scope}: CoverageLine): boolean {
	return (fact !== 'roles' && fact !== 'groups') || scope.startsWith('//');
}

function isEverywhere({fact, scope}: CoverageLine): boolean {
	if (fact === 'input' || scope.startsWith('organizations/')) return true;
	// Which projects lie in a folder is not in the report; what only projects hold is not in the folder itself.
	return scope.startsWith('folders/') && !IN_PROJECTS.has(fact as Fact);
}

function inWords({fact, scope, status, reason}: CoverageLine): string {
	const what = `${fact} of ${scope} ${status === 'partial' ? 'was read only in part' : 'was not read'}`;
	return reason === undefined ? what : `${what}: ${reason}`;
}

/** Containers, accounts, groups, roles and resources that a finding is about, its evidence, path and proof included. */
function subjectsOf({resource, project, principal, evidence, path = []}: Finding): ReadonlySet<string> {
	const texts = [
		resource,
		resource.replace(/\/keys\/[^/]+$/, ''),
		principal ?? '',
		...path.flatMap(({from, to}) => [from, to]),
		...textsIn(evidence),
	];
	const names = new Set(project === undefined ? [] : [`projects/${project}`]);
	for (const fact of factsOf(path)) {
		if (fact.kind === 'binding') {
			texts.push(fact.resource, fact.member);
			names.add(`//iam.googleapis.com/${fact.role}`).add(fact.role);
		} else if (fact.kind === 'membership') texts.push(fact.member, fact.of);
		else texts.push(fact.resource, fact.runsAs);
	}
	for (const text of texts) {
		if (text.startsWith('group:')) names.add(text);
		if (ROLE.test(text)) names.add(`//iam.googleapis.com/${text}`).add(text);
		for (const name of namesIn(text)) names.add(name);
	}
	return names;
}

const ROLE = /^(?:(?:projects|organizations)\/[^/]+\/)?roles\/[\w.]+$/;

/** Every text of some evidence. */
function textsIn(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Containers, e-mail addresses and full resource names that stand in a text. */
function namesIn(text: string): string[] {
	const names: string[] = [];
	for (const [name] of text.matchAll(/\/\/[^\s,;]+/g)) names.push(name);
	for (const [name] of text.matchAll(/\b(?:projects|folders|organizations)\/[\w.:-]*[\w-]/g)) names.push(name);
	for (const [email] of text.matchAll(/[\w.+-]+@[\w.-]*\w/g)) {
		names.push(email);
		const project = projectOfEmail(email);
		if (project !== undefined) names.push(project);
	}
	return names;
}
