/**
 * How a GKE cluster lets its pods reach the metadata server. Facts: container v1 `Cluster`, `NodePool`, `NodeConfig`,
 * `WorkloadMetadataConfig` (`mode`, and `nodeMetadata` of v1beta1). [seen]
 */
import type {Json} from '../sources/asset.ts';
import {flag, list, object, text} from './fields.ts';
import {objectsAt} from './workload-paths.ts';

/** What pods see: Google's word for the pod's own identity, the bare server of the machine, or a filtered one. */
export type MetadataMode = 'GKE_METADATA' | 'GCE_METADATA' | 'SECURE';

export interface PoolFacts {
	/** Its short name; a cluster without pools has the one of old, `default-pool`. */
	name: string;
	/** As the body writes it; undefined: the default account. */
	account?: string;
	scopes: string[];
	/** Undefined: the body does not say, and the cluster's default holds. */
	mode?: MetadataMode;
	/** `disable-legacy-endpoints` of its machines, as written. */
	legacyDisabled?: boolean;
}

export interface ClusterFacts {
	/** `PROJECT.svc.id.goog`, if the cluster has Workload Identity. */
	workloadPool?: string;
	/** Google runs the nodes: always with concealed metadata. */
	autopilot?: true;
	/** Cloud Composer made it for one of its environments. */
	composer?: true;
	pools: PoolFacts[];
}

/** Of a cluster, or of a pool's own asset: then with that pool alone. @throws WrongType if a field has another type */
export function readCluster(data: Json): ClusterFacts {
	const workloadPool =
		text(object(data, 'workloadIdentityConfig') ?? {}, 'workloadPool') ??
		text(object(data, 'workloadIdentityConfig') ?? {}, 'identityNamespace');
	const listed = objectsAt(data, 'nodePools[]').map(pool => readPool(pool));
	const old = object(data, 'nodeConfig');
	const pools = listed.length > 0 || !old ? listed : [readPool({name: 'default-pool', config: old})];
	return {
		...(workloadPool && {workloadPool}),
		...(flag(object(data, 'autopilot') ?? {}, 'enabled') && {autopilot: true as const}),
		...('goog-composer-environment' in (object(data, 'resourceLabels') ?? {}) && {composer: true as const}),
		pools,
	};
}

/** @throws WrongType if a field has another type */
export function readPool(data: Json): PoolFacts {
	const config = object(data, 'config') ?? {};
	const metadata = object(config, 'workloadMetadataConfig') ?? {};
	const mode = modeOf(text(metadata, 'mode') ?? text(metadata, 'nodeMetadata'));
	const account = text(config, 'serviceAccount');
	const legacy = object(config, 'metadata')?.['disable-legacy-endpoints'];
	return {
		name: text(data, 'name') ?? '',
		...(account && {account}),
		scopes: list(config, 'oauthScopes').filter(scope => typeof scope === 'string'),
		...(mode && {mode}),
		...(legacy !== undefined && {legacyDisabled: String(legacy).toLowerCase() === 'true'}),
	};
}

function modeOf(written: string | undefined): MetadataMode | undefined {
	switch (written) {
		case 'GKE_METADATA':
		case 'GKE_METADATA_SERVER':
			return 'GKE_METADATA';
		case 'GCE_METADATA':
		case 'EXPOSE':
			return 'GCE_METADATA';
		case 'SECURE':
			return 'SECURE';
		default:
			return undefined;
	}
}
