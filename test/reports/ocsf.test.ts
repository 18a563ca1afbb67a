import {Ajv} from 'ajv';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {checks} from '../../checks/index.ts';
import {notesOf} from '../../src/notes.ts';
import {formats} from '../../reports/index.ts';
import type {Report} from '../../src/report.ts';
import {
	arbitraryReport,
	compared,
	finding,
	HOSTILE,
	plainFinding,
	sample,
	UNSAFE,
	withFindings,
	withText,
} from './sample.ts';
import {complianceFinding} from './schemas/ocsf.ts';

const validate = new Ajv({allErrors: true, strict: false}).compile(complianceFinding);
const catalogue = notesOf(checks);

interface Event {
	time: number;
	severity: string;
	status: string;
	status_detail?: string;
	metadata: unknown;
	cloud: unknown;
	finding_info: {uid: string; title: string};
	compliance: {standards: string[]; requirements: string[]};
	resources: {uid: string; role: string}[];
	remediation: {desc: string; references: string[]};
	evidences: {name: string; data: unknown}[];
}

function events(report: Report): Event[] {
	const text = [...formats.ocsf(report, {color: false, columns: 80, catalogue})].join('');
	expect(text).not.toMatch(UNSAFE);
	const lines = text.split('\n').slice(0, -1);
	expect(lines).toHaveLength(report.findings.length);
	return lines.map(line => {
		const event = JSON.parse(line) as Event;
		validate(event);
		expect(validate.errors ?? []).toEqual([]);
		return event;
	});
}

test('with a baseline, what was told before is an update', () => {
	const told = events(compared) as (Event & {activity_id: number; type_uid: number})[];
	expect(told.map(({activity_id}) => activity_id)).toEqual([1, 2, 2]);
	expect(told.map(({type_uid}) => type_uid)).toEqual([200_301, 200_302, 200_302]);
});

describe('every event validates', () => {
	test('of the sample', () => expect(events(sample)).toHaveLength(3));
	test.each(Object.entries(HOSTILE))('with %s in every field', (_, text) => {
		// The time of the run is no free text.
		const report = withText(sample, text);
		events({...report, run: {...report.run, now: sample.run.now}});
	});
	test('generated ones', () =>
		fc.assert(
			fc.property(arbitraryReport, report => void events(report)),
			{numRuns: 50},
		));
	test('against a schema that refuses what is wrong', () => {
		const [event] = events(sample) as [Event];
		for (const wrong of [
			{...event, severity: 'Low'},
			{...event, finding_info: {}},
			{...event, sevrity: 'High'},
			{...event, class_uid: 2004},
			{...event, remediation: {}},
		]) {
			expect(validate(wrong)).toBe(false);
		}
	});
});

test('an event says what the finding says', () => {
	const [first, second, suppressed] = events(sample) as [Event, Event, Event];
	expect(first).toMatchObject({
		time: Date.parse(sample.run.now),
		severity: 'Critical',
		status: 'New',
		finding_info: {uid: finding.fingerprint},
		cloud: {provider: 'GCP', account: {uid: 'shop'}},
		resources: [
			{uid: finding.resource, role: 'Target'},
			{uid: finding.principal, role: 'Actor'},
		],
	});
	expect(first.compliance.standards).toEqual(['CIS-GCP-4.0', 'Google Cloud best practices for service accounts']);
	expect(first.compliance.requirements[0]).toBe('CIS-GCP-4.0:1.6');
	expect(first.remediation.desc).toContain(finding.remediation.gcloud[0]);
	expect(first.evidences.map(each => each.name)).toEqual(['evidence', 'path']);
	expect(first.evidences[1]!.data).toEqual({steps: finding.path});
	expect(second.finding_info.title).toBe('An enabled user-managed key exists');
	expect(second.remediation.references).toEqual(catalogue.get('user-managed-key')!.references);
	expect(second.cloud).toEqual({provider: 'GCP'});
	expect(suppressed).toMatchObject({status: 'Suppressed', status_detail: 'legacy partner (ann@example.com)'});
});

test('without findings there is nothing', () => expect(events(withFindings([]))).toEqual([]));

test('the run changes nothing but the time that it judged at', () => {
	const other = {...sample, run: {...sample.run, id: 'another', finishedAt: '2027-01-01T00:00:00Z'}};
	expect(events(other)).toEqual(events(sample));
	expect(events(withFindings([plainFinding]))[0]!.compliance.standards).toEqual(['sa-audit']);
});
