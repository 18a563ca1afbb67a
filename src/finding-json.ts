/** One finding as JSON: its keys in the contract's order, and its text made in parts of which most repeat. */
import {isOrdered, type Keys, no, ordered} from './key-order.ts';
import type {Finding, FindingList, Remediation, Step, Suppression} from './report.ts';
import {safeJson} from './text.ts';

/** Every finding of a list as JSON on one line. */
export function* findingTexts(findings: FindingList): Iterable<string> {
	if (findings.text) for (let index = 0; index < findings.length; index++) yield findings.text(index);
	else for (const finding of findings) yield findingText(finding);
}

export function findingText(finding: Finding): string {
	return safeJson(orderedFinding(finding));
}

/** A finding in two parts: what is its own as data, what others have too as JSON. */
export interface FindingParts extends Pick<Finding, 'fingerprint' | 'severity' | 'confidence' | 'suppressed'> {
	own: Pick<Finding, 'message' | 'resource' | 'project' | 'principal' | 'path' | 'evidence'>;
	/** In JSON. */
	remediation: string;
	/** By `checkParts`. */
	check: CheckParts;
}

/** What all findings of a check have, in JSON, before and behind the rest. */
export interface CheckParts {
	before: string;
	behind: string;
}

export function checkParts({
	check,
	practice,
	compliance,
}: Pick<Finding, 'check' | 'practice' | 'compliance'>): CheckParts {
	return {
		before: `{"check":${safeJson(check)},"fingerprint":"`,
		behind: `,"practice":${safeJson(practice)},"compliance":${safeJson(compliance)}`,
	};
}

/** The finding that has these parts as JSON: what `findingTexts` says of it as a whole. */
export function joinFinding({
	check,
	fingerprint,
	severity,
	confidence,
	own,
	remediation,
	suppressed,
}: FindingParts): string {
	const {message, resource, project, principal, path, evidence} = own;
	const inOrder = {message, resource, project, principal, path: path && orderedPath(path), evidence};
	return (
		`${check.before}${fingerprint}","severity":"${severity}","confidence":"${confidence}",` +
		`${safeJson(inOrder).slice(1, -1)},"remediation":${remediation}${check.behind}` +
		(suppressed ? `,"suppressed":${safeJson(ordered(suppressed, SUPPRESSION))}}` : '}')
	);
}

/** The finding with its keys in the contract's order; keys that the contract does not name come last. */
function orderedFinding(finding: Finding): Finding {
	const {path, suppressed, remediation} = finding;
	const inside = {
		remediation: ordered(remediation, REMEDIATION),
		path: path && orderedPath(path),
		suppressed: suppressed && ordered(suppressed, SUPPRESSION),
	};
	const isSame = inside.remediation === remediation && inside.path === path && inside.suppressed === suppressed;
	if (isSame && isOrdered(finding, FINDING)) return finding;
	const copy = {...FINDING, ...finding, remediation: inside.remediation};
	if (inside.path !== undefined) copy.path = inside.path;
	if (inside.suppressed !== undefined) copy.suppressed = inside.suppressed;
	return copy;
}

function orderedPath(path: Step[]): Step[] {
	return path.every(step => isOrdered(step, STEP)) ? path : path.map(step => ordered(step, STEP));
}

const REMEDIATION: Keys<Remediation> = {summary: no, gcloud: no, terraform: no, undo: no, verify: no};

const STEP: Keys<Step> = {
	from: no,
	to: no,
	escalation: no,
	alsoBy: no,
	confidence: no,
	used: no,
	observed: no,
	blockedBy: no,
	because: no,
	temporary: no,
};

const SUPPRESSION: Keys<Suppression> = {reason: no, owner: no, until: no};

const FINDING: Keys<Finding> = {
	check: no,
	fingerprint: no,
	severity: no,
	confidence: no,
	message: no,
	resource: no,
	project: no,
	principal: no,
	path: no,
	evidence: no,
	remediation: no,
	practice: no,
	compliance: no,
	suppressed: no,
	baseline: no,
	drift: no,
};
