/** A change by which a path opened or closed, in one line of words. */
import type {Drift} from '../report.ts';
import {shortResource} from '../text.ts';

/** Not safe for a terminal or a page yet: names are as the cloud has them. */
export function driftLine(drift: Drift): string {
	const {change, certain} = drift;
	const changed = certain ? change : `perhaps ${change}`;
	if (drift.kind === 'membership') return `membership ${changed}: ${drift.member} in ${drift.of}`;
	if (drift.kind === 'workload') return `workload ${changed}: ${shortResource(drift.resource)} runs as ${drift.runsAs}`;
	const {role, member, resource, condition} = drift;
	const where = condition === undefined ? '' : ` where ${condition}`;
	const what = change === 'changed' ? `condition ${changed}` : `binding ${changed}`;
	return `${what}: ${member} has ${shortResource(role)} on ${shortResource(resource)}${where}`;
}
