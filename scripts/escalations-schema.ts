/** What the words of the catalogue mean, and the JSON Schema of its published form. */
import {FACTS} from '../src/inventory/coverage.ts';
import type {Escalation, Place, Yield} from '../src/graph/catalogue/types.ts';

/** On what a permission is checked, in words. */
export const PLACES: Record<Place, string> = {
	account: 'the service account to be become',
	project: 'the project',
	folder: 'the folder',
	organization: 'the organization',
	container: 'a project, folder or organization',
	'role owner': 'the project or organization that owns the custom role',
	workload: 'the workload',
	resource: 'the resource',
	'attached account': 'the service account that the workload runs as',
};

/** Whom one ends up as, in words. */
export const YIELDS: Record<Yield, string> = {
	account: 'the service account',
	delegation: 'nobody by itself: a prefix of a way that ends in a minting permission',
	container: 'whatever the rewritten allow policy allows, hence every account below',
	'custom role': 'whatever the custom role is made to hold, wherever the caller holds it',
	'actable account': 'any service account of the project that the caller may act as',
	'attached account': 'the service account of an existing workload',
	'attached or actable account':
		'the service account of an existing workload, or another one that the caller may act as and attaches',
	'project identity': 'an account that the service brings to each project',
	group: 'a group, with all that it holds',
	'pool identities': 'every identity of a pool that some binding names, and the accounts it can become',
	'entitled roles': 'the roles of an entitlement, for a time',
	other: 'something that is no account',
};

const text = {type: 'string', minLength: 1};
const texts = {type: 'array', items: text};
const described = (description: string, schema: object): object => ({...schema, description});
const permissions = {type: 'array', items: {$ref: '#/$defs/permission'}};
const identity = {type: 'string', pattern: '^[^@]*\\{(number|id)\\}[^@]*@|^\\{(number|id)\\}@'};

const REQUIREMENT = {
	type: 'object',
	required: ['on', 'all'],
	properties: {
		on: {
			enum: Object.keys(PLACES),
			description: 'On what Google checks the permissions; containers above pass them on.',
		},
		all: {...permissions, description: 'All are needed.'},
		anyOf: {
			type: 'array',
			minItems: 1,
			items: {...permissions, minItems: 1},
			description: 'One of these lists as well.',
		},
	},
};

/** One property for every field of an entry, in the order in which they are written. */
export const PROPERTIES: Record<keyof Escalation | 'field', object> = {
	id: {type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$'},
	field: described('Heading in the documentation.', text),
	title: text,
	kind: described('Structural: it lies in configuration, not in a permission.', {enum: ['permission', 'structural']}),
	strength: described('Limited: less than all that the account may do.', {enum: ['full', 'limited']}),
	modelled: described('Whether sa-audit makes hops of it.', {type: 'boolean'}),
	reason: described('Why it is not modelled.', text),
	requires: described('All of these together; empty where no permission is involved.', {
		type: 'array',
		items: {$ref: '#/$defs/requirement'},
	}),
	yields: described('Whom one ends up as.', {enum: Object.keys(YIELDS)}),
	yieldsNote: text,
	alsoYields: described('Reached as well, by the same permissions.', {enum: Object.keys(YIELDS)}),
	identities: described('E-mail patterns; {number} and {id} are those of the project.', {
		type: 'array',
		minItems: 1,
		items: identity,
	}),
	pools: {enum: ['workload', 'workforce', 'kubernetes']},
	exemptions: {
		type: 'array',
		minItems: 1,
		items: {
			type: 'object',
			required: ['permission', 'constraint', 'identity'],
			properties: {permission: {$ref: '#/$defs/permission'}, constraint: {$ref: '#/$defs/constraint'}, identity},
		},
	},
	hopsAs: described('The id under which sa-audit shows its hops.', text),
	workloads: described('Asset types of the existing workloads, both API generations.', {
		type: 'array',
		minItems: 1,
		items: {type: 'string', pattern: '^[a-z]+\\.googleapis\\.com/[A-Z][A-Za-z]+$'},
	}),
	code: described('The code of a workload is replaced where it lies: what is needed there, by kind of place.', {
		type: 'array',
		minItems: 1,
		items: {
			type: 'object',
			required: ['kind', 'uses', 'permissions'],
			properties: {kind: text, uses: {...texts, minItems: 1}, permissions: {...permissions, minItems: 1}},
		},
	}),
	precondition: described('Outside IAM: without it the way does not work.', text),
	expects: described('Usually needed too, on the project.', permissions),
	constraints: described('Boolean constraints of which any one, enforced, stops it.', {
		type: 'array',
		items: {$ref: '#/$defs/constraint'},
	}),
	notDeniable: described('Permissions that no deny rule can name.', permissions),
	api: {type: 'string', pattern: '^[a-z]+\\.googleapis\\.com$'},
	seenInLogs: text,
	close: text,
	techniques: described('MITRE ATT&CK.', {
		type: 'array',
		minItems: 1,
		items: {type: 'string', pattern: '^T\\d{4}(\\.\\d{3})?$'},
	}),
	needs: described('Facts without which it cannot be judged.', {type: 'array', items: {enum: [...FACTS]}}),
	evidence: described('Seen in a source, or recalled and to be verified.', {enum: ['seen', 'recalled']}),
	sources: {...texts, minItems: 1},
	notes: {type: 'string'},
};

const OPTIONAL: ReadonlySet<string> = new Set([
	'reason',
	'yieldsNote',
	'alsoYields',
	'identities',
	'pools',
	'exemptions',
	'hopsAs',
	'workloads',
	'code',
	'precondition',
	'expects',
	'api',
] satisfies (keyof Escalation)[]);

export const SCHEMA = {
	$schema: 'https://json-schema.org/draft/2020-12/schema',
	$id: 'sa-audit://schema/escalations/1',
	title: 'sa-audit escalation catalogue, version 1',
	description: 'Every known way to become someone else on Google Cloud. Ignore keys that you do not know.',
	type: 'object',
	required: ['version', 'license', 'escalations'],
	properties: {
		$schema: text,
		version: {type: 'string', pattern: '^1\\.\\d+\\.\\d+$'},
		license: {const: 'Apache-2.0'},
		description: text,
		escalations: {type: 'array', minItems: 1, items: {$ref: '#/$defs/escalation'}},
	},
	$defs: {
		permission: {type: 'string', pattern: '^([a-z]+\\.googleapis\\.com/)?[A-Za-z]+(\\.[A-Za-z]+)+$'},
		constraint: {type: 'string', pattern: '^[a-z]+(\\.[A-Za-z]+)+$'},
		requirement: REQUIREMENT,
		escalation: {
			type: 'object',
			required: Object.keys(PROPERTIES).filter(name => !OPTIONAL.has(name)),
			properties: PROPERTIES,
			if: {properties: {modelled: {const: false}}},
			// oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
			then: {required: ['reason']},
		},
	},
};
