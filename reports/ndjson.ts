/** The findings alone, one JSON object a line, suppressed ones too (they say so): for `jq`, log shippers, loaders. */
import {findingTexts} from '../src/finding-json.ts';
import type {Report} from '../src/report.ts';

/** Yields one line a finding, in the report's order; nothing at all if there is none. */
export function* ndjson(report: Report): Iterable<string> {
	for (const text of findingTexts(report.findings)) yield `${text}\n`;
}
