/**
 * One finding a row, for spreadsheets: RFC 4180 (CRLF, a header, quotes doubled), UTF-8. The columns are public:
 * new ones come last. Lists stand in one cell; what does not fit a cell (evidence, proofs) is in JSON.
 */
import type {Finding, Report} from '../src/report.ts';
import {safeLine} from '../src/text.ts';
import {type Catalogue, noteOf} from './catalogue.ts';

type Column = (finding: Finding, catalogue: Catalogue | undefined) => string;

const COLUMNS: Readonly<Record<string, Column>> = {
	fingerprint: finding => finding.fingerprint,
	check: finding => finding.check,
	title: (finding, catalogue) => noteOf(catalogue, finding.check).title,
	severity: finding => finding.severity,
	confidence: finding => finding.confidence,
	message: finding => finding.message,
	resource: finding => finding.resource,
	project: finding => finding.project ?? '',
	principal: finding => finding.principal ?? '',
	hops: ({path}) => (path === undefined ? '' : String(path.length)),
	path: ({path = []}) => path.map(({from, to}, index) => (index === 0 ? `${from} -> ${to}` : to)).join(' -> '),
	escalations: ({path = []}) => path.map(step => step.escalation).join(' '),
	fix: finding => finding.remediation.summary,
	gcloud: finding => finding.remediation.gcloud.join(' && '),
	practice: finding => finding.practice.join(' '),
	compliance: finding => finding.compliance.join(' '),
	suppressed: ({suppressed}) => (suppressed === undefined ? 'no' : 'yes'),
	suppressed_reason: ({suppressed}) => suppressed?.reason ?? '',
	suppressed_owner: ({suppressed}) => suppressed?.owner ?? '',
	suppressed_until: ({suppressed}) => suppressed?.until ?? '',
	baseline: finding => finding.baseline ?? '',
};
const READERS = Object.values(COLUMNS);

/** Yields the header and one record a finding, suppressed ones too (they say so). */
export function* csv(report: Report, {catalogue}: {catalogue?: Catalogue}): Iterable<string> {
	yield `${Object.keys(COLUMNS).join(',')}\r\n`;
	for (const finding of report.findings) {
		yield `${READERS.map(read => csvCell(read(finding, catalogue))).join(',')}\r\n`;
	}
}

/**
 * Spreadsheets take a cell that begins so for a formula, some of them in full width too; the apostrophe says that it
 * is text (contract).
 */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
/** RFC 4180 lets a quoted cell hold anything; edge spaces are quoted because some readers trim them. */
const QUOTED = /[",]|^ | $/;

/** One cell: text that no spreadsheet takes for a formula, quoted where it has to be. */
export function csvCell(text: string): string {
	const safe = (FORMULA.test(text) ? "'" : '') + safeLine(text);
	return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
