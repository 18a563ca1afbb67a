/** Service accounts and their keys, as they are read: by e-mail, whichever of their names an asset goes by. */
import type {Asset, Json} from '../../sources/asset.ts';
import {accountKind} from '../account-kind.ts';
import {compare} from '../coverage.ts';
import {flag, text, time, WrongType} from '../fields.ts';
import type {Container, ServiceAccount, ServiceAccountKey} from '../model.ts';
import {accountName, parseAccountName, projectOfEmail} from '../names.ts';
import {contentsOf, type Place, type Reading, sameData} from './reading.ts';

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

type FindContainer = (key: string | undefined) => Container | undefined;

export class AccountDrafts {
	readonly #reading: Reading;
	readonly #accounts = new Map<string, DraftAccount>();
	readonly #emailOf = new Map<string, string>();
	readonly #keys = new Map<string, DraftKey>();

	constructor(reading: Reading) {
		this.#reading = reading;
	}

	takeAccount(asset: Asset, data: Json, {container, stamp}: Place): void {
		const reading = this.#reading;
		const relative = reading.try(text, data, 'name') ?? '';
		// Most resources say all three themselves; only otherwise their names are taken apart.
		const isWhole = [data['email'], data['uniqueId'], data['projectId']].every(field => typeof field === 'string');
		const parts = isWhole ? undefined : parseAccountName(asset.name);
		const named = isWhole ? undefined : parseAccountName(relative);
		const email = (
			reading.try(text, data, 'email') ?? [named?.account, parts?.account].find(part => part?.includes('@'))
		)?.toLowerCase();
		if (!email) throw new WrongType('email is missing');
		if (!email.includes('@')) throw new WrongType('email is no e-mail address');
		const uniqueId =
			reading.try(text, data, 'uniqueId') ?? [parts?.account, named?.account].find(part => part && /^\d+$/.test(part));
		const projectId = reading.try(text, data, 'projectId') ?? parts?.project ?? named?.project;
		const own = projectId !== undefined && projectId !== '-' ? reading.projectKey(projectId) : undefined;
		reading.joinAncestor(own, asset);
		const draft: DraftAccount = {
			email,
			project: own ?? container,
			time: stamp,
			read: true,
			data: {
				uniqueId,
				disabled: reading.try(flag, data, 'disabled') ?? false,
				displayName: reading.free(data, 'displayName'),
				description: reading.free(data, 'description'),
				oauth2ClientId: reading.try(text, data, 'oauth2ClientId'),
				createTime:
					reading.try(time, data, 'createTime') ?? time(asset as unknown as Json, 'createTime', 'create_time'),
				updateTime: stamp === -Infinity ? undefined : stamp,
			},
		};
		if (draft.project) reading.registry.note(draft.project);
		if (uniqueId) this.#emailOf.set(uniqueId, email);
		const known = this.#accounts.get(email);
		if (known?.read) {
			const contents = contentsOf([known.project, known.data], [draft.project, draft.data]);
			const isSame = sameData(known.data, draft.data);
			if (!reading.isNewer(stamp, known.time, `service account ${email}`, isSame, contents)) return;
		}
		this.#accounts.set(email, draft);
	}

	takeKey(asset: Asset, data: Json, {container, stamp}: Place): void {
		const reading = this.#reading;
		const parts = parseAccountName(asset.name);
		const named = parseAccountName(reading.try(text, data, 'name') ?? '');
		const id = parts?.key ?? named?.key;
		const account = named?.account.includes('@') ? named.account : (parts?.account ?? named?.account);
		if (id === undefined || account === undefined) throw new WrongType('name is no key name');
		const own = named && named.project !== '-' ? named.project : parts?.project;
		const project = own !== undefined && own !== '-' ? reading.projectKey(own) : (container ?? '');
		// A list of keys was read even if it holds only Google's own.
		reading.count('serviceAccountKeys', container ?? project, asset.name);
		if (named?.account.includes('@') && parts && /^\d+$/.test(parts.account))
			this.#emailOf.set(parts.account, named.account.toLowerCase());
		if (reading.try(text, data, 'keyType') === 'SYSTEM_MANAGED') return;
		this.#keepKey(this.#keys, {
			account: account.toLowerCase(),
			project,
			id,
			time: stamp,
			disabled: reading.try(flag, data, 'disabled') ?? false,
			uploaded: reading.try(text, data, 'keyOrigin') === 'USER_PROVIDED',
			validAfter: reading.try(time, data, 'validAfterTime'),
			validBefore: expiry(reading.try(time, data, 'validBeforeTime')),
		});
	}

	#keepKey(keys: Map<string, DraftKey>, draft: DraftKey): void {
		const key = `${this.#emailOrSelf(draft.account)}/${draft.id}`;
		const known = keys.get(key);
		if (known) {
			const same = known.disabled === draft.disabled && known.validBefore === draft.validBefore;
			const contents = contentsOf(keyParts(known), keyParts(draft));
			if (!this.#reading.isNewer(draft.time, known.time, `key ${draft.id}`, same, contents)) return;
		}
		keys.set(key, draft);
	}

	#emailOrSelf(account: string): string {
		return this.#emailOf.get(account) ?? account;
	}

	/** The e-mail behind a unique id. */
	emailOf(id: string): string | undefined {
		return this.#emailOf.get(id);
	}

	/** Counts what was read, in the project that each account turned out to be of. */
	settle(): void {
		for (const draft of this.#accounts.values()) {
			if (!draft.project) {
				draft.project = projectOfEmail(draft.email);
				if (draft.project) this.#reading.registry.note(draft.project);
			}
			this.#reading.count('serviceAccounts', draft.project, draft.email);
		}
	}

	/** Joins accounts and keys. Call once, after `settle`. */
	finish(container: FindContainer): Accounts {
		const accounts = new Accounts(container, this.#reading, this.#emailOf);
		for (const draft of [...this.#accounts.values()].toSorted((a, b) => compare(a.email, b.email))) accounts.add(draft);
		for (const draft of this.#joinedKeys()) {
			const owner = accounts.named(this.#emailOrSelf(draft.account), draft.project || undefined);
			if (!owner) {
				this.#reading.warnings.push(`key ${draft.id}: nothing is known about its account; it is left out`);
				continue;
			}
			const {id, disabled, uploaded, validAfter, validBefore} = draft;
			const name = `${owner.name}/keys/${id}`;
			owner.keys.push({id, name, account: owner, disabled, uploaded, validAfter, validBefore});
		}
		for (const {keys} of accounts.all.values()) if (keys.length > 1) keys.sort((a, b) => compare(a.id, b.id));
		this.#accounts.clear();
		this.#keys.clear();
		return accounts;
	}

	/** Keys by e-mail, now that every unique id has its e-mail: a key read under both names is one. */
	#joinedKeys(): Iterable<DraftKey> {
		const isJoined = [...this.#keys.values()].every(draft => !this.#emailOf.has(draft.account));
		if (isJoined) return this.#keys.values();
		const keys = new Map<string, DraftKey>();
		for (const draft of this.#keys.values()) this.#keepKey(keys, draft);
		return keys.values();
	}
}

/** All accounts that are known, read or only named by others. */
export class Accounts {
	/** By e-mail. */
	readonly all = new Map<string, ServiceAccount>();
	readonly #container: FindContainer;
	readonly #reading: Reading;
	readonly #emailOf: ReadonlyMap<string, string>;

	constructor(container: FindContainer, reading: Reading, emailOf: ReadonlyMap<string, string>) {
		this.#container = container;
		this.#reading = reading;
		this.#emailOf = emailOf;
	}

	add(draft: DraftAccount): ServiceAccount {
		const project = this.#container(draft.project);
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
			index: this.all.size,
			email: draft.email,
			name: accountName(projectId, draft.email),
			principal: this.#reading.principals.of(`serviceAccount:${draft.email}`),
			project,
			kind: accountKind(draft.email),
			read: draft.read,
			keys: [],
		};
		this.all.set(account.email, account);
		project?.accounts.push(account);
		return account;
	}

	/** By any of its names: full, relative, e-mail, unique id. */
	find(reference: string): ServiceAccount | undefined {
		const part = parseAccountName(reference)?.account ?? reference;
		const lower = part.toLowerCase();
		return this.all.get(this.#emailOf.get(lower) ?? lower);
	}

	/** An account that something names: known from here on if its project lies inside. */
	named(email: string, project: string | undefined): ServiceAccount | undefined {
		const known = this.all.get(email);
		if (known) return known;
		const inside = this.#container(project ?? projectOfEmail(email));
		if (!inside) return undefined;
		return this.add({email, project: inside.key, time: -Infinity, read: false, data: {disabled: false}});
	}

	/** All keys in the order of their names, which begin with those of their accounts: sorting accounts compares less. */
	keys(): ServiceAccountKey[] {
		const owners = [...this.all.values()].filter(account => account.keys.length > 0);
		const keys = owners.sort((a, b) => compare(a.name, b.name)).flatMap(owner => owner.keys);
		// Where one account's name begins another's (`x@a.com`, `x@a.com.au`), their keys may still stand the wrong way round.
		const isSorted = keys.every((key, i) => i === 0 || keys[i - 1]!.name <= key.name);
		return isSorted ? keys : keys.sort((a, b) => compare(a.name, b.name));
	}
}

/** Google writes year 9999 for keys that never expire (facts section 4 [seen]). */
function expiry(validBefore: number | undefined): number {
	return validBefore === undefined || validBefore >= Date.UTC(9999, 0) ? Infinity : validBefore;
}

/** What tells one reading of a key from another, as JSON can say it. */
function keyParts({project, disabled, uploaded, validAfter, validBefore}: DraftKey): unknown[] {
	return [disabled, -validBefore, validAfter, uploaded, project].map(String);
}
