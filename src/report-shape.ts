/**
 * A cheap look at the parts of a saved report: the fields that formats read, each of its type. The JSON Schema says
 * more; looking it up for 300,000 findings would take longer than writing them.
 */
import {CONFIDENCES, SEVERITIES} from './report.ts';

type Test = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Test>>;

const text: Test = value => typeof value === 'string';
const count: Test = value => typeof value === 'number' && value >= 0;
const truth: Test = value => typeof value === 'boolean';
const time: Test = value => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const object: Test = value => typeof value === 'object' && value !== null && !Array.isArray(value);
const oneOf =
	(words: readonly string[]): Test =>
	value =>
		words.some(word => word === value);
const listOf =
	(test: Test): Test =>
	value =>
		Array.isArray(value) && value.every(test);
const optional =
	(test: Test): Test =>
	value =>
		value === undefined || test(value);
const shape =
	(fields: Shape): Test =>
	value =>
		object(value) && wrongField(fields, value as Record<string, unknown>) === undefined;

const severities: Test = shape({critical: count, high: count, medium: count, low: count});
const step: Test = shape({
	from: text,
	to: text,
	escalation: text,
	alsoBy: listOf(text),
	confidence: oneOf(CONFIDENCES),
	because: listOf(object),
	blockedBy: listOf(object),
});
const remediation: Test = shape({
	summary: text,
	gcloud: listOf(text),
	terraform: text,
	undo: listOf(text),
	verify: listOf(text),
});

const suppression: Test = shape({reason: text, owner: text, until: optional(text)});
const kinds: Readonly<Record<string, Test>> = {
	binding: shape({resource: text, role: text, member: text, condition: optional(text)}),
	membership: shape({member: text, of: text}),
	workload: shape({resource: text, runsAs: text}),
};
const drift: Test = value => {
	if (!shape({change: oneOf(['added', 'removed', 'changed']), certain: truth, kind: text})(value)) return false;
	const {kind} = value as {kind: string};
	return Object.hasOwn(kinds, kind) && kinds[kind]!(value);
};

const FINDING: Shape = {
	check: text,
	fingerprint: text,
	severity: oneOf(SEVERITIES),
	confidence: oneOf(CONFIDENCES),
	message: text,
	resource: text,
	project: optional(text),
	principal: optional(text),
	path: optional(listOf(step)),
	evidence: object,
	remediation,
	practice: listOf(count),
	compliance: listOf(text),
	suppressed: optional(suppression),
	baseline: optional(oneOf(['new', 'unchanged'])),
	drift: optional(listOf(drift)),
};
const GONE: Shape = {
	check: text,
	fingerprint: text,
	severity: oneOf(SEVERITIES),
	message: text,
	resource: text,
	project: optional(text),
	principal: optional(text),
	suppressed: optional(suppression),
	drift: optional(listOf(drift)),
	reason: optional(text),
};
const SHAPES: Readonly<Record<string, Shape>> = {
	tool: {name: value => value === 'sa-audit', version: text},
	run: {now: time, sources: listOf(shape({kind: text, scope: listOf(text), files: optional(listOf(text))}))},
	summary: {
		findings: severities,
		suppressed: count,
		inventory: shape({projects: count, serviceAccounts: count, keys: count, bindings: count, principals: count}),
	},
	baseline: {
		run: shape({id: text, now: time}),
		summary: shape({new: count, unchanged: count, fixed: count, unknown: count, newBySeverity: severities}),
		fixed: listOf(shape(GONE)),
		unknown: listOf(shape(GONE)),
	},
	graph: {nodes: listOf(shape({id: text})), edges: listOf(shape({from: text, to: text})), truncated: truth},
	findings: FINDING,
};
const LISTS: Readonly<Record<string, Shape>> = {
	coverage: {
		fact: text,
		scope: text,
		status: oneOf(['complete', 'partial', 'missing']),
		assetType: optional(text),
		reason: optional(text),
		fix: optional(text),
	},
	checks: {
		id: text,
		status: oneOf(['pass', 'fail', 'unknown']),
		examined: count,
		findings: count,
		reason: optional(text),
	},
	chokePoints: {
		binding: shape({resource: text, role: text, member: text, condition: optional(text)}),
		pathsClosed: count,
		ofPaths: count,
		used: optional(text),
	},
	googleInsights: {
		check: text,
		verdict: oneOf(['agreed', 'ours only', 'theirs only']),
		resource: text,
		principal: optional(text),
		insight: optional(text),
		reason: optional(text),
	},
	suppressions: {
		fingerprint: optional(text),
		check: optional(text),
		resource: optional(text),
		principal: optional(text),
		reason: text,
		owner: text,
		until: optional(text),
		status: oneOf(['active', 'expired', 'unused', 'not judged']),
		findings: count,
	},
	accounts: {resource: text, kind: text, power: listOf(shape({level: text, scope: text})), keys: count},
};

/**
 * What is wrong with one part of a report, in words; undefined if nothing is. Parts that this version does not know
 * are another version's and fit.
 * @param key of the part; for `findings`, `value` is one finding
 * @param where the part's name for the message
 */
export function misfit(key: string, value: unknown, where: string): string | undefined {
	const list = LISTS[key];
	if (list !== undefined) {
		if (!Array.isArray(value)) return `"${where}" is no list`;
		for (const [index, item] of value.entries()) {
			const problem = misfitOf(list, item, `${where}[${index}]`);
			if (problem !== undefined) return problem;
		}
		return undefined;
	}
	const fields = SHAPES[key];
	return fields === undefined ? undefined : misfitOf(fields, value, where);
}

function misfitOf(fields: Shape, value: unknown, where: string): string | undefined {
	if (!object(value)) return `"${where}" is no object`;
	const wrong = wrongField(fields, value as Record<string, unknown>);
	return wrong === undefined ? undefined : `"${where}.${wrong}" is missing or not as it should be`;
}

function wrongField(fields: Shape, value: Record<string, unknown>): string | undefined {
	for (const name in fields) if (!fields[name]!(value[name])) return name;
	return undefined;
}
