/**
 * Where a constraint is nowhere in force: one setting covers many projects, so what lacks it is told once, at the
 * highest container under which no project has it (checks.md, "Where one setting covers many").
 */
import type {Container} from '../inventory/model.ts';
import type {Change} from '../remediation/change.ts';
import type {World} from '../world.ts';

/** `bare`: it would be needed and is not there; `covered`: it is there, or not needed. */
export type Standing = 'bare' | 'covered' | 'unknown';

/** A container under which every project is bare, and its parent is not such a container. */
export interface Bare {
	container: Container;
	/** Projects in it, in order of containers. */
	projects: Container[];
}

export interface Unenforced {
	/** How many projects were judged. */
	examined: number;
	bare: Bare[];
	/** Projects of which nothing can be said. */
	unknown: Container[];
}

/** @param standingOf of one project */
export function unenforced({inventory}: World, standingOf: (project: Container) => Standing): Unenforced {
	const {containers} = inventory;
	/** By position: projects below that were judged, and whether all of them are bare. */
	const judged = new Uint32Array(containers.length);
	const isBare = new Uint8Array(containers.length).fill(1);
	const unknown: Container[] = [];
	let examined = 0;
	// Children stand behind their parents: backwards, each is done before what holds it.
	for (let order = containers.length - 1; order >= 0; order--) {
		const container = containers[order]!;
		if (container.kind === 'project' && container.active && container.inScope) {
			const standing = standingOf(container);
			examined++;
			judged[order]!++;
			if (standing !== 'bare') isBare[order] = 0;
			if (standing === 'unknown') unknown.unshift(container);
		}
		if (!container.inScope || judged[order] === 0) isBare[order] = 0;
		const parent = container.parent?.order;
		if (parent === undefined || judged[order] === 0) continue;
		judged[parent]! += judged[order]!;
		if (isBare[order] === 0) isBare[parent] = 0;
	}
	const bare: Bare[] = [];
	for (let order = 0; order < containers.length; order++) {
		if (isBare[order] === 0) continue;
		const container = containers[order]!;
		const below = containers.slice(order, container.end);
		bare.push({container, projects: below.filter(one => one.kind === 'project' && isBare[one.order] === 1)});
		order = container.end - 1;
	}
	return {examined, bare, unknown};
}

/** Whether any of some boolean constraints is in force; each by itself is enough. */
export function inForce({constraints}: World, anyOf: readonly string[], container: Container): boolean | 'unknown' {
	let answer: boolean | 'unknown' = constraints ? false : 'unknown';
	for (const constraint of constraints ? anyOf : []) {
		const {value} = constraints!.isEnforced(constraint, container);
		if (value === 'true') return true;
		if (value === 'unknown') answer = 'unknown';
	}
	return answer;
}

/** Enforces a constraint in a container, and wherever below it a policy of its own says otherwise. */
export function enforcing({constraints}: World, constraint: string, container: Container): Change[] {
	const below = (constraints?.nodesThatSet(constraint) ?? []).filter(
		node =>
			node.order > container.order &&
			node.order < container.end &&
			constraints!.isEnforced(constraint, node).value !== 'true',
	);
	return [container, ...below].map(({name}) => ({op: 'enforce-constraint', resource: name, constraint}));
}

/** The first projects of a bare container by id, for evidence. */
export function examplesOf({projects}: Bare): string[] {
	return projects.slice(0, 20).map(({key}) => key.slice('projects/'.length));
}

/** `no project below organizations/1 (12 projects)`, or the project itself. */
export function whereText({container, projects}: Bare): string {
	if (container.kind === 'project') return container.key;
	return `any of the ${projects.length === 1 ? 'one project' : `${projects.length} projects`} below ${container.key}`;
}
