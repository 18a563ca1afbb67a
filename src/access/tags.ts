/**
 * Effective tags of containers and resources, for conditions. `EffectiveTag` documents say what holds on a
 * resource, inherited tags included; `TagBinding` documents say what is bound to it alone and are inherited
 * here. The v3 `EffectiveTag` message does not name its resource, so the document's name or a `parent` beside
 * it does. Facts: Resource Manager v3 EffectiveTag, TagBinding, TagKey, TagValue. [seen]
 *
 * Assumption, said in the docs: a resource in a container that has no tag documents of its own has the tags
 * of its container.
 */
import {text} from '../inventory/fields.ts';
import type {Container, Document, Inventory} from '../inventory/model.ts';
import {containerKey, CRM} from '../inventory/names.ts';
import type {EffectiveTags} from './conditions.ts';
import {decodedName} from './encoded-name.ts';

/** Tags by both spellings; an undefined map: something in it could not be named. */
interface Tags {
	byName: Map<string, string> | undefined;
	byId: Map<string, string> | undefined;
}

/** One tag as a document gives it; absent parts were not in it and no TagKey or TagValue told them. */
interface Tag {
	key?: string;
	value?: string;
	keyName?: string;
	valueName?: string;
}

/** What tags are asked of: the parts of a `Target` that matter. */
export interface Tagged {
	name: string;
	container: Container | undefined;
}

export class TagIndex {
	readonly #inventory: Inventory;
	/** Canonical resource name -> effective tags as read. */
	readonly #effective = new Map<string, Tag[]>();
	/** Canonical resource name -> tags bound to it itself. */
	readonly #bound = new Map<string, Tag[]>();
	/** Organizations (roots) of which tag bindings were exported: there, none means none. */
	readonly #exported = new Set<Container>();
	readonly #cache = new Map<string, EffectiveTags | undefined>();
	readonly #values = new Map<string, Document>();
	readonly #keys = new Map<string, Document>();

	constructor(inventory: Inventory) {
		this.#inventory = inventory;
		const documents = (type: string): readonly Document[] =>
			inventory.documents.get(`cloudresourcemanager.googleapis.com/${type}`) ?? [];
		for (const document of documents('TagValue')) this.#values.set(idOf(document), document);
		for (const document of documents('TagKey')) this.#keys.set(idOf(document), document);
		for (const document of documents('EffectiveTag')) this.#take(document, this.#effective);
		for (const document of documents('TagBinding')) {
			const root = this.#take(document, this.#bound)?.root;
			if (root) this.#exported.add(root);
		}
	}

	/**
	 * Effective tags of a target.
	 * @returns undefined: not read; the same object for the same answer, so that values can be kept by it
	 */
	tagsOf(target: Tagged): EffectiveTags | undefined {
		if (this.#effective.size === 0 && this.#bound.size === 0) return undefined;
		const name = this.#canonical(target.name).name;
		if (this.#cache.has(name)) return this.#cache.get(name);
		const tags = this.#tagsOf(name, target.container);
		this.#cache.set(name, tags);
		return tags;
	}

	#tagsOf(name: string, container: Container | undefined): EffectiveTags | undefined {
		const effective = this.#effective.get(name);
		if (effective) return this.#map(effective, undefined);
		const own = this.#bound.get(name);
		const isContainer = container?.name === name;
		const above = isContainer ? container.parent : container;
		if (isContainer && !this.#exported.has(container.root)) return undefined;
		const inherited = above ? this.tagsOf({name: above.name, container: above}) : isContainer ? NONE : undefined;
		// What lies in no known container inherits nobody knows what.
		if (!inherited) return undefined;
		return own ? this.#map(own, inherited) : inherited;
	}

	/** Own tags over inherited ones: per key, the nearest wins. */
	#map(tags: readonly Tag[], inherited: EffectiveTags | undefined): EffectiveTags {
		const base = inherited ?? NONE;
		const found: Tags = {byName: base.byName && new Map(base.byName), byId: base.byId && new Map(base.byId)};
		for (const tag of tags) {
			if (tag.keyName !== undefined && tag.valueName !== undefined) {
				for (const key of this.#spellings(tag.keyName)) found.byName?.set(key, tag.valueName);
			} else found.byName = undefined;
			if (tag.key !== undefined && tag.value !== undefined) found.byId?.set(tag.key, tag.value);
			else found.byId = undefined;
		}
		return {...(found.byName && {byName: found.byName}), ...(found.byId && {byId: found.byId})};
	}

	/** `PROJECT_ID/key` and `PROJECT_NUMBER/key` are one. */
	#spellings(key: string): string[] {
		const slash = key.indexOf('/');
		const project = slash < 0 ? undefined : this.#inventory.container(`projects/${key.slice(0, slash)}`);
		if (!project) return [key];
		const rest = key.slice(slash);
		return [
			...new Set([
				key,
				project.key.slice('projects/'.length) + rest,
				...(project.number ? [project.number + rest] : []),
			]),
		];
	}

	/** @returns the container of the tagged resource, if known */
	#take(document: Document, into: Map<string, Tag[]>): Container | undefined {
		const resource = this.#resourceOf(document);
		if (resource === undefined) return undefined;
		const {name, container} = this.#canonical(resource);
		const tags = into.get(name);
		const tag = this.#tag(document);
		if (tags) tags.push(tag);
		else into.set(name, [tag]);
		return container ?? document.container;
	}

	/** The tagged resource's name, wherever the document says it. */
	#resourceOf({name, data, container}: Document): string | undefined {
		for (const field of ['parent', 'resource', 'fullResourceName']) {
			const value = data[field];
			if (typeof value === 'string' && (value.startsWith('//') || containerKey(value))) return value;
		}
		for (const candidate of [name, data['name']]) {
			if (typeof candidate !== 'string') continue;
			const encoded = /(?:^|\/)(?:tagBindings|effectiveTags)\/([^/]+)(?:\/|$)/.exec(candidate)?.[1];
			const inner = encoded?.includes('%') ? decodedName(encoded) : undefined;
			if (inner?.startsWith('//')) return inner;
			const prefix = /^(\/\/.+?)\/(?:tagBindings|effectiveTags)(?:\/|$)/.exec(candidate)?.[1];
			if (prefix !== undefined && prefix.indexOf('/', 2) > 0) return prefix;
		}
		if (containerKey(name) || this.#inventory.account(name)) return name;
		return container?.name ?? (name.startsWith(CRM) ? undefined : name);
	}

	#canonical(name: string): {name: string; container: Container | undefined} {
		const container = this.#inventory.container(name);
		if (container) return {name: container.name, container};
		const account = name.includes('/serviceAccounts/') ? this.#inventory.account(name) : undefined;
		return account ? {name: account.name, container: account.project} : {name, container: undefined};
	}

	#tag({name, data}: Document): Tag {
		const value = field(data, 'tagValue') ?? /(tagValues\/[^/]+)$/.exec(name)?.[1];
		const valueDocument = value === undefined ? undefined : this.#values.get(value);
		const key = field(data, 'tagKey') ?? (valueDocument && field(valueDocument.data, 'parent'));
		const keyDocument = key === undefined ? undefined : this.#keys.get(key);
		const full =
			field(data, 'namespacedTagValue') ??
			field(data, 'tagValueNamespacedName') ??
			(valueDocument && field(valueDocument.data, 'namespacedName'));
		const keyName =
			field(data, 'namespacedTagKey') ??
			(keyDocument && field(keyDocument.data, 'namespacedName')) ??
			(full === undefined ? undefined : full.slice(0, Math.max(0, full.lastIndexOf('/'))) || undefined);
		const short = valueDocument && field(valueDocument.data, 'shortName');
		const valueName =
			full !== undefined && keyName !== undefined && full.startsWith(`${keyName}/`)
				? full.slice(keyName.length + 1)
				: (short ?? full?.slice(full.lastIndexOf('/') + 1));
		return {key, value, keyName, valueName};
	}
}

const NONE: EffectiveTags = {byName: new Map(), byId: new Map()};

/** A field of a document, or undefined where it is missing, empty or no text: the tag is then not nameable. */
function field(data: Document['data'], name: string): string | undefined {
	return typeof data[name] === 'string' ? text(data, name) || undefined : undefined;
}

function idOf({name, data}: Document): string {
	return field(data, 'name') ?? (name.startsWith(CRM) ? name.slice(CRM.length) : name);
}
