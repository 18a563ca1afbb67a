/**
 * From assets to the inventory. `asset` is called once per line and hands it to whoever keeps what is needed of its
 * type (`drafts/`); `finish` joins names, unites duplicates and fills the coverage ledger.
 */
import type {Asset, AssetSink, Json, Location, Problem} from '../sources/asset.ts';
import {AccountDrafts} from './drafts/accounts.ts';
import {ActivityDrafts} from './drafts/activities.ts';
import {containerOf, narrow, readContainer} from './drafts/containers.ts';
import {CoverageDrafts} from './drafts/coverage.ts';
import {DocumentDrafts, isDocumentType} from './drafts/documents.ts';
import {GroupDrafts} from './drafts/groups.ts';
import {PolicyDrafts} from './drafts/policies.ts';
import {type Place, Reading} from './drafts/reading.ts';
import {RoleDrafts} from './drafts/roles.ts';
import {WorkloadDrafts} from './drafts/workloads.ts';
import {compare} from './coverage.ts';
import {DIRECTORY_USER, userFacts} from './directory-users.ts';
import {WrongType} from './fields.ts';
import type {Container, Inventory} from './model.ts';
import {containerKey} from './names.ts';
import {hasResourceFacts} from './resource-facts.ts';
import {defaultAccountApi} from './services.ts';
import {WORKLOAD_TYPES, workloadsByProject} from './workloads.ts';

export interface FinishOptions {
	/** `--organization`, `--folder`, `--project` as container keys; empty: everything. */
	scopes?: readonly string[];
}

/** Builds one inventory from any mix of sources. */
export class InventoryBuilder implements AssetSink {
	readonly #now: number;
	readonly #reading = new Reading();
	readonly #accounts = new AccountDrafts(this.#reading);
	readonly #policies = new PolicyDrafts(this.#reading);
	readonly #roles = new RoleDrafts(this.#reading);
	readonly #groups = new GroupDrafts(this.#reading);
	readonly #coverage = new CoverageDrafts(this.#reading);
	readonly #activities = new ActivityDrafts(this.#reading, line => this.#coverage.state(line));
	readonly #documents = new DocumentDrafts(this.#reading);
	readonly #workloads = new WorkloadDrafts(this.#reading);
	readonly #passedOver = new Map<string, number>();
	/** Assets that were usable. */
	assets = 0;

	/** @param options.now epoch ms at which ages, expiry and time conditions are judged */
	constructor(options: {now: number}) {
		this.#now = options.now;
	}

	/** Told of every problem as it comes, for the caller's messages. */
	set onProblem(told: (problem: Problem) => void) {
		this.#reading.onProblem = told;
	}

	problem(problem: Problem): void {
		this.#reading.problem(problem);
	}

	asset(asset: Asset, at: Location): void {
		this.#reading.begin(asset, at);
		try {
			this.#take(asset);
			this.assets++;
		} catch (error) {
			if (!(error instanceof WrongType)) throw error;
			this.#reading.wrong(error.message);
		}
	}

	#take(asset: Asset): void {
		const {assetType, ancestors, iamPolicy, orgPolicy, resource} = asset;
		const reading = this.#reading;
		const stamp = reading.stampOf(asset.updateTime);
		if (ancestors) reading.registry.chain(ancestors, stamp);
		const place: Place = {container: containerOf(asset, stamp, reading), stamp};
		let used = false;
		if (iamPolicy) {
			// The resource beside a broken one may still be read.
			reading.attempt(() => this.#policies.take(asset, iamPolicy, place));
			used = true;
		}
		if (orgPolicy) {
			this.#documents.takeOrgPolicies(asset, orgPolicy, place);
			used = true;
		}
		if (resource?.data) used = this.#takeResource(asset, resource.data, place) || used;
		if (!used) this.#passedOver.set(assetType, (this.#passedOver.get(assetType) ?? 0) + 1);
	}

	/** @returns whether this type is read */
	#takeResource(asset: Asset, data: Json, place: Place): boolean {
		const {assetType, name} = asset;
		switch (assetType) {
			case 'cloudresourcemanager.googleapis.com/Project':
			case 'cloudresourcemanager.googleapis.com/Folder':
			case 'cloudresourcemanager.googleapis.com/Organization':
				readContainer(asset, data, place.stamp, this.#reading);
				if (hasResourceFacts(assetType)) this.#documents.takeFacts(asset, data, place);
				return true;
			case 'iam.googleapis.com/ServiceAccount':
				this.#accounts.takeAccount(asset, data, place);
				return true;
			case 'iam.googleapis.com/ServiceAccountKey':
				this.#accounts.takeKey(asset, data, place);
				return true;
			case 'iam.googleapis.com/Role':
				this.#roles.take(asset, data, place);
				return true;
			case 'cloudidentity.googleapis.com/Group':
				this.#groups.take(asset, data, place.stamp);
				return true;
			case 'policyanalyzer.googleapis.com/Activity':
				this.#activities.take(data, place);
				return true;
			case DIRECTORY_USER:
				this.#documents.take(asset, userFacts(data), place);
				return true;
			case 'sa-audit/Coverage':
				this.#coverage.take(data);
				return true;
			default:
				if (WORKLOAD_TYPES.has(assetType)) {
					this.#workloads.take(asset, place);
					return true;
				}
				if (hasResourceFacts(assetType)) {
					this.#reading.count('workloads', place.container, name, assetType);
					this.#documents.takeFacts(asset, data, place);
					return true;
				}
				if (!isDocumentType(assetType) && !defaultAccountApi(name)) return false;
				this.#documents.take(asset, data, place);
				return true;
		}
	}

	/**
	 * Joins everything. Call once.
	 * @throws UsageError if a scope is in none of the assets
	 */
	finish({scopes = []}: FinishOptions = {}): Inventory {
		const {registry, principals, warnings} = this.#reading;
		this.#accounts.settle();
		const {containers, find} = registry.finish(message => void warnings.push(message));
		narrow(containers, find, scopes);
		const container = (key: string | undefined): Container | undefined => (key === undefined ? undefined : find(key));

		const accounts = this.#accounts.finish(container);
		const keys = accounts.keys();
		const policies = this.#policies.finish(container, accounts);
		for (const {kind, value} of principals.all.slice())
			if (kind === 'serviceAccount' && !value.includes('[')) accounts.named(value, undefined);
		for (const known of containers) known.accounts.sort((a, b) => compare(a.email, b.email));

		const coverage = this.#coverage.ledger(containers, container, accounts);
		this.#groups.cover(coverage, containers, policies.values(), this.#coverage.saysGroups);
		this.#coverage.addBroken(coverage);
		const workloads = this.#workloads.finish(find, id => this.#accounts.emailOf(id));
		const inProject = workloadsByProject(workloads);
		const inventory: Inventory = {
			now: this.#now,
			containers,
			container: key => find(containerKey(key) ?? key),
			principals,
			accounts: accounts.all,
			account: reference => accounts.find(reference),
			keys,
			policies,
			customRoles: this.#roles.finish(container),
			groups: this.#groups.finish(),
			activities: this.#activities.finish(accounts),
			documents: this.#documents.finish(container),
			workloads,
			workloadsOf: project => inProject.get(project) ?? [],
			coverage,
			domains: containers.flatMap(known =>
				known.kind === 'organization' && known.displayName ? [known.displayName.toLowerCase()] : [],
			),
			warnings,
			passedOver: this.#passedOver,
			scopes,
		};
		this.#reading.forget();
		return inventory;
	}
}
