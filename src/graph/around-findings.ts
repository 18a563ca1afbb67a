/** The graph around findings that a report carries: nodes and hops of their paths, capped. */
import {compare} from '../inventory/coverage.ts';
import type {Finding, ReportGraph} from '../report.ts';

const MAX_NODES = 5000;

/** Stops at the cap and says so; only findings with a path are looked at. */
export function reportGraph(findings: Iterable<Pick<Finding, 'path'>>): ReportGraph {
	const nodes = new Map<string, ReportGraph['nodes'][number]>();
	const edges = new Map<string, ReportGraph['edges'][number]>();
	let truncated = false;
	for (const {path} of findings) {
		if (!path) continue;
		if (nodes.size + path.length + 1 > MAX_NODES) {
			truncated = true;
			break;
		}
		for (const {from, to, escalation, confidence} of path) {
			for (const id of [from, to]) if (!nodes.has(id)) nodes.set(id, nodeOf(id));
			edges.set(`${from}\u0000${to}\u0000${escalation}`, {from, to, escalation, confidence});
		}
	}
	return {
		nodes: [...nodes.values()].toSorted((a, b) => compare(a.id, b.id)),
		edges: [...edges.values()].toSorted((a, b) => compare(a.from, b.from) || compare(a.to, b.to) || compare(a.escalation, b.escalation)),
		truncated,
	};
}

const CONTAINERS: Record<string, string> = {projects: 'project', folders: 'folder', organizations: 'organization'};

function nodeOf(id: string): ReportGraph['nodes'][number] {
	const kind = CONTAINERS[id.slice(0, Math.max(0, id.indexOf('/')))] ?? (id.includes(':') ? id.slice(0, id.indexOf(':')) : id);
	const label = id.includes(':') ? id.slice(id.indexOf(':') + 1) : id;
	const project = /@([a-z0-9-]+)\.iam\.gserviceaccount\.com$/.exec(id)?.[1];
	return {id, kind, label, ...(project !== undefined && {project})};
}
