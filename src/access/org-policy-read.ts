/**
 * Organization policies as documents, v1 (ORG_POLICY content) and v2 (`orgpolicy.googleapis.com/Policy`), read
 * into one shape. Facts: iam-semantics sections 5 and 8. [seen]
 */
import {list, object, strings, text, WrongType} from '../inventory/fields.ts';
import type {Document} from '../inventory/model.ts';
import type {Json} from '../sources/asset.ts';

/** One rule: a boolean constraint enforces, a list constraint allows and denies. */
export interface ConstraintRule {
	/** CEL over resource tags; undefined: always. */
	condition: string | undefined;
	enforce?: boolean;
	all?: 'ALLOW' | 'DENY';
	allowed: string[];
	denied: string[];
}

/** What one node says about one constraint. */
export interface ConstraintSetting {
	/** Back to the constraint's default, whatever stands above. */
	reset: boolean;
	/** List constraints: merged with what holds above. */
	inherits: boolean;
	rules: ConstraintRule[];
}

/** `constraints/iam.x` and `iam.x` are one; the short form is used here. */
export function shortConstraint(constraint: string): string {
	return constraint.startsWith('constraints/') ? constraint.slice('constraints/'.length) : constraint;
}

/**
 * Reads a policy document of either version.
 * @returns undefined if it enforces nothing (only `dryRunSpec`)
 * @throws WrongType if a field is not what the API writes
 */
export function readConstraint({name, data}: Document): {constraint: string; setting: ConstraintSetting} | undefined {
	const named =
		text(data, 'constraint') ??
		/\/policies\/([^/]+)$/.exec(text(data, 'name') ?? '')?.[1] ??
		/\/policies\/([^/]+)$/.exec(name)?.[1];
	if (named === undefined) throw new WrongType('it names no constraint');
	const constraint = shortConstraint(named);
	const isV2 = data['constraint'] === undefined || data['spec'] !== undefined;
	if (!isV2) return {constraint, setting: readV1(data)};
	const spec = object(data, 'spec');
	if (spec) return {constraint, setting: readV2(spec)};
	return undefined;
}

function readV1(data: Json): ConstraintSetting {
	if (object(data, 'restoreDefault', 'restore_default')) return {reset: true, inherits: false, rules: []};
	const flag = object(data, 'booleanPolicy', 'boolean_policy');
	// `{}` is `enforced: false`, the default that proto JSON leaves out. [seen]
	if (flag)
		return {
			reset: false,
			inherits: false,
			rules: [{condition: undefined, enforce: isTrue(flag['enforced']), allowed: [], denied: []}],
		};
	const values = object(data, 'listPolicy', 'list_policy');
	if (!values) throw new WrongType('it has no booleanPolicy, listPolicy or restoreDefault');
	const all = values['allValues'] ?? values['all_values'];
	const rule: ConstraintRule = {
		condition: undefined,
		// Raw proto JSON has the number. [seen]
		...((all === 'ALLOW' || all === 1) && {all: 'ALLOW'}),
		...((all === 'DENY' || all === 2) && {all: 'DENY'}),
		allowed: strings(values, 'allowedValues', 'allowed_values'),
		denied: strings(values, 'deniedValues', 'denied_values'),
	};
	const inherits = isTrue(values['inheritFromParent'] ?? values['inherit_from_parent']);
	return {reset: false, inherits, rules: rule.all || rule.allowed.length + rule.denied.length > 0 ? [rule] : []};
}

function readV2(spec: Json): ConstraintSetting {
	const rules = list(spec, 'rules').map((raw): ConstraintRule => {
		if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw new WrongType('a rule is no object');
		const rule = raw as Json;
		const values = object(rule, 'values') ?? {};
		const enforce = rule['enforce'];
		const condition = object(rule, 'condition');
		return {
			condition: (condition && text(condition, 'expression')) || undefined,
			...(enforce !== undefined && enforce !== null && {enforce: isTrue(enforce)}),
			...(isTrue(rule['allowAll'] ?? rule['allow_all']) && {all: 'ALLOW'}),
			...(isTrue(rule['denyAll'] ?? rule['deny_all']) && {all: 'DENY'}),
			allowed: strings(values, 'allowedValues', 'allowed_values'),
			denied: strings(values, 'deniedValues', 'denied_values'),
		};
	});
	return {
		reset: isTrue(spec['reset']),
		inherits: isTrue(spec['inheritFromParent'] ?? spec['inherit_from_parent']),
		rules,
	};
}

/** Booleans come as such or as the text `TRUE`. [seen] */
function isTrue(value: unknown): boolean {
	if (value === undefined || value === null || value === false) return false;
	if (value === true) return true;
	if (typeof value === 'string' && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === 'true';
	throw new WrongType('a flag is no boolean');
}
