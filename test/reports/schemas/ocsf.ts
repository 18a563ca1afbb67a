/**
 * JSON Schema of an OCSF 1.9 Compliance Finding, as far as our events go: attributes, requirements and enumerations
 * from the definitions that the OCSF publishes (events/base_event, events/findings/finding and compliance_finding;
 * objects metadata, product, cloud, account, finding_info, analytic, compliance, check, resource_details, remediation,
 * evidences). An attribute that is not listed is refused, so that no misspelt one slips through. Data types are those
 * of the OCSF dictionary [recalled: `timestamp_t` is integer milliseconds, `references`, `types`, `standards` and
 * `requirements` are lists of strings, `data` is any JSON].
 */
type Schema = Record<string, unknown>;

const text: Schema = {type: 'string'};
const texts: Schema = {type: 'array', items: text};
const timestamp: Schema = {type: 'integer', minimum: 0};

/** A closed object; `required` ones by name. */
const object = (properties: Schema, required: readonly string[] = [], more: Schema = {}): Schema => ({
	type: 'object',
	additionalProperties: false,
	properties,
	required,
	...more,
});
/** `_entity` demands a name or an identifier. */
const entity = (properties: Schema, required: readonly string[] = []): Schema =>
	object({uid: text, name: text, ...properties}, required, {anyOf: [{required: ['uid']}, {required: ['name']}]});

/** An identifier and its caption go together: the caption is the one of the identifier. */
const normalized = (id: string, label: string, captions: Readonly<Record<number, string>>): Schema => ({
	oneOf: Object.entries(captions).map(([value, caption]) => ({
		properties: {[id]: {const: Number(value)}, [label]: {const: caption}},
	})),
});

const STATUS = {1: 'Pass', 2: 'Warning', 3: 'Fail'};
const SEVERITY = {1: 'Informational', 2: 'Low', 3: 'Medium', 4: 'High', 5: 'Critical', 6: 'Fatal'};

const product = entity({vendor_name: text, version: text});
const account = {...entity({type: text, type_id: {enum: [11]}}), ...normalized('type_id', 'type', {11: 'GCP Project'})};
const check = {
	...object({uid: text, name: text, desc: text, standards: texts, status: text, status_id: {type: 'integer'}}),
	...normalized('status_id', 'status', STATUS),
};
const resource = {
	...entity({type: text, role: text, role_id: {type: 'integer'}, data: {}}),
	...normalized('role_id', 'role', {1: 'Target', 2: 'Actor', 3: 'Affected', 4: 'Related'}),
};

export const complianceFinding: Schema = {
	$schema: 'http://json-schema.org/draft-07/schema#',
	...object(
		{
			activity_id: {enum: [1, 2, 3]},
			activity_name: text,
			category_uid: {const: 2},
			category_name: {const: 'Findings'},
			class_uid: {const: 2003},
			class_name: {const: 'Compliance Finding'},
			type_uid: {enum: [200301, 200302, 200303]},
			type_name: {enum: ['Create', 'Update', 'Close'].map(name => `Compliance Finding: ${name}`)},
			time: timestamp,
			severity_id: {type: 'integer'},
			severity: text,
			confidence_id: {type: 'integer'},
			confidence: text,
			status_id: {type: 'integer'},
			status: text,
			status_detail: text,
			message: text,
			metadata: object({version: {const: '1.9.0'}, product, profiles: {type: 'array', items: {enum: ['cloud']}}}, [
				'version',
				'product',
			]),
			cloud: object({provider: text, account}, ['provider']),
			finding_info: object(
				{
					uid: text,
					title: text,
					desc: text,
					created_time: timestamp,
					types: texts,
					analytic: {
						...entity({type: text, type_id: {type: 'integer'}}, ['type_id']),
						...normalized('type_id', 'type', {1: 'Rule', 2: 'Behavioral', 3: 'Statistical'}),
					},
				},
				['uid'],
			),
			compliance: {
				...object({
					checks: {type: 'array', items: check},
					standards: texts,
					requirements: texts,
					status: text,
					status_id: {type: 'integer'},
				}),
				...normalized('status_id', 'status', STATUS),
			},
			resources: {type: 'array', items: resource, minItems: 1},
			remediation: object({desc: text, references: texts}, ['desc']),
			evidences: {type: 'array', items: object({name: text, data: {}}, ['data'])},
		},
		[
			'activity_id',
			'category_uid',
			'class_uid',
			'type_uid',
			'time',
			'severity_id',
			'metadata',
			'finding_info',
			'compliance',
		],
	),
	allOf: [
		// The cloud profile, which the events declare.
		{required: ['cloud']},
		normalized('severity_id', 'severity', SEVERITY),
		normalized('confidence_id', 'confidence', {1: 'Low', 2: 'Medium', 3: 'High'}),
		normalized('status_id', 'status', {1: 'New', 2: 'In Progress', 3: 'Suppressed', 4: 'Resolved', 5: 'Archived'}),
	],
};
