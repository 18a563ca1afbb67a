/** Reports of the size of an organization, for the page's limits: made of one finding, with the graph it asks for. */
import type {Finding, FindingList, Report, ReportGraph, Severity} from '../../../src/report.ts';
import {finding, sample} from '../sample.ts';

/** As a real list does: nothing is held, each finding is made when it is asked for. */
export function manyFindings(length: number, severityOf: (index: number) => Severity = () => 'high'): FindingList {
	return {
		length,
		*[Symbol.iterator](): Generator<Finding> {
			for (let index = 0; index < length; index++) {
				const project = `project-${index % 700}`;
				yield {
					...finding,
					fingerprint: index.toString(16).padStart(32, '0'),
					severity: severityOf(index),
					project,
					message: `group:team-${index % 90}@example.com becomes account-${index}@${project}.iam.gserviceaccount.com in three hops`,
					resource: `//iam.googleapis.com/projects/${project}/serviceAccounts/account-${index}@${project}.iam.gserviceaccount.com`,
					principal: `group:team-${index % 90}@example.com`,
				};
			}
		},
	};
}

/** Hubs with their leaves, and chains between the hubs: the shape of who can become whom in a real organization. */
export function largeGraph(nodes: number): ReportGraph {
	const account = (index: number) => `serviceAccount:account-${index}@project-${index % 50}.iam.gserviceaccount.com`;
	const id = (index: number) => (index % 7 === 0 ? `group:team-${index}@example.com` : account(index));
	const kinds = (index: number) => (index % 7 === 0 ? 'group' : 'serviceAccount');
	const edges: ReportGraph['edges'] = [];
	for (let index = 0; index < nodes; index++) {
		const hub = Math.floor(index / 35) * 35 + 1;
		const to = index === hub ? (hub + 35 * ((hub % 5) + 1)) % nodes : hub;
		if (id(to) === id(index)) continue;
		const confidence = (['certain', 'conditional', 'unverified'] as const)[index % 3]!;
		edges.push({from: id(index), to: id(to), escalation: `way-${index % 9}`, confidence});
	}
	return {
		nodes: Array.from({length: nodes}, (_, index) => ({id: id(index), kind: kinds(index), label: id(index)})),
		edges,
		truncated: false,
	};
}

export function largeReport(findings: number, nodes: number): Report {
	const severities = ['critical', 'high', 'medium', 'low'] as const;
	const list = manyFindings(findings, index => severities[Math.floor((4 * index) / findings)]!);
	const each = Math.floor(findings / 4);
	const summary = {...sample.summary, findings: {critical: each, high: each, medium: each, low: each}};
	return {...sample, summary, findings: list, graph: largeGraph(nodes)};
}
