/** Where data of users or other sensitive data lies: by labels and tags that the configuration names. */
import {containerTarget, type Target} from '../access/evaluate.ts';
import {READING_DATA} from '../access/power-data.ts';
import type {Container, Document} from '../inventory/model.ts';
import type {World} from '../world.ts';

export interface SensitiveThing {
	/** Canonical full name of the project or resource. */
	name: string;
	/** `KEY=VALUE`. */
	mark: string;
	/** Any of these reads it. */
	permissions: readonly string[];
}

export interface SensitiveData {
	/** By project. */
	byProject: ReadonlyMap<Container, readonly SensitiveThing[]>;
	/** Some resource has a label or tag of one of the keys, whatever its value: they are in use here. */
	inUse: boolean;
}

/** Permissions that read the data of each type. */
const READ_BY: ReadonlyMap<string, readonly string[]> = new Map([
	['storage.googleapis.com/Bucket', ['storage.objects.get']],
	['bigquery.googleapis.com/Dataset', ['bigquery.tables.getData', 'bigquery.tables.export']],
	['bigquery.googleapis.com/Table', ['bigquery.tables.getData', 'bigquery.tables.export']],
	['sqladmin.googleapis.com/Instance', ['cloudsql.instances.export', 'cloudsql.instances.login']],
	['spanner.googleapis.com/Instance', ['spanner.databases.select', 'spanner.databases.read']],
	['bigtableadmin.googleapis.com/Instance', ['bigtable.tables.readRows']],
	['secretmanager.googleapis.com/Secret', ['secretmanager.versions.access']],
	['pubsub.googleapis.com/Topic', ['pubsub.subscriptions.consume']],
	['alloydb.googleapis.com/Cluster', ['alloydb.instances.login']],
	['healthcare.googleapis.com/FhirStore', ['healthcare.fhirResources.get']],
	['compute.googleapis.com/Disk', ['compute.disks.useReadOnly']],
	['compute.googleapis.com/Snapshot', ['compute.snapshots.useReadOnly']],
]);
/** Hosts of names, for tags, which say nothing of types. */
const TYPE_OF_HOST: readonly [RegExp, string][] = [
	[/^\/\/storage\.googleapis\.com\//, 'storage.googleapis.com/Bucket'],
	[/^\/\/bigquery\.googleapis\.com\//, 'bigquery.googleapis.com/Dataset'],
	[/^\/\/(?:sqladmin|cloudsql)\.googleapis\.com\//, 'sqladmin.googleapis.com/Instance'],
	[/^\/\/spanner\.googleapis\.com\//, 'spanner.googleapis.com/Instance'],
	[/^\/\/bigtable(?:admin)?\.googleapis\.com\//, 'bigtableadmin.googleapis.com/Instance'],
	[/^\/\/secretmanager\.googleapis\.com\//, 'secretmanager.googleapis.com/Secret'],
];
const PROJECT = 'cloudresourcemanager.googleapis.com/Project';

/** @param world its configuration names the labels */
export function sensitiveData(world: World): SensitiveData {
	const finder = new Finder(world);
	finder.labels();
	finder.tags();
	return finder;
}

class Finder implements SensitiveData {
	readonly byProject = new Map<Container, SensitiveThing[]>();
	inUse = false;
	readonly #world: World;
	readonly #marks: ReadonlySet<string>;
	readonly #keys: ReadonlySet<string>;

	constructor(world: World) {
		this.#world = world;
		this.#marks = new Set(world.config.labels.sensitive);
		this.#keys = new Set(world.config.labels.sensitive.map(mark => mark.slice(0, mark.indexOf('='))));
	}

	labels(): void {
		const {documents} = this.#world.inventory;
		const of = (type: string): readonly Document[] => documents.get(type) ?? [];
		for (const {container, data} of of(PROJECT)) {
			if (container) this.#labelled(container, container.name, data['labels'], READING_DATA);
		}
		for (const [type, permissions] of READ_BY)
			for (const {container, name, data} of of(type)) this.#labelled(container, name, data['labels'], permissions);
	}

	#labelled(container: Container | undefined, name: string, labels: unknown, permissions: readonly string[]): void {
		if (typeof labels !== 'object' || labels === null) return;
		for (const [key, value] of Object.entries(labels)) this.#mark(container, name, key, String(value), permissions);
	}

	#mark(
		container: Container | undefined,
		name: string,
		key: string,
		value: string,
		permissions: readonly string[],
	): void {
		if (!this.#keys.has(key)) return;
		this.inUse = true;
		const mark = `${key}=${value}`;
		if (!this.#marks.has(mark) || !container) return;
		const known = this.byProject.get(container);
		const thing = {name, mark, permissions};
		if (!known) this.byProject.set(container, [thing]);
		else if (!known.some(other => other.name === name)) known.push(thing);
	}

	/** Tags are named `ORGANIZATION/KEY`; the configuration names them as labels, by the key alone. */
	tags(): void {
		const {documents, containers} = this.#world.inventory;
		const bound = ['TagBinding', 'EffectiveTag'].flatMap(
			type => documents.get(`cloudresourcemanager.googleapis.com/${type}`) ?? [],
		);
		if (bound.length === 0) return;
		for (const container of containers) {
			if (container.kind === 'project') this.#tagged(container, containerTarget(container), READING_DATA);
		}
		for (const {container, data} of bound) {
			const name = data['parent'];
			if (typeof name !== 'string' || container?.kind !== 'project') continue;
			const assetType = TYPE_OF_HOST.find(([host]) => host.test(name))?.[1];
			if (assetType !== undefined) this.#tagged(container, {name, assetType, container}, READ_BY.get(assetType)!);
		}
	}

	#tagged(container: Container, target: Target, permissions: readonly string[]): void {
		const tags = this.#world.access.context(target, '', true).tags?.byName;
		for (const [key, value] of tags ?? []) {
			const short = key.slice(key.lastIndexOf('/') + 1);
			this.#mark(container, target.name, short, value, permissions);
		}
	}
}
