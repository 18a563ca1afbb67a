/**
 * Allow policies: read from untrusted JSON into bindings with interned members and conditions.
 */
import type {Json} from '../sources/asset.ts';
import {redact} from '../sources/secrets.ts';
import {list, strings, text, WrongType} from './fields.ts';
import type {AuditConfig, Binding, Condition, Resource} from './model.ts';
import type {PrincipalTable} from './principals.ts';
import type {Words} from './words.ts';

const LOG_TYPES = ['ADMIN_READ', 'DATA_WRITE', 'DATA_READ'] as const;

/** Interns what repeats across policies: conditions are few, their objects would be many. */
export class ConditionTable {
	readonly #byText = new Map<string, Condition>();

	of(json: Json): Condition {
		const expression = label(json, 'expression') ?? '';
		const title = label(json, 'title');
		const description = label(json, 'description');
		const key = JSON.stringify([expression, title, description]);
		let condition = this.#byText.get(key);
		if (!condition) {
			condition = {
				expression: redact(expression),
				...(title !== undefined && {title: redact(title)}),
				...(description !== undefined && {description: redact(description)}),
			};
			this.#byText.set(key, condition);
		}
		return condition;
	}
}

/** What cannot be read is left out: the condition stays, and one without an expression is undecidable. */
function label(json: Json, field: string): string | undefined {
	const value = json[field];
	return typeof value === 'string' ? value : undefined;
}

/** A condition of the wrong type is still a condition: the grant must not become an unconditional one. */
function conditionOf(binding: Json, wrong: (message: string) => void): Json | undefined {
	const value = binding['condition'];
	if (value === undefined || value === null) return undefined;
	const isObject = typeof value === 'object' && !Array.isArray(value);
	if (!isObject || typeof (value as Json)['expression'] !== 'string') {
		wrong('a condition has no expression; it is undecided');
	} else {
		for (const field of ['title', 'description']) {
			const found = (value as Json)[field] ?? '';
			if (typeof found !== 'string') wrong(`the ${field} of a condition is no string`);
		}
	}
	return isObject ? (value as Json) : {};
}

/** What bindings of many policies have in common. */
export interface Shared {
	principals: PrincipalTable;
	conditions: ConditionTable;
	words: Words;
}

/**
 * Bindings of an `iamPolicy` object. The resource is set later, when every name is known.
 * @param wrong told of each entry that had to be left out; the others are used
 */
export function readBindings(policy: Json, shared: Shared, wrong: (message: string) => void): Binding[] {
	// Mapped, not pushed: an array that grew has room for many more, and there are tens of thousands.
	const read = list(policy, 'bindings').map(entry => readBinding(entry, shared, wrong));
	const bindings = read.every(isDefined) ? read : read.filter(isDefined);
	return isRepeated(bindings) ? uniteBindings(bindings, []) : bindings;
}

/** Undefined: nothing in it could be used. */
function readBinding(
	entry: unknown,
	{principals, conditions, words}: Shared,
	wrong: (message: string) => void,
): Binding | undefined {
	try {
		if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
			throw new WrongType('a binding is no object');
		const json = entry as Json;
		const role = text(json, 'role');
		if (!role) throw new WrongType('a binding has no role');
		const condition = conditionOf(json, wrong);
		const listed = list(json, 'members');
		const texts = listed.every(isText) ? listed : listed.filter(isText);
		for (let i = texts.length; i < listed.length; i++) wrong(`bindings of ${role}: a member is no string`);
		if (texts.length === 0) return undefined;
		const members = texts.map(member => principals.of(member));
		const binding: Binding = {resource: undefined as unknown as Resource, role: words.of(role), members};
		if (condition) binding.condition = conditions.of(condition);
		return binding;
	} catch (error) {
		if (!(error instanceof WrongType)) throw error;
		wrong(`bindings: ${error.message}`);
		return undefined;
	}
}

function isText(value: unknown): value is string {
	return typeof value === 'string';
}

function isDefined<T>(value: T | undefined): value is T {
	return value !== undefined;
}

/** Whether some role stands twice, or some member twice in one binding: Google unites such on the next write. */
function isRepeated(bindings: readonly Binding[]): boolean {
	for (let i = 0; i < bindings.length; i++) {
		const {role, members} = bindings[i]!;
		for (let j = 0; j < i; j++) if (bindings[j]!.role === role) return true;
		if (members.length > 1 && new Set(members).size < members.length) return true;
	}
	return false;
}

/**
 * Audit configs of an `iamPolicy` object; log types 1, 2, 3 are ADMIN_READ, DATA_WRITE, DATA_READ (checks.md).
 * @param wrong told of each entry that had to be left out; the others are used
 */
export function readAuditConfigs(policy: Json, wrong: (message: string) => void): AuditConfig[] {
	const attempt = <T>(read: () => T[]): T[] => {
		try {
			return read();
		} catch (error) {
			if (!(error instanceof WrongType)) throw error;
			wrong(`auditConfigs: ${error.message}`);
			return [];
		}
	};
	const each = <T>(entries: () => unknown[], one: (entry: Json) => T[]): T[] =>
		attempt(entries).flatMap(entry => attempt(() => one(objectIn(entry))));
	return each(
		() => list(policy, 'auditConfigs', 'audit_configs'),
		config => {
			const service = text(config, 'service') ?? '';
			const logs = each(
				() => list(config, 'auditLogConfigs', 'audit_log_configs'),
				log => {
					const raw = log['logType'] ?? log['log_type'];
					const type = typeof raw === 'number' ? LOG_TYPES[raw - 1] : LOG_TYPES.find(known => known === raw);
					return type ? [{type, exempted: strings(log, 'exemptedMembers', 'exempted_members')}] : [];
				},
			);
			return [{service, logs}];
		},
	);
}

function objectIn(entry: unknown): Json {
	if (typeof entry === 'object' && entry !== null && !Array.isArray(entry)) return entry as Json;
	throw new WrongType('an entry is no object');
}

/** Unites two policies of one resource: every (role, condition, member) once. */
export function uniteBindings(first: readonly Binding[], second: readonly Binding[]): Binding[] {
	const united = new Map<string, Binding>();
	for (const binding of [...first, ...second]) {
		const key = bindingKey(binding);
		const known = united.get(key);
		if (!known) {
			united.set(key, {...binding, members: [...new Set(binding.members)]});
			continue;
		}
		for (const member of binding.members) if (!known.members.includes(member)) known.members.push(member);
	}
	return [...united.values()];
}

/** Whether two lists of bindings grant exactly the same. */
export function sameBindings(first: readonly Binding[], second: readonly Binding[]): boolean {
	const flat = (bindings: readonly Binding[]): string =>
		bindings
			.flatMap(binding => binding.members.map(member => `${bindingKey(binding)}\u0000${member.member}`))
			.toSorted()
			.join('\u0001');
	return flat(first) === flat(second);
}

const bindingKey = (binding: Binding): string =>
	`${binding.role}\u0000${binding.condition?.expression ?? ''}\u0000${binding.condition?.title ?? ''}`;
