/**
 * Since when each finding is there. One line a finding in a run's folder, carried on from run to run: that is what the
 * mean time to fix is made of, and it knows a finding again that was only out of sight.
 */
import {createReadStream} from 'node:fs';
import {createInterface} from 'node:readline';
import type {Report, Severity} from '../report.ts';

export const FIRST_SEEN = 'first-seen.ndjson';

export interface Sighting {
	fingerprint: string;
	check: string;
	severity: Severity;
	/** RFC 3339. */
	since: string;
	/** What it is about was not read since; nobody knows whether it is fixed. */
	unread?: true;
}

/** By fingerprint. */
export type Sightings = ReadonlyMap<string, Sighting>;

export async function readSightings(file: string): Promise<Sightings> {
	const found = new Map<string, Sighting>();
	for await (const line of createInterface({input: createReadStream(file), crlfDelay: Infinity})) {
		const sighting = JSON.parse(line) as Sighting;
		found.set(sighting.fingerprint, sighting);
	}
	return found;
}

export interface Carried {
	sightings: Map<string, Sighting>;
	/** Fingerprints that the run before did not have, and which were not just out of sight. */
	fresh: Set<string>;
	/** Gone for certain. */
	fixed: Sighting[];
}

/**
 * @param report with its `baseline`, if there was one
 * @param before of the run that it was compared with
 */
export function carryOn(report: Report, before: Sightings): Carried {
	const since = report.run.now;
	const sightings = new Map<string, Sighting>();
	const fresh = new Set<string>();
	for (const {fingerprint, check, severity} of report.findings) {
		const known = before.get(fingerprint);
		if (known === undefined) fresh.add(fingerprint);
		sightings.set(fingerprint, {fingerprint, check, severity, since: known?.since ?? since});
	}
	const unsure = new Set(report.baseline === undefined ? [] : [...report.baseline.unknown].map(one => one.fingerprint));
	const judged = new Set(report.checks.filter(({status, reason}) => status !== 'unknown' && !reason).map(({id}) => id));
	const fixed: Carried['fixed'] = [];
	for (const [fingerprint, sighting] of before) {
		if (sightings.has(fingerprint)) continue;
		const {check} = sighting;
		// Out of sight already: only a check that judged everything tells.
		if (sighting.unread ? !judged.has(check) : unsure.has(fingerprint))
			sightings.set(fingerprint, {...sighting, unread: true});
		else fixed.push(sighting);
	}
	return {sightings, fresh, fixed};
}

export function* sightingLines({sightings}: Carried): Iterable<string> {
	for (const sighting of sightings.values()) yield `${JSON.stringify(sighting)}\n`;
}
