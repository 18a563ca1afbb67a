/**
 * The hierarchy: containers under any of their names (project id or number) joined into one tree.
 */
import {compare} from './coverage.ts';
import type {Container} from './model.ts';
import {CRM, containerKey, containerKind} from './names.ts';

interface Draft {
	parent?: string;
	parentTime: number;
	displayName?: string;
	directoryCustomerId?: string;
	active: boolean;
	read: boolean;
}

/** Collects what assets say about containers; `finish` joins names, breaks cycles and numbers the tree. */
export class ContainerRegistry {
	readonly #drafts = new Map<string, Draft>();
	readonly #idOf = new Map<string, string>();
	readonly #numberOf = new Map<string, string>();
	readonly #chains = new Map<string, {ancestors: readonly string[]; time: number}>();
	/** The last chain that was looked at: all assets of a project have the same. */
	#last: {ancestors: readonly string[]; time: number} = {ancestors: [], time: -Infinity};

	/** Makes sure the container exists. */
	note(key: string): void {
		this.#draft(key);
	}

	/** Own asset of a container. */
	describe(key: string, details: {displayName?: string; directoryCustomerId?: string; active: boolean}): void {
		const draft = this.#draft(key);
		draft.read = true;
		draft.active = details.active;
		if (details.displayName !== undefined) draft.displayName = details.displayName;
		if (details.directoryCustomerId !== undefined) draft.directoryCustomerId = details.directoryCustomerId;
	}

	/** Says that a project's id and number are one project. */
	join(idKey: string, numberKey: string): void {
		if (idKey === numberKey || this.#idOf.has(numberKey)) return;
		this.#draft(idKey);
		this.#draft(numberKey);
		this.#idOf.set(numberKey, idKey);
		this.#numberOf.set(idKey, numberKey);
	}

	/** Parent link, the newest statement wins (a project may have moved between two exports). */
	link(child: string, parent: string, time: number): void {
		if (child === parent) return;
		const draft = this.#draft(child);
		this.#draft(parent);
		if (draft.parent !== undefined && time < draft.parentTime) return;
		draft.parent = parent;
		draft.parentTime = time;
	}

	/** Ancestors as Asset Inventory gives them, nearest first. */
	chain(ancestors: readonly string[], time: number): void {
		const first = ancestors[0];
		if (first === undefined || (time <= this.#last.time && same(this.#last.ancestors, ancestors))) return;
		const seen = this.#chains.get(first);
		if (seen && time <= seen.time && same(seen.ancestors, ancestors)) {
			this.#last = seen;
			return;
		}
		this.#last = {ancestors, time};
		this.#chains.set(first, this.#last);
		const keys = ancestors.flatMap(name => containerKey(name) ?? []);
		if (keys.length === 1) this.note(keys[0]!);
		for (let i = 0; i + 1 < keys.length; i++) this.link(keys[i]!, keys[i + 1]!, time);
	}

	#draft(key: string): Draft {
		let draft = this.#drafts.get(key);
		if (!draft) this.#drafts.set(key, (draft = {parentTime: -Infinity, active: true, read: false}));
		return draft;
	}

	/** The key under which a container is known in the end: a project's id where it is known. */
	canonical(key: string): string {
		return this.#idOf.get(key) ?? key;
	}

	/**
	 * Builds the tree.
	 * @returns containers depth-first (siblings by key), and a look-up by any key
	 */
	finish(warn: (message: string) => void): {containers: Container[]; find: (key: string) => Container | undefined} {
		const byKey = new Map<string, Container>();
		const parents = new Map<string, {parent: string; time: number}>();
		for (const [alias, draft] of this.#drafts) {
			const key = this.canonical(alias);
			const kind = containerKind(key);
			if (!kind) continue;
			let container = byKey.get(key);
			if (!container) {
				const number = kind === 'project' ? (this.#numberOf.get(key) ?? key).slice('projects/'.length) : undefined;
				container = {
					kind,
					key,
					name: CRM + key,
					number: number !== undefined && /^\d+$/.test(number) ? number : undefined,
					root: undefined as unknown as Container,
					children: [],
					order: 0,
					end: 0,
					active: true,
					read: false,
					inScope: true,
					accounts: [],
				};
				container.root = container;
				byKey.set(key, container);
			}
			container.read ||= draft.read;
			container.active &&= draft.active;
			container.displayName ??= draft.displayName;
			container.directoryCustomerId ??= draft.directoryCustomerId;
			// A project may have been linked by its id and by its number.
			if (draft.parent !== undefined && draft.parentTime >= (parents.get(key)?.time ?? -Infinity)) {
				parents.set(key, {parent: this.canonical(draft.parent), time: draft.parentTime});
			}
		}
		for (const [key, {parent}] of [...parents].toSorted((a, b) => compare(a[0], b[0]))) {
			if (closesCycle(key, parent, byKey)) {
				warn(`${key} and ${parent} are each other's ancestors in the input; the link from ${key} is ignored`);
				continue;
			}
			const child = byKey.get(key)!;
			child.parent = byKey.get(parent);
			child.parent?.children.push(child);
		}
		const containers: Container[] = [];
		const roots = [...byKey.values()].filter(container => !container.parent).toSorted((a, b) => compare(b.key, a.key));
		// No recursion: what an input nests is as deep as its writer likes.
		for (let next = roots.pop(); next; next = roots.pop()) {
			next.root = next.parent?.root ?? next;
			next.order = containers.length;
			next.end = next.order + 1;
			containers.push(next);
			next.children.sort((a, b) => compare(a.key, b.key));
			for (const child of next.children.toReversed()) roots.push(child);
		}
		for (const container of containers.toReversed()) {
			if (container.parent) container.parent.end = Math.max(container.parent.end, container.end);
		}
		return {containers, find: key => byKey.get(this.canonical(key))};
	}
}

/** Whether `parent` already lies at or below `key` along the links made so far. */
function closesCycle(key: string, parent: string, byKey: Map<string, Container>): boolean {
	let at: Container | undefined = byKey.get(parent);
	while (at) {
		if (at.key === key) return true;
		at = at.parent;
	}
	return false;
}

function same(a: readonly string[], b: readonly string[]): boolean {
	if (a.length !== b.length) return false;
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}
