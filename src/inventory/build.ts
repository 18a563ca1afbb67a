/**
 * From assets to the inventory. `asset` is called once per line and keeps only what is needed;
 * `finish` joins names, unites duplicates and fills the coverage ledger.
 */
import type {Asset, AssetSink, Json, Location, Problem} from '../sources/asset.ts';
import {redact, redactJson} from '../sources/secrets.ts';
import {UsageError} from '../errors.ts';
import {brokenInput} from './broken-input.ts';
import {accountKind} from './account-kind.ts';
import {ContainerRegistry} from './containers.ts';
import {compare, CoverageLedger, FACTS, type Fact, partsOf, type StatedLine} from './coverage.ts';
import {flag, list, object, parseTime, text, time, WrongType} from './fields.ts';
import type {
	Activity,
	AllowPolicy,
	AuditConfig,
	Binding,
	Container,
	CustomRole,
	Document,
	Group,
	Inventory,
	Resource,
	ServiceAccount,
	ServiceAccountKey,
} from './model.ts';
import {
	accountName,
	containerKey,
	IAM,
	parseAccountName,
	parseCustomRole,
	projectInName,
	projectOfEmail,
} from './names.ts';
import {ConditionTable, readAuditConfigs, readBindings, sameBindings, uniteBindings} from './policies.ts';
import {PrincipalTable} from './principals.ts';
import {hasResourceFacts, resourceFacts} from './resource-facts.ts';
import {defaultAccountApi} from './services.ts';
import {
	type DraftWorkload,
	projectOfWorkloadName,
	readWorkload,
	readWorkloadFacts,
	resolveWorkloads,
	WORKLOAD_TYPES,
	type WorkloadReading,
	workloadName,
	workloadsByProject,
} from './workloads.ts';

/** Small types kept whole, for the stages that compile them. */
const DOCUMENT_TYPES: ReadonlySet<string> = new Set([
	'iam.googleapis.com/DenyPolicy',
	'iam.googleapis.com/PrincipalAccessBoundaryPolicy',
	'iam.googleapis.com/PolicyBinding',
	'iam.googleapis.com/WorkloadIdentityPool',
	'iam.googleapis.com/WorkloadIdentityPoolProvider',
	'iam.googleapis.com/WorkforcePool',
	'iam.googleapis.com/WorkforcePoolProvider',
	'orgpolicy.googleapis.com/Policy',
	'cloudresourcemanager.googleapis.com/TagKey',
	'cloudresourcemanager.googleapis.com/TagValue',
	'cloudresourcemanager.googleapis.com/TagBinding',
	'cloudresourcemanager.googleapis.com/EffectiveTag',
	'privilegedaccessmanager.googleapis.com/Entitlement',
	'recommender.googleapis.com/Insight',
	'recommender.googleapis.com/Recommendation',
	'sa-audit/Usage',
	'sa-audit/LogEvent',
]);

/** Type under which the policies of ORG_POLICY content are kept, one by one. */
const ORG_POLICY = 'orgpolicy.v1';

const FACT_OF_DOCUMENT: Record<string, Fact> = {
	'iam.googleapis.com/DenyPolicy': 'denyPolicies',
	'iam.googleapis.com/PrincipalAccessBoundaryPolicy': 'boundaryPolicies',
	'iam.googleapis.com/WorkloadIdentityPool': 'workloadIdentityPools',
	'orgpolicy.googleapis.com/Policy': 'orgPolicies',
	'recommender.googleapis.com/Insight': 'insights',
};

interface DraftAccount {
	email: string;
	project: string | undefined;
	time: number;
	data: AccountData;
	read: boolean;
}

type AccountData = Omit<
	ServiceAccount,
	'index' | 'name' | 'principal' | 'project' | 'keys' | 'kind' | 'email' | 'read'
>;

interface DraftKey {
	account: string;
	project: string;
	id: string;
	time: number;
	disabled: boolean;
	uploaded: boolean;
	validAfter: number | undefined;
	validBefore: number;
}

interface DraftPolicy {
	name: string;
	assetType: string;
	container: string | undefined;
	time: number;
	bindings: Binding[];
	auditConfigs: AuditConfig[];
}

interface DraftDocument {
	assetType: string;
	name: string;
	container: string | undefined;
	data: Json;
	time: number;
}

export interface FinishOptions {
	/** `--organization`, `--folder`, `--project` as container keys; empty: everything. */
	scopes?: readonly string[];
}

/** Builds one inventory from any mix of sources. */
export class InventoryBuilder implements AssetSink {
	readonly #now: number;
	readonly #registry = new ContainerRegistry();
	readonly #principals = new PrincipalTable();
	readonly #conditions = new ConditionTable();
	readonly #accounts = new Map<string, DraftAccount>();
	readonly #emailOf = new Map<string, string>();
	readonly #keys = new Map<string, DraftKey>();
	readonly #policies: DraftPolicy[] = [];
	readonly #roles = new Map<string, CustomRole & {time: number; ownerKey: string}>();
	readonly #groups = new Map<string, Group & {time: number}>();
	readonly #activities: Activity[] = [];
	readonly #documents: DraftDocument[] = [];
	/** When the newest list of ORG_POLICY content is of, by container: it may be empty. */
	readonly #orgPolicyTimes = new Map<string, number>();
	readonly #workloads = new Map<string, DraftWorkload>();
	readonly #lines: StatedLine[] = [];
	readonly #tallies = new Map<string, Map<string, number>>();
	readonly #counted = new Set<string>();
	readonly #passedOver = new Map<string, number>();
	readonly #warnings: string[] = [];
	readonly #problems = new Map<string, {count: number; first: Problem}>();
	#united: ReadonlyMap<string, AllowPolicy> = new Map();
	/** What is being read, for problems. */
	#asset: Asset | undefined;
	#at: Location | undefined;
	/** The last time that was read, and as what: an asset repeats its own, and so do the ones after it. */
	#timeText = '';
	#time = -Infinity;
	/** The project that was last joined, and named: all assets of a project follow each other. */
	#joined = {id: '', number: ''};
	#project = {id: '', key: 'projects/'};
	/** Assets that were usable. */
	assets = 0;

	/** @param options.now epoch ms at which ages, expiry and time conditions are judged */
	constructor(options: {now: number}) {
		this.#now = options.now;
	}

	problem(problem: Problem): void {
		const known = this.#problems.get(problem.file);
		if (known) known.count++;
		else this.#problems.set(problem.file, {count: 1, first: problem});
		this.onProblem?.(problem);
	}

	/** Told of every problem as it comes, for the caller's messages. */
	onProblem: ((problem: Problem) => void) | undefined;

	asset(asset: Asset, at: Location): void {
		this.#asset = asset;
		this.#at = at;
		try {
			this.#take(asset);
			this.assets++;
		} catch (error) {
			if (!(error instanceof WrongType)) throw error;
			this.#wrong(error.message);
		}
	}

	/** A problem in the asset at hand. Messages name fields, never values: those may be secrets. */
	#wrong(message: string): void {
		this.problem({...this.#at!, kind: 'broken', message: `${this.#asset!.assetType}: ${message}`});
	}

	/** A field that the rest can do without: of the wrong type, it is a problem and counts as absent. */
	#try<T>(read: (json: Json, field: string) => T, json: Json, field: string): T | undefined {
		try {
			return read(json, field);
		} catch (error) {
			if (!(error instanceof WrongType)) throw error;
			this.#wrong(error.message);
			return undefined;
		}
	}

	/** Text that people write as they like; somebody may have put a secret into it. */
	#free(json: Json, field: string): string | undefined {
		const value = this.#try(text, json, field);
		return value === undefined ? undefined : redact(value);
	}

	/** The texts of a list; what is none is a problem and left out. */
	#texts(json: Json, field: string, snake?: string): string[] {
		const values = list(json, field, snake);
		const texts = values.filter(value => typeof value === 'string');
		if (texts.length < values.length) this.#wrong(`${field} holds something that is no string`);
		return texts;
	}

	#take(asset: Asset): void {
		const stamp = this.#stampOf(asset.updateTime);
		if (asset.ancestors) this.#registry.chain(asset.ancestors, stamp);
		const container = this.#containerOf(asset, stamp);
		let used = false;
		if (asset.iamPolicy) {
			try {
				this.#takePolicy(asset, asset.iamPolicy, container, stamp);
			} catch (error) {
				if (!(error instanceof WrongType)) throw error;
				// The resource beside it may still be read.
				this.#wrong(error.message);
			}
			used = true;
		}
		if (asset.orgPolicy) {
			const on = containerKey(asset.name) ?? container;
			for (const data of asset.orgPolicy) this.#document(ORG_POLICY, asset.name, on, data, stamp);
			if (on !== undefined) this.#orgPolicyTimes.set(on, Math.max(stamp, this.#orgPolicyTimes.get(on) ?? stamp));
			this.#count('orgPolicies', container, asset.name);
			used = true;
		}
		if (asset.resource?.data) used = this.#takeResource(asset, asset.resource.data, container, stamp) || used;
		if (!used) this.#passedOver.set(asset.assetType, (this.#passedOver.get(asset.assetType) ?? 0) + 1);
	}

	/** Epoch ms of an update time, `-Infinity` without one. */
	#stampOf(text: string | undefined): number {
		if (text === undefined) return -Infinity;
		if (text !== this.#timeText) {
			const time = parseTime(text);
			this.#timeText = text;
			this.#time = Number.isNaN(time) ? -Infinity : time;
		}
		return this.#time;
	}

	/** Key of the container an asset is, or lies in. */
	#containerOf(asset: Asset, stamp: number): string | undefined {
		const own = containerKey(asset.name);
		const first = containerKey(asset.ancestors?.[0] ?? '');
		if (own) {
			this.#registry.note(own);
			// Ancestors begin with the container itself (a project by its number), or with its parent.
			if (first?.startsWith('projects/') && own.startsWith('projects/')) this.#joinProject(own, first);
			else if (first) this.#registry.link(own, first, stamp);
			return own;
		}
		if (first) return first;
		const parent = asset.resource?.parent;
		const byParent = parent === undefined ? undefined : (containerKey(parent) ?? projectInName(parent));
		const key = byParent ?? projectInName(asset.name);
		if (key) this.#registry.note(key);
		return key;
	}

	/** @param name what was read; the same thing twice is one record */
	#count(fact: Fact, container: string | undefined, name: string, type?: string): void {
		const key = type === undefined ? fact : `${fact} ${type}`;
		const record = `${key} ${name}`;
		if (this.#counted.has(record)) return;
		this.#counted.add(record);
		let tally = this.#tallies.get(key);
		if (!tally) this.#tallies.set(key, (tally = new Map()));
		const at = container ?? '';
		tally.set(at, (tally.get(at) ?? 0) + 1);
	}

	#takePolicy(asset: Asset, policy: Json, container: string | undefined, stamp: number): void {
		const first = asset.ancestors?.[0];
		// Search results may be all that names the project both ways.
		const named = first?.startsWith('projects/') ? projectInName(asset.name) : undefined;
		if (named !== undefined) this.#joinProject(named, first!);
		const bindings = readBindings(policy, this.#principals, this.#conditions, message => this.#wrong(message));
		const auditConfigs = readAuditConfigs(policy, message => this.#wrong(message));
		this.#policies.push({name: asset.name, assetType: asset.assetType, container, time: stamp, bindings, auditConfigs});
		this.#count('allowPolicies', container, asset.name);
	}

	/** @returns whether this type is read */
	#takeResource(asset: Asset, data: Json, container: string | undefined, stamp: number): boolean {
		switch (asset.assetType) {
			case 'cloudresourcemanager.googleapis.com/Project':
			case 'cloudresourcemanager.googleapis.com/Folder':
			case 'cloudresourcemanager.googleapis.com/Organization':
				this.#takeContainer(asset, data, stamp);
				if (hasResourceFacts(asset.assetType)) this.#takeFacts(asset, data, container, stamp);
				return true;
			case 'iam.googleapis.com/ServiceAccount':
				this.#takeAccount(asset, data, container, stamp);
				return true;
			case 'iam.googleapis.com/ServiceAccountKey':
				this.#takeKey(asset, data, container, stamp);
				return true;
			case 'iam.googleapis.com/Role':
				this.#takeRole(asset, data, container, stamp);
				return true;
			case 'cloudidentity.googleapis.com/Group':
				this.#takeGroup(asset, data, stamp);
				return true;
			case 'policyanalyzer.googleapis.com/Activity':
				this.#takeActivity(data, container);
				return true;
			case 'sa-audit/Coverage':
				this.#takeCoverage(data);
				return true;
			default:
				if (WORKLOAD_TYPES.has(asset.assetType)) {
					this.#takeWorkload(asset, container, stamp);
					return true;
				}
				if (hasResourceFacts(asset.assetType)) {
					this.#count('workloads', container, asset.name, asset.assetType);
					this.#takeFacts(asset, data, container, stamp);
					return true;
				}
				if (!DOCUMENT_TYPES.has(asset.assetType) && !defaultAccountApi(asset.name)) return false;
				this.#document(asset.assetType, asset.name, container, data, stamp);
				{
					const fact = FACT_OF_DOCUMENT[asset.assetType];
					if (fact) this.#count(fact, container, asset.name);
				}
				return true;
		}
	}

	#takeFacts(asset: Asset, data: Json, container: string | undefined, stamp: number): void {
		const facts = resourceFacts(asset.assetType, data);
		if (facts) this.#document(asset.assetType, asset.name, container, facts, stamp);
	}

	#document(assetType: string, name: string, container: string | undefined, data: Json, time: number): void {
		this.#documents.push({assetType, name, container, data: redactJson(data), time});
	}

	#takeContainer(asset: Asset, data: Json, stamp: number): void {
		const name = this.#try(text, data, 'name');
		const key = containerKey(asset.name) ?? containerKey(name ?? '');
		if (!key) throw new WrongType('name is no project, folder or organization');
		const state = this.#try(text, data, 'state') ?? this.#try(text, data, 'lifecycleState');
		const displayName = this.#free(data, 'displayName') ?? (key.startsWith('projects/') ? name : undefined);
		// v1 has it in `owner`, v3 beside the name. [seen]
		const owner = this.#try(object, data, 'owner') ?? {};
		const directoryCustomerId =
			this.#try(text, data, 'directoryCustomerId') ?? this.#try(text, owner, 'directoryCustomerId');
		const active = state === undefined || state === 'ACTIVE' || state.endsWith('UNSPECIFIED');
		this.#registry.describe(key, {displayName, directoryCustomerId, active}, stamp);
		const id = this.#try(text, data, 'projectId');
		const relative = containerKey(name ?? '');
		const number = this.#try(text, data, 'projectNumber') ?? relative?.slice('projects/'.length);
		if (key.startsWith('projects/')) {
			if (id !== undefined && number !== undefined && /^\d+$/.test(number))
				this.#registry.join(`projects/${id}`, `projects/${number}`);
			else if (id !== undefined && key !== `projects/${id}` && /^projects\/\d+$/.test(key))
				this.#registry.join(`projects/${id}`, key);
		}
		if (asset.ancestors === undefined || asset.ancestors.length < 2) {
			const parent = this.#parentIn(data) ?? (asset.resource?.parent ? containerKey(asset.resource.parent) : undefined);
			if (parent && parent !== key) this.#registry.link(key, parent, stamp);
		}
		this.#count('resources', key, key);
	}

	/** Parent in a v3 (`"folders/1"`) or v1 (`{type, id}`) body. */
	#parentIn(data: Json): string | undefined {
		const parent = data['parent'];
		if (typeof parent === 'string') return containerKey(parent);
		if (typeof parent !== 'object' || parent === null) return undefined;
		const type = this.#try(text, parent as Json, 'type');
		const id = this.#try(text, parent as Json, 'id');
		return type && id ? containerKey(`${type}s/${id}`) : undefined;
	}

	#takeAccount(asset: Asset, data: Json, container: string | undefined, stamp: number): void {
		const relative = this.#try(text, data, 'name') ?? '';
		// Most resources say all three themselves; only otherwise their names are taken apart.
		const isWhole = [data['email'], data['uniqueId'], data['projectId']].every(field => typeof field === 'string');
		const parts = isWhole ? undefined : parseAccountName(asset.name);
		const named = isWhole ? undefined : parseAccountName(relative);
		const email = (
			this.#try(text, data, 'email') ?? [named?.account, parts?.account].find(part => part?.includes('@'))
		)?.toLowerCase();
		if (!email) throw new WrongType('email is missing');
		if (!email.includes('@')) throw new WrongType('email is no e-mail address');
		const uniqueId =
			this.#try(text, data, 'uniqueId') ?? [parts?.account, named?.account].find(part => part && /^\d+$/.test(part));
		const projectId = this.#try(text, data, 'projectId') ?? parts?.project ?? named?.project;
		const own = projectId !== undefined && projectId !== '-' ? this.#projectKey(projectId) : undefined;
		const first = asset.ancestors?.[0];
		if (own && first?.startsWith('projects/')) this.#joinProject(own, first);
		const draft: DraftAccount = {
			email,
			project: own ?? container,
			time: stamp,
			read: true,
			data: {
				uniqueId,
				disabled: this.#try(flag, data, 'disabled') ?? false,
				displayName: this.#free(data, 'displayName'),
				description: this.#free(data, 'description'),
				oauth2ClientId: this.#try(text, data, 'oauth2ClientId'),
				createTime: this.#try(time, data, 'createTime') ?? time(asset as unknown as Json, 'createTime', 'create_time'),
				updateTime: stamp === -Infinity ? undefined : stamp,
			},
		};
		if (draft.project) this.#registry.note(draft.project);
		if (uniqueId) this.#emailOf.set(uniqueId, email);
		const known = this.#accounts.get(email);
		if (known?.read) {
			const contents = contentsOf([known.project, known.data], [draft.project, draft.data]);
			const isSame = sameData(known.data, draft.data);
			if (!this.#isNewer(stamp, known.time, `service account ${email}`, isSame, contents)) return;
		}
		this.#accounts.set(email, draft);
	}

	/**
	 * Duplicate assets: the newest wins; on equal or no times, with a warning if they differ, one that their contents
	 * decide and not their order in the input.
	 * @param same whether all that matters is equal
	 * @param contents the known ones and the next, as text
	 */
	#isNewer(stamp: number, known: number, what: string, same: boolean, contents: () => [string, string]): boolean {
		if (stamp !== known) return stamp > known;
		if (!same)
			this.#warnings.push(`${what} is in the input twice with different contents and no newer time; one is used`);
		const [kept, next] = contents();
		return next < kept;
	}

	/** `projects/ID`, one string for all assets of a project in a row. */
	#projectKey(id: string): string {
		if (id !== this.#project.id) this.#project = {id, key: `projects/${id}`};
		return this.#project.key;
	}

	#joinProject(a: string, b: string): void {
		if (a === this.#joined.id && b === this.#joined.number) return;
		this.#joined = {id: a, number: b};
		const isNumber = (key: string): boolean => /^projects\/\d+$/.test(key);
		if (isNumber(b) && !isNumber(a)) this.#registry.join(a, b);
		else if (isNumber(a) && !isNumber(b)) this.#registry.join(b, a);
	}

	#takeKey(asset: Asset, data: Json, container: string | undefined, stamp: number): void {
		const parts = parseAccountName(asset.name);
		const named = parseAccountName(this.#try(text, data, 'name') ?? '');
		const id = parts?.key ?? named?.key;
		const account = named?.account.includes('@') ? named.account : (parts?.account ?? named?.account);
		if (id === undefined || account === undefined) throw new WrongType('name is no key name');
		const own = named && named.project !== '-' ? named.project : parts?.project;
		const project = own !== undefined && own !== '-' ? this.#projectKey(own) : (container ?? '');
		// A list of keys was read even if it holds only Google's own.
		this.#count('serviceAccountKeys', container ?? project, asset.name);
		if (named?.account.includes('@') && parts && /^\d+$/.test(parts.account))
			this.#emailOf.set(parts.account, named.account.toLowerCase());
		if (this.#try(text, data, 'keyType') === 'SYSTEM_MANAGED') return;
		const draft: DraftKey = {
			account: account.toLowerCase(),
			project,
			id,
			time: stamp,
			disabled: this.#try(flag, data, 'disabled') ?? false,
			uploaded: this.#try(text, data, 'keyOrigin') === 'USER_PROVIDED',
			validAfter: this.#try(time, data, 'validAfterTime'),
			validBefore: expiry(this.#try(time, data, 'validBeforeTime')),
		};
		this.#keepKey(this.#keys, draft);
	}

	#keepKey(keys: Map<string, DraftKey>, draft: DraftKey): void {
		const key = `${this.#emailOrSelf(draft.account)}/${draft.id}`;
		const known = keys.get(key);
		if (known) {
			const same = known.disabled === draft.disabled && known.validBefore === draft.validBefore;
			const contents = contentsOf(keyParts(known), keyParts(draft));
			if (!this.#isNewer(draft.time, known.time, `key ${draft.id}`, same, contents)) return;
		}
		keys.set(key, draft);
	}

	#emailOrSelf(account: string): string {
		return this.#emailOf.get(account) ?? account;
	}

	#takeRole(asset: Asset, data: Json, container: string | undefined, stamp: number): void {
		const parts = parseCustomRole(asset.name) ?? parseCustomRole(this.#try(text, data, 'name') ?? '');
		if (!parts) {
			if (/^(?:\/\/iam\.googleapis\.com\/)?roles\//.test(asset.name)) return;
			throw new WrongType('name is no custom role of a project or organization');
		}
		const first = asset.ancestors?.[0];
		if (parts.owner.startsWith('projects/') && first?.startsWith('projects/')) this.#joinProject(parts.owner, first);
		this.#registry.note(parts.owner);
		this.#count('roles', container ?? parts.owner, asset.name);
		const name = `${parts.owner}/roles/${parts.id}`;
		const role = {
			name,
			ownerKey: parts.owner,
			owner: undefined,
			title: this.#free(data, 'title'),
			permissions: this.#texts(data, 'includedPermissions', 'included_permissions'),
			disabled: this.#try(text, data, 'stage') === 'DISABLED',
			deleted: this.#try(flag, data, 'deleted') ?? false,
			time: stamp,
		};
		const known = this.#roles.get(name);
		if (known) {
			const contents = contentsOf(known, role);
			if (!this.#isNewer(stamp, known.time, `role ${name}`, sameRole(known, role), contents)) return;
		}
		this.#roles.set(name, role);
	}

	#takeGroup(asset: Asset, data: Json, stamp: number): void {
		const email = this.#try(text, this.#try(object, data, 'groupKey') ?? {}, 'id') ?? this.#try(text, data, 'email');
		if (!email) throw new WrongType('groupKey.id is missing');
		const principal = this.#principals.of(`group:${email}`);
		// Without its members a group was not read.
		if (data['members'] === undefined || data['members'] === null) throw new WrongType('members is missing');
		const stated = this.#try(text, data, 'joining');
		const joining = (['open', 'ask', 'invited'] as const).find(known => known === stated);
		if (stated !== undefined && !joining) this.#wrong('joining is none of open, ask, invited');
		const of = (field: string): Group['members'] => this.#texts(data, field).map(member => this.#principals.of(member));
		const owners = this.#try((_, field) => of(field), data, 'owners') ?? [];
		const managers = this.#try((_, field) => of(field), data, 'managers') ?? [];
		const listed = of('members');
		const group = {
			name: asset.name,
			principal,
			// `members` lists everybody, but a writer who forgets owners must not lose them.
			members: [...new Set([...listed, ...owners, ...managers])],
			owners,
			managers,
			unlisted: [...new Set([...owners, ...managers])].filter(leader => !listed.includes(leader)),
			...(joining !== undefined && {joining}),
			time: stamp,
		};
		const known = this.#groups.get(principal.value);
		if (known) {
			const before = new Set(known.members);
			const same = before.size === group.members.length && group.members.every(member => before.has(member));
			const contents = contentsOf(groupParts(known), groupParts(group));
			if (!this.#isNewer(stamp, known.time, `group ${principal.value}`, same, contents)) return;
		}
		this.#groups.set(principal.value, group);
	}

	#takeActivity(data: Json, container: string | undefined): void {
		const type = text(data, 'activityType');
		if (!type) throw new WrongType('activityType is missing');
		const activity = this.#try(object, data, 'activity');
		const period = this.#try(object, data, 'observationPeriod') ?? {};
		const inner =
			activity && (this.#try(object, activity, 'serviceAccountKey') ?? this.#try(object, activity, 'serviceAccount'));
		const subject = this.#try(text, data, 'fullResourceName') ?? (inner && this.#try(text, inner, 'fullResourceName'));
		if (!subject) throw new WrongType('fullResourceName is missing');
		const parts = parseAccountName(subject);
		const own = parts && parts.project !== '-' ? `projects/${parts.project}` : undefined;
		const number = inner && this.#try(text, inner, 'projectNumber');
		const at = own ?? container ?? (number ? `projects/${number}` : undefined);
		if (at) this.#registry.note(at);
		this.#activities.push({
			type,
			subject,
			last: this.#lastOf(activity, type, subject),
			from: this.#try(time, period, 'startTime'),
			to: this.#try(time, period, 'endTime'),
		});
		this.#count('activity', at, subject, type);
	}

	/** Last use; where it cannot be read, the subject gets a hole, since absence would mean that it was not used. */
	#lastOf(activity: Json | undefined, type: string, subject: string): number | undefined {
		try {
			if (activity === undefined) throw new WrongType('activity is no object');
			return time(activity, 'lastAuthenticatedTime');
		} catch (error) {
			if (!(error instanceof WrongType)) throw error;
			this.#wrong(error.message);
			const reason = `the last use of ${subject} could not be read`;
			this.#lines.push({fact: 'activity', scope: subject, status: 'missing', assetType: type, reason});
			return undefined;
		}
	}

	#takeWorkload(asset: Asset, container: string | undefined, stamp: number): void {
		const own = projectOfWorkloadName(asset.name);
		const first = asset.ancestors?.[0];
		if (own && first?.startsWith('projects/')) this.#joinProject(own, first);
		const at = container ?? own;
		if (at) this.#registry.note(at);
		this.#count('workloads', at, asset.name, asset.assetType);
		try {
			const reading = readWorkload(asset);
			this.#keepWorkload(asset, reading, at, stamp, reading && this.#workloadFacts(asset));
		} catch (error) {
			// It is there and runs as somebody, whatever else is wrong with it.
			if (error instanceof WrongType) this.#keepWorkload(asset, {runsAs: [], unknownAccount: true}, at, stamp);
			throw error;
		}
	}

	/** What cannot be read beside its accounts is a problem, and leaves those as they are. */
	#workloadFacts(asset: Asset): DraftWorkload['facts'] {
		try {
			return readWorkloadFacts(asset);
		} catch (error) {
			if (!(error instanceof WrongType)) throw error;
			this.#wrong(error.message);
			return undefined;
		}
	}

	#keepWorkload(
		asset: Asset,
		reading: WorkloadReading | undefined,
		container: string | undefined,
		time: number,
		facts?: DraftWorkload['facts'],
	): void {
		const {assetType} = asset;
		const name = workloadName(asset.name);
		const runsAs = reading?.runsAs.map(redact) ?? [];
		const draft: DraftWorkload = {
			name,
			assetType,
			container,
			time,
			idle: !reading,
			...reading,
			runsAs,
			...(facts && {facts}),
		};
		const known = this.#workloads.get(name);
		if (known && known.assetType !== assetType) {
			// The functions API of both generations lists those of the first again, under the same name: it says more.
			if (compare(known.assetType, assetType) > 0) return;
		} else if (known && !this.#isNewer(time, known.time, name, sameData(known, draft), contentsOf(known, draft)))
			return;
		this.#workloads.set(name, draft);
	}

	#takeCoverage(data: Json): void {
		const fact = FACTS.find(known => known === data['fact']);
		if (!fact) throw new WrongType('fact is no known fact');
		const status = (['complete', 'partial', 'missing'] as const).find(known => known === data['status']);
		if (!status) throw new WrongType('status is none of complete, partial, missing');
		const scope = text(data, 'scope');
		if (!scope) throw new WrongType('scope is missing');
		const key = containerKey(scope);
		// Logs may be of more than what is audited.
		if (key && fact !== 'auditLogs') this.#registry.note(key);
		this.#lines.push({
			fact,
			status,
			scope: key ?? scope,
			// A type that cannot be read must not make the line speak for all types.
			assetType: text(data, 'assetType'),
			reason: this.#free(data, 'reason'),
			from: this.#try(time, data, 'from'),
			to: this.#try(time, data, 'to'),
			fix: this.#free(data, 'fix'),
		});
	}

	/**
	 * Joins everything. Call once.
	 * @throws UsageError if a scope is in none of the assets
	 */
	finish(options: FinishOptions = {}): Inventory {
		const warn = (message: string): void => void this.#warnings.push(message);
		for (const draft of this.#accounts.values()) {
			if (!draft.project) {
				draft.project = projectOfEmail(draft.email);
				if (draft.project) this.#registry.note(draft.project);
			}
			this.#count('serviceAccounts', draft.project, draft.email);
		}
		const {containers, find} = this.#registry.finish(warn);
		narrow(containers, find, options.scopes ?? []);
		const container = (key: string | undefined): Container | undefined => (key === undefined ? undefined : find(key));

		const accounts = new Map<string, ServiceAccount>();
		const byName = new Map<string, ServiceAccount>();
		const addAccount = (draft: DraftAccount): ServiceAccount => {
			const project = container(draft.project);
			const projectId = (project?.key ?? draft.project ?? 'projects/-').slice('projects/'.length);
			const {uniqueId, disabled, displayName, description, oauth2ClientId, createTime, updateTime} = draft.data;
			const account: ServiceAccount = {
				uniqueId,
				disabled,
				displayName,
				description,
				oauth2ClientId,
				createTime,
				updateTime,
				index: accounts.size,
				email: draft.email,
				name: accountName(projectId, draft.email),
				principal: this.#principals.of(`serviceAccount:${draft.email}`),
				project,
				kind: accountKind(draft.email),
				read: draft.read,
				keys: [],
			};
			accounts.set(account.email, account);
			project?.accounts.push(account);
			return account;
		};
		for (const draft of [...this.#accounts.values()].toSorted((a, b) => compare(a.email, b.email))) addAccount(draft);
		const nameAccount = (email: string, project: string | undefined): ServiceAccount | undefined => {
			const known = accounts.get(email);
			if (known) return known;
			const inside = container(project ?? projectOfEmail(email));
			if (!inside) return undefined;
			return addAccount({email, project: inside.key, time: -Infinity, read: false, data: {disabled: false}});
		};
		const account = (reference: string): ServiceAccount | undefined => {
			const part = parseAccountName(reference)?.account ?? reference;
			const lower = part.toLowerCase();
			return accounts.get(this.#emailOf.get(lower) ?? lower) ?? byName.get(reference);
		};

		for (const draft of this.#joinKeys()) {
			const email = this.#emailOrSelf(draft.account);
			const owner = nameAccount(email, draft.project || undefined);
			if (!owner) {
				warn(`key ${draft.id}: nothing is known about its account; it is left out`);
				continue;
			}
			const {id, disabled, uploaded, validAfter, validBefore} = draft;
			owner.keys.push({
				id,
				name: `${owner.name}/keys/${id}`,
				account: owner,
				disabled,
				uploaded,
				validAfter,
				validBefore,
			});
		}
		for (const owner of accounts.values()) if (owner.keys.length > 1) owner.keys.sort((a, b) => compare(a.id, b.id));
		const keys = keysByName(accounts.values());

		const policies = (this.#united = this.#unitePolicies(container, account, nameAccount, warn));
		for (const principal of this.#principals.all.slice()) {
			if (principal.kind === 'serviceAccount' && !principal.value.includes('['))
				nameAccount(principal.value, undefined);
		}
		for (const known of containers) known.accounts.sort((a, b) => compare(a.email, b.email));

		const coverage = this.#ledger(containers, container, account);
		const workloads = resolveWorkloads(this.#workloads.values(), find, id => this.#emailOf.get(id));
		const inProject = workloadsByProject(workloads);
		const inventory: Inventory = {
			now: this.#now,
			containers,
			container: key => find(containerKey(key) ?? key),
			principals: this.#principals,
			accounts,
			account,
			keys,
			policies,
			customRoles: this.#customRoles(container),
			groups: new Map([...this.#groups].toSorted((a, b) => compare(a[0], b[0]))),
			activities: this.#joinActivities(account),
			documents: this.#joinDocuments(container),
			workloads,
			workloadsOf: project => inProject.get(project) ?? [],
			coverage,
			domains: containers.flatMap(known =>
				known.kind === 'organization' && known.displayName ? [known.displayName.toLowerCase()] : [],
			),
			warnings: this.#warnings,
			passedOver: this.#passedOver,
			scopes: options.scopes ?? [],
		};
		this.#forget();
		return inventory;
	}

	/** Keys by e-mail, now that every unique id has its e-mail: a key read under both names is one. */
	#joinKeys(): Iterable<DraftKey> {
		const isJoined = [...this.#keys.values()].every(draft => !this.#emailOf.has(draft.account));
		if (isJoined) return this.#keys.values();
		const keys = new Map<string, DraftKey>();
		for (const draft of this.#keys.values()) this.#keepKey(keys, draft);
		return keys.values();
	}

	/** What only `finish` needed: the inventory's look-ups keep this object alive. */
	#forget(): void {
		for (const drafts of [this.#accounts, this.#keys, this.#roles, this.#tallies, this.#orgPolicyTimes]) drafts.clear();
		this.#counted.clear();
		for (const drafts of [this.#policies, this.#activities, this.#documents, this.#lines]) drafts.length = 0;
		this.#asset = undefined;
	}

	#unitePolicies(
		container: (key: string | undefined) => Container | undefined,
		account: (reference: string) => ServiceAccount | undefined,
		nameAccount: (email: string, project: string | undefined) => ServiceAccount | undefined,
		warn: (message: string) => void,
	): Map<string, AllowPolicy> {
		const united = new Map<string, {policy: AllowPolicy; time: number}>();
		for (const draft of this.#policies) {
			const resource = this.#resource(draft, container, account, nameAccount);
			const roleOf = (role: string): string => {
				const parts = parseCustomRole(role);
				return parts ? `${container(parts.owner)?.key ?? parts.owner}/roles/${parts.id}` : role;
			};
			for (const binding of draft.bindings) binding.role = roleOf(binding.role);
			const known = united.get(resource.name);
			if (!known || draft.time > known.time) {
				united.set(resource.name, {
					policy: {resource, bindings: draft.bindings, auditConfigs: draft.auditConfigs},
					time: draft.time,
				});
			} else if (draft.time === known.time && !samePolicy(known.policy, draft)) {
				warn(
					`the allow policy of ${resource.name} is in the input twice with different contents and no newer time; both are united`,
				);
				known.policy.bindings = uniteBindings(known.policy.bindings, draft.bindings);
				known.policy.auditConfigs.push(...draft.auditConfigs);
			}
		}
		const sorted = [...united].toSorted((a, b) => compare(a[0], b[0]));
		return new Map(
			sorted.map(([name, {policy}]) => {
				for (const binding of policy.bindings) binding.resource = policy.resource;
				return [name, policy];
			}),
		);
	}

	#resource(
		draft: DraftPolicy,
		container: (key: string | undefined) => Container | undefined,
		account: (reference: string) => ServiceAccount | undefined,
		nameAccount: (email: string, project: string | undefined) => ServiceAccount | undefined,
	): Resource {
		const own = container(containerKey(draft.name));
		if (own) return {name: own.name, assetType: draft.assetType, container: own, isContainer: true};
		const parts = parseAccountName(draft.name);
		if (parts && parts.key === undefined) {
			const named = parts.project === '-' ? draft.container : `projects/${parts.project}`;
			const found =
				account(parts.account) ??
				(parts.account.includes('@') ? nameAccount(parts.account.toLowerCase(), named) : undefined);
			if (found) {
				return {
					name: found.name,
					assetType: draft.assetType,
					container: found.project,
					isContainer: false,
					account: found,
				};
			}
		}
		const role = parseCustomRole(draft.name);
		const name = role ? `${IAM}${container(role.owner)?.key ?? role.owner}/roles/${role.id}` : draft.name;
		return {name, assetType: draft.assetType, container: container(draft.container), isContainer: false};
	}

	#customRoles(container: (key: string) => Container | undefined): Map<string, CustomRole> {
		const roles = new Map<string, CustomRole & {time: number}>();
		for (const {ownerKey, time, ...role} of this.#roles.values()) {
			const owner = container(ownerKey);
			const name = `${owner?.key ?? ownerKey}/roles/${role.name.slice(role.name.lastIndexOf('/') + 1)}`;
			const known = roles.get(name);
			// The same role under its project's id and number.
			if (known) {
				const contents = contentsOf({...known, name, owner: undefined}, {...role, name, owner: undefined});
				if (!this.#isNewer(time, known.time, `role ${name}`, sameRole(known, role), contents)) continue;
			}
			roles.set(name, {...role, name, owner, time});
		}
		return roles;
	}

	#joinActivities(account: (reference: string) => ServiceAccount | undefined): Map<string, Activity> {
		const activities = new Map<string, Activity>();
		for (const activity of this.#activities) {
			const parts = parseAccountName(activity.subject);
			const owner = parts && account(parts.account);
			const subject = owner ? owner.name + (parts.key === undefined ? '' : `/keys/${parts.key}`) : activity.subject;
			const key = `${activity.type} ${subject}`;
			const known = activities.get(key);
			// The most recent use wins; periods unite to what both saw.
			if (known) {
				known.last = latest(known.last, activity.last);
				known.to = latest(known.to, activity.to);
				known.from = activity.from === undefined ? known.from : Math.min(known.from ?? Infinity, activity.from);
			} else {
				Object.assign(activity, {subject, account: owner, keyId: owner && parts?.key});
				activities.set(key, activity);
			}
		}
		this.#activities.length = 0;
		return activities;
	}

	#joinDocuments(container: (key: string | undefined) => Container | undefined): Map<string, Document[]> {
		const newest = new Map<string, DraftDocument>();
		const keep: DraftDocument[] = [];
		const nameOf = (draft: DraftDocument): string => container(draft.container)?.name ?? draft.name;
		const listTimes = new Map<string, number>();
		for (const [at, time] of this.#orgPolicyTimes) {
			const name = container(at)?.name ?? at;
			listTimes.set(name, Math.max(time, listTimes.get(name) ?? time));
		}
		for (const draft of this.#documents) {
			if (draft.assetType === 'sa-audit/Usage' || draft.assetType === 'sa-audit/LogEvent') {
				keep.push(draft);
				continue;
			}
			let key = `${draft.assetType} ${draft.name}`;
			if (draft.assetType === ORG_POLICY) {
				// One asset lists all policies of its container: those of an older list are gone. Lists of one time unite.
				if (draft.time < listTimes.get(nameOf(draft))!) continue;
				key = `${ORG_POLICY} ${nameOf(draft)} ${JSON.stringify(draft.data['constraint'])}`;
				draft.time = this.#stampOf(stringOf(draft.data['updateTime'] ?? draft.data['update_time']));
			}
			const known = newest.get(key);
			if (known) {
				const what = `${draft.assetType} ${draft.name}`;
				const contents = contentsOf([known.data, known.container], [draft.data, draft.container]);
				if (!this.#isNewer(draft.time, known.time, what, sameData(known.data, draft.data), contents)) continue;
			}
			newest.set(key, draft);
		}
		const byType = new Map<string, Document[]>();
		for (const draft of [...newest.values(), ...keep].toSorted((a, b) => compare(a.name, b.name))) {
			let documents = byType.get(draft.assetType);
			if (!documents) byType.set(draft.assetType, (documents = []));
			documents.push({
				assetType: draft.assetType,
				name: draft.name,
				container: container(draft.container),
				data: draft.data,
			});
		}
		return byType;
	}

	/** A group is read only if its own asset is there: bound ones that are not are holes, whatever else was read. */
	#groupLines(ledger: CoverageLedger, containers: readonly Container[]): void {
		const wanted = new Set<string>();
		const want = (members: Iterable<Binding['members'][number]>): void => {
			for (const member of members) if (member.kind === 'group') wanted.add(member.value);
		};
		for (const policy of this.#united.values()) for (const binding of policy.bindings) want(binding.members);
		for (const group of this.#groups.values()) want(group.members);
		const nameOf = (email: string): string => `//cloudidentity.googleapis.com/groups/${email}`;
		// A collection says itself why it could not read a group.
		const unread = [...wanted]
			.filter(email => !this.#groups.has(email) && !ledger.stated('groups', nameOf(email)))
			.toSorted();
		const stated = this.#lines.some(line => line.fact === 'groups');
		const fix = 'Add the group and its members as a cloudidentity.googleapis.com/Group asset';
		if (this.#groups.size === 0 && unread.length > 0 && !stated) {
			for (const root of containers.filter(container => !container.parent)) {
				const reason = `${unread.length} ${unread.length === 1 ? 'group is' : 'groups are'} bound and no group was read`;
				ledger.addHole({fact: 'groups', scope: root.key, status: 'missing', records: 0, reason, fix});
			}
			return;
		}
		for (const email of unread) {
			const scope = nameOf(email);
			ledger.addHole({
				fact: 'groups',
				scope,
				status: 'missing',
				records: 0,
				reason: `the members of group:${email} were not read`,
				fix,
			});
		}
		if (unread.length === 0 && !stated) {
			for (const root of containers.filter(container => !container.parent)) {
				ledger.addHole({fact: 'groups', scope: root.key, status: 'complete', records: this.#groups.size});
			}
		}
	}

	#ledger(
		containers: readonly Container[],
		container: (key: string | undefined) => Container | undefined,
		account: (reference: string) => ServiceAccount | undefined,
	): CoverageLedger {
		const ledger = new CoverageLedger(containers);
		for (const [key, tally] of this.#tallies) {
			const [fact, type] = partsOf(key);
			for (const [at, records] of tally) {
				const where = container(at);
				if (where) ledger.count(fact, where, records, type);
			}
		}
		for (const stated of this.#lines) {
			const where = container(stated.scope);
			if (where) ledger.state(stated, where);
			else if (stated.fact !== 'auditLogs' || containerKey(stated.scope) === undefined) {
				const owner = account(stated.scope);
				const key = parseAccountName(stated.scope)?.key;
				const name = owner && (key === undefined ? owner.name : `${owner.name}/keys/${key}`);
				ledger.stateResource(stated, name ?? stated.scope, owner?.project ?? container(projectInName(stated.scope)));
			}
		}
		this.#groupLines(ledger, containers);
		for (const [file, {count, first}] of this.#problems) {
			ledger.addHole({
				fact: 'input',
				scope: file,
				status: 'partial',
				records: count,
				reason: brokenInput(count, first),
				fix: 'Mend or export the file again; --strict makes this an error',
			});
		}
		return ledger;
	}
}

/** Marks what is audited. Without scopes everything is. */
function narrow(
	containers: readonly Container[],
	find: (key: string) => Container | undefined,
	scopes: readonly string[],
): void {
	if (scopes.length === 0) return;
	for (const container of containers) container.inScope = false;
	for (const scope of scopes) {
		const top = find(scope);
		if (!top) {
			const known = containers.filter(container => container.key.startsWith(scope.slice(0, scope.indexOf('/') + 1)));
			const names = known.slice(0, 5).map(container => container.key);
			throw new UsageError(
				`${scope} is not in what was given`,
				names.length ? `known are ${names.join(', ')}` : 'check the id, or leave the scope out',
			);
		}
		for (let i = top.order; i < top.end; i++) containers[i]!.inScope = true;
	}
}

/** All keys in the order of their names, which begin with those of their accounts: sorting accounts compares less. */
function keysByName(accounts: Iterable<ServiceAccount>): ServiceAccountKey[] {
	const owners = [...accounts].filter(account => account.keys.length > 0);
	const keys = owners.sort((a, b) => compare(a.name, b.name)).flatMap(owner => owner.keys);
	// Where one account's name begins another's (`x@a.com`, `x@a.com.au`), their keys may still stand the wrong way round.
	const isSorted = keys.every((key, i) => i === 0 || keys[i - 1]!.name <= key.name);
	return isSorted ? keys : keys.sort((a, b) => compare(a.name, b.name));
}

/** Google writes year 9999 for keys that never expire (facts section 4 [seen]). */
function expiry(validBefore: number | undefined): number {
	return validBefore === undefined || validBefore >= Date.UTC(9999, 0) ? Infinity : validBefore;
}

function stringOf(value: unknown): string | undefined {
	return typeof value === 'string' ? value : undefined;
}

function latest(a: number | undefined, b: number | undefined): number | undefined {
	return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}

function samePolicy(
	a: Pick<AllowPolicy, 'bindings' | 'auditConfigs'>,
	b: Pick<AllowPolicy, 'bindings' | 'auditConfigs'>,
): boolean {
	return sameBindings(a.bindings, b.bindings) && JSON.stringify(a.auditConfigs) === JSON.stringify(b.auditConfigs);
}

function sameRole(a: CustomRole, b: CustomRole): boolean {
	const kinds = a.disabled === b.disabled && a.deleted === b.deleted;
	return kinds && a.permissions.toSorted().join() === b.permissions.toSorted().join();
}

function contentsOf(known: object, next: object): () => [string, string] {
	return () => [JSON.stringify(known), JSON.stringify(next)];
}

/** What tells one reading of a key from another, as JSON can say it. */
function keyParts({project, disabled, uploaded, validAfter, validBefore}: DraftKey): unknown[] {
	return [disabled, -validBefore, validAfter, uploaded, project].map(String);
}

function groupParts({name, members, owners, managers, joining}: Group): unknown[] {
	const lists = [members, owners, managers].map(list => list.map(({member}) => member));
	return [...lists, joining ?? '', name];
}

function sameData(a: object, b: object): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}
