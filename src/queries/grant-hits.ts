/** What findings about one member of one binding share: the change, the cause, and the severity of what ends by itself. */
import type {Grant} from '../access/grants.ts';
import type {Hit} from '../check.ts';
import type {Binding} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {BindingRef} from '../remediation/change.ts';
import {SEVERITIES, type Severity} from '../report.ts';

/** The binding as a change names it. */
export function bindingRef({binding}: {binding: Binding}, {member}: Principal): BindingRef {
	const {resource, role, condition} = binding;
	return {resource: resource.name, role, member, ...(condition && {condition})};
}

/** The cause that goes into fingerprints. */
export function causeOfGrant({binding}: Grant | {binding: Binding}, {member}: Principal): NonNullable<Hit['cause']> {
	const {resource, role, condition} = binding;
	return {resource: resource.name, role, member, ...(condition && {condition: condition.expression})};
}

/** One severity lower; low stays low. */
export function lowered(severity: Severity): Severity {
	return SEVERITIES[Math.min(SEVERITIES.indexOf(severity) + 1, SEVERITIES.length - 1)]!;
}
