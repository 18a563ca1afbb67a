/** The containers of a well-run organization, and short ways to write its assets. */
import {
	type Account,
	accountLine,
	accountName,
	activityLine,
	type Binding,
	containerName,
	type Json,
	type Place,
	policyLine,
	resourceLine,
} from '../../scripts/asset-lines.ts';

export const STAMP = '2026-04-01T00:00:00Z';
const OLD = '2025-02-01T00:00:00Z';

const ORG: Place = {path: 'organizations/700', ancestors: ['organizations/700']};
const folder = (number: number): Place => ({
	path: `folders/${number}`,
	ancestors: [`folders/${number}`, ...ORG.ancestors],
});
const project = (id: string, number: number, above: Place): Place => ({
	path: `projects/${number}`,
	id,
	ancestors: [`projects/${number}`, ...above.ancestors],
});
const [PRODUCTION, DEVELOPMENT, SHARED] = [folder(710), folder(720), folder(730)];

export const PLACES = {
	org: ORG,
	production: PRODUCTION,
	development: DEVELOPMENT,
	shared: SHARED,
	shop: project('brook-shop-prod', 7001, PRODUCTION),
	data: project('brook-data-prod', 7002, PRODUCTION),
	dev: project('brook-shop-dev', 7003, DEVELOPMENT),
	ci: project('brook-ci', 7004, SHARED),
	logs: project('brook-logging', 7005, SHARED),
} as const;
export type PlaceName = keyof typeof PLACES;
export const PROJECTS = Object.values(PLACES).filter(place => place.id !== undefined);

const KINDS = {o: 'Organization', f: 'Folder', p: 'Project'} as const;
const kindOf = ({path}: Place) => KINDS[path[0] as keyof typeof KINDS];
const numberOf = ({path}: Place): string => path.slice(path.indexOf('/') + 1);

export const email = (name: string, place: PlaceName): string => `${name}@${PLACES[place].id}.iam.gserviceaccount.com`;
export const sa = (name: string, place: PlaceName): string => `serviceAccount:${email(name, place)}`;
export const people = (name: string): string => `group:${name}@brook.example`;
/** Google’s default account for Compute Engine. */
const computeDefault = (place: Place): string => `${numberOf(place)}-compute@developer.gserviceaccount.com`;

export function container(name: PlaceName, displayName: string): Json {
	const place: Place = PLACES[name];
	const data =
		place.id === undefined
			? {name: place.path, displayName, ...(name === 'org' && {owner: {directoryCustomerId: 'C0brook'}})}
			: {projectId: place.id, projectNumber: numberOf(place), lifecycleState: 'ACTIVE', name: displayName};
	const type = `cloudresourcemanager.googleapis.com/${kindOf(place)}`;
	return resourceLine(containerName(place), type, place, data, OLD);
}

export function policy(name: PlaceName, bindings: Binding[], auditConfigs?: Json[]): Json {
	const place = PLACES[name];
	const type = `cloudresourcemanager.googleapis.com/${kindOf(place)}`;
	const more = auditConfigs ? {audit_configs: auditConfigs} : {};
	return policyLine(containerName(place), type, place, bindings, {etag: 'BwX=', updateTime: STAMP, ...more});
}

export const bind = (role: string, ...members: string[]): Binding => ({role: `roles/${role}`, members});

export function resource(name: PlaceName, service: string, type: string, relative: string, data: Json): Json {
	const full = `//${service}.googleapis.com/${relative}`;
	return resourceLine(full, `${service}.googleapis.com/${type}`, PLACES[name], data, STAMP);
}

export function resourcePolicy(
	name: PlaceName,
	service: string,
	type: string,
	relative: string,
	...bindings: Binding[]
): Json {
	const full = `//${service}.googleapis.com/${relative}`;
	const stamp = {etag: 'BwX=', updateTime: STAMP};
	return policyLine(full, `${service}.googleapis.com/${type}`, PLACES[name], bindings, stamp);
}

/** Constraints of the organization policy, in force on a container. */
export function constraints(name: PlaceName, policies: readonly Json[]): Json {
	const place = PLACES[name];
	const asset_type = `cloudresourcemanager.googleapis.com/${kindOf(place)}`;
	return {name: containerName(place), asset_type, ancestors: place.ancestors, org_policy: policies};
}

const facts = (name: string, place: PlaceName, description: string): Account => {
	const digits = [...`${name}${place}`].reduce((sum, letter) => (sum * 131 + letter.charCodeAt(0)) % 1e12, 7);
	return {
		email: name.includes('@') ? name : email(name, place),
		uniqueId: `1${String(digits).padStart(20, '0')}`,
		place: PLACES[place],
		displayName: name,
		description,
	};
};

const OBSERVED = {startTime: '2025-04-01T00:00:00Z', endTime: '2026-05-30T00:00:00Z'};

/** An account in use, described with whom to ask, and who may act as it. */
export function account(name: string, place: PlaceName, description: string, ...bindings: Binding[]): Json[] {
	const own = facts(name, place, `${description}; ask ${PLACES[place].id}-owners@brook.example`);
	return [
		accountLine(own, 'BwX=', OLD),
		activityLine(own, undefined, '2026-05-29T00:00:00Z', OBSERVED),
		...(bindings.length === 0
			? []
			: [
					policyLine(accountName(own), 'iam.googleapis.com/ServiceAccount', PLACES[place], bindings, {
						etag: 'BwX=',
						updateTime: STAMP,
					}),
				]),
	];
}

/** Google’s default accounts are there, disabled, and hold nothing. */
export function defaultAccount(place: PlaceName): Json[] {
	const own = {
		...facts(computeDefault(PLACES[place]), place, 'Compute Engine default service account'),
		disabled: true,
	};
	return [accountLine(own, 'BwX=', OLD), activityLine(own, undefined, undefined, OBSERVED)];
}

export function group(name: string, ...members: string[]): Json {
	return {
		name: `//cloudidentity.googleapis.com/groups/${name}`,
		asset_type: 'cloudidentity.googleapis.com/Group',
		resource: {
			data: {
				groupKey: {id: `${name}@brook.example`},
				members: members.map(member => `user:${member}@brook.example`),
				joining: 'invited',
			},
		},
	};
}
