/** What is different since the run before: what notices tell, kept beside the report. Pure. */
import type {Inventory} from '../inventory/model.ts';
import {type CoverageLine, type GoneFinding, type Report, SEVERITIES, type Severity} from '../report.ts';
import {DAY} from '../time.ts';
import type {Carried} from './first-seen.ts';

export const CHANGES = 'changes.json';

/** Findings of each kind that are kept by name, the worst first; the numbers count all. */
const NAMED = 100;
/** Days before its end at which a key is told of. */
export const EXPIRY_DAYS = [60, 30, 7] as const;
/** A tenth fewer projects than before, and two at least, is no tidying: something is out of sight. */
const SHRUNK = {share: 0.9, least: 2};

export interface Expiring {
	/** Canonical name. */
	key: string;
	account: string;
	/** RFC 3339. */
	until: string;
	/** The smallest of 60, 30 and 7 that is not less than the days left. */
	stage: number;
}

export type Named = Pick<GoneFinding, 'check' | 'fingerprint' | 'severity' | 'message' | 'resource'>;

export interface Changes {
	/** Unsuppressed ones; absent parts mean that there was nothing to compare with. */
	fresh?: Named[];
	fixed?: Named[];
	/** What was read before and is not now, in words. */
	unread: string[];
	/** All keys near their end, and those that came nearer since the run before. */
	expiring: Expiring[];
	nearer: Expiring[];
}

export interface Before {
	coverage: readonly CoverageLine[];
	projects: number;
	expiring: readonly Expiring[];
}

/** Enabled keys that end within 60 days. */
export function expiringKeys(inventory: Inventory, now: number): Expiring[] {
	const found: Expiring[] = [];
	for (const account of inventory.accounts.values()) {
		for (const {name, disabled, validBefore} of account.keys) {
			const left = (validBefore - now) / DAY;
			const stage = EXPIRY_DAYS.toReversed().find(days => left <= days);
			if (disabled || left <= 0 || stage === undefined) continue;
			found.push({key: name, account: account.email, until: new Date(validBefore).toISOString(), stage});
		}
	}
	return found.toSorted((a, b) => (a.until < b.until ? -1 : a.until > b.until ? 1 : a.key < b.key ? -1 : 1));
}

export function changesOf(report: Report, carried: Carried, expiring: Expiring[], before: Before | undefined): Changes {
	const stages = new Map(before?.expiring.map(({key, stage}) => [key, stage]));
	const nearer = expiring.filter(({key, stage}) => stage < (stages.get(key) ?? Infinity));
	if (before === undefined || report.baseline === undefined) return {unread: [], expiring, nearer};
	const gone = new Map([...report.baseline.fixed].map(finding => [finding.fingerprint, finding]));
	const fixed = carried.fixed.flatMap(({fingerprint}) => gone.get(fingerprint) ?? []);
	return {
		fresh: worst(filtered(report.findings, ({fingerprint}) => carried.fresh.has(fingerprint))),
		fixed: worst(fixed),
		unread: unreadSince(report, before),
		expiring,
		nearer,
	};
}

function* filtered<Item extends GoneFinding>(items: Iterable<Item>, wanted: (item: Item) => boolean): Iterable<Item> {
	for (const item of items) if (wanted(item)) yield item;
}

function worst(findings: Iterable<GoneFinding>): Named[] {
	const by = new Map<Severity, Named[]>(SEVERITIES.map(severity => [severity, []]));
	for (const {check, fingerprint, severity, message, resource, suppressed} of findings) {
		const list = by.get(severity)!;
		if (suppressed === undefined && list.length < NAMED) list.push({check, fingerprint, severity, message, resource});
	}
	return [...by.values()].flat().slice(0, NAMED);
}

/** New holes, and an inventory that shrank: what is no longer listed at all leaves no hole behind. */
function unreadSince({coverage, summary}: Report, before: Before): string[] {
	const holes = new Map(before.coverage.filter(isHole).map(line => [keyOf(line), line.status]));
	const fallen = coverage.filter(line => {
		const was = holes.get(keyOf(line));
		return isHole(line) && (was === undefined || (was === 'partial' && line.status === 'missing'));
	});
	const told = fallen.slice(0, NAMED).map(({fact, scope, status, assetType, reason}) => {
		const what = assetType === undefined ? fact : `${fact} (${assetType})`;
		return `${what} of ${scope} is ${status}${reason === undefined ? '' : `: ${reason}`}`;
	});
	if (fallen.length > NAMED) told.push(`and ${fallen.length - NAMED} more`);
	const {projects} = summary.inventory;
	if (projects < before.projects * SHRUNK.share && before.projects - projects >= SHRUNK.least)
		told.push(`${projects} projects were seen, ${before.projects} before`);
	return told;
}

const isHole = ({status}: CoverageLine): boolean => status !== 'complete';
const keyOf = ({fact, scope, assetType}: CoverageLine): string => `${fact} ${scope} ${assetType ?? ''}`;
