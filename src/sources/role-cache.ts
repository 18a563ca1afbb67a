/** Predefined roles as `roles refresh` fetched them: a file in the user's cache, in the shape of the shipped one. */
import {mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {UsageError} from '../errors.ts';
import type {Json} from './asset.ts';
import {xdg} from './google-cloud/journal.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** `$XDG_CACHE_HOME/sa-audit/predefined-roles.json.gz`. @throws UsageError there is no place for a cache */
export function roleCacheFile(env: Env): string {
	return join(xdg(env, 'XDG_CACHE_HOME', '.cache'), 'sa-audit', 'predefined-roles.json.gz');
}

/** The packed cache if there is one, or the code of the error that keeps it from being read. */
export function readRefreshedRoles(env: Env): {file: string; found: Buffer | string} | undefined {
	if (env['XDG_CACHE_HOME'] === undefined && env['HOME'] === undefined && env['USERPROFILE'] === undefined)
		return undefined;
	const file = roleCacheFile(env);
	try {
		return {file, found: readFileSync(file)};
	} catch (error) {
		const {code = String(error)} = error as NodeJS.ErrnoException;
		return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : {file, found: code};
	}
}

/** The shipped data, as far as it is needed here. */
interface Known {
	permissions: readonly string[];
	roles: Readonly<Record<string, {title?: string; stage?: string; perms?: number[]; permsUnknown?: boolean}>>;
}

/**
 * Roles of the API in the shape of the shipped data. Shipped ones that the API does not list any more stay, as retired:
 * old bindings name them.
 * @param roles as `roles.list` with `view=FULL` gives them
 * @param date RFC 3339
 */
export function mergeRoles(shipped: Known, roles: Json[], date: string): Buffer {
	const numbers = new Map<string, number>();
	const numberOf = (name: string): number => {
		const number = numbers.get(name) ?? numbers.size;
		numbers.set(name, number);
		return number;
	};
	const merged: Record<string, Json> = {};
	for (const [name, {perms, ...role}] of Object.entries(shipped.roles)) {
		const own = perms?.map(number => numberOf(shipped.permissions[number]!));
		merged[name] = {...role, ...(own && {perms: own}), retired: true};
	}
	for (const role of roles) {
		const name = String(role['name']);
		const included = Array.isArray(role['includedPermissions']) ? (role['includedPermissions'] as string[]) : [];
		// Google does not publish what is in a few of them.
		const isUnknown = included.length === 0 && shipped.roles[name]?.permsUnknown === true;
		merged[name] = {
			title: role['title'],
			stage: role['stage'],
			...(isUnknown ? {permsUnknown: true} : {perms: included.map(numberOf)}),
		};
	}
	const source = {repo: 'iam.googleapis.com', commit: 'roles.list', date};
	return gzipSync(JSON.stringify({source, permissions: [...numbers.keys()], roles: merged}));
}

/** @throws UsageError the cache cannot be written */
export function writeRefreshedRoles(env: Env, packed: Uint8Array): string {
	const file = roleCacheFile(env);
	const fresh = `${file}.new`;
	try {
		mkdirSync(dirname(file), {recursive: true, mode: 0o700});
		writeFileSync(fresh, packed, {mode: 0o600});
		renameSync(fresh, file);
	} catch (error) {
		rmSync(fresh, {force: true});
		throw new UsageError(
			`The role cache ${file} cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
			'Set XDG_CACHE_HOME to a directory that you can write to.',
			{cause: error},
		);
	}
	return file;
}
