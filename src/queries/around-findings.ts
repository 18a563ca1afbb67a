/** The graph around findings that a report carries: nodes and hops of their paths, capped. */
import {MultiDirectedGraph} from 'graphology';
import {compare} from '../inventory/coverage.ts';
import type {ReportGraph, Step} from '../report.ts';

const MAX_NODES = 5000;

/** What a node of the model says of itself. */
type NodeFacts = Omit<ReportGraph['nodes'][number], 'id'>;
/** What a hop says of itself; two escalations between the same ends are two edges. */
type HopFacts = Pick<ReportGraph['edges'][number], 'escalation' | 'confidence'>;

/** Stops at the cap and says so. */
export function reportGraph(paths: Iterable<readonly Step[]>): ReportGraph {
	const graph = new MultiDirectedGraph<NodeFacts, HopFacts>();
	let truncated = false;
	for (const path of paths) {
		if (graph.order + path.length + 1 > MAX_NODES) {
			truncated = true;
			break;
		}
		for (const {from, to, escalation, confidence} of path) {
			for (const id of [from, to]) if (!graph.hasNode(id)) graph.addNode(id, nodeOf(id));
			graph.mergeEdgeWithKey(`${from}\u0000${to}\u0000${escalation}`, from, to, {escalation, confidence});
		}
	}
	return {
		nodes: graph.mapNodes((id, facts) => ({id, ...facts})).toSorted((a, b) => compare(a.id, b.id)),
		edges: graph
			.mapEdges((_, facts, from, to) => ({from, to, ...facts}))
			.toSorted((a, b) => compare(a.from, b.from) || compare(a.to, b.to) || compare(a.escalation, b.escalation)),
		truncated,
	};
}

const CONTAINERS: Record<string, string> = {projects: 'project', folders: 'folder', organizations: 'organization'};

function nodeOf(id: string): NodeFacts {
	const kind =
		CONTAINERS[id.slice(0, Math.max(0, id.indexOf('/')))] ?? (id.includes(':') ? id.slice(0, id.indexOf(':')) : id);
	const label = id.includes(':') ? id.slice(id.indexOf(':') + 1) : id;
	const project = /@([a-z0-9-]+)\.iam\.gserviceaccount\.com$/.exec(id)?.[1];
	return {kind, label, ...(project !== undefined && {project})};
}
