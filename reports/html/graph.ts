/**
 * The graph of a report as the page embeds it: nodes by index, the ones on the paths of the worst findings first, so
 * that a page that cannot draw all of them draws those.
 */
import type {AccountSummary, Finding, ReportGraph} from '../../src/report.ts';
import type {GraphData, GraphEdge, GraphNode} from './data.ts';

/** The contract's own limit for nodes; a report by another hand may have more. */
const NODES = 5_000;
const EDGES = 20_000;
/** Levels of power that make an account stand out. */
const MUCH_POWER: ReadonlySet<string> = new Set(['owner-like', 'editor-like', 'policy rewriting']);

/** @param findings that the page shows, worst first */
export function graphData(graph: ReportGraph, findings: readonly Finding[], accounts: AccountSummary[]): GraphData {
	const powers = new Map(accounts.map(account => [emailOf(account.resource), powerOf(account)]));
	const known = new Map(graph.nodes.map(node => [node.id, node]));
	const indexes = new Map<string, number>();
	const nodes: GraphNode[] = [];
	const add = (id: string) => {
		const node = known.get(id);
		if (node === undefined || indexes.has(id) || nodes.length >= NODES) return;
		indexes.set(id, nodes.length);
		const power = powers.get(id.slice(id.indexOf(':') + 1));
		const {kind, label, project} = node;
		nodes.push({id, kind, label, ...(project !== undefined && {project}), ...(power !== undefined && {power})});
	};
	for (const {path = []} of findings) for (const step of path) [step.from, step.to].forEach(add);
	for (const {id} of graph.nodes) add(id);

	const escalations = new Map<string, number>();
	const edges: GraphEdge[] = [];
	for (const {from, to, escalation, confidence} of graph.edges) {
		const [start, end] = [indexes.get(from), indexes.get(to)];
		if (start === undefined || end === undefined || edges.length >= EDGES) continue;
		let name = escalations.get(escalation);
		if (name === undefined) escalations.set(escalation, (name = escalations.size));
		edges.push([start, end, name, confidence]);
	}
	return {
		nodes,
		edges,
		escalations: [...escalations.keys()],
		totalNodes: graph.nodes.length,
		totalEdges: graph.edges.length,
		truncated: graph.truncated,
	};
}

function emailOf(resource: string): string {
	return resource.slice(resource.lastIndexOf('/') + 1);
}

function powerOf({power}: AccountSummary): string | undefined {
	const much = power.filter(({level}) => MUCH_POWER.has(level));
	if (much.length === 0) return undefined;
	const more = much.length > 3 ? ` and ${much.length - 3} more` : '';
	return `${much
		.slice(0, 3)
		.map(({level, scope}) => `${level} on ${scope}`)
		.join(', ')}${more}`;
}
