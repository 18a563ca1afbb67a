/** Deny policies as documents (IAM v2 JSON, snake_case too), read into plain rules. Facts: iam-semantics section 1. [seen] */
import {object, strings, text, WrongType} from '../inventory/fields.ts';
import type {Container, Document, Inventory} from '../inventory/model.ts';
import {containerKey, IAM} from '../inventory/names.ts';
import type {Json} from '../sources/asset.ts';
import {decodedName} from './encoded-name.ts';

/** A deny policy that is known to exist but could not be read whole: a hole, never an empty policy. */
export interface DenyHole {
	/** Canonical name of the policy. */
	policy: string;
	/** What it hangs on; undefined if that is not in the inventory. */
	container: Container | undefined;
	/** One sentence for people. */
	reason: string;
}

/** One deny rule as the policy has it: v2 identifiers and v2 permission names. */
export interface DenyRuleText {
	/** Index in the policy, from 0. */
	index: number;
	deniedPrincipals: string[];
	exceptionPrincipals: string[];
	deniedPermissions: string[];
	exceptionPermissions: string[];
	/** The denial condition, if there is one. */
	expression: string | undefined;
}

export interface DenyPolicyText {
	/** Full resource name. */
	policy: string;
	container: Container | undefined;
	rules: DenyRuleText[];
	holes: DenyHole[];
}

/** @returns undefined for IAM v2 policies of another kind */
export function readDenyPolicy(document: Document, inventory: Inventory): DenyPolicyText | undefined {
	const {data, name} = document;
	const kind = data['kind'];
	if (typeof kind === 'string' && kind.toLowerCase() !== 'denypolicy') return undefined;
	const policy = name.startsWith('//') ? name : IAM + name;
	const container = attachment(document, inventory);
	const read: DenyPolicyText = {policy, container, rules: [], holes: []};
	const hole = (reason: string): void => void read.holes.push({policy, container, reason});
	if (!container) hole('it hangs on nothing that the inventory knows');
	else if (!Array.isArray(data['rules'])) {
		hole('its rules were not read: lists leave them out, reading the policy itself prints them');
	} else {
		data['rules'].forEach((raw: unknown, index) => {
			try {
				read.rules.push(readRule(raw, index));
			} catch (error) {
				if (!(error instanceof WrongType)) throw error;
				hole(`rule ${index} cannot be read: ${error.message}`);
			}
		});
	}
	return read;
}

/** What a policy hangs on: its own name tells (`policies/ENCODED/denypolicies/ID`), else its place in the export. */
function attachment({name, data, container}: Document, inventory: Inventory): Container | undefined {
	for (const candidate of [data['name'], name]) {
		if (typeof candidate !== 'string') continue;
		const encoded = /(?:^|\/)policies\/(.+)\/denypolicies\/[^/]+$/.exec(candidate)?.[1];
		if (encoded === undefined) continue;
		const point = decodedName(encoded).replace(/^\/\//, '');
		const key = containerKey(point.startsWith('cloudresourcemanager.') ? `//${point}` : point);
		return key === undefined ? undefined : inventory.container(key);
	}
	return container;
}

function readRule(raw: unknown, index: number): DenyRuleText {
	if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw new WrongType('it is no object');
	const rule = object(raw as Json, 'denyRule', 'deny_rule');
	if (!rule) throw new WrongType('it has no denyRule');
	const condition = object(rule, 'denialCondition', 'denial_condition');
	return {
		index,
		deniedPrincipals: strings(rule, 'deniedPrincipals', 'denied_principals'),
		exceptionPrincipals: strings(rule, 'exceptionPrincipals', 'exception_principals'),
		deniedPermissions: strings(rule, 'deniedPermissions', 'denied_permissions'),
		exceptionPermissions: strings(rule, 'exceptionPermissions', 'exception_permissions'),
		expression: (condition && text(condition, 'expression')) || undefined,
	};
}
