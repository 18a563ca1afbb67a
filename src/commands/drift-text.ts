/** A change by which a path opened or closed, in one line of words. */
import type {Drift} from '../report.ts';
import {shortResource} from '../text.ts';

/** Not safe for a terminal or a page yet: names are as the cloud has them. */
export function driftLine(drift: Drift): string {
	return inWords(drift) + (drift.certain ? '' : ' (as far as findings tell)');
}

function inWords(drift: Drift): string {
	if (drift.kind === 'membership') {
		return `${drift.member} ${drift.change === 'removed' ? 'left' : 'joined'} ${drift.of}`;
	}
	if (drift.kind === 'workload') {
		const verb = drift.change === 'removed' ? 'no longer runs' : 'runs';
		return `${shortResource(drift.resource)} ${verb} as ${drift.runsAs}`;
	}
	const {change, role, member, resource, condition} = drift;
	const where = condition === undefined ? '' : ` where ${condition}`;
	const binding = `${member} has ${shortResource(role)} on ${shortResource(resource)}${where}`;
	return change === 'changed' ? `condition changed: ${binding}` : `binding ${change}: ${binding}`;
}
