/** What the flags that commands share come to, once parsed. Commander fills them by `program.ts`. */
import type {ColorFlag} from '../color.ts';

import type {Confidence, Severity} from '../report.ts';
import type {LogEngine} from '../sources/logs/read.ts';
import type {Via} from '../sources/google-cloud/collection.ts';

/** Every command. */
export interface CommonFlags {
	format?: string;
	/** Each `FILE` or `FORMAT=FILE`. */
	output: string[];
	color: ColorFlag;
	/** False with `--no-ui`. */
	ui?: boolean;
	screenReader?: boolean;
	quiet?: boolean;
	verbose?: boolean;
}

/** Commands that look at the configuration. */
export interface ConfigFlags {
	config?: string;
	profile?: 'essential' | 'standard' | 'strict';
	only: string[];
	skip: string[];
}

/** Commands that ask Google Cloud. */
export interface LiveFlags {
	organization: string[];
	folder: string[];
	project: string[];
	via?: Via;
	apiEndpoint?: string;
	quotaFactor?: number;
	quotaProject?: string;
	impersonateServiceAccount?: string;
	/** Milliseconds. */
	maxWait?: number;
	resume?: boolean;
	quiet?: boolean;
	verbose?: boolean;
}

/** Commands that read exported logs. */
export interface LogFlags {
	/** Files, directories, `-`, or `bigquery://PROJECT.DATASET`. */
	logs: string[];
	logEngine?: LogEngine;
}

/** Commands that read an inventory. */
export interface SourceFlags extends LiveFlags, LogFlags {
	assets: string[];
	demo?: boolean;
	/** Epoch milliseconds of `--now`. */
	now?: number;
	strict?: boolean;
}

export interface AuditFlags extends CommonFlags, ConfigFlags, SourceFlags {
	failOn?: Severity;
	failOnNew?: Severity;
	/** A saved report. */
	baseline?: string;
}

export interface DiffFlags extends CommonFlags {
	failOnNew?: Severity;
}

export interface AcceptFlags extends Pick<CommonFlags, 'quiet'> {
	config?: string;
	reason: string;
	owner: string;
	until?: string;
	/** A saved report that must have the finding. */
	report?: string;
	/** Epoch milliseconds of `--now`. */
	now?: number;
}

export interface PathsFlags extends Omit<CommonFlags, 'format'>, SourceFlags {
	/** A list of its own. */
	format?: string;
	config?: string;
	from?: string;
	to?: string;
	all?: boolean;
	limit: number;
	maxHops?: number;
	minConfidence?: Confidence;
	escalation?: string;
	includeLimited?: boolean;
	includeServiceAgents?: boolean;
	includeBlocked?: boolean;
	/** Say why there is no path between two ends. */
	explainNot?: boolean;
}

export interface KeysFlags extends CommonFlags, SourceFlags {
	config?: string;
	/** Keys that are gone too, and what logs tell of each one's life. */
	history?: boolean;
	/** Who became which account, instead of keys. */
	impersonations?: boolean;
	/** A column. */
	sort?: string;
	reverse?: boolean;
}

export interface CanFlags extends CommonFlags, SourceFlags {
	config?: string;
	/** A file of questions, or `-`. */
	queries?: string;
}
