/** Hops and nodes of paths, each once: what a drawing of many paths is made of. */
import {parseMember} from '../inventory/principals.ts';
import type {Step} from '../report.ts';

/** A path as far as drawing goes. */
export interface Steps {
	steps: readonly Step[];
}

/** So many keys are remembered; about 200 bytes each. */
const REMEMBERED = 1 << 20;

/**
 * A set that forgets everything when it is full. Something may then be said twice, which the readers of both
 * formats merge or draw twice; memory stays bounded whatever is written.
 */
export class Seen {
	readonly #keys = new Set<string>();
	readonly #most: number;

	constructor(most = REMEMBERED) {
		this.#most = most;
	}

	/** @returns whether this is the first time (that is remembered) */
	add(key: string): boolean {
		if (this.#keys.has(key)) return false;
		if (this.#keys.size >= this.#most) this.#keys.clear();
		this.#keys.add(key);
		return true;
	}
}

/** Each hop once. A hop by another escalation between the same nodes (delegating, becoming) is another hop. */
export function* distinctHops(paths: Iterable<Steps>, seen = new Seen()): Generator<Step> {
	for (const {steps} of paths) {
		for (const step of steps) if (seen.add(`${step.from}\u0000${step.to}\u0000${step.escalation}`)) yield step;
	}
}

/** What a node is, by the spelling that paths give it. */
export type NodeKind =
	| 'user'
	| 'serviceAccount'
	| 'group'
	| 'domain'
	| 'public'
	| 'convenience'
	| 'federatedIdentity'
	| 'federatedSet'
	| 'project'
	| 'folder'
	| 'organization'
	| 'other';

/** @returns the kind, and the name without its prefix */
export function nodeOf(id: string): {kind: NodeKind; name: string} {
	const container = /^(project|folder|organization)s\/[^/]+$/.exec(id)?.[1];
	if (container !== undefined) return {kind: container as NodeKind, name: id};
	const {kind, value} = parseMember(id);
	switch (kind) {
		case 'user':
		case 'serviceAccount':
		case 'group':
		case 'domain':
			return {kind, name: value};
		case 'allUsers':
		case 'allAuthenticatedUsers':
			return {kind: 'public', name: id};
		case 'projectOwner':
		case 'projectEditor':
		case 'projectViewer':
			return {kind: 'convenience', name: id};
		case 'principal':
			return {kind: 'federatedIdentity', name: value.replace('//iam.googleapis.com/', '')};
		case 'principalSet':
			return {kind: 'federatedSet', name: value.replace('//iam.googleapis.com/', '')};
		default:
			return {kind: 'other', name: id};
	}
}
