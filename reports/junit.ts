/**
 * JUnit XML for CI systems: a suite per check, a failed case per finding. A check that passed has one case that
 * passed; a suppressed finding, and what could not be judged, is a skipped case, never a passed one.
 *
 * The shape is the one that Jenkins, GitLab and GitHub actions read; there is no normative schema.
 */
import type {CheckOutcome, Finding, Report} from '../src/report.ts';
import {safeLine, shortResource} from '../src/text.ts';
import {type Catalogue, DEMO, isDemo, noteOf} from './catalogue.ts';

/** Yields the document suite by suite, in the order of the report's checks. */
export function* junit(report: Report, {catalogue}: {catalogue?: Catalogue}): Iterable<string> {
	const {counts, segments} = survey(report);
	const listed = new Set(report.checks.map(check => check.id));
	const suites: Pick<CheckOutcome, 'id' | 'status' | 'reason'>[] = [
		...report.checks,
		...[...counts.keys()].filter(id => !listed.has(id)).map(id => ({id, status: 'fail' as const})),
	];
	const totals = {tests: 0, failures: 0, skipped: 0};
	const sizes = suites.map(suite => {
		const {failures, skipped} = counts.get(suite.id) ?? {failures: 0, skipped: 0};
		// A foreign report may list a check twice: its findings stand in the first suite.
		counts.delete(suite.id);
		const outcome = outcomeCase(suite, catalogue);
		const size = {
			failures,
			skipped: skipped + (outcome?.skipped ? 1 : 0),
			tests: failures + skipped + (outcome ? 1 : 0),
		};
		totals.tests += size.tests;
		totals.failures += size.failures;
		totals.skipped += size.skipped;
		return {...size, outcome};
	});
	yield '<?xml version="1.0" encoding="UTF-8"?>\n';
	yield `<testsuites name="sa-audit" tests="${totals.tests}" failures="${totals.failures}" errors="0" skipped="${totals.skipped}" time="0">\n`;
	const streams = segments.map(([from, to]) => new Segment(report, from, to));
	try {
		for (const [index, {id}] of suites.entries()) {
			const {tests, failures, skipped, outcome} = sizes[index]!;
			const attributes = `tests="${tests}" failures="${failures}" errors="0" skipped="${skipped}" time="0"`;
			yield `  <testsuite name="${xml(id)}" ${attributes} timestamp="${xml(report.run.now)}">\n`;
			if (isDemo(report)) yield `    <properties><property name="demo" value="${xml(DEMO)}"/></properties>\n`;
			for (const stream of streams) for (const finding of stream.takeAll(id)) yield findingCase(finding, catalogue);
			if (outcome) yield outcome.text;
			yield '  </testsuite>\n';
		}
	} finally {
		for (const stream of streams) stream.close();
	}
	yield '</testsuites>\n';
}

interface Survey {
	counts: Map<string, {failures: number; skipped: number}>;
	/** Ranges of findings whose checks stand in the order of the suites: one per severity in our own reports. */
	segments: [from: number, to: number][];
}

/**
 * Suites need findings by check, a report has them by severity and then check. Holding 300,000 of them for that
 * would cost what streaming saves; so every severity is read by an iterator of its own, side by side.
 */
function survey(report: Report): Survey {
	const rank = new Map(report.checks.map((check, index) => [check.id, index]));
	const counts: Survey['counts'] = new Map();
	const segments: Survey['segments'] = [];
	let at = 0;
	let last = Infinity;
	for (const {check, suppressed} of report.findings) {
		const place = rank.get(check) ?? rank.size;
		if (!rank.has(check)) rank.set(check, place);
		if (place < last) segments.push([at, at]);
		last = place;
		segments.at(-1)![1] = ++at;
		let count = counts.get(check);
		if (count === undefined) counts.set(check, (count = {failures: 0, skipped: 0}));
		if (suppressed === undefined) count.failures++;
		else count.skipped++;
	}
	return {counts, segments};
}

/** Reads one range of the findings, forwards. */
class Segment {
	readonly #from: number;
	readonly #to: number;
	readonly #findings: Iterator<Finding>;
	#at = 0;
	#next: Finding | undefined;

	constructor(report: Report, from: number, to: number) {
		this.#from = from;
		this.#to = to;
		this.#findings = report.findings[Symbol.iterator]();
	}

	/** Those of one check, as long as they come next. */
	*takeAll(check: string): Iterable<Finding> {
		for (let finding = this.#peek(); finding?.check === check; finding = this.#peek()) {
			this.#next = undefined;
			yield finding;
		}
	}

	close(): void {
		this.#findings.return?.();
	}

	#peek(): Finding | undefined {
		while (this.#next === undefined && this.#at < this.#to) {
			const {value, done} = this.#findings.next();
			if (done) break;
			if (this.#at++ >= this.#from) this.#next = value;
		}
		return this.#next;
	}
}

/** Stands for the check itself where there is no finding, or beside findings that may not be all. */
function outcomeCase(
	{id, status, reason}: Pick<CheckOutcome, 'id' | 'status' | 'reason'>,
	catalogue: Catalogue | undefined,
): {text: string; skipped: boolean} | undefined {
	if (status === 'fail' && reason === undefined) return;
	const name = status === 'pass' ? noteOf(catalogue, id).title : 'what could not be judged';
	const opening = `    <testcase classname="${xml(id)}" name="${xml(name)}" time="0"`;
	if (status === 'pass') return {text: `${opening}/>\n`, skipped: false};
	const message = xml(`unknown, which is not a pass: ${reason ?? 'no reason was recorded'}`);
	return {text: `${opening}><skipped message="${message}"/></testcase>\n`, skipped: true};
}

function findingCase(finding: Finding, catalogue: Catalogue | undefined): string {
	const {check, fingerprint, severity, confidence, message, resource, suppressed} = finding;
	// The fingerprint makes it unique, so that CI systems can follow it from run to run.
	const name = `${shortResource(resource)} [${fingerprint}]`;
	const opening = `    <testcase classname="${xml(check)}" name="${xml(name)}" time="0">`;
	if (suppressed !== undefined) {
		const until = suppressed.until === undefined ? '' : ` until ${suppressed.until}`;
		return `${opening}<skipped message="${xml(`suppressed by ${suppressed.owner}${until}: ${suppressed.reason}`)}"/></testcase>\n`;
	}
	const lines = [
		noteOf(catalogue, check).title,
		`severity: ${severity}, confidence: ${confidence}`,
		`resource: ${resource}`,
		...(finding.principal === undefined ? [] : [`principal: ${finding.principal}`]),
		...(finding.path ?? []).map(step => `path: ${step.from} -> ${step.to} by ${step.escalation}`),
		`fix: ${finding.remediation.summary}`,
		...finding.remediation.gcloud,
	];
	const body = lines.map(xml).join('\n');
	return `${opening}<failure type="${severity}" message="${xml(message)}">${body}</failure></testcase>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&apos;',
};

/** Text for an attribute or element of XML 1.0, which has no way to write control characters and noncharacters. */
function xml(text: string): string {
	return safeLine(text)
		.replace(/[\ufffe\uffff]/g, character => `\\u{${character.charCodeAt(0).toString(16)}}`)
		.replace(/[&<>"']/g, character => ENTITIES[character]!);
}
