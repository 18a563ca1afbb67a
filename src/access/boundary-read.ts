/** Access boundaries and their bindings as documents (IAM v3 JSON, snake_case too). Facts: iam-semantics section 1. [seen] */
import {list, object, strings, text, WrongType} from '../inventory/fields.ts';
import type {Container, Document, Inventory} from '../inventory/model.ts';
import {IAM} from '../inventory/names.ts';
import type {Json} from '../sources/asset.ts';
import type {Tri} from './conditions.ts';

/** One boundary policy. */
export interface Boundary {
	/** Full resource name. */
	name: string;
	uid: string | undefined;
	/** `1`, ..., `latest`; undefined: not stated. */
	version: string | undefined;
	/** Containers that its rules list and the inventory knows. */
	reaches: Container[];
	/** It lists containers that the inventory does not know. */
	reachesUnknown: boolean;
	/** Whether its version can block a permission, as far as asked. */
	byPermission: Map<string, Tri>;
}

export interface BoundaryBinding {
	name: string;
	/** Full resource name of the principal set. */
	target: string;
	/** Full resource name of the policy, and its uid when it was bound. */
	policy: string;
	policyUid: string | undefined;
	expression: string | undefined;
}

export function boundaryName(name: string): string {
	return name.startsWith('//') ? name : IAM + name;
}

/** @throws WrongType if it cannot be read whole: half of its rules would block too much */
export function readBoundary({name, data}: Document, inventory: Inventory): Boundary {
	const details = object(data, 'details');
	if (!details) throw new WrongType('its details were not read');
	const reaches: Container[] = [];
	let reachesUnknown = false;
	for (const raw of list(details, 'rules')) {
		if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw new WrongType('a rule is no object');
		const rule = raw as Json;
		// ALLOW is the only effect there is. [seen]
		if ((text(rule, 'effect') ?? 'ALLOW') !== 'ALLOW') continue;
		for (const resource of strings(rule, 'resources')) {
			const container = inventory.container(resource);
			if (container) reaches.push(container);
			else reachesUnknown = true;
		}
	}
	const version = text(details, 'enforcementVersion', 'enforcement_version');
	return {name: boundaryName(name), uid: text(data, 'uid'), version, reaches, reachesUnknown, byPermission: new Map()};
}

/**
 * @returns undefined for bindings of other kinds of policies
 * @throws WrongType if it names no principal set or no policy
 */
export function readPolicyBinding({name, data}: Document): BoundaryBinding | undefined {
	const kind = text(data, 'policyKind', 'policy_kind');
	if (kind !== undefined && kind !== 'PRINCIPAL_ACCESS_BOUNDARY') return undefined;
	const target = text(object(data, 'target') ?? {}, 'principalSet', 'principal_set');
	const policy = text(data, 'policy');
	if (target === undefined || policy === undefined) throw new WrongType('it names no principal set or no policy');
	const condition = object(data, 'condition');
	return {
		name: boundaryName(name),
		target,
		policy: boundaryName(policy),
		policyUid: text(data, 'policyUid', 'policy_uid'),
		expression: (condition && text(condition, 'expression')) || undefined,
	};
}
