/** Where buckets and repositories that hold code lie, and how their policies spell them. */
import type {Container, Inventory} from './model.ts';
import {ARTIFACT_REPOSITORY, BUCKET} from './resource-facts.ts';

export class CodePlaces {
	readonly #inventory: Inventory;
	readonly #buckets = new Map<string, Container>();
	readonly #immutable: ReadonlySet<string>;

	constructor(inventory: Inventory) {
		this.#inventory = inventory;
		const {documents, policies} = inventory;
		for (const {name, container} of documents.get(BUCKET) ?? []) if (container) this.#buckets.set(name, container);
		for (const [name, {resource}] of policies)
			if (name.startsWith('//storage.googleapis.com/') && resource.container)
				this.#buckets.set(name, resource.container);
		this.#immutable = new Set(
			(documents.get(ARTIFACT_REPOSITORY) ?? []).flatMap(({name, data}) =>
				data['immutableTags'] === true ? [this.canonical(name)] : [],
			),
		);
	}

	/** The project by its id, as policies of other resources have it; exports write one of both. */
	canonical(name: string): string {
		const key = /^\/\/[^/]+\/(projects\/[^/]+)\//.exec(name)?.[1];
		const project = key === undefined ? undefined : this.#inventory.container(key);
		if (!project?.number) return name;
		const byId = name.replace(key!, project.key);
		const byNumber = name.replace(key!, `projects/${project.number}`);
		return this.#inventory.policies.has(byNumber) ? byNumber : byId;
	}

	/** Undefined: neither its name nor anything that was read tells. */
	of(name: string): Container | undefined {
		const key = /^\/\/[^/]+\/(projects\/[^/_-][^/]*)\//.exec(name)?.[1];
		return key === undefined ? this.#buckets.get(name) : this.#inventory.container(key);
	}

	/** A repository whose tags cannot be moved. */
	isImmutable(name: string): boolean {
		return this.#immutable.has(this.canonical(name));
	}
}
