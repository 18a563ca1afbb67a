/** Pools and providers of tiny organizations: pool `ci` of project `shop` (number 10) unless said otherwise. */
import {resourceLine} from '../../scripts/asset-lines.ts';
import {coverage, OLD, PLACES, type Extra, type Piece} from './world.ts';

export const GITHUB = 'https://token.actions.githubusercontent.com';
export const GITLAB = 'https://gitlab.com';
export const TERRAFORM = 'https://app.terraform.io';
export const WORKLOAD_USER = 'roles/iam.workloadIdentityUser';

export interface ProviderOptions {
	issuer?: string;
	condition?: string;
	mapping?: Readonly<Record<string, string>>;
	audiences?: readonly string[];
	jwks?: string;
	disabled?: boolean;
	state?: string;
	pool?: string;
	project?: string;
	/** In place of `oidc`. */
	kind?: Readonly<Record<string, unknown>>;
	/** Spell the project by its id in the asset's name. */
	byId?: boolean;
}

/** What most mappings have. */
export const MAPPING: Readonly<Record<string, string>> = {
	'google.subject': 'assertion.sub',
	'attribute.repository': 'assertion.repository',
	'attribute.repository_id': 'assertion.repository_id',
	'attribute.repository_owner': 'assertion.repository_owner',
	'attribute.repository_owner_id': 'assertion.repository_owner_id',
	'attribute.ref': 'assertion.ref',
	'attribute.actor': 'assertion.actor',
};

const nameOf = (project: string, pool: string): string =>
	`${PLACES[project]!.path}/locations/global/workloadIdentityPools/${pool}`;

export function pool(id = 'ci', more: {project?: string; disabled?: boolean; state?: string} = {}): Extra {
	const {project = 'shop', ...data} = more;
	const name = nameOf(project, id);
	const place = PLACES[project]!;
	return {
		lines: [
			resourceLine(
				`//iam.googleapis.com/${name}`,
				'iam.googleapis.com/WorkloadIdentityPool',
				place,
				{name, state: 'ACTIVE', ...data},
				OLD,
			),
		],
	};
}

export function provider(id: string, options: ProviderOptions = {}): Extra {
	const {issuer = GITHUB, condition, mapping = MAPPING, audiences, jwks, kind, byId} = options;
	const {pool: poolId = 'ci', project = 'shop', disabled, state = 'ACTIVE'} = options;
	const name = `${nameOf(project, poolId)}/providers/${id}`;
	const shown = byId ? name.replace(/projects\/\d+/, `projects/${project}`) : name;
	const data = {
		name,
		state,
		...(disabled !== undefined && {disabled}),
		attributeMapping: mapping,
		...(condition !== undefined && {attributeCondition: condition}),
		...(kind ?? {
			oidc: {
				issuerUri: issuer,
				...(audiences && {allowedAudiences: audiences}),
				...(jwks !== undefined && {jwksJson: jwks}),
			},
		}),
	};
	return {
		lines: [
			resourceLine(
				`//iam.googleapis.com/${shown}`,
				'iam.googleapis.com/WorkloadIdentityPoolProvider',
				PLACES[project]!,
				data,
				OLD,
			),
		],
	};
}

/** Canonical names: `PROVIDER`, or of another pool `POOL/PROVIDER`. */
export const providerName = (text: string): string => {
	const [poolId, id] = text.includes('/') ? (text.split('/') as [string, string]) : ['ci', text];
	return `${poolResource(poolId)}/providers/${id}`;
};
export const poolResource = (id = 'ci', project = 'shop'): string =>
	`//iam.googleapis.com/projects/${project}/locations/global/workloadIdentityPools/${id}`;

/** A set of a pool: `*`, `attribute.repository/acme/shop`; a subject as `subject/…`. */
export function bound(rest: string, poolId = 'ci', project = 'shop'): string {
	const kind = rest.startsWith('subject/') ? 'principal' : 'principalSet';
	return `${kind}://iam.googleapis.com/${nameOf(project, poolId)}/${rest}`;
}

/** Everything about pools was read, everywhere. */
export const POOLS_READ: readonly Piece[] = ['org', 'folder', 'shop', 'web', 'lab'].map(place =>
	coverage('workloadIdentityPools', place, 'complete'),
);
