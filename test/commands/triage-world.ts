/** A small organization in which findings come and go, as files of a folder of its own. */
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll} from 'vitest';
import type {Finding, GoneFinding, Report} from '../../src/report.ts';
import {account, CRM, emailOf, key, type Line, organization, policy, project} from '../inventory/read.ts';
import {ndjson, sa, used, type Ended} from './run.ts';

export type Parsed = Omit<Report, 'findings' | 'baseline'> & {
	findings: Finding[];
	baseline?: Omit<NonNullable<Report['baseline']>, 'fixed' | 'unknown'> & {
		fixed: GoneFinding[];
		unknown: GoneFinding[];
	};
};

export const TOKEN_CREATOR = 'roles/iam.serviceAccountTokenCreator';
const at = (number: number): {ancestors: string[]} => ({ancestors: [`projects/${number}`, 'organizations/1']});
export const SHOP = at(10);
export const WEB = at(20);

/** A policy of the project `shop` that lets members mint tokens of its accounts, of which `root` owns it. */
export function grants(members: readonly string[], more: Line = {}): Line {
	return policy(
		`${CRM}projects/10`,
		[
			{role: 'roles/owner', members: [`serviceAccount:${emailOf('root', 'shop')}`]},
			...(members.length > 0 ? [{role: TOKEN_CREATOR, members, ...more}] : []),
		],
		SHOP,
	);
}

export const shopKey = key('shop', 'root', 'k1', SHOP, {validAfterTime: '2025-01-01T00:00:00Z'});
export const webKey = key('web', 'app', 'k2', WEB, {validAfterTime: '2025-01-01T00:00:00Z'});

/** Two projects with an account each, everything read. */
export const BASE: readonly Line[] = [
	organization(1),
	project('shop', 10, ['organizations/1']),
	project('web', 20, ['organizations/1']),
	account('shop', 'root', SHOP),
	account('web', 'app', WEB),
	key('shop', 'root', 'off', SHOP, {disabled: true}),
	key('web', 'app', 'off', WEB, {disabled: true}),
	used('shop', emailOf('root', 'shop')),
	used('web', emailOf('app', 'web')),
];

/** @param always arguments of every audit, such as the checks that run: what is counted must not change with every new one */
export function scratch(always: readonly string[] = []): {
	path: (name: string) => string;
	file: (name: string, content: string | readonly unknown[]) => Promise<string>;
	/** Audits the lines into a report of that name. */
	report: (
		name: string,
		lines: readonly unknown[],
		...args: string[]
	) => Promise<Ended & {file: string; report: Parsed}>;
} {
	let folder = '';
	beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'sa-audit-triage-'))));
	afterAll(() => rm(folder, {recursive: true, force: true}));
	const path = (name: string) => join(folder, name);
	const file = async (name: string, content: string | readonly unknown[]) => {
		await writeFile(path(name), typeof content === 'string' ? content : ndjson(content));
		return path(name);
	};
	return {
		path,
		file,
		async report(name, lines, ...args) {
			const assets = await file(`${name}.ndjson`, lines);
			const out = path(`${name}.json`);
			const ended = await sa(['audit', '--assets', assets, '--output', out, ...always, ...args]);
			return {...ended, file: out, report: JSON.parse(await readFile(out, 'utf8')) as Parsed};
		},
	};
}
