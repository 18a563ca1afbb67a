/**
 * The vehicles of the catalogue, in the shape that the search needs: what lets somebody run code as an account, and
 * the ways onto identities that services and pools bring along.
 */
import {CATALOGUE} from './catalogue/index.ts';
import type {CodeTie, Escalation} from './catalogue/types.ts';
import {ACT_AS} from './escalations.ts';

/** A catalogue entry that runs code as an account, in the shape that the search needs. */
export interface Vehicle {
	escalation: Escalation;
	/** Place in the catalogue. */
	rank: number;
	/** Permissions on the project or on a workload in it: all, and of each list of lists one. */
	all: readonly string[];
	anyOf: readonly (readonly (readonly string[])[])[];
	expects: readonly string[];
	needsActAs: boolean;
	/** Act-as is checked on the project, not on the account: a grant on the account alone does not do. */
	actAsOnProject: boolean;
	/** An existing workload of these types is needed. */
	workloads: readonly string[];
	/** Another account may be attached instead. */
	attaches: boolean;
	/** The code of an existing workload is replaced where it lies: the permissions are judged there. */
	code?: CodeTie;
	/** E-mail patterns of the accounts that a service brings along. */
	identities?: readonly string[];
	/** Constraint that must explicitly be off: the service skips act-as on the identity then. */
	exemptBy?: string;
}

/** What a vehicle yields: some account of the project. */
export const CODE: ReadonlySet<Escalation['yields']> = new Set([
	'actable account',
	'attached account',
	'attached or actable account',
]);

/** All modelled vehicles, in catalogue order. */
const VEHICLES: readonly Vehicle[] = CATALOGUE.flatMap((escalation, rank): Vehicle[] => {
	const yields = [escalation.yields, escalation.alsoYields].find(one => one !== undefined && CODE.has(one));
	if (!escalation.modelled || escalation.kind !== 'permission' || !yields) return [];
	const onPlace = escalation.requires.filter(
		requirement => requirement.on !== 'attached account' && requirement.on !== 'account',
	);
	const all = onPlace.flatMap(requirement => requirement.all.filter(permission => permission !== ACT_AS));
	const vehicle = {
		escalation,
		rank,
		all,
		anyOf: onPlace.flatMap(requirement =>
			requirement.anyOf && requirement.anyOf.length > 0 ? [requirement.anyOf] : [],
		),
		expects: escalation.expects ?? [],
		needsActAs: escalation.requires.some(requirement => requirement.all.includes(ACT_AS)),
		actAsOnProject: onPlace.some(requirement => requirement.all.includes(ACT_AS)),
		workloads: yields === 'actable account' ? [] : (escalation.workloads ?? []),
		attaches: yields === 'attached or actable account',
	};
	return escalation.code?.map(code => ({...vehicle, code, all: code.permissions, anyOf: []})) ?? [vehicle];
});

/**
 * Ways onto an identity that is no account of the project: what the service brings along, or an identity of a
 * pool. They need no act-as.
 */
const IDENTITY_WAYS: readonly Vehicle[] = CATALOGUE.flatMap((escalation, rank) => {
	if (!escalation.modelled || escalation.kind !== 'permission') return [];
	if (escalation.yields !== 'project identity' && escalation.yields !== 'pool identities') return [];
	const all = escalation.requires.flatMap(requirement => requirement.all);
	const anyOf = escalation.requires.flatMap(requirement =>
		requirement.anyOf && requirement.anyOf.length > 0 ? [requirement.anyOf] : [],
	);
	const {identities, exemptions, workloads = []} = escalation;
	const way = {
		escalation,
		rank,
		all,
		anyOf,
		expects: [],
		needsActAs: false,
		actAsOnProject: false,
		workloads,
		attaches: false,
	};
	if (!exemptions) return [{...way, ...(identities && {identities})}];
	return exemptions.map(({permission, constraint, identity}) => ({
		...way,
		all: [permission],
		anyOf: [],
		identities: [identity],
		exemptBy: constraint,
	}));
});

export const IDENTITY_SET: ReadonlySet<Vehicle> = new Set(IDENTITY_WAYS);
export const ALL_WAYS: readonly Vehicle[] = [...VEHICLES, ...IDENTITY_WAYS];

/** Permissions that vehicles ask for. */
export function permissionsFor(ways: readonly Vehicle[]): string[] {
	return [...new Set(ways.flatMap(vehicle => [...vehicle.all, ...vehicle.anyOf.flat(2), ...vehicle.expects]))];
}

/** Permissions without act-as of which one alone may open an arc: what makes an account worth a look. */
export function leadingPermissions(ways: readonly Vehicle[]): Set<string> {
	return new Set(
		ways
			.filter(vehicle => !vehicle.needsActAs)
			.flatMap(vehicle => (vehicle.all.length > 0 ? [vehicle.all[0]!] : vehicle.anyOf.flat(2))),
	);
}
