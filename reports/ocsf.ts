/**
 * OCSF 1.9.0 Compliance Findings (class 2003), one JSON object a line: what security lakes and their loaders take.
 * A check judges resources against rules, which is this class and not Detection Finding; one class for all keeps
 * them in one table of the lake. Only attributes that 1.5 to 1.9 share are used; paths and numbers are `evidences`.
 *
 * Classes and objects as published by the OCSF (events/findings/compliance_finding, objects/compliance, check,
 * finding_info, remediation, resource_details, cloud; github.com/ocsf/ocsf-schema).
 */
import type {Confidence, Finding, Report, Severity} from '../src/report.ts';
import {safeJson, safeLine, shortResource} from '../src/text.ts';
import {type Catalogue, noteOf} from './catalogue.ts';

const VERSION = '1.9.0';
/** `severity_id` and `confidence_id` of the OCSF dictionary, with their captions. */
const SEVERITY: Readonly<Record<Severity, readonly [number, string]>> = {
	critical: [5, 'Critical'],
	high: [4, 'High'],
	medium: [3, 'Medium'],
	low: [2, 'Low'],
};
const CONFIDENCE: Readonly<Record<Confidence, readonly [number, string]>> = {
	certain: [3, 'High'],
	conditional: [2, 'Medium'],
	unverified: [1, 'Low'],
};
/** Google's practices for service accounts, by number, as a standard. */
const PRACTICES = 'Google Cloud best practices for service accounts';

/** Yields one event a finding; a suppressed one has status 3. Times are epoch milliseconds of the run's `now`. */
export function* ocsf(report: Report, {catalogue}: {catalogue?: Catalogue}): Iterable<string> {
	const time = Date.parse(report.run.now);
	const {name, version} = report.tool;
	const metadata = {version: VERSION, product: {name, vendor_name: name, version}, profiles: ['cloud']};
	for (const finding of report.findings) yield `${safeJson(event(finding, time, metadata, catalogue))}\n`;
}

function event(finding: Finding, time: number, metadata: object, catalogue: Catalogue | undefined): object {
	const {check, suppressed, remediation} = finding;
	const note = noteOf(catalogue, check);
	const [severity, severityName] = SEVERITY[finding.severity];
	const [confidence, confidenceName] = CONFIDENCE[finding.confidence];
	const message = safeLine(finding.message);
	const commands = remediation.gcloud.map(safeLine).join('\n');
	// Without a baseline nobody knows whether it was told before.
	const [activity, activityName] = finding.baseline === 'unchanged' ? [2, 'Update'] : [1, 'Create'];
	return {
		activity_id: activity,
		activity_name: activityName,
		category_uid: 2,
		category_name: 'Findings',
		class_uid: 2003,
		class_name: 'Compliance Finding',
		type_uid: 200_300 + activity,
		type_name: `Compliance Finding: ${activityName}`,
		time,
		severity_id: severity,
		severity: severityName,
		confidence_id: confidence,
		confidence: confidenceName,
		status_id: suppressed === undefined ? 1 : 3,
		status: suppressed === undefined ? 'New' : 'Suppressed',
		...(suppressed !== undefined && {status_detail: safeLine(`${suppressed.reason} (${suppressed.owner})`)}),
		message,
		metadata,
		cloud: {
			provider: 'GCP',
			...(finding.project !== undefined && {account: {uid: finding.project, type: 'GCP Project', type_id: 11}}),
		},
		finding_info: {
			uid: finding.fingerprint,
			title: note.title,
			desc: message,
			created_time: time,
			types: [check],
			analytic: {uid: check, name: note.title, type_id: 1, type: 'Rule'},
		},
		compliance: compliance(finding, note.title),
		resources: [
			{uid: finding.resource, name: shortResource(finding.resource), role_id: 1, role: 'Target'},
			...(finding.principal === undefined
				? []
				: [{uid: finding.principal, name: finding.principal, role_id: 2, role: 'Actor'}]),
		],
		remediation: {
			desc: safeLine(remediation.summary) + (commands === '' ? '' : `\n${commands}`),
			...(note.references.length > 0 && {references: note.references}),
		},
		evidences: evidences(finding),
	};
}

/** `CIS-GCP-4.0:1.4` is requirement 1.4 of the standard CIS-GCP-4.0. */
function compliance({check, compliance: named, practice}: Finding, title: string): object {
	const standards = new Set(named.map(entry => entry.split(':', 1)[0]!));
	if (practice.length > 0) standards.add(PRACTICES);
	return {
		status_id: 3,
		status: 'Fail',
		checks: [{uid: check, name: title, status_id: 3, status: 'Fail'}],
		standards: standards.size > 0 ? [...standards] : ['sa-audit'],
		requirements: [...named, ...practice.map(number => `${PRACTICES}: ${number}`)],
	};
}

/** What proves it: one evidence for the numbers and names, one for the path; at least one, as the object demands. */
function evidences({evidence, path, suppressed}: Finding): object[] {
	return [
		{name: 'evidence', data: evidence},
		...(path === undefined ? [] : [{name: 'path', data: {steps: path}}]),
		...(suppressed === undefined ? [] : [{name: 'suppression', data: suppressed}]),
	];
}
