import {Ajv2020} from 'ajv/dist/2020.js';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {CATALOGUE} from '../../src/graph/catalogue/index.ts';
import {edgeKind, openGraphText} from '../../src/graph-export/opengraph.ts';
import type {Steps} from '../../src/graph-export/hops.ts';
import {HOSTILE, path, step} from './steps.ts';

/** What BloodHound's upload checks (its node, edge and metadata schemas), and what its documentation asks for beside. */
const flat = {
	type: 'object',
	propertyNames: {pattern: '^[a-z0-9_]+$', not: {const: 'objectid'}},
	additionalProperties: {
		anyOf: [
			{type: ['string', 'number', 'boolean']},
			{type: 'array', items: {type: 'string'}},
			{type: 'array', items: {type: 'number'}},
			{type: 'array', items: {type: 'boolean'}},
		],
	},
};
const endpoint = {
	type: 'object',
	properties: {match_by: {const: 'id'}, value: {type: 'string'}},
	required: ['match_by', 'value'],
	additionalProperties: false,
};
const kind = {type: 'string', pattern: '^[A-Za-z0-9_]+$', not: {pattern: '^[tT][aA][gG](?:_|$)'}};
const schema = {
	type: 'object',
	additionalProperties: false,
	required: ['metadata', 'graph'],
	properties: {
		metadata: {type: 'object', properties: {source_kind: {type: 'string'}}, additionalProperties: false},
		graph: {
			type: 'object',
			additionalProperties: false,
			required: ['nodes', 'edges'],
			properties: {
				nodes: {
					type: 'array',
					items: {
						type: 'object',
						additionalProperties: false,
						required: ['id', 'kinds', 'properties'],
						properties: {
							id: {type: 'string'},
							kinds: {type: 'array', minItems: 1, maxItems: 3, items: kind},
							properties: flat,
						},
					},
				},
				edges: {
					type: 'array',
					items: {
						type: 'object',
						additionalProperties: false,
						required: ['start', 'end', 'kind', 'properties'],
						properties: {start: endpoint, end: endpoint, kind, properties: flat},
					},
				},
			},
		},
	},
};
const validate = new Ajv2020({allErrors: true, allowUnionTypes: true}).compile(schema);

interface Document {
	metadata: {source_kind: string};
	graph: {
		nodes: {id: string; kinds: string[]; properties: Record<string, unknown>}[];
		edges: {start: {value: string}; end: {value: string}; kind: string; properties: Record<string, unknown>}[];
	};
}

function written(paths: Iterable<Steps>, remembered?: number): Document {
	const document = JSON.parse([...openGraphText(paths, remembered)].join('')) as Document;
	validate(document);
	expect(validate.errors ?? []).toEqual([]);
	return document;
}

test('no paths are an empty graph', () => {
	expect(written([])).toEqual({metadata: {source_kind: 'GCPBase'}, graph: {nodes: [], edges: []}});
});

test('each node and hop once, and both ends of every edge are there', () => {
	const {nodes, edges} = written([
		path('user:a@e.com', 'serviceAccount:b', 'serviceAccount:c'),
		path('user:a@e.com', 'serviceAccount:b'),
	]).graph;
	expect(nodes.map(({id}) => id)).toEqual(['user:a@e.com', 'serviceAccount:b', 'serviceAccount:c']);
	expect(edges.map(({start, end}) => [start.value, end.value])).toEqual([
		['user:a@e.com', 'serviceAccount:b'],
		['serviceAccount:b', 'serviceAccount:c'],
	]);
});

test('a hop with all that it has', () => {
	const binding = {
		kind: 'binding',
		effect: 'allows',
		resource: '//r',
		role: 'roles/x',
		member: 'user:a',
		permission: 'p.q',
	} as const;
	const deny = {kind: 'deny', effect: 'denies', policy: 'policies/d', rule: 2} as const;
	const [edge] = written([
		{
			steps: [
				step('user:a', 'projects/p', {
					escalation: 'project-set-iam-policy',
					alsoBy: ['x-y'],
					because: [binding],
					blockedBy: [deny],
					temporary: true,
				}),
			],
		},
	]).graph.edges;
	expect(edge).toEqual({
		start: {value: 'user:a', match_by: 'id'},
		end: {value: 'projects/p', match_by: 'id'},
		kind: 'GCPProjectSetIamPolicy',
		properties: {
			escalation: 'project-set-iam-policy',
			alsoby: ['x-y'],
			confidence: 'certain',
			temporary: true,
			blocked: true,
			blockedby: ['rule 2 of deny policy policies/d denies it'],
			because: ['roles/x (p.q) for user:a on //r'],
		},
	});
});

describe('kinds', () => {
	test.each([
		['user:a@e.com', 'GCPUser'],
		['serviceAccount:a@p.iam.gserviceaccount.com', 'GCPServiceAccount'],
		['group:g@e.com', 'GCPGroup'],
		['domain:e.com', 'GCPDomain'],
		['allUsers', 'GCPPublic'],
		['allAuthenticatedUsers', 'GCPPublic'],
		['projectOwner:p', 'GCPConvenienceSet'],
		['principal://iam.googleapis.com/x', 'GCPFederatedIdentity'],
		['principalSet://iam.googleapis.com/x', 'GCPFederatedSet'],
		['projects/p', 'GCPProject'],
		['folders/1', 'GCPFolder'],
		['organizations/1', 'GCPOrganization'],
		['no member', 'GCPPrincipal'],
	])('%s is a %s', (id, expected) => {
		expect(written([path(id, 'serviceAccount:x')]).graph.nodes[0]!.kinds).toEqual([expected, 'GCPBase']);
	});

	test('every escalation of the catalogue has one of its own', () => {
		const kinds = CATALOGUE.map(({id}) => edgeKind(id));
		expect(new Set(kinds).size).toBe(CATALOGUE.length);
		for (const one of kinds) expect(one).toMatch(/^GCP[A-Za-z0-9_]+$/);
		expect(edgeKind('sa-get-access-token')).toBe('GCPSaGetAccessToken');
	});
});

test('a full memory forgets: twice at worst, never missing', () => {
	const many = Array.from({length: 40}, (_, index) => path('user:a', `serviceAccount:${index}`));
	const {nodes, edges} = written([...many, ...many], 8).graph;
	expect(new Set(nodes.map(({id}) => id)).size).toBe(41);
	expect(new Set(edges.map(({end}) => end.value)).size).toBe(40);
});

test('hostile names stay what they are, in harmless bytes', () => {
	const paths = HOSTILE.map(name => path(name, 'serviceAccount:b'));
	expect(written(paths).graph.nodes.map(({id}) => id)).toEqual([HOSTILE[0], 'serviceAccount:b', ...HOSTILE.slice(1)]);
	expect([...openGraphText(paths)].join('')).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
});

test('any names validate', () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(fc.string(), fc.string()), {maxLength: 5}), pairs => {
			const {nodes, edges} = written(pairs.map(([from, to]) => path(from, to))).graph;
			const ids = new Set(nodes.map(({id}) => id));
			for (const {start, end} of edges) expect(ids.has(start.value) && ids.has(end.value)).toBe(true);
		}),
		{numRuns: 50},
	);
});
