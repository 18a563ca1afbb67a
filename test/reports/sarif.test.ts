import {readFileSync} from 'node:fs';
import {Ajv} from 'ajv';
import formatsPlugin from 'ajv-formats';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {checks} from '../../checks/index.ts';
import {notesOf} from '../../src/notes.ts';
import {formats} from '../../reports/index.ts';
import type {Report} from '../../src/report.ts';
import {arbitraryReport, compared, finding, HOSTILE, plainFinding, sample, withFindings, withText} from './sample.ts';

const {
	$schema: _,
	id: __,
	...schema
} = JSON.parse(readFileSync(new URL('schemas/sarif-2.1.0.json', import.meta.url), 'utf8')) as Record<string, unknown>;
// The schema is draft 4; without `id` and `exclusiveMinimum`, which it has nowhere else, draft 7 reads it alike.
const ajv = new Ajv({allErrors: true, strict: false, unicodeRegExp: false});
formatsPlugin.default(ajv);
const validate = ajv.compile(schema);

const catalogue = notesOf(checks);

interface Rule {
	id: string;
	help: {text: string; markdown: string};
	defaultConfiguration: {level: string};
	properties: {tags: string[]; 'security-severity': string};
}
interface Location {
	physicalLocation: {artifactLocation: {uri: string}; region: {startLine: number}};
	logicalLocations: {fullyQualifiedName: string}[];
	message?: {text: string};
}
interface Result {
	ruleId: string;
	ruleIndex: number;
	level: string;
	message: {text: string};
	locations: Location[];
	partialFingerprints: Record<string, string>;
	baselineState?: string;
	codeFlows?: {threadFlows: {locations: {executionOrder: number; location: Location}[]}[]}[];
	suppressions?: {kind: string; status: string; justification: string}[];
}
interface Run {
	tool: {driver: {rules: Rule[]}};
	invocations: {toolExecutionNotifications: {message: {text: string}}[]}[];
	results: Result[];
	properties: {demo?: string};
}

function runOf(report: Report, options = {}): Run {
	const text = [...formats.sarif(report, {color: false, columns: 80, catalogue, ...options})].join('');
	const log = JSON.parse(text) as {runs: [Run]};
	validate(log);
	expect(validate.errors ?? []).toEqual([]);
	return log.runs[0];
}

describe('validates against the official schema', () => {
	test('the sample, a report without findings, and one without a catalogue', () => {
		runOf(sample);
		runOf(withFindings([]));
		runOf(sample, {catalogue: undefined});
	});

	test.each(Object.entries(HOSTILE))('with %s in every field', (_, text) => void runOf(withText(sample, text)));

	test('generated reports', () =>
		fc.assert(
			fc.property(arbitraryReport, report => void runOf(report)),
			{numRuns: 30},
		));

	test('which refuses what is wrong', () => {
		expect(validate({version: '2.1.0', runs: [{tool: {driver: {name: 'x'}}, results: [{level: 'error'}]}]})).toBe(
			false,
		);
		expect(validate({version: '2.2.0', runs: []})).toBe(false);
	});
});

describe('a result', () => {
	const [first, second, suppressed] = runOf(sample).results as [Result, Result, Result];

	test('names its rule by id and place', () => {
		const run = runOf(sample);
		for (const {ruleId, ruleIndex} of run.results) expect(run.tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
	});

	test.each([
		[undefined, 'sa-audit.yaml'],
		[[], 'sa-audit.yaml'],
		[['export/resources.ndjson', 'policies.ndjson'], 'export/resources.ndjson'],
		[['a b/#1?.ndjson'], 'a%20b/%231%3F.ndjson'],
		[['ü\ud800.ndjson'], '%C3%BC%EF%BF%BD.ndjson'],
	])('of files %j lies in %s: relative, and every result and step in the same', (files, uri) => {
		const run = {...sample.run, sources: [{kind: 'assets' as const, scope: [], ...(files && {files})}]};
		const places = runOf({...sample, run}).results.flatMap(({locations, codeFlows = []}) => [
			...locations,
			...codeFlows.flatMap(flow => flow.threadFlows.flatMap(({locations: steps}) => steps.map(step => step.location))),
		]);
		expect(places.length).toBeGreaterThan(5);
		for (const place of places) {
			expect(place.physicalLocation.artifactLocation.uri).toBe(uri);
			expect(place.physicalLocation.region.startLine).toBe(1);
			expect(place.logicalLocations).toHaveLength(1);
		}
	});

	test('says whether the baseline has it', () => {
		expect(runOf(compared).results.map(({baselineState}) => baselineState)).toEqual(['new', 'unchanged', 'unchanged']);
		expect(first.baselineState).toBeUndefined();
	});

	test('lies in the configuration, and logically at the resource', () => {
		expect(first.locations[0]!.physicalLocation.artifactLocation.uri).toBe('sa-audit.yaml');
		expect(first.locations[0]!.logicalLocations[0]!.fullyQualifiedName).toBe(finding.resource);
	});

	test('is told apart by its fingerprint alone', () => {
		expect(first.partialFingerprints).toEqual({
			'saAudit/v1': finding.fingerprint,
			primaryLocationLineHash: `${finding.fingerprint}:1`,
		});
	});

	test('has its path as a code flow, hop by hop', () => {
		const steps = first.codeFlows![0]!.threadFlows[0]!.locations;
		expect(steps.map(step => step.location.logicalLocations[0]!.fullyQualifiedName)).toEqual([
			finding.path![0]!.from,
			...finding.path!.map(step => step.to),
		]);
		expect(steps.map(step => step.executionOrder)).toEqual([1, 2, 3, 4]);
		expect(steps[2]!.location.message!.text).toContain('by compute-set-metadata (conditional)');
		expect(second.codeFlows).toBeUndefined();
	});

	test('that is suppressed stays, marked', () => {
		expect(suppressed.suppressions).toMatchObject([
			{kind: 'external', status: 'accepted', justification: 'legacy partner'},
		]);
		expect(second.suppressions).toBeUndefined();
	});

	test('cannot smuggle a link or a placeholder into its message', () => {
		const [only] = runOf(withFindings([{...plainFinding, message: '[x](http://evil) {0}'}])).results;
		expect(only!.message.text).toBe('[x] (http://evil) {{0}}');
	});
});

describe('a rule', () => {
	const {rules} = runOf(sample).tool.driver;
	const rule = (id: string) => rules.find(each => each.id === id)!;

	test('has help, tags and a link', () => {
		expect(rule('user-managed-key').help.markdown).toContain('**Why.**');
		expect(rule('user-managed-key').help.text).toContain('https://cloud.google.com/');
		expect(rule('user-managed-key').properties.tags).toEqual(
			expect.arrayContaining(['security', 'practice-5', 'CIS-GCP-4.0:1.4']),
		);
	});

	test('is as severe as its worst finding that nobody suppressed', () => {
		const severity = (report: Report) =>
			runOf(report).tool.driver.rules.find(each => each.id === 'user-managed-key')!.properties['security-severity'];
		const low = {...plainFinding, severity: 'low'} as const;
		const critical = {...plainFinding, severity: 'critical'} as const;
		expect(severity(withFindings([critical, low]))).toBe('9.5');
		expect(severity(withFindings([low]))).toBe('2.0');
		expect(severity(withFindings([{...critical, suppressed: {reason: 'r', owner: 'o'}}, low]))).toBe('2.0');
		// Without any, what the check says: "medium; high if ...".
		expect(severity(withFindings([]))).toBe('8.0');
	});

	test('is made for a check that the report does not list', () => {
		const run = runOf(withFindings([{...plainFinding, check: 'of-another-version'}]));
		expect(run.tool.driver.rules.at(-1)!.id).toBe('of-another-version');
	});
});

test('what could not be judged or read is told, since no result is no pass', () => {
	const told = runOf(sample).invocations[0]!.toolExecutionNotifications.map(each => each.message.text);
	expect(told).toEqual([
		'Could not be judged, which is not a pass: activity was not collected for projects/shop',
		expect.stringContaining('Not read: workloads run.googleapis.com/Service of projects/shop: partial'),
		expect.stringContaining('Not read: serviceAccountKeys of projects/legacy: missing'),
	]);
});

test('the demo says that it is one', () => {
	const demo = {...sample, run: {...sample.run, sources: [{kind: 'demo' as const, scope: []}]}};
	expect(runOf(demo).properties.demo).toContain('demo');
	expect(runOf(sample).properties.demo).toBeUndefined();
});
