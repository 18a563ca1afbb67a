/** How an account is read from the body of a workload's asset: what the table of types is made of. */
import type {Json} from '../sources/asset.ts';
import {object} from './fields.ts';
import {type AccountDefault, reference} from './workload-accounts.ts';
import {objectsAt, textsAt} from './workload-paths.ts';

export interface WorkloadReading {
	/** E-mails, unique ids and unfilled defaults; first the main account. */
	runsAs: string[];
	/** The body does not tell the account, and no fact says which one it is. */
	unknownAccount?: true;
	finished?: true;
	/** Relative names of instance templates whose accounts it runs as. */
	templates?: string[];
}

/** Undefined: this resource runs nothing and calls nobody, or as no account. */
export type Reader = (data: Json) => WorkloadReading | undefined;

/** What it means if no account is written; anything but these words is a default to fill in. */
type Absent = 'unknown' | 'nobody' | 'no workload' | AccountDefault;

/** What else a reader looks at. */
export interface Options {
	/** Fields of which one must be there, else the body is partial and an absent account means nothing. */
	within?: readonly string[];
	/** Paths of further accounts, those of builds. */
	also?: readonly string[];
	/** Where a job tells its state, or the time at which it ended. */
	state?: string;
	ended?: readonly string[];
}

/** Who runs a part that names these accounts; undefined only for `no workload`. */
export const reading = (written: readonly string[], absent: Absent): WorkloadReading | undefined => {
	if (written.length > 0) return {runsAs: [...new Set(written.map(reference))]};
	if (absent === 'no workload') return undefined;
	if (absent === 'nobody') return {runsAs: []};
	return absent === 'unknown' ? {runsAs: [], unknownAccount: true} : {runsAs: [absent]};
};

/** Reader of accounts at alternative paths, as of two API generations: the first that holds any account wins. */
export function at(paths: string | readonly string[], absent: Absent, options: Options = {}): Reader {
	const alternatives = typeof paths === 'string' ? [paths] : paths;
	return data => {
		const written = alternatives.map(path => textsAt(data, path)).find(texts => texts.length > 0) ?? [];
		const partial = options.within?.every(field => object(data, field) === undefined) ?? false;
		const found = reading(written, partial ? 'unknown' : absent);
		if (!found) return undefined;
		for (const path of options.also ?? []) found.runsAs.push(...textsAt(data, path).map(reference));
		if (hasEnded(data, options)) found.finished = true;
		return found;
	};
}

/** Reader of resources with several parts, each of which runs as its own account or a default. */
export function each(
	parts: string,
	account: string,
	absent: AccountDefault | 'unknown',
): (data: Json) => WorkloadReading {
	return data => unite(objectsAt(data, parts).map(part => reading(textsAt(part, account), absent)!));
}

/** One reading of several parts. */
export function unite(readings: readonly WorkloadReading[]): WorkloadReading {
	const runsAs = [...new Set(readings.flatMap(part => part.runsAs))];
	return {runsAs, ...(readings.some(part => part.unknownAccount) && {unknownAccount: true})};
}

/** Last states of builds, batches, sessions and jobs, with and without their prefixes (`JOB_STATE_DONE`). */
const LAST_STATE =
	/(?:^|_)(?:SUCCESS|SUCCEEDED|FAILURE|FAILED|CANCELLED|DONE|DRAINED|UPDATED|EXPIRED|TIMEOUT|INTERNAL_ERROR|TERMINATED)$/;

function hasEnded(data: Json, {state, ended = []}: Options): boolean {
	if (state !== undefined && textsAt(data, state).some(value => LAST_STATE.test(value))) return true;
	return ended.some(path => textsAt(data, path).length > 0);
}
