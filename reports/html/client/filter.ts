/** Which findings somebody wants to see. Pure; the form and the address both are made of it. */
import type {Finding} from '../data.ts';

export interface Filter {
	/** Every word of it stands somewhere in the finding. */
	text: string;
	/** Empty: all. */
	severity: readonly string[];
	confidence: readonly string[];
	check: string;
	project: string;
	principal: string;
	control: string;
	/** `new`, `unchanged`; empty: all. */
	baseline: readonly string[];
	suppressed: boolean;
}

/** Stands for no project, in the filter: findings on folders and organizations. No project is called so. */
export const NO_PROJECT = '(none)';

export function readFilter(params: URLSearchParams): Filter {
	const list = (name: string) => (params.get(name) ?? '').split(',').filter(word => word !== '');
	const text = (name: string) => params.get(name) ?? '';
	return {
		text: text('text'),
		severity: list('severity'),
		confidence: list('confidence'),
		check: text('check'),
		project: text('project'),
		principal: text('principal'),
		control: text('control'),
		baseline: list('baseline'),
		suppressed: params.get('suppressed') === 'yes',
	};
}

/** The same as parameters of the address. */
export function writeFilter(filter: Filter): Record<string, string | undefined> {
	return {
		...filter,
		severity: filter.severity.join(','),
		confidence: filter.confidence.join(','),
		baseline: filter.baseline.join(','),
		suppressed: filter.suppressed ? 'yes' : undefined,
	};
}

/** What a text filter looks through, per finding, made once. */
const haystacks = new WeakMap<Finding, string>();

function haystack(finding: Finding): string {
	let text = haystacks.get(finding);
	if (text === undefined) {
		const {check, fingerprint, message, resource, principal = '', project = '', path = []} = finding;
		const steps = path.flatMap(step => [step.from, step.to, step.escalation]);
		text = [check, fingerprint, message, resource, principal, project, ...steps].join('\n').toLowerCase();
		haystacks.set(finding, text);
	}
	return text;
}

export function matching(findings: readonly Finding[], filter: Filter): Finding[] {
	const words = filter.text
		.toLowerCase()
		.split(/\s+/)
		.filter(word => word !== '');
	const isProject = fitting(
		findings.map(({project = NO_PROJECT}) => project),
		filter.project,
	);
	const isPrincipal = fitting(
		findings.map(({principal = ''}) => principal),
		filter.principal,
	);
	return findings.filter(
		finding =>
			(filter.suppressed || finding.suppressed === undefined) &&
			(filter.severity.length === 0 || filter.severity.includes(finding.severity)) &&
			(filter.confidence.length === 0 || filter.confidence.includes(finding.confidence)) &&
			(filter.check === '' || finding.check === filter.check) &&
			(filter.control === '' || finding.compliance.includes(filter.control)) &&
			(filter.baseline.length === 0 || filter.baseline.includes(finding.baseline ?? '')) &&
			isProject(finding.project ?? NO_PROJECT) &&
			isPrincipal(finding.principal ?? '') &&
			words.every(word => haystack(finding).includes(word)),
	);
}

/** A whole name means just that one (`shop`, and not `shop-dev`), anything else whatever it stands in. */
function fitting(names: readonly string[], wanted: string): (name: string) => boolean {
	const text = wanted.trim().toLowerCase();
	if (text === '') return () => true;
	const isWhole = names.some(name => name.toLowerCase() === text);
	return name => (isWhole ? name.toLowerCase() === text : name.toLowerCase().includes(text));
}
