/**
 * Deny policies and access boundaries, at five calls a minute each: the organization first, then folders, then projects
 * that somebody can reach, then the rest, until everything is read or `--max-wait` is over.
 */
import {fetchBoundaries, fetchPolicyBindings} from './boundaries.ts';
import type {Collection} from './collection.ts';
import {fetchDenyPolicies} from './deny.ts';
import {CallFailure} from './failure.ts';
import type {Place} from './shape.ts';
import {each} from './turnstile.ts';

interface Order {
	/** Resolves when all allow policies are read, by which projects are ordered. */
	settled: Promise<void>;
	/** Called before it waits for that. */
	onWait(): void;
	/** Milliseconds that it may take. */
	maxWait: number;
}

export async function readDenyPolicies(collection: Collection, {settled, onWait, maxWait}: Order): Promise<void> {
	const {caller} = collection;
	const read = (place: Place): Promise<void> =>
		collection.read('denyPolicies', place, () => fetchDenyPolicies(caller, place));
	await each([...collection.inherited('organization'), ...collection.inherited('folder')], read, 8);
	const projects = [...collection.inherited('project')];
	// What fits into the time anyway needs no order, and no waiting for it.
	if (caller.estimate('listDenyPolicies', projects.length * 2) > maxWait) {
		onWait();
		await settled;
	}
	const {doors} = collection;
	await each(
		projects.toSorted((a, b) => Number(doors.leadInto(b)) - Number(doors.leadInto(a))),
		read,
		8,
	);
}

export async function readBoundaries(collection: Collection): Promise<void> {
	const {caller, ledger} = collection;
	const organizations = [...collection.inherited('organization')];
	for (const place of organizations) {
		try {
			for (const asset of await fetchBoundaries(caller, place)) collection.emit(asset);
		} catch (error) {
			if (!(error instanceof CallFailure)) throw error;
			const canList =
				error.method.name.includes('.Search') && (error.kind === 'unsupported' || error.kind === 'denied');
			if (canList) await readBindings(collection);
			// A boundary anywhere may hold for principals everywhere below.
			else for (const below of collection.places.values()) ledger.failed('boundaryPolicies', below.key, error);
		}
	}
	if (organizations.length > 0) return;
	const reason = 'boundaries belong to the organization, which was not found above what was asked for';
	for (const place of collection.places.values())
		ledger.hole('boundaryPolicies', place.key, {status: 'missing', reason});
}

async function readBindings(collection: Collection): Promise<void> {
	const places = [...collection.inherited('organization', 'folder', 'project')];
	await each(
		places,
		place => collection.read('boundaryPolicies', place, () => fetchPolicyBindings(collection.caller, place)),
		8,
	);
}
