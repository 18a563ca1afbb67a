/** Pools and providers as documents (IAM v1 JSON, snake_case too), read into what is judged. */
import {flag, list, object, text, WrongType} from '../inventory/fields.ts';
import type {Container, Document, Inventory} from '../inventory/model.ts';
import {IAM} from '../inventory/names.ts';
import {awsIssuer, type Issuer, oidcIssuer, samlIssuer} from './issuers.ts';

export type ProviderKind = 'oidc' | 'aws' | 'saml' | 'x509';

export interface Provider {
	/** Canonical full resource name. */
	name: string;
	id: string;
	pool: Pool;
	kind: ProviderKind;
	issuer: Issuer;
	/** As written; of OIDC only. */
	issuerUri?: string;
	/** Target attribute (`google.subject`, `attribute.x`) -> CEL, in code unit order. */
	mapping: ReadonlyMap<string, string>;
	/** The mapping is AWS's own, which applies where none is set. */
	isDefaultMapping: boolean;
	condition: string | undefined;
	audiences: readonly string[];
	uploadedKeys: boolean;
	/** Why it issues nothing at present. */
	off?: 'disabled' | 'deleted';
}

export interface Pool {
	/** Canonical full resource name, by project id where that is known. */
	name: string;
	id: string;
	project: Container | undefined;
	off?: 'disabled' | 'deleted';
	/** Its own asset was read. */
	read: boolean;
	/** By name. */
	providers: Provider[];
}

export interface Pools {
	/** By canonical name. */
	pools: ReadonlyMap<string, Pool>;
	/** What could not be read whole, a sentence each. */
	problems: readonly string[];
}

/** Google's own mapping for AWS providers without one. [seen] */
const AWS_MAPPING: Readonly<Record<string, string>> = {
	'attribute.aws_role':
		"assertion.arn.contains('assumed-role') ? assertion.arn.extract('{account_arn}assumed-role/') + 'assumed-role/' + assertion.arn.extract('assumed-role/{role_name}/') : assertion.arn",
	'google.subject': 'assertion.arn',
};

const POOL_NAME =
	/^(?:\/\/iam\.googleapis\.com\/)?projects\/([^/]+)\/locations\/[^/]+\/workloadIdentityPools\/([^/]+)(?:\/providers\/([^/]+))?$/;

/** A pool's canonical full name, whatever its project is called in `name`; undefined if it is none. */
export function poolName(inventory: Inventory, name: string): string | undefined {
	const match = POOL_NAME.exec(name);
	if (!match) return undefined;
	const project = inventory.container(`projects/${match[1]!}`)?.key ?? `projects/${match[1]!}`;
	return `${IAM}${project}/locations/global/workloadIdentityPools/${match[2]!}`;
}

export function readPools(inventory: Inventory): Pools {
	const pools = new Map<string, Pool>();
	const problems: string[] = [];
	const poolAt = (name: string): Pool | undefined => {
		const full = poolName(inventory, name.replace(/\/providers\/[^/]+$/, ''));
		if (full === undefined) return undefined;
		let pool = pools.get(full);
		if (!pool) {
			const project = inventory.container(/projects\/[^/]+/.exec(full)![0]);
			pool = {name: full, id: full.slice(full.lastIndexOf('/') + 1), project, read: false, providers: []};
			pools.set(full, pool);
		}
		return pool;
	};
	const documents = (type: string): readonly Document[] => inventory.documents.get(`iam.googleapis.com/${type}`) ?? [];
	const attempt = (document: Document, read: () => void): void => {
		try {
			read();
		} catch (error) {
			if (!(error instanceof WrongType)) throw error;
			problems.push(`${document.name}: ${error.message}`);
		}
	};
	for (const document of documents('WorkloadIdentityPool')) {
		attempt(document, () => {
			const pool = poolAt(document.name);
			if (!pool) return;
			pool.read = true;
			const off = offOf(document);
			if (off) pool.off = off;
		});
	}
	for (const document of documents('WorkloadIdentityPoolProvider')) {
		attempt(document, () => {
			const pool = poolAt(document.name);
			const id = POOL_NAME.exec(document.name)?.[3];
			// An export may name it once by the project's id and once by its number.
			if (pool && id !== undefined && !pool.providers.some(known => known.id === id))
				pool.providers.push(readProvider(document, pool, id));
		});
	}
	for (const pool of pools.values()) pool.providers.sort((a, b) => (a.name < b.name ? -1 : 1));
	const sorted = [...pools].toSorted((a, b) => (a[0] < b[0] ? -1 : 1));
	return {pools: new Map(sorted), problems: problems.toSorted()};
}

function offOf({data}: Document): 'disabled' | 'deleted' | undefined {
	if (text(data, 'state') === 'DELETED') return 'deleted';
	return flag(data, 'disabled') ? 'disabled' : undefined;
}

function readProvider(document: Document, pool: Pool, id: string): Provider {
	const {data} = document;
	const oidc = object(data, 'oidc');
	const aws = object(data, 'aws');
	const kind: ProviderKind = aws ? 'aws' : object(data, 'saml') ? 'saml' : object(data, 'x509') ? 'x509' : 'oidc';
	const issuerUri = oidc && text(oidc, 'issuerUri', 'issuer_uri');
	if (kind === 'oidc' && issuerUri === undefined) throw new WrongType('oidc.issuerUri is missing');
	const mapping = object(data, 'attributeMapping', 'attribute_mapping') ?? {};
	const written = Object.keys(mapping).map((key): [string, string] => [key, text(mapping, key) ?? '']);
	const isDefaultMapping = written.length === 0 && kind === 'aws';
	const off = offOf(document);
	const condition = text(data, 'attributeCondition', 'attribute_condition')?.trim();
	const audiences = oidc ? list(oidc, 'allowedAudiences', 'allowed_audiences') : [];
	return {
		name: `${pool.name}/providers/${id}`,
		id,
		pool,
		kind,
		issuer:
			kind === 'oidc'
				? oidcIssuer(issuerUri!)
				: kind === 'aws'
					? awsIssuer(text(aws!, 'accountId', 'account_id') ?? '')
					: samlIssuer(),
		...(issuerUri !== undefined && {issuerUri}),
		mapping: new Map(
			(isDefaultMapping ? Object.entries(AWS_MAPPING) : written).toSorted((a, b) => (a[0] < b[0] ? -1 : 1)),
		),
		isDefaultMapping,
		condition: condition === '' ? undefined : condition,
		audiences: audiences.filter(audience => typeof audience === 'string'),
		uploadedKeys: oidc !== undefined && (text(oidc, 'jwksJson', 'jwks_json') ?? '') !== '',
		...(off && {off}),
	};
}
