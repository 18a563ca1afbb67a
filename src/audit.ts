/**
 * The heart: a compiled world, the checks and `now` in, a report out. Pure; the same world gives the
 * same report.
 */
import type {Check, Hit} from './check.ts';
import type {SuppressionRule} from './config/defaults.ts';
import {type Draft, draftOf, Findings, inOrder, pathsOf} from './findings.ts';
import {chokePoints} from './queries/choke-points.ts';
import {reportGraph} from './queries/around-findings.ts';
import {reconcile} from './queries/reconciliation.ts';
import {accountSummaries} from './queries/account-summaries.ts';
import {holesOf, unreadRoleLines} from './holes.ts';
import {compare} from './inventory/coverage.ts';
import type {Binding, Inventory} from './inventory/model.ts';
import {Suppressions} from './suppressions.ts';
import type {CheckOutcome, Report, Run, Step, Summary} from './report.ts';
import type {World} from './world.ts';

export interface AuditOptions {
	checks: readonly Check[];
	run: Run;
	version: string;
	/** Some checks, or parts of the organization, were left out: that a suppression fits nothing may mean just that. */
	narrowed?: {checks: boolean; scope: boolean};
	/** Told of a check that threw: its outcome is `unknown`, the run goes on. */
	onThrow?: (check: string, error: unknown) => void;
}

export function audit(world: World, options: AuditOptions): Report {
	const {inventory, config} = world;
	const suppressions = new Suppressions(config.suppressions, inventory.now);
	const found: Draft[][] = [];
	const outcomes: CheckOutcome[] = [];
	for (const check of options.checks) {
		const judged = runCheck(world, check, options.onThrow);
		outcomes.push(judged.outcome);
		found.push(judged.found);
	}
	const drafts = inOrder(found);
	const paths = new Map<Hit, Step[]>();
	const graph = reportGraph(pathsOf(drafts, paths));
	const findings = new Findings(drafts, paths);
	return {
		version: 1,
		tool: {name: 'sa-audit', version: options.version},
		run: options.run,
		summary: summarize(drafts, inventory),
		coverage: [...inventory.coverage.lines(), ...unreadRoleLines(world)].toSorted(
			(a, b) => compare(a.fact, b.fact) || compare(a.scope, b.scope) || compare(a.assetType ?? '', b.assetType ?? ''),
		),
		checks: outcomes.toSorted((a, b) => compare(a.id, b.id)),
		chokePoints: chokePoints(world),
		accounts: accountSummaries(world, new Set(drafts.flatMap(({hit}) => [hit.resource, hit.principal ?? '']))),
		graph,
		...googleInsights(drafts),
		...(config.suppressions.length > 0 && {suppressions: suppressions.outcomes(isJudged)}),
		findings,
	};

	/** Findings beside Google's insights, unless a check that they are about was left out, or none were collected. */
	function googleInsights(found: readonly Draft[]): Pick<Report, 'googleInsights'> {
		const wanted = ['lateral-movement', 'unused-service-account'];
		if (!wanted.every(id => options.checks.some(check => check.id === id))) return {};
		const lines = reconcile(
			world,
			found.map(({check, hit: {resource, principal, google}}) => ({check: check.id, resource, principal, google})),
		);
		return lines.length > 0 ? {googleInsights: lines} : {};
	}

	function isJudged({check}: SuppressionRule): boolean {
		if (options.narrowed?.scope) return false;
		return check === undefined ? !options.narrowed?.checks : options.checks.some(({id}) => id === check);
	}

	function runCheck(
		at: World,
		check: Check,
		onThrow: AuditOptions['onThrow'],
	): {outcome: CheckOutcome; found: Draft[]} {
		try {
			const verdict = check.inspect(at);
			const found = [...verdict.hits].map(hit => draftOf(check, hit, config, suppressions));
			const holes = [...check.needs.flatMap(fact => holesOf(at, fact)), ...verdict.unknown];
			const status = found.length > 0 ? 'fail' : holes.length > 0 ? 'unknown' : 'pass';
			return {
				outcome: {
					id: check.id,
					status,
					examined: verdict.examined,
					findings: found.length,
					...(holes.length > 0 && {reason: inShort(holes)}),
				},
				found,
			};
		} catch (error) {
			onThrow?.(check.id, error);
			const reason = 'the check itself failed: a mistake of sa-audit, please report it';
			return {outcome: {id: check.id, status: 'unknown', examined: 0, findings: 0, reason}, found: []};
		}
	}
}

function summarize(drafts: readonly Draft[], inventory: Inventory): Summary {
	const findings = {critical: 0, high: 0, medium: 0, low: 0};
	let suppressed = 0;
	for (const draft of drafts) {
		if (draft.suppressed) suppressed++;
		else findings[draft.severity]++;
	}
	const {bindings, principals} = countGrants(inventory);
	const inScope = (container: {inScope: boolean} | undefined): boolean => container?.inScope ?? true;
	let accounts = 0;
	for (const account of inventory.accounts.values()) if (account.read && inScope(account.project)) accounts++;
	return {
		findings,
		suppressed,
		inventory: {
			projects: inventory.containers.filter(container => container.kind === 'project' && container.inScope).length,
			serviceAccounts: accounts,
			keys: inventory.keys.filter(key => inScope(key.account.project)).length,
			bindings,
			principals,
		},
	};
}

/** Distinct (resource, role, condition, member) in scope, and distinct members. */
function countGrants(inventory: Inventory): {bindings: number; principals: number} {
	/** By principal: the last group of like bindings that named it, counted from 1. */
	const seenIn = new Uint32Array(inventory.principals.all.length);
	let group = 0;
	let bindings = 0;
	let principals = 0;
	for (const policy of inventory.policies.values()) {
		if (!(policy.resource.container?.inScope ?? true)) continue;
		for (const like of likeBindings(policy.bindings)) {
			group++;
			for (const binding of like) {
				for (const {index} of binding.members) {
					if (seenIn[index] === group) continue;
					if (seenIn[index] === 0) principals++;
					seenIn[index] = group;
					bindings++;
				}
			}
		}
	}
	return {bindings, principals};
}

/** Bindings of one policy by role and condition. */
function likeBindings(bindings: readonly Binding[]): Iterable<readonly Binding[]> {
	if (bindings.length < 2) return [bindings];
	const groups = new Map<string, Binding[]>();
	for (const binding of bindings) {
		const key = binding.condition ? `${binding.role}\u0000${binding.condition.expression}` : binding.role;
		const known = groups.get(key);
		if (known) known.push(binding);
		else groups.set(key, [binding]);
	}
	return groups.values();
}

/** The first reasons and how many more there are. */
function inShort(reasons: readonly string[]): string {
	const distinct = [...new Set(reasons)];
	const named = distinct.slice(0, 3).join('; ');
	return distinct.length > 3 ? `${named}; and ${distinct.length - 3} more` : named;
}
