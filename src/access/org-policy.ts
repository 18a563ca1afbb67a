/**
 * Organization policy: what is in force for a constraint on a container. The nearest node with a policy
 * wins; list policies may merge with what stands above; `reset` goes back to the constraint's default.
 * Facts: iam-semantics section 5. [seen]
 */
import {WrongType} from '../inventory/fields.ts';
import type {Container, Inventory} from '../inventory/model.ts';
import type {Proof} from '../report.ts';
import type {Conditions, EffectiveTags, Tri} from './conditions.ts';
import {GuardConditions} from './guard-conditions.ts';
import {type ConstraintRule, type ConstraintSetting, readConstraint, shortConstraint} from './org-policy-read.ts';
import type {Tagged} from './tags.ts';

export interface OrgPolicyOptions {
	/** Epoch milliseconds. */
	now: number;
	conditions?: Conditions;
	tags?: (target: Tagged) => EffectiveTags | undefined;
}

export interface Enforcement {
	/** `true`: enforced. */
	value: Tri;
	/** The policy (or the organization whose default it is) that decides, or what is missing. */
	by?: Proof;
}

/** What a list constraint lets through. Denied values beat allowed ones. */
export interface ListState {
	/** `unknown`: a policy was not read, or a rule's condition is undecided. */
	value: 'known' | 'unknown';
	/** Every value is allowed (also where nothing is set and the default allows) or denied. */
	all?: 'ALLOW' | 'DENY';
	/** Sorted. Empty and without `all`: everything that is not denied. */
	allowed: string[];
	denied: string[];
	by?: Proof;
}

/** An organization policy that could not be read. */
export interface OrgPolicyHole {
	name: string;
	reason: string;
}

/**
 * Constraints that restrict where nothing is set ("Automatically enforced constraints" of Google's constraint
 * reference, 2026). [seen] The baseline that organizations have since 2024-05-03 (no keys, no uploads, no automatic
 * grants) is not among them: it is a bundle of policies on the organization itself, so that a complete read
 * shows it. [seen]
 */
const ENFORCED_BY_DEFAULT: ReadonlySet<string> = new Set([
	'cloudbuild.disableCreateDefaultServiceAccount',
	'cloudbuild.useBuildServiceAccount',
	'cloudbuild.useComputeServiceAccount',
	'iam.disableCrossProjectServiceAccountUsage',
	'iam.managed.disableServiceAccountApiKeyCreation',
]);
const LIST_DEFAULTS: ReadonlyMap<string, Pick<ListState, 'all' | 'allowed'>> = new Map([
	['iam.allowServiceAccountCredentialLifetimeExtension', {all: 'DENY', allowed: []}],
	// [recalled default value]
	['iam.serviceAccountKeyExposureResponse', {allowed: ['DISABLE_KEY']}],
	['resourcemanager.allowEnabledServicesForExport', {all: 'DENY', allowed: []}],
	['resourcemanager.allowedExportDestinations', {all: 'DENY', allowed: []}],
	['resourcemanager.allowedImportSources', {all: 'DENY', allowed: []}],
]);

interface Setting extends ConstraintSetting {
	/** v2 holds more (conditions), so it is taken where both are there; among equals the newest. */
	rank: number;
}

export class OrgPolicies {
	readonly #inventory: Inventory;
	readonly #options: OrgPolicyOptions;
	readonly #conditions: GuardConditions;
	readonly #settings = new Map<string, Map<Container, Setting>>();
	readonly #unread = new Map<Container, Set<string>>();
	readonly #holes: OrgPolicyHole[] = [];
	readonly #enforced = new Map<string, Map<Container, Enforcement>>();

	constructor(inventory: Inventory, options: OrgPolicyOptions) {
		this.#inventory = inventory;
		this.#options = options;
		this.#conditions = new GuardConditions(options.now, options.conditions);
		for (const type of ['orgpolicy.v1', 'orgpolicy.googleapis.com/Policy']) {
			for (const document of inventory.documents.get(type) ?? []) {
				const node = nodeOf(document.name, document.data['name'], inventory) ?? document.container;
				try {
					const read = readConstraint(document);
					if (!read || !node) continue;
					const updated = Date.parse(String(document.data['updateTime'] ?? document.data['update_time'] ?? ''));
					const rank = (document.data['spec'] === undefined ? 0 : 1e15) + (Number.isNaN(updated) ? 0 : updated);
					this.#keep(read.constraint, node, {...read.setting, rank});
				} catch (error) {
					if (!(error instanceof WrongType)) throw error;
					this.#holes.push({name: document.name, reason: error.message});
					if (node) this.#markUnread(node, document.data['constraint']);
				}
			}
		}
	}

	/** Policies that could not be read. */
	get holes(): readonly OrgPolicyHole[] {
		return this.#holes;
	}

	/** Containers that set a constraint themselves, depth-first. */
	nodesThatSet(constraint: string): Container[] {
		return [...(this.#settings.get(shortConstraint(constraint))?.keys() ?? [])].toSorted((a, b) => a.order - b.order);
	}

	/**
	 * Whether a boolean or managed constraint is enforced.
	 * @param constraint `iam.disableServiceAccountKeyCreation`, with or without `constraints/`
	 * @param target what the tags of conditional rules are read of, if not the container itself
	 */
	isEnforced(constraint: string, container: Container, target: Tagged = itself(container)): Enforcement {
		const id = shortConstraint(constraint);
		if (target.name !== container.name) return this.#evaluate(id, container, target);
		let known = this.#enforced.get(id);
		if (!known) this.#enforced.set(id, (known = new Map()));
		let value = known.get(container);
		if (!value) known.set(container, (value = this.#evaluate(id, container, target)));
		return value;
	}

	/** Creating keys is stopped: the legacy constraint or its managed twin, either suffices [recalled]. */
	blocksKeyCreation(project: Container, target?: Tagged): Enforcement {
		return this.#either('disableServiceAccountKeyCreation', project, target);
	}

	/** Uploading keys is stopped: the legacy constraint or its managed twin, either suffices [recalled]. */
	blocksKeyUpload(project: Container, target?: Tagged): Enforcement {
		return this.#either('disableServiceAccountKeyUpload', project, target);
	}

	#either(name: string, project: Container, target?: Tagged): Enforcement {
		const legacy = this.isEnforced(`iam.${name}`, project, target);
		if (legacy.value === 'true') return legacy;
		const managed = this.isEnforced(`iam.managed.${name}`, project, target);
		if (managed.value === 'true' || legacy.value === 'false') return managed.value === 'false' ? legacy : managed;
		return legacy;
	}

	#evaluate(id: string, container: Container, target: Tagged): Enforcement {
		for (let node: Container | undefined = container; node; node = node.parent) {
			const hole = this.#gap(id, node);
			if (hole) return {value: 'unknown', by: hole};
			const setting = this.#settings.get(id)?.get(node);
			if (!setting) continue;
			if (setting.reset) break;
			if (setting.rules.length === 0 && setting.inherits) continue;
			return this.#byRules(id, node, setting.rules, target);
		}
		return ENFORCED_BY_DEFAULT.has(id) ? enforcement('true', id, container.root) : {value: 'false'};
	}

	/** One unconditional rule; conditional ones say the opposite and win where they hold. */
	#byRules(id: string, node: Container, rules: readonly ConstraintRule[], target: Tagged): Enforcement {
		const base = rules.find(rule => rule.condition === undefined);
		const values = new Set<boolean>();
		for (const rule of rules) {
			if (rule.condition === undefined) continue;
			const holds = this.#condition(rule.condition, target);
			if (holds === 'true') return enforcement(rule.enforce === true ? 'true' : 'false', id, node);
			if (holds === 'unknown') values.add(rule.enforce === true);
		}
		values.add(base?.enforce === true);
		if (values.size > 1 || (!base && rules.length === 0)) return enforcement('unknown', id, node);
		return enforcement(values.has(true) ? 'true' : 'false', id, node);
	}

	#condition(expression: string, target: Tagged): Tri {
		return this.#conditions.onTags(expression, () => this.#options.tags?.(target));
	}

	/**
	 * What a list constraint lets through on a container.
	 * @param constraint with or without `constraints/`
	 */
	listValue(constraint: string, container: Container, target: Tagged = itself(container)): ListState {
		const id = shortConstraint(constraint);
		const merged: ConstraintRule[] = [];
		let by: Proof | undefined;
		for (let node: Container | undefined = container; node; node = node.parent) {
			const hole = this.#gap(id, node);
			if (hole) return {value: 'unknown', allowed: [], denied: [], by: hole};
			const setting = this.#settings.get(id)?.get(node);
			if (!setting) continue;
			if (setting.reset) break;
			const rules = this.#rulesThatHold(setting.rules, target);
			if (!rules) return {value: 'unknown', allowed: [], denied: [], by: constraintProof('undecided', id, node)};
			merged.push(...rules);
			if (rules.length > 0) by ??= constraintProof('denies', id, node);
			if (!setting.inherits) break;
		}
		if (merged.length > 0) return {...united(merged), ...(by && {by})};
		const standard = LIST_DEFAULTS.get(id);
		if (!standard) return {value: 'known', all: 'ALLOW', allowed: [], denied: []};
		return {value: 'known', ...standard, denied: [], by: constraintProof('denies', id, container.root)};
	}

	/**
	 * Whether a list constraint lets one value through. Values with a prefix (`in:`, `under:`) name groups of
	 * values; what only they could decide is undecided.
	 */
	permits(constraint: string, value: string, container: Container, target?: Tagged): Enforcement {
		const state = this.listValue(constraint, container, target);
		const by = state.by && {by: state.by};
		if (state.value === 'unknown') return {value: 'unknown', ...by};
		const names = (entries: readonly string[]): boolean => entries.some(entry => bare(entry) === bare(value));
		const grouped = (entries: readonly string[]): boolean => entries.some(entry => /^(?:in|under):/.test(entry));
		if (state.all === 'DENY' || names(state.denied)) return {value: 'false', ...by};
		if (grouped(state.denied)) return {value: 'unknown', ...by};
		if (state.all === 'ALLOW' || state.allowed.length === 0 || names(state.allowed)) return {value: 'true', ...by};
		return {value: grouped(state.allowed) ? 'unknown' : 'false', ...by};
	}

	/** Rules whose condition holds, or the unconditional ones; undefined if a condition is undecided. */
	#rulesThatHold(rules: readonly ConstraintRule[], target: Tagged): ConstraintRule[] | undefined {
		const always = rules.filter(rule => rule.condition === undefined);
		const holding: ConstraintRule[] = [];
		for (const rule of rules) {
			if (rule.condition === undefined) continue;
			const holds = this.#condition(rule.condition, target);
			if (holds === 'unknown') return undefined;
			if (holds === 'true') holding.push(rule);
		}
		return [...holding, ...always];
	}

	/** What is missing at a node; a policy that is there was read, whatever the ledger says. */
	#gap(id: string, node: Container): Proof | undefined {
		if (this.#settings.get(id)?.has(node)) return undefined;
		const unread = this.#unread.get(node);
		const broken = unread !== undefined && (unread.has(id) || unread.has(''));
		if (!broken && this.#inventory.coverage.standing('orgPolicies', node).status === 'complete') return undefined;
		return {kind: 'gap', effect: 'undecided', fact: 'orgPolicies', scope: node.key};
	}

	#keep(constraint: string, node: Container, setting: Setting): void {
		let nodes = this.#settings.get(constraint);
		if (!nodes) this.#settings.set(constraint, (nodes = new Map()));
		const known = nodes.get(node);
		if (!known || setting.rank >= known.rank) nodes.set(node, setting);
	}

	#markUnread(node: Container, constraint: unknown): void {
		const known = this.#unread.get(node) ?? new Set();
		this.#unread.set(node, known.add(typeof constraint === 'string' ? shortConstraint(constraint) : ''));
	}
}

/** The node of a v2 policy: `projects/N/policies/CONSTRAINT`. */
function nodeOf(name: string, own: unknown, inventory: Inventory): Container | undefined {
	for (const candidate of [own, name]) {
		if (typeof candidate !== 'string') continue;
		const key = /(?:^|\/)((?:projects|folders|organizations)\/[^/]+)\/policies\/[^/]+$/.exec(candidate)?.[1];
		if (key !== undefined) return inventory.container(key);
	}
	return undefined;
}

function itself(container: Container): Tagged {
	return {name: container.name, container};
}

function enforcement(value: Tri, id: string, node: Container): Enforcement {
	return {
		value,
		by: constraintProof(value === 'true' ? 'denies' : value === 'false' ? 'allows' : 'undecided', id, node),
	};
}

function constraintProof(effect: Proof['effect'], constraint: string, node: Container): Proof {
	return {kind: 'constraint', effect, constraint, resource: node.name};
}

/** Allowed and denied values of several rules together; denied ones beat allowed ones. */
function united(rules: readonly ConstraintRule[]): ListState {
	const denied = [...new Set(rules.flatMap(rule => rule.denied))].toSorted();
	if (rules.some(rule => rule.all === 'DENY')) return {value: 'known', all: 'DENY', allowed: [], denied};
	const allowed = [...new Set(rules.flatMap(rule => rule.allowed))].filter(value => !denied.includes(value)).toSorted();
	if (rules.some(rule => rule.all === 'ALLOW')) return {value: 'known', all: 'ALLOW', allowed: [], denied};
	// Only denied values: the rest is allowed. All allowed values denied: nothing is.
	const nothing = allowed.length === 0 && rules.some(rule => rule.allowed.length > 0);
	return {value: 'known', ...(nothing && {all: 'DENY'}), allowed, denied};
}

/** `is:` only says that the value is meant as it stands. */
function bare(value: string): string {
	return value.startsWith('is:') ? value.slice('is:'.length) : value;
}
