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
	/** When what its own asset says was so; `-Infinity`: nobody knows. */
	readTime: number;
}

/** What a container's own asset says. */
interface Details {
	displayName?: string;
	directoryCustomerId?: string;
	active: boolean;
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

	/** Own asset of a container; of several the newest counts, of equally old ones what their contents decide. */
	describe(key: string, details: Details, time: number): void {
		const draft = this.#draft(key);
		if (draft.read && !isNewer(draft, draft.readTime, details, time)) return;
		Object.assign(draft, {
			read: true,
			readTime: time,
			active: details.active,
			displayName: details.displayName ?? draft.displayName,
			directoryCustomerId: details.directoryCustomerId ?? draft.directoryCustomerId,
		});
	}

	/** Says that a project's id and number are one project. */
	join(idKey: string, numberKey: string): void {
		const known = this.#idOf.get(numberKey);
		// Of contradictory statements the smaller counts, whatever their order.
		if (idKey === numberKey || known === idKey) return;
		this.#draft(idKey);
		this.#draft(numberKey);
		if (known !== undefined && known < idKey) return;
		this.#idOf.set(numberKey, idKey);
		const number = this.#numberOf.get(idKey);
		if (number === undefined || numberKey < number) this.#numberOf.set(idKey, numberKey);
	}

	/** Parent link, the newest statement wins (a project may have moved between two exports). */
	link(child: string, parent: string, time: number): void {
		if (child === parent) return;
		const draft = this.#draft(child);
		this.#draft(parent);
		if (draft.parent !== undefined && !isLater(draft.parent, draft.parentTime, parent, time)) return;
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
		if (!draft)
			this.#drafts.set(key, (draft = {parentTime: -Infinity, active: true, read: false, readTime: -Infinity}));
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
		const described = new Map<string, Draft>();
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
			// A project may have been described, and linked, by its id and by its number.
			const told = described.get(key);
			if (draft.read && (!told || isNewer(told, told.readTime, draft, draft.readTime))) described.set(key, draft);
			const known = parents.get(key);
			const parent = draft.parent && this.canonical(draft.parent);
			if (parent !== undefined && (!known || isLater(known.parent, known.time, parent, draft.parentTime)))
				parents.set(key, {parent, time: draft.parentTime});
		}
		for (const [key, {active, displayName, directoryCustomerId}] of described)
			Object.assign(byKey.get(key)!, {read: true, active, displayName, directoryCustomerId});
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

function isNewer(known: Details, knownTime: number, next: Details, time: number): boolean {
	const text = ({active, displayName, directoryCustomerId}: Details): string =>
		JSON.stringify([!active, displayName ?? '', directoryCustomerId ?? '']);
	return time === knownTime ? text(next) < text(known) : time > knownTime;
}

/** Of two parents at one time the nearer kind: `folders/N` comes before `organizations/N`. */
function isLater(known: string, knownTime: number, next: string, time: number): boolean {
	return time === knownTime ? next < known : time > knownTime;
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
