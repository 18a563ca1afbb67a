/** Changes of a provider as Terraform. Facts: arguments of the Google provider 6 [recalled]. */
import {hcl, type Item, resource} from './hcl.ts';
import type {ProviderChange} from './provider-change.ts';
import {providerParts} from './provider-commands.ts';

/** What to write into, or take out of, the block that makes the provider. */
export function providerParagraph({resource: name, set}: ProviderChange, label: string): string {
	const parts = providerParts(name);
	if (!parts) return `# Change the provider ${hcl(name)}.`;
	const {condition, audiences, mapping, disabled, uploadedKeys} = set;
	const items: Item[] = [
		['project', hcl(parts.project)],
		['workload_identity_pool_id', hcl(parts.pool)],
		['workload_identity_pool_provider_id', hcl(parts.id)],
	];
	if (disabled !== undefined) items.push(['disabled', String(disabled)]);
	if (condition !== undefined) items.push(['attribute_condition', hcl(condition)]);
	if (mapping !== undefined) {
		const pairs = Object.entries(mapping).map(([key, value]) => `${hcl(key)} = ${hcl(value)}`);
		items.push(['attribute_mapping', `{ ${pairs.join(', ')} }`]);
	}
	if (audiences !== undefined)
		items.push({block: 'oidc', items: [['allowed_audiences', `[${audiences.map(hcl).join(', ')}]`]]});
	const what =
		uploadedKeys === false
			? '# Take jwks_json out of the oidc block of this provider:'
			: '# Set this in the block of this provider:';
	return `${what}\n${resource('google_iam_workload_identity_pool_provider', label, items)}`;
}
