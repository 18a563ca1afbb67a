/**
 * Changes of a provider as gcloud and Terraform. Facts: `gcloud iam workload-identity-pools providers update-oidc`, its
 * siblings for other kinds and their flags [seen: cloud.google.com/sdk/gcloud/reference]; that no flag takes uploaded
 * keys away: `--jwk-json-path` only names a file [seen]; Terraform arguments from the Google provider 6 [recalled].
 */
import {hcl} from './terraform.ts';
import type {ProviderChange, ProviderSettings} from './provider-change.ts';

interface Words {
	change: string[];
	undo?: string[];
	verify: string[];
	note?: string;
}

interface Parts {
	project: string;
	location: string;
	pool: string;
	id: string;
}

const NAME =
	/^\/\/iam\.googleapis\.com\/projects\/([^/-][^/]*)\/locations\/([^/-][^/]*)\/workloadIdentityPools\/([^/-][^/]*)\/providers\/([^/-][^/]*)$/;

function partsOf(resource: string): Parts | undefined {
	const [, project, location, pool, id] = NAME.exec(resource) ?? [];
	return id === undefined ? undefined : {project: project!, location: location!, pool: pool!, id};
}

/** @param list how gcloud takes several values in one flag, or undefined if it cannot say them */
export function providerCommands(
	{resource, kind, set, before}: ProviderChange,
	list: (values: readonly string[]) => string,
): Words | undefined {
	const parts = partsOf(resource);
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
		...flags(settings, list),
	];
	return {
		change: words(set),
		undo: words(before),
		verify: [...group, 'describe', id, ...where, `--format=json(${fieldsOf(set).join(',')})`],
	};
}

function flags(settings: ProviderSettings, list: (values: readonly string[]) => string): string[] {
	const {condition, audiences, mapping, disabled} = settings;
	return [
		...(condition === undefined ? [] : [`--attribute-condition=${condition}`]),
		...(audiences === undefined ? [] : [`--allowed-audiences=${list(audiences)}`]),
		...(mapping === undefined
			? []
			: [`--attribute-mapping=${list(Object.entries(mapping).map(([key, value]) => `${key}=${value}`))}`]),
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

/** What to write into, or take out of, the block that makes the provider. */
export function providerBlock({resource, set}: ProviderChange, label: string): string {
	const parts = partsOf(resource);
	if (!parts) return `# Change the provider ${hcl(resource)}.`;
	const {condition, audiences, mapping, disabled, uploadedKeys} = set;
	const names: [string, string][] = [
		['project', hcl(parts.project)],
		['workload_identity_pool_id', hcl(parts.pool)],
		['workload_identity_pool_provider_id', hcl(parts.id)],
		...(disabled === undefined ? [] : [['disabled', String(disabled)] satisfies [string, string]]),
		...(condition === undefined ? [] : [['attribute_condition', hcl(condition)] satisfies [string, string]]),
	];
	const lines = [
		uploadedKeys === false
			? '# Take jwks_json out of the oidc block of this provider:'
			: '# Set this in the block of this provider:',
		`resource "google_iam_workload_identity_pool_provider" "${label}" {`,
		...aligned(names, '  '),
	];
	if (mapping !== undefined) {
		const pairs = Object.entries(mapping).map(([key, value]): [string, string] => [hcl(key), hcl(value)]);
		lines.push('', '  attribute_mapping = {', ...aligned(pairs, '    '), '  }');
	}
	if (audiences !== undefined)
		lines.push('', '  oidc {', `    allowed_audiences = [${audiences.map(hcl).join(', ')}]`, '  }');
	return [...lines, '}'].join('\n');
}

function aligned(pairs: readonly [string, string][], indent: string): string[] {
	const width = Math.max(0, ...pairs.map(([key]) => key.length));
	return pairs.map(([key, value]) => `${indent}${key.padEnd(width)} = ${value}`);
}
