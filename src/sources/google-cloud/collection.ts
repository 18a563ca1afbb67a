/** What all parts of a collection share: who asks, what was found, where assets go, what was not read. */
import type {Asset} from '../asset.ts';
import type {Caller} from './caller.ts';
import {CallFailure} from './failure.ts';
import type {Found} from './hierarchy.ts';
import {type CollectedFact, Ledger} from './ledger.ts';
import type {Doors} from './reach.ts';
import {containerAsset, type Place} from './shape.ts';
import {asksForTags} from './tags.ts';

export type Via = 'auto' | 'asset-inventory' | 'services';

export class Collection {
	readonly caller: Caller;
	readonly ledger = new Ledger();
	/** By path (with a project's number). */
	readonly places = new Map<string, Place>();
	/** Ancestors of what was asked for: read for what is inherited, not part of the scope. */
	readonly context = new Set<string>();
	/** E-mails of groups that something binds, lower-case. */
	readonly groups = new Set<string>();
	/** Of them, those that were asked for. */
	readonly askedGroups = new Set<string>();
	readonly doors: Doors;
	/** A condition that was seen asks for tags. */
	needsTags = false;
	readonly #byKey = new Map<string, Place>();
	/** Bodies of what was found, by path. */
	readonly #bodies = new Map<string, Found>();
	/** Path of a project -> whether it is still there, asked once. */
	readonly #gone = new Map<string, Promise<boolean>>();
	readonly #emit: (asset: Asset) => void;

	constructor(caller: Caller, doors: Doors, emit: (asset: Asset) => void) {
		this.caller = caller;
		this.doors = doors;
		this.#emit = emit;
	}

	/** Hands an asset over, and notes what it asks to be read next. */
	readonly emit = (asset: Asset): void => {
		this.#note(asset);
		this.#emit(asset);
	};

	/** Takes a container of a scope in, once. */
	found(found: Found): void {
		this.context.delete(found.place.key);
		this.describe(found);
	}

	/** Keeps what a container says of itself; its asset comes at the end, when it is known whether it is still there. */
	describe(found: Found): void {
		const {place} = found;
		if (this.#bodies.has(place.path)) return;
		this.#bodies.set(place.path, found);
		if (!this.places.has(place.path)) this.known(place);
	}

	/** Takes an ancestor of a scope in, which is context unless another scope holds it. */
	above(place: Place): void {
		if (this.place(place.key)) return;
		this.known(place);
		this.context.add(place.key);
	}

	/** The assets of all containers, to be emitted last. */
	*containers(): Generator<Asset> {
		for (const {body, place} of this.#bodies.values()) yield containerAsset(body, place);
	}

	/** A container that is known by name only. */
	known(place: Place): void {
		this.places.set(place.path, place);
		this.#byKey.set(place.key, place);
	}

	place(pathOrKey: string): Place | undefined {
		return this.places.get(pathOrKey) ?? this.#byKey.get(pathOrKey);
	}

	/** Where something can be read: in what was asked for and not being deleted. */
	*active(...kinds: Place['kind'][]): Generator<Place> {
		for (const place of this.places.values()) {
			if (place.active && !this.context.has(place.key) && kinds.includes(place.kind)) yield place;
		}
	}

	/** The same, at and below one container. @param path of that container */
	*within(path: string, ...kinds: Place['kind'][]): Generator<Place> {
		for (const place of this.active(...kinds)) if (place.ancestors.includes(path)) yield place;
	}

	/** The same, with the ancestors. */
	*inherited(...kinds: Place['kind'][]): Generator<Place> {
		for (const place of this.places.values()) if (place.active && kinds.includes(place.kind)) yield place;
	}

	/** Reads one fact of one container; what fails is a hole there and nowhere else. */
	async read(
		fact: CollectedFact,
		place: Place,
		load: () => Promise<Iterable<Asset> | Asset | undefined | void>,
	): Promise<void> {
		try {
			const answer = await load();
			if (answer === undefined) return;
			for (const asset of Symbol.iterator in answer ? answer : [answer]) this.emit(asset);
		} catch (error) {
			if (!(error instanceof CallFailure)) throw error;
			await this.failed(fact, place, error);
		}
	}

	/** A call that gave no answer: a hole, unless what it was about is not there any more. */
	async failed(fact: CollectedFact, place: Place, failure: CallFailure, type?: string): Promise<void> {
		if (!(await this.#isGone(place, failure))) this.ledger.failed(fact, place.key, failure, type);
	}

	/** Projects vanish between two calls; whoever lists them again sees that, and so does this. */
	async #isGone(place: Place, {kind, said}: CallFailure): Promise<boolean> {
		const found = this.#bodies.get(place.path);
		const isHint = kind === 'gone' || (kind === 'denied' && /delet/i.test(said));
		if (!place.active) return true;
		if (!found || place.kind !== 'project' || !isHint) return false;
		let asked = this.#gone.get(place.path);
		if (!asked) this.#gone.set(place.path, (asked = this.#ask(place)));
		if (!(await asked)) return false;
		place.active = false;
		if (found.body.state === undefined || found.body.state === 'ACTIVE') found.body.state = 'DELETED';
		return true;
	}

	async #ask(place: Place): Promise<boolean> {
		try {
			const {state} = await this.caller.call('getProject', {name: place.key});
			return state !== undefined && state !== 'ACTIVE';
		} catch (error) {
			if (!(error instanceof CallFailure)) throw error;
			return error.kind === 'gone';
		}
	}

	#note(asset: Asset): void {
		this.doors.note(asset);
		const {iamPolicy, assetType, resource} = asset;
		const isRule =
			assetType === 'iam.googleapis.com/DenyPolicy' ||
			assetType === 'orgpolicy.googleapis.com/Policy' ||
			assetType === 'iam.googleapis.com/PolicyBinding';
		const text = iamPolicy ? JSON.stringify(iamPolicy) : isRule ? JSON.stringify(resource?.data) : undefined;
		if (text === undefined) return;
		this.needsTags ||= asksForTags(text);
		for (const [, email] of text.matchAll(/"(?:group:|principalSet:\/\/goog\/group\/)([^"\s]+)"/g))
			this.groups.add(email!.toLowerCase());
	}
}
