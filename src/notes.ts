/** What formats may say about checks: their own words, and the controls that they stand under. */
import type {Check} from './check.ts';
import {complianceOf} from './compliance.ts';

/** A check whose `compliance` is what the data says. */
export type NotedCheck = Check & {compliance: readonly string[]};

/** By id. */
export function notesOf(checks: readonly Check[]): ReadonlyMap<string, NotedCheck> {
	return new Map(checks.map(check => [check.id, {...check, compliance: complianceOf(check.id)}]));
}
