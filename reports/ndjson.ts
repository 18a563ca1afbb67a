/** The findings alone, one JSON object a line, suppressed ones too (they say so): for `jq`, log shippers, loaders. */
import type {Report} from '../src/report.ts';
import {safeJson} from '../src/text.ts';
import {orderedFinding} from './json.ts';

/** Yields one line a finding, in the report's order; nothing at all if there is none. */
export function* ndjson(report: Report): Iterable<string> {
	for (const finding of report.findings) yield `${safeJson(orderedFinding(finding))}\n`;
}
