/**
 * Changes of a provider as gcloud. Facts: `gcloud iam workload-identity-pools providers update-oidc`, its
 * siblings for other kinds and their flags [seen: cloud.google.com/sdk/gcloud/reference]; that no flag takes uploaded
 * keys away: `--jwk-json-path` only names a file [seen].
 */
import {argDict} from './arg-dict.ts';
import type {ProviderChange, ProviderSettings} from './provider-change.ts';

interface Words {
	change: string[];
	undo?: string[];
	verify: string[];
	note?: string;
}

/** The parts of a provider's name. */
export interface ProviderParts {
	project: string;
	location: string;
	pool: string;
	id: string;
}

const NAME =
	/^\/\/iam\.googleapis\.com\/projects\/([^/-][^/]*)\/locations\/([^/-][^/]*)\/workloadIdentityPools\/([^/-][^/]*)\/providers\/([^/-][^/]*)$/;

export function providerParts(resource: string): ProviderParts | undefined {
	const [, project, location, pool, id] = NAME.exec(resource) ?? [];
	return id === undefined ? undefined : {project: project!, location: location!, pool: pool!, id};
}

export function providerCommands({resource, kind, set, before}: ProviderChange): Words | undefined {
	const parts = providerParts(resource);
	// gcloud can upload keys, and not take them away.
	if (!parts || set.uploadedKeys !== undefined) return undefined;
	const {project, location, pool, id} = parts;
	const group = ['iam', 'workload-identity-pools', 'providers'];
	const where = [`--location=${location}`, `--workload-identity-pool=${pool}`, `--project=${project}`];
	const words = (settings: ProviderSettings): string[] => [
		...group,
		`update-${kind}`,
		id,
		...where,
		...flags(settings),
	];
	return {
		change: words(set),
		undo: words(before),
		verify: [...group, 'describe', id, ...where, `--format=json(${fieldsOf(set).join(',')})`],
	};
}

function flags({condition, audiences, mapping, disabled}: ProviderSettings): string[] {
	return [
		...(condition === undefined ? [] : [`--attribute-condition=${condition}`]),
		...(audiences === undefined ? [] : [`--allowed-audiences=${argDict(audiences)}`]),
		...(mapping === undefined
			? []
			: [`--attribute-mapping=${argDict(Object.entries(mapping).map(([key, value]) => `${key}=${value}`))}`]),
		...(disabled === undefined ? [] : [disabled ? '--disabled' : '--no-disabled']),
	];
}

function fieldsOf({condition, audiences, mapping, disabled}: ProviderSettings): string[] {
	return [
		...(condition === undefined ? [] : ['attributeCondition']),
		...(audiences === undefined ? [] : ['oidc.allowedAudiences']),
		...(mapping === undefined ? [] : ['attributeMapping']),
		...(disabled === undefined ? [] : ['disabled']),
	];
}
