/**
 * Whether workloads of one account have to do with each other: of one type and of one name, apart from what tells
 * copies apart (numbers, zones, the random ends of managed groups and revisions).
 */
import type {Workload} from '../inventory/workload.ts';

/** One workload for each that has nothing to do with those before it. Finished jobs do not count. */
export function unrelated(workloads: readonly Workload[]): Workload[] {
	const systems = new Map<string, Workload>();
	for (const workload of workloads) {
		if (workload.finished) continue;
		const key = `${familyOf(workload.assetType)} ${stemOf(workload.name)}`;
		if (!systems.has(key)) systems.set(key, workload);
	}
	return [...systems.values()];
}

/** What makes instances and the instances themselves are one kind. */
function familyOf(assetType: string): string {
	return /^compute\.googleapis\.com\/(?:Instance|InstanceTemplate|InstanceGroupManager)$/.test(assetType)
		? 'compute instances'
		: /^run\.googleapis\.com\/(?:Service|Revision)$/.test(assetType)
			? 'run services'
			: assetType;
}

function stemOf(name: string): string {
	const own = name.slice(name.lastIndexOf('/') + 1).toLowerCase();
	// `web-7f3k` of a managed group, `web-00012-abc` of a revision, `web-2`, `web-template`.
	const stem = own.replace(/(?:-(?:template|mig|group|\d+|(?=[a-z0-9]*\d)[a-z0-9]{3,5}|\d{5}-[a-z0-9]{3}))+$/, '');
	return stem === '' ? own : stem;
}
