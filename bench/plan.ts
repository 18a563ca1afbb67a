/**
 * The synthetic organization's arithmetic: names and sizes by index, so that any project can name an
 * account or group of any other without keeping anything in memory. Sizes follow the organization that
 * was measured beforehand: 1,000 projects, 40,240 accounts, 29,532 keys, 93,718 member grants, 104 MB.
 */
import type {Place} from '../scripts/asset-lines.ts';
import {randomOf} from './random.ts';
import type {Random} from './random.ts';

export interface Size {
	projects: number;
	seed: number;
}

export const DOMAIN = 'corp.example.com';
export const ORGANIZATION: Place = {path: 'organizations/700000000001', ancestors: ['organizations/700000000001']};

const TEAMS = ['billing', 'search', 'catalog', 'ledger', 'media', 'fleet', 'risk', 'mail', 'maps', 'crm'];
const STAGES = ['prod', 'stage', 'dev'];
const PURPOSES = ['run-api', 'vm-worker', 'wi-consumer', 'wif-deploy', 'etl', 'backup', 'onprem-sync', 'batch'];

/** Folders in three levels: one division per 200 projects, one department per 50, one team per 10. */
const LEVELS = [200, 50, 10];

export function folderCount(size: Size, level: number): number {
	return Math.max(1, Math.ceil(size.projects / LEVELS[level]!));
}

/** @param level 0 division, 1 department, 2 team */
export function folderPlace(level: number, index: number): Place {
	const path = `folders/${(level + 1) * 100_000_000_000 + index * 1_299_709}`;
	if (level === 0) return {path, ancestors: [path, ORGANIZATION.path]};
	const above = folderPlace(level - 1, Math.floor((index * LEVELS[level]!) / LEVELS[level - 1]!));
	return {path, ancestors: [path, ...above.ancestors]};
}

export function projectPlace(index: number): Place {
	const path = `projects/${projectNumber(index)}`;
	const id = projectId(index);
	return {path, id, ancestors: [path, ...folderPlace(2, Math.floor(index / LEVELS[2]!)).ancestors]};
}

export function projectNumber(index: number): number {
	return 400_000_000_000 + index * 15_485_863;
}

export function projectId(index: number): string {
	return `${TEAMS[index % TEAMS.length]}-${STAGES[(index * 7) % STAGES.length]}-${String(index).padStart(5, '0')}`;
}

/** One project in a thousand is a hub: many accounts, and many people who may mint tokens for all of them. */
export function isHub(size: Size, index: number): boolean {
	const hubs = Math.max(1, Math.round(size.projects / 1000));
	return Array.from({length: hubs}, (_, hub) => Math.floor(((hub + 0.5) * size.projects) / hubs)).includes(index);
}

/** The hub's 2,000 accounts and 500 people shrink with an organization of fewer than 1,000 projects. */
export function hubShape(size: Size): {accounts: number; people: number} {
	return {accounts: Math.min(2000, 2 * size.projects), people: Math.min(500, Math.ceil(size.projects / 2))};
}

/** How many accounts a project has: most a few, some many; 40 on average with the hubs. */
export function accountCount(size: Size, index: number): number {
	if (isHub(size, index)) return hubShape(size).accounts;
	const random = randomOf(size.seed, 'accounts', index);
	const shape = (index * 7) % 20;
	if (shape < 11) return random.int(5, 32);
	return shape < 18 ? random.int(30, 70) : random.int(70, 132);
}

export function hasComputeDefault(index: number): boolean {
	return index % 5 < 3;
}

/** E-mail of the n-th account of a project. */
export function accountEmail(index: number, n: number): string {
	if (n === 0 && hasComputeDefault(index)) return `${projectNumber(index)}-compute@developer.gserviceaccount.com`;
	return `${PURPOSES[(index * 3 + n) % PURPOSES.length]}-${n}@${projectId(index)}.iam.gserviceaccount.com`;
}

/** An account anywhere in the organization, as a member. */
export function anyAccount(size: Size, random: Random): string {
	const index = random.int(0, size.projects - 1);
	return `serviceAccount:${accountEmail(index, random.int(0, accountCount(size, index) - 1))}`;
}

export function groupCount(size: Size): number {
	return Math.max(4, Math.ceil(size.projects * 0.5));
}

export function groupEmail(index: number): string {
	return `${TEAMS[index % TEAMS.length]}-team-${index}@${DOMAIN}`;
}

export function anyGroup(size: Size, random: Random): string {
	return `group:${groupEmail(random.int(0, groupCount(size) - 1))}`;
}

export function anyUser(size: Size, random: Random): string {
	return `user:person.${random.int(1, Math.max(50, size.projects * 8))}@${DOMAIN}`;
}
