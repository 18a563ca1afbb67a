/**
 * Paths as BloodHound OpenGraph JSON (`paths --format opengraph`). Schema: `node.json`, `edge.json` and
 * `metadata.json` of BloodHound's upload service [seen]: flat properties, homogeneous arrays, at most three kinds,
 * edge kinds of `[A-Za-z0-9_]`; property names in lower case and no `objectid` of one's own (its documentation).
 */
import type {Step} from '../report.ts';
import {proofText} from '../commands/path-text.ts';
import {safeJson} from '../text.ts';
import {distinctHops, type NodeKind, nodeOf, Seen, type Steps} from './hops.ts';

export const SOURCE_KIND = 'GCPBase';

const KINDS: Readonly<Record<NodeKind, string>> = {
	user: 'GCPUser',
	serviceAccount: 'GCPServiceAccount',
	group: 'GCPGroup',
	domain: 'GCPDomain',
	public: 'GCPPublic',
	convenience: 'GCPConvenienceSet',
	federatedIdentity: 'GCPFederatedIdentity',
	federatedSet: 'GCPFederatedSet',
	project: 'GCPProject',
	folder: 'GCPFolder',
	organization: 'GCPOrganization',
	other: 'GCPPrincipal',
};

/** `sa-get-access-token` -> `GCPSaGetAccessToken`. */
export function edgeKind(escalation: string): string {
	const words = escalation.split(/[^A-Za-z0-9]+/).filter(word => word !== '');
	return `GCP${words.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('')}`;
}

/**
 * One document, a node or an edge a line. Nodes come first, as in BloodHound's own examples, so the paths are
 * iterated twice: memory does not follow them, but an iterable that can be used only once will not do.
 * @param remembered so many nodes and edges are written once for certain (BloodHound merges equal ones)
 */
export function* openGraphText(paths: Iterable<Steps>, remembered?: number): Generator<string> {
	yield `{\n"metadata": {"source_kind": ${safeJson(SOURCE_KIND)}},\n"graph": {\n"nodes": [`;
	yield* listed(nodesOf(paths, remembered));
	yield '],\n"edges": [';
	yield* listed(edgesOf(paths, remembered));
	yield ']\n}\n}\n';
}

function* listed(items: Iterable<object>): Generator<string> {
	let first = true;
	for (const item of items) {
		yield `${first ? '\n' : ',\n'}${safeJson(item)}`;
		first = false;
	}
	if (!first) yield '\n';
}

function* nodesOf(paths: Iterable<Steps>, remembered: number | undefined): Generator<object> {
	const seen = new Seen(remembered);
	for (const {steps} of paths) {
		for (const {from, to} of steps) for (const id of [from, to]) if (seen.add(id)) yield node(id);
	}
}

function node(id: string): object {
	const {kind, name} = nodeOf(id);
	const email = kind === 'user' || kind === 'group' || kind === 'serviceAccount' ? {email: name} : {};
	return {id, kinds: [KINDS[kind], SOURCE_KIND], properties: {name, displayname: name, ...email}};
}

function* edgesOf(paths: Iterable<Steps>, remembered: number | undefined): Generator<object> {
	for (const step of distinctHops(paths, new Seen(remembered))) yield edge(step);
}

function edge({from, to, escalation, alsoBy, confidence, blockedBy, because, temporary}: Step): object {
	return {
		start: {value: from, match_by: 'id'},
		end: {value: to, match_by: 'id'},
		kind: edgeKind(escalation),
		properties: {
			escalation,
			alsoby: alsoBy,
			confidence,
			temporary: temporary === true,
			blocked: blockedBy.length > 0,
			blockedby: blockedBy.map(proofText),
			because: because.map(proofText),
		},
	};
}
