/**
 * The built-in demo organization: a fictional shop, written as an Asset Inventory export with the lines
 * that `collect` adds. `scripts/make-demo.ts` generates the file from a readable description.
 */
import {readDataFile} from '../data-file.ts';
import type {Asset, AssetSink, Json} from './asset.ts';

/**
 * When the demo was "collected", RFC 3339. `audit --demo` without `--now` judges at this time, so that
 * ages, expiry and time conditions, and with them the findings, are the same in any year.
 */
export const DEMO_NOW = '2026-11-01T09:00:00Z';

/** The demo's organization, as `run.sources[].scope` names it. */
export const DEMO_SCOPE = ['organizations/481205739164'];

/** Printed to stderr, and put into reports, so that nobody takes the demo for their own organization. */
export const DEMO_NOTICE = `Built-in demo: tidewick.example.com, a fictional organization, as of ${DEMO_NOW}.`;

/** Exports write wrapper keys in snake_case; `Asset` has them in camelCase. Facts: iam-semantics, section 8. [seen] */
const WRAPPER_KEYS: Record<string, string> = {
	asset_type: 'assetType',
	update_time: 'updateTime',
	iam_policy: 'iamPolicy',
	org_policy: 'orgPolicy',
};

/**
 * Hands every asset of the demo to the sink, in file order.
 * @throws Error if the shipped file is absent or damaged; `Problem`s are for users' files
 */
export function readDemo(sink: AssetSink): void {
	const lines = readDataFile('demo.ndjson').toString('utf8').split('\n');
	for (const [index, line] of lines.entries()) {
		if (line !== '') sink.asset(assetOf(JSON.parse(line) as Json), {file: 'demo.ndjson', line: index + 1});
	}
}

function assetOf(line: Json): Asset {
	const asset = Object.fromEntries(Object.entries(line).map(([key, value]) => [WRAPPER_KEYS[key] ?? key, value]));
	if (typeof asset['name'] !== 'string' || typeof asset['assetType'] !== 'string') {
		throw new Error('data/demo.ndjson of sa-audit has a line that is no asset; reinstall the package');
	}
	return asset as unknown as Asset;
}
