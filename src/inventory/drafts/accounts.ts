/** Service accounts and their keys, as they are read: by e-mail, whichever of their names an asset goes by. */
import type {Asset, Json} from '../../sources/asset.ts';
import {accountKind} from '../account-kind.ts';
import {compare} from '../coverage.ts';
import {flag, text, time, WrongType} from '../fields.ts';
import type {Container, ServiceAccount, ServiceAccountKey} from '../model.ts';
import {IAM, parseAccountName, projectOfEmail} from '../names.ts';
import type {Principal} from '../principals.ts';
import {contentsOf, type Place, type Reading, sameData} from './reading.ts';

/** An account as its asset has it. What it is called, and where it lies, is settled when all was read. */
interface DraftAccount {
	account: ServiceAccount;
	/** Key of its project. */
	project: string | undefined;
	time: number;
}

interface DraftKey {
	key: ServiceAccountKey;
	/** E-mail or unique id. */
	account: string;
	project: string;
	time: number;
}

/** Of all that have none: most accounts. Never written to. */
const NO_KEYS: ServiceAccountKey[] = [];

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
		const clientId = reading.try(text, data, 'oauth2ClientId');
		const account = newAccount(email, likelyName(asset.name, relative, email));
		account.read = true;
		account.uniqueId = uniqueId;
		account.disabled = reading.try(flag, data, 'disabled') ?? false;
		account.displayName = reading.free(data, 'displayName');
		account.description = reading.free(data, 'description');
		// Google gives both the same number: one string is enough.
		account.oauth2ClientId = clientId === uniqueId ? uniqueId : clientId;
		account.createTime =
			reading.try(time, data, 'createTime') ?? time(asset as unknown as Json, 'createTime', 'create_time');
		account.updateTime = stamp === -Infinity ? undefined : stamp;
		const draft: DraftAccount = {account, project: own ?? container, time: stamp};
		if (draft.project) reading.registry.note(draft.project);
		if (uniqueId) this.#emailOf.set(uniqueId, email);
		const known = this.#accounts.get(email);
		if (known) {
			const [before, now] = [dataOf(known.account), dataOf(account)];
			const contents = contentsOf([known.project, before], [draft.project, now]);
			const isSame = sameData(before, now);
			if (!reading.isNewer(stamp, known.time, `service account ${email}`, isSame, contents)) return;
		}
		this.#accounts.set(email, draft);
	}

	takeKey(asset: Asset, data: Json, {container, stamp}: Place): void {
		const reading = this.#reading;
		const parts = parseAccountName(asset.name);
		const relative = reading.try(text, data, 'name') ?? '';
		const named = parseAccountName(relative);
		const id = parts?.key ?? named?.key;
		const account = named?.account.includes('@') ? named.account : (parts?.account ?? named?.account);
		if (id === undefined || account === undefined) throw new WrongType('name is no key name');
		const own = named && named.project !== '-' ? named.project : parts?.project;
		const project = own !== undefined && own !== '-' ? reading.projectKey(own) : (container ?? '');
		const email = account.toLowerCase();
		const name = likelyName(asset.name, relative, `${email}/keys/${id}`);
		// A list of keys was read even if it holds only Google's own.
		reading.count('serviceAccountKeys', container ?? project, name);
		if (named?.account.includes('@') && parts && /^\d+$/.test(parts.account))
			this.#emailOf.set(parts.account, named.account.toLowerCase());
		if (reading.try(text, data, 'keyType') === 'SYSTEM_MANAGED') return;
		this.#keepKey(this.#keys, {
			key: {
				// A part of a text keeps all of it: this one is kept anyway.
				id: name.endsWith(id) ? name.slice(-id.length) : id,
				name,
				account: undefined as unknown as ServiceAccount,
				disabled: reading.try(flag, data, 'disabled') ?? false,
				uploaded: reading.try(text, data, 'keyOrigin') === 'USER_PROVIDED',
				validAfter: reading.try(time, data, 'validAfterTime'),
				validBefore: expiry(reading.try(time, data, 'validBeforeTime')),
			},
			// A part of the name would keep all of it.
			account: this.#accounts.get(email)?.account.email ?? email,
			project,
			time: stamp,
		});
	}

	/** Under its id, or where another account has a key of that id, under both names. */
	#keepKey(keys: Map<string, DraftKey>, draft: DraftKey): void {
		const account = this.#emailOrSelf(draft.account);
		const {id, disabled, validBefore} = draft.key;
		const sameId = keys.get(id);
		const isOther = sameId !== undefined && this.#emailOrSelf(sameId.account) !== account;
		const name = isOther ? `${account}/${id}` : id;
		const known = isOther ? keys.get(name) : sameId;
		if (known) {
			const same = known.key.disabled === disabled && known.key.validBefore === validBefore;
			const contents = contentsOf(keyParts(known), keyParts(draft));
			if (!this.#reading.isNewer(draft.time, known.time, `key ${id}`, same, contents)) return;
		}
		keys.set(name, draft);
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
		for (const [email, draft] of this.#accounts) {
			if (!draft.project) {
				draft.project = projectOfEmail(email);
				if (draft.project) this.#reading.registry.note(draft.project);
			}
			this.#reading.tally('serviceAccounts', draft.project);
		}
	}

	/** Joins accounts and keys. Call once, after `settle`. */
	finish(container: FindContainer): Accounts {
		const accounts = new Accounts(container, this.#reading, this.#emailOf);
		const drafts = [...this.#accounts.values()];
		for (const {account, project} of drafts.sort((a, b) => compare(a.account.email, b.account.email)))
			accounts.add(account, project);
		for (const {key, account, project} of this.#joinedKeys()) {
			const owner = accounts.named(this.#emailOrSelf(account), project || undefined);
			if (!owner) {
				this.#reading.warnings.push(`key ${key.id}: nothing is known about its account; it is left out`);
				continue;
			}
			key.account = owner;
			key.name = joinName(key.name, [owner.name, '/keys/', key.id]);
			if (owner.keys === NO_KEYS) owner.keys = [key];
			else owner.keys.push(key);
		}
		for (const account of accounts.all.values()) {
			// A copy, since an array that grew has room for many more.
			if (account.keys.length > 1) account.keys = account.keys.toSorted((a, b) => compare(a.id, b.id));
		}
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
	readonly #emailOf: Map<string, string>;

	constructor(container: FindContainer, reading: Reading, emailOf: Map<string, string>) {
		this.#container = container;
		this.#reading = reading;
		this.#emailOf = emailOf;
	}

	/** Takes an account in, under its one name. @param inside key of its project */
	add(account: ServiceAccount, inside: string | undefined): ServiceAccount {
		const project = this.#container(inside);
		const key = project?.key ?? inside;
		const at = key?.startsWith('projects/') ? key : 'projects/-';
		const principal = this.#reading.principals.of(`serviceAccount:${account.email}`);
		// One string for all who name the account.
		const email = principal.value;
		const {uniqueId} = account;
		if (uniqueId !== undefined && this.#emailOf.get(uniqueId) === email) this.#emailOf.set(uniqueId, email);
		account.index = this.all.size;
		account.email = email;
		account.name = joinName(account.name, [IAM, at, '/serviceAccounts/', email]);
		account.principal = principal;
		account.project = project;
		this.all.set(email, account);
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
		return this.add(newAccount(email, ''), inside.key);
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

/** One shape for all, whatever is known of them. */
function newAccount(email: string, name: string): ServiceAccount {
	return {
		index: -1,
		email,
		name,
		principal: undefined as unknown as Principal,
		project: undefined,
		uniqueId: undefined,
		kind: accountKind(email),
		disabled: false,
		displayName: undefined,
		description: undefined,
		oauth2ClientId: undefined,
		createTime: undefined,
		updateTime: undefined,
		read: false,
		keys: NO_KEYS,
	};
}

/** What will probably be the one name: assets go by unique ids, and what is in them by e-mails. */
function likelyName(full: string, relative: string, end: string): string {
	return full.endsWith(end) || !relative.startsWith('projects/') ? full : IAM + relative;
}

/** The name of these parts. @param written as the input has it: if it is the very same, no other is made */
function joinName(written: string, parts: readonly string[]): string {
	let at = 0;
	for (const part of parts) {
		// Joined, unlike added, a text is not kept in pieces.
		if (!written.startsWith(part, at)) return parts.join('');
		at += part.length;
	}
	return at === written.length ? written : parts.join('');
}

/** Google writes year 9999 for keys that never expire (facts section 4 [seen]). */
function expiry(validBefore: number | undefined): number {
	return validBefore === undefined || validBefore >= Date.UTC(9999, 0) ? Infinity : validBefore;
}

/** What tells one reading of an account from another. */
function dataOf(account: ServiceAccount): object {
	const {uniqueId, disabled, displayName, description, oauth2ClientId, createTime, updateTime} = account;
	return {uniqueId, disabled, displayName, description, oauth2ClientId, createTime, updateTime};
}

/** The same of a key, as JSON can say it. */
function keyParts({project, key: {disabled, uploaded, validAfter, validBefore}}: DraftKey): unknown[] {
	return [disabled, -validBefore, validAfter, uploaded, project].map(String);
}
