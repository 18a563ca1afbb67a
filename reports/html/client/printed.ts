/** Findings for paper, which has no details to open: each with its path and its fix, then the rest in a line each. */
import type {Finding} from '../data.ts';
import {acceptance, severityBadge} from './badge.ts';
import {type Child, el} from './dom.ts';
import {number, shortName} from './names.ts';

/** Findings with their details: some hundred pages. */
const WHOLE = 300;

export function printedFindings(findings: readonly Finding[]): Child {
	const rest = findings.length - WHOLE;
	return [
		findings.slice(0, WHOLE).map(printed),
		rest > 0 &&
			el('p', {class: 'note'}, `${number(rest)} more findings are not printed: filter first, or take the CSV.`),
	];
}

function printed(finding: Finding): HTMLElement {
	const {severity, check, confidence, message, resource, principal, path = [], remediation, fingerprint} = finding;
	const {suppressed, baseline} = finding;
	return el(
		'article',
		{class: 'printed'},
		el('p', {}, severityBadge(severity), ` ${check}, ${confidence}`, baseline === 'new' && ', new'),
		el('p', {}, el('b', {}, message)),
		suppressed !== undefined && el('p', {class: 'note'}, acceptance(suppressed)),
		el('p', {class: 'note'}, resource, principal !== undefined && `, gained by ${principal}`),
		path.length > 0 &&
			el(
				'p',
				{},
				'Path: ',
				shortName(path[0]!.from),
				path.map(step => ` → ${shortName(step.to)} (${step.escalation}, ${step.confidence})`),
			),
		el('p', {}, `Fix: ${remediation.summary}`),
		remediation.gcloud.length > 0 && el('pre', {}, remediation.gcloud.join('\n')),
		el('p', {class: 'note'}, `Fingerprint ${fingerprint}`),
	);
}
