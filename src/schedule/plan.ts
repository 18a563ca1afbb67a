/** What one run is to do, handed to the process that does it, and kept in its folder. */
import type {AuditFlags} from '../commands/flags.ts';

export const PLAN = 'run.json';
export const REPORT = 'report.json';
export const COVERAGE = 'coverage.json';
export const ASSETS = 'assets.ndjson.gz';
export const LOG = 'log.txt';
/** Read by whoever started the run, and not kept: the ledger has it. */
export const SUMMARY = '.summary.json';

export type RunFlags = Omit<AuditFlags, 'output' | 'format' | 'baseline'>;

export interface Plan {
	run: string;
	scope: string;
	flags: RunFlags;
	/** Keep what was collected live. */
	keepAssets: boolean;
	/** Beside the JSON report. */
	formats: readonly string[];
	/** Name of the run to compare with; its folder lies beside this one's. */
	previous?: string;
}

/** Flags of a run about which nothing is said. */
export const NO_FLAGS: RunFlags = {
	assets: [],
	organization: [],
	folder: [],
	project: [],
	only: [],
	skip: [],
	color: 'never',
};
