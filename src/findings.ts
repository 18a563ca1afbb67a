/** Findings before their words are made, in the report's order, and the list that makes them while it is read. */
import type {Check, Hit} from './check.ts';
import {complianceOf} from './compliance.ts';
import type {Config, SuppressionRule} from './config/defaults.ts';
import {type CheckParts, checkParts, joinFinding} from './finding-json.ts';
import {fingerprint} from './fingerprint.ts';
import {compare} from './inventory/coverage.ts';
import {parseAccountName, projectInName} from './inventory/names.ts';
import {fixJson} from './remediation/fix-json.ts';
import {renderFix} from './remediation/render.ts';
import {type Finding, type FindingBrief, type FindingList, SEVERITIES, type Step, type Suppression} from './report.ts';
import type {Suppressions} from './suppressions.ts';

/** One finding before its words are made. */
export interface Draft {
	check: Check;
	hit: Hit;
	severity: Hit['severity'];
	fingerprint: string;
	suppressed: SuppressionRule | undefined;
}

export function draftOf(check: Check, hit: Hit, config: Config, suppressions: Suppressions): Draft {
	const {resource, principal} = hit;
	const id = fingerprint(check.id, resource, principal, hit.cause);
	return {
		check,
		hit,
		severity: config.checks[check.id]?.severity ?? hit.severity,
		fingerprint: id,
		suppressed: suppressions.covering({check: check.id, fingerprint: id, resource, principal}),
	};
}

/**
 * Severity first, then check, resource, principal and fingerprint: a total order. Checks find things in nearly this
 * order each, so sorting what each of them found compares little.
 * @param found by check
 */
export function inOrder(found: readonly (readonly Draft[])[]): Draft[] {
	const byCheck = found
		.filter(drafts => drafts.length > 0)
		.toSorted(([a], [b]) => compare(a!.check.id, b!.check.id))
		.map(drafts => drafts.toSorted(byResource));
	return SEVERITIES.flatMap(severity => byCheck.flatMap(drafts => drafts.filter(draft => draft.severity === severity)));
}

function byResource(a: Draft, b: Draft): number {
	return (
		compare(a.hit.resource, b.hit.resource) ||
		compare(a.hit.principal ?? '', b.hit.principal ?? '') ||
		compare(a.fingerprint, b.fingerprint)
	);
}

/** Findings whose words are made while they are read, so that a large report is never held as a whole. */
export class Findings implements FindingList {
	readonly #drafts: readonly Draft[];
	/** Those that the graph asked for already: few, since it is capped. */
	readonly #paths: ReadonlyMap<Hit, Step[]>;
	readonly #checks = new Map<Check, CheckParts>();

	constructor(drafts: readonly Draft[], paths: ReadonlyMap<Hit, Step[]>) {
		this.#drafts = drafts;
		this.#paths = paths;
	}

	get length(): number {
		return this.#drafts.length;
	}

	whole(index: number): Finding {
		return this.#findingOf(this.#drafts[index]!);
	}

	brief(index: number): FindingBrief {
		return briefOf(this.#drafts[index]!);
	}

	text(index: number): string {
		const {check, hit, severity, fingerprint: id, suppressed} = this.#drafts[index]!;
		const {message, evidence, fix} = hit.detail();
		const {resource, principal, confidence} = hit;
		return joinFinding({
			check: this.#partsOf(check),
			fingerprint: id,
			severity,
			confidence,
			own: {message, resource, project: projectOf(resource), principal, path: this.#pathOf(hit), evidence},
			remediation: fixJson(fix),
			suppressed: suppressed && suppressionOf(suppressed),
		});
	}

	*[Symbol.iterator](): Generator<Finding> {
		for (const draft of this.#drafts) yield this.#findingOf(draft);
	}

	#findingOf({check, hit, severity, fingerprint: id, suppressed}: Draft): Finding {
		const {message, evidence, fix} = hit.detail();
		const path = this.#pathOf(hit);
		const project = projectOf(hit.resource);
		return {
			check: check.id,
			fingerprint: id,
			severity,
			confidence: hit.confidence,
			message,
			resource: hit.resource,
			...(project !== undefined && {project}),
			...(hit.principal !== undefined && {principal: hit.principal}),
			...(path && {path}),
			evidence,
			remediation: renderFix(fix),
			practice: [...check.practice],
			compliance: complianceOf(check.id),
			...(suppressed && {suppressed: suppressionOf(suppressed)}),
		};
	}

	#pathOf(hit: Hit): Step[] | undefined {
		return this.#paths.get(hit) ?? hit.path?.();
	}

	#partsOf(check: Check): CheckParts {
		let parts = this.#checks.get(check);
		if (!parts) {
			const {id, practice} = check;
			parts = checkParts({check: id, practice: [...practice], compliance: complianceOf(id)});
			this.#checks.set(check, parts);
		}
		return parts;
	}
}

/**
 * What the graph looks at of each finding, without the rest of its words.
 * @param known gets what was asked for
 */
export function* pathsOf(drafts: readonly Draft[], known: Map<Hit, Step[]>): Generator<Step[]> {
	for (const {hit} of drafts) {
		const path = hit.path?.();
		if (!path) continue;
		known.set(hit, path);
		yield path;
	}
}

function briefOf({check, hit, severity, fingerprint: id, suppressed}: Draft): FindingBrief {
	const {resource, principal, confidence, cause} = hit;
	const project = projectOf(resource);
	return {
		check: check.id,
		fingerprint: id,
		severity,
		confidence,
		resource,
		...(project !== undefined && {project}),
		...(principal !== undefined && {principal}),
		...(cause && {cause}),
		...(suppressed && {suppressed}),
	};
}

function suppressionOf({reason, owner, until}: SuppressionRule): Suppression {
	return {reason, owner, ...(until !== undefined && {until})};
}

/** Project id of a canonical resource name, absent for folders and organizations. */
function projectOf(resource: string): string | undefined {
	const key = parseAccountName(resource)?.project ?? projectInName(`${resource}/`)?.slice('projects/'.length);
	return key === '-' ? undefined : key;
}
