/**
 * Reads gcloud commands back, as a shell and gcloud would: what a printed fix really does. Written from gcloud's
 * behaviour, not from the renderer's tables; throws at any command or flag it does not know, so that a fix which
 * does more than one small change cannot pass.
 */
import type {ProviderChange, ProviderSettings} from '../src/remediation/provider-change.ts';
import type {BindingRef, Change} from '../src/remediation/change.ts';
import {WORKLOAD_COMMANDS, WORKLOAD_READING} from './gcloud-workloads.ts';

/** `undoes`: a command that brings back what this change took away, where that is no operation itself. */
export type Parsed = Change | 'read-only' | {undoes: Change | string};

/** The words that a shell makes of a command line of plain text, `\x`, `'...'` and `$'...'`. @throws on any other syntax */
export function shellWords(command: string): string[] {
	const words: string[] = [];
	let bytes: number[] | undefined;
	const add = (text: string): void => {
		(bytes ??= []).push(...new TextEncoder().encode(text));
	};
	let at = 0;
	while (at < command.length) {
		const rest = command.slice(at);
		let length: number;
		if (rest.startsWith("$'")) {
			const body = /^\$'((?:\\[^]|[^\\'])*)'/.exec(rest);
			if (!body) throw new Error(`unclosed $' in ${command}`);
			bytes ??= [];
			for (const [piece, escape] of body[1]!.matchAll(/\\([0-7]{1,3}|[^])|[^\\]+/g)) {
				if (escape === undefined) add(piece);
				else if (/^[0-7]/.test(escape)) bytes.push(Number.parseInt(escape, 8));
				else if (escape === 'n') add('\n');
				else if (escape === 't') add('\t');
				else if (escape === '\\' || escape === "'") add(escape);
				else throw new Error(`escape \\${escape} in ${command}`);
			}
			length = body[0].length;
		} else if (rest.startsWith("'")) {
			const end = rest.indexOf("'", 1);
			if (end < 0) throw new Error(`unclosed ' in ${command}`);
			add(rest.slice(1, end));
			length = end + 1;
		} else if (rest.startsWith('\\')) {
			add(rest.slice(1, 2));
			length = 2;
		} else if (rest.startsWith(' ')) {
			if (bytes) words.push(decode(bytes));
			bytes = undefined;
			length = 1;
		} else {
			const plain = /^[\w@%+=:,./-]+/.exec(rest)?.[0];
			if (plain === undefined) throw new Error(`${JSON.stringify(rest[0])} stands unquoted in ${command}`);
			add(plain);
			length = plain.length;
		}
		at += length;
	}
	if (bytes) words.push(decode(bytes));
	return words;
}

const decode = (bytes: number[]): string =>
	new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(Uint8Array.from(bytes));

/** A command's flags; each must be asked for, or `end` complains. */
class Flags {
	readonly #values = new Map<string, string>();
	/** Those without a value. */
	readonly #bare = new Set<string>();
	readonly #command: string;

	constructor(words: readonly string[], command: string) {
		this.#command = command;
		for (const word of words) {
			const [, name, value] = /^--([a-z-]+)(?:=([^]*))?$/.exec(word) ?? [];
			if (name === undefined || this.#values.has(name) || this.#bare.has(name))
				throw new Error(`flag ${word} in ${command}`);
			if (value === undefined) this.#bare.add(name);
			else this.#values.set(name, value);
		}
	}

	take(name: string): string {
		const value = this.optional(name);
		if (value === undefined) throw new Error(`--${name} is missing in ${this.#command}`);
		return value;
	}

	optional(name: string): string | undefined {
		const value = this.#values.get(name);
		this.#values.delete(name);
		return value;
	}

	bare(name: string): boolean {
		return this.#bare.delete(name);
	}

	end(): void {
		const left = [...this.#values.keys(), ...this.#bare];
		if (left.length > 0) throw new Error(`--${left.join(', --')} in ${this.#command}`);
	}
}

/** Resource of a command group, from its one positional argument and its flags; `plain`: takes no `--condition`. */
const GROUPS: Record<string, {plain?: true; resource(name: string, flags: Flags): string}> = {
	projects: {resource: name => `//cloudresourcemanager.googleapis.com/projects/${name}`},
	'resource-manager folders': {resource: name => `//cloudresourcemanager.googleapis.com/folders/${name}`},
	organizations: {resource: name => `//cloudresourcemanager.googleapis.com/organizations/${name}`},
	'resource-manager tags keys': {resource: name => `//cloudresourcemanager.googleapis.com/${name}`},
	'resource-manager tags values': {resource: name => `//cloudresourcemanager.googleapis.com/${name}`},
	'iam service-accounts': {resource: (name, flags) => accountName(name, flags)},
	'iam workload-identity-pools': {
		resource: (name, flags) => `//iam.googleapis.com/${located(flags)}/workloadIdentityPools/${name}`,
	},
	'storage buckets': {
		resource: name => {
			if (!name.startsWith('gs://') || /[*?[\]#]/.test(name)) throw new Error(`${name} is no single bucket`);
			return `//storage.googleapis.com/${name.slice('gs://'.length)}`;
		},
	},
	secrets: {
		resource: (name, flags) => {
			const location = flags.optional('location');
			return `//secretmanager.googleapis.com/${project(flags)}${location === undefined ? '' : `/locations/${location}`}/secrets/${name}`;
		},
	},
	'pubsub topics': {plain: true, resource: (name, flags) => `//pubsub.googleapis.com/${project(flags)}/topics/${name}`},
	'pubsub subscriptions': {
		plain: true,
		resource: (name, flags) => `//pubsub.googleapis.com/${project(flags)}/subscriptions/${name}`,
	},
	'run services': {resource: (name, flags) => `//run.googleapis.com/${located(flags, 'region')}/services/${name}`},
	'run jobs': {plain: true, resource: (name, flags) => `//run.googleapis.com/${located(flags, 'region')}/jobs/${name}`},
	functions: {
		plain: true,
		resource: (name, flags) => `//cloudfunctions.googleapis.com/${located(flags, 'region')}/functions/${name}`,
	},
	'artifacts repositories': {
		resource: (name, flags) => `//artifactregistry.googleapis.com/${located(flags)}/repositories/${name}`,
	},
	'kms keyrings': {resource: (name, flags) => `//cloudkms.googleapis.com/${located(flags)}/keyRings/${name}`},
	'kms keys': {
		resource: (name, flags) =>
			`//cloudkms.googleapis.com/${located(flags)}/keyRings/${flags.take('keyring')}/cryptoKeys/${name}`,
	},
	'compute instances': {
		resource: (name, flags) =>
			`//compute.googleapis.com/${project(flags)}/zones/${flags.take('zone')}/instances/${name}`,
	},
	'compute disks': {
		resource: (name, flags) => `//compute.googleapis.com/${project(flags)}/zones/${flags.take('zone')}/disks/${name}`,
	},
	'compute images': {resource: (name, flags) => `//compute.googleapis.com/${project(flags)}/global/images/${name}`},
	'compute snapshots': {
		resource: (name, flags) => `//compute.googleapis.com/${project(flags)}/global/snapshots/${name}`,
	},
	'compute networks subnets': {
		plain: true,
		resource: (name, flags) =>
			`//compute.googleapis.com/${project(flags)}/regions/${flags.take('region')}/subnetworks/${name}`,
	},
	'tasks queues': {
		plain: true,
		resource: (name, flags) => `//cloudtasks.googleapis.com/${located(flags)}/queues/${name}`,
	},
	'spanner instances': {
		resource: (name, flags) => `//spanner.googleapis.com/${project(flags)}/instances/${name}`,
	},
	'spanner databases': {
		resource: (name, flags) =>
			`//spanner.googleapis.com/${project(flags)}/instances/${flags.take('instance')}/databases/${name}`,
	},
};

const project = (flags: Flags): string => `projects/${flags.take('project')}`;

const located = (flags: Flags, flag = 'location'): string => `${project(flags)}/locations/${flags.take(flag)}`;

const accountName = (email: string, flags: Flags): string =>
	`//iam.googleapis.com/${project(flags)}/serviceAccounts/${email}`;

const keyName = (key: string, flags: Flags): string => `${accountName(flags.take('iam-account'), flags)}/keys/${key}`;

function container(flags: Flags): string {
	for (const kind of ['project', 'folder', 'organization']) {
		const id = flags.optional(kind);
		if (id !== undefined) return `//cloudresourcemanager.googleapis.com/${kind}s/${id}`;
	}
	throw new Error('no container flag');
}

/** gcloud knows members by e-mail alone; accounts are told by their domain. */
function membership(flags: Flags): Change {
	const email = flags.take('member-email');
	const kind = email.endsWith('gserviceaccount.com') ? 'serviceAccount' : 'user';
	return {op: 'remove-group-member', group: `group:${flags.take('group-email')}`, member: `${kind}:${email}`};
}

/** Commands that are no binding, by all words up to their first argument. The numbers are those of positionals. */
const OTHERS: Record<string, [positionals: number, (positionals: string[], flags: Flags) => Parsed]> = {
	'identity groups memberships delete': [0, (_, flags) => membership(flags)],
	'identity groups memberships add': [
		0,
		(_, flags) => {
			const [member, ...roles] = flags.take('roles').split(',');
			if (member !== 'MEMBER' || roles.some(role => role !== 'OWNER' && role !== 'MANAGER'))
				throw new Error(`unknown roles: ${roles.join(',')}`);
			const change = membership(flags) as Change & {op: 'remove-group-member'};
			return {undoes: roles.length > 0 ? {...change, roles: roles as ('OWNER' | 'MANAGER')[]} : change};
		},
	],
	'iam service-accounts keys disable': [1, ([key], flags) => ({op: 'disable-key', resource: keyName(key!, flags)})],
	'iam service-accounts keys delete': [1, ([key], flags) => ({op: 'delete-key', resource: keyName(key!, flags)})],
	'iam service-accounts keys enable': [
		1,
		([key], flags) => ({undoes: {op: 'disable-key', resource: keyName(key!, flags)}}),
	],
	'iam service-accounts disable': [
		1,
		([account], flags) => ({op: 'disable-account', resource: accountName(account!, flags)}),
	],
	'iam service-accounts delete': [
		1,
		([account], flags) => ({op: 'delete-account', resource: accountName(account!, flags)}),
	],
	'iam service-accounts enable': [
		1,
		([account], flags) => ({undoes: {op: 'disable-account', resource: accountName(account!, flags)}}),
	],
	...Object.fromEntries(
		(['oidc', 'aws', 'saml', 'x509'] as const).map((kind): [string, (typeof OTHERS)[string]] => [
			`iam workload-identity-pools providers update-${kind}`,
			[1, ([id], flags) => providerUpdate(id!, kind, flags)],
		]),
	),
	'resource-manager org-policies enable-enforce': [
		1,
		([constraint], flags) => ({op: 'enforce-constraint', resource: container(flags), constraint: constraint!}),
	],
	'resource-manager org-policies allow': [
		2,
		([constraint, value], flags) => {
			if (constraint !== 'iam.serviceAccountKeyExpiryHours' || value !== '2160h')
				throw new Error(`${constraint} ${value}`);
			return {op: 'enforce-constraint', resource: container(flags), constraint};
		},
	],
	'resource-manager org-policies delete': [
		1,
		([constraint], flags) => ({
			undoes: {op: 'enforce-constraint', resource: container(flags), constraint: constraint!},
		}),
	],
};

/** The provider of a command, and what it sets. */
function providerUpdate(id: string, kind: ProviderChange['kind'], flags: Flags): ProviderChange {
	const pool = flags.take('workload-identity-pool');
	const resource = `//iam.googleapis.com/${located(flags)}/workloadIdentityPools/${pool}/providers/${id}`;
	const set: ProviderSettings = {};
	const condition = flags.optional('attribute-condition');
	if (condition !== undefined) set.condition = condition;
	const audiences = flags.optional('allowed-audiences');
	if (audiences !== undefined) set.audiences = listOf(audiences);
	const mapping = flags.optional('attribute-mapping');
	if (mapping !== undefined) {
		const pairs = listOf(mapping).map(pair => /^([^=]+)=([^]*)$/.exec(pair)!.slice(1) as [string, string]);
		set.mapping = Object.fromEntries(pairs);
	}
	if (flags.bare('disabled')) set.disabled = true;
	if (flags.bare('no-disabled')) set.disabled = false;
	return {op: 'update-provider', resource, kind, set, before: {}};
}

/** gcloud's lists: commas between values, or `^DELIMITER^` in front. */
function listOf(text: string): string[] {
	const [, own, rest] = /^\^([^^]+)\^([^]*)$/.exec(text) ?? [];
	return text === '' ? [] : (rest ?? text).split(own ?? ',');
}

/** What a printed command does. @throws if it is none of those that a fix may print */
export function parseGcloud(command: string): Parsed {
	const [program, ...words] = shellWords(command);
	if (program !== 'gcloud') throw new Error(`not gcloud: ${command}`);
	const firstFlag = words.findIndex(word => word.startsWith('-'));
	const bare = firstFlag < 0 ? words : words.slice(0, firstFlag);
	const flagWords = words.slice(bare.length);

	for (const [name, [positionals, read]] of Object.entries({...OTHERS, ...WORKLOAD_COMMANDS})) {
		const verb = name.split(' ');
		if (bare.slice(0, verb.length).join(' ') !== name || bare.length !== verb.length + positionals) continue;
		const flags = new Flags(flagWords, command);
		const parsed = read(bare.slice(verb.length), flags);
		flags.end();
		return parsed;
	}
	for (const [name, {plain, resource}] of Object.entries(GROUPS)) {
		const group = name.split(' ');
		const verb = /^(add|remove)-iam-policy-binding$/.exec(bare[group.length] ?? '')?.[1];
		if (verb === undefined || bare.slice(0, group.length).join(' ') !== name || bare.length !== group.length + 2)
			continue;
		const flags = new Flags(flagWords, command);
		const ref: BindingRef = {
			resource: resource(bare.at(-1)!, flags),
			role: flags.take('role'),
			member: flags.take('member'),
		};
		const condition = plain ? undefined : conditionOf(flags.take('condition'));
		flags.end();
		return {op: `${verb as 'add' | 'remove'}-binding`, ...ref, ...(condition && {condition})};
	}
	if (READING.has(bare.join(' ')) || READING.has(bare.slice(0, -1).join(' '))) {
		if (flagWords.every(isReadingFlag)) return 'read-only';
	}
	throw new Error(`unknown command: ${command}`);
}

/** Commands that only read, up to their one positional argument, if they have one. */
const READING: ReadonlySet<string> = new Set([
	...Object.keys(GROUPS).map(group => `${group} get-iam-policy`),
	'identity groups memberships list',
	'iam service-accounts keys list',
	'iam service-accounts list',
	'iam service-accounts describe',
	'org-policies describe',
	'iam workload-identity-pools providers describe',
	...WORKLOAD_READING,
]);

const isReadingFlag = (word: string): boolean =>
	/^--(effective$|(format|filter|flatten|managed-by|workload-identity-pool|project|folder|organization|location|region|zone|keyring|instance|iam-account|group-email|cluster)=)/.test(
		word,
	);

/** gcloud's ArgDict: commas between pairs, or `^DELIMITER^` in front; the value runs from the first `=`. */
function conditionOf(text: string): BindingRef['condition'] {
	if (text === 'None') return undefined;
	const [, own, rest] = /^\^([^^]+)\^([^]*)$/.exec(text) ?? [];
	const delimiter = own ?? ',';
	const list = rest ?? text;
	// A delimiter at the very end is dropped, as gcloud does.
	const pairs = (list.endsWith(delimiter) ? list.slice(0, -delimiter.length) : list).split(delimiter);
	const fields = new Map<string, string>();
	for (const pair of pairs) {
		const [, key, value] = /^([^=]+)=([^]*)$/.exec(pair) ?? [];
		if (key === undefined || !['expression', 'title', 'description'].includes(key) || fields.has(key)) {
			throw new Error(`--condition has ${pair}`);
		}
		fields.set(key, value!);
	}
	const [expression, title, description] = ['expression', 'title', 'description'].map(key => fields.get(key));
	if (!expression || !title) throw new Error('--condition needs expression and title');
	return {title, ...(description !== undefined && {description}), expression};
}
