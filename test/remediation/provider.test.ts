/** Changes of providers as commands: what they do when they are read back, and that the way back brings back. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {ProviderChange, ProviderSettings} from '../../src/remediation/provider-change.ts';
import {renderFix} from '../../src/remediation/render.ts';
import {parseGcloud} from '../gcloud.ts';
import {hostile} from './cases.ts';

const NAME = '//iam.googleapis.com/projects/shop/locations/global/workloadIdentityPools/ci/providers/gh';
const change = (
	set: ProviderSettings,
	before: ProviderSettings,
	more: Partial<ProviderChange> = {},
): ProviderChange => ({
	op: 'update-provider',
	resource: NAME,
	kind: 'oidc',
	set,
	before,
	...more,
});
const render = (given: ProviderChange) => renderFix({summary: 'Do it.', changes: [given]});

const CHANGES: Readonly<Record<string, [ProviderChange, command: string]>> = {
	'a condition': [
		change({condition: "assertion.repository_owner_id == 'OWNER_ID'"}, {condition: ''}),
		"gcloud iam workload-identity-pools providers update-oidc gh --location=global --workload-identity-pool=ci --project=shop --attribute-condition='assertion.repository_owner_id == '\\''OWNER_ID'\\'''",
	],
	'a condition of an AWS provider': [
		change({condition: 'true'}, {condition: 'false'}, {kind: 'aws'}),
		'gcloud iam workload-identity-pools providers update-aws gh --location=global --workload-identity-pool=ci --project=shop --attribute-condition=true',
	],
	audiences: [
		change({audiences: ['https://a.example', 'b']}, {audiences: ['sts.amazonaws.com']}),
		'gcloud iam workload-identity-pools providers update-oidc gh --location=global --workload-identity-pool=ci --project=shop --allowed-audiences=https://a.example,b',
	],
	'no audiences': [
		change({audiences: []}, {audiences: ['a,b']}),
		'gcloud iam workload-identity-pools providers update-oidc gh --location=global --workload-identity-pool=ci --project=shop --allowed-audiences=',
	],
	'a mapping with commas': [
		change(
			{mapping: {'attribute.x': "assertion.a in ['b', 'c'] ? 'd' : 'e'", 'google.subject': 'assertion.sub'}},
			{mapping: {'google.subject': 'assertion.sub'}},
		),
		"gcloud iam workload-identity-pools providers update-oidc gh --location=global --workload-identity-pool=ci --project=shop --attribute-mapping='^;^attribute.x=assertion.a in ['\\''b'\\'', '\\''c'\\''] ? '\\''d'\\'' : '\\''e'\\'';google.subject=assertion.sub'",
	],
	disabling: [
		change({disabled: true}, {disabled: false}, {kind: 'saml'}),
		'gcloud iam workload-identity-pools providers update-saml gh --location=global --workload-identity-pool=ci --project=shop --disabled',
	],
};

describe('gcloud', () => {
	test.each(Object.entries(CHANGES))('%s', (_, [given, command]) => {
		const {gcloud, undo, verify} = render(given);
		expect(gcloud).toEqual([command]);
		expect(parseGcloud(gcloud[0]!)).toEqual({...given, before: {}});
		expect(parseGcloud(undo[0]!)).toEqual({...given, set: given.before, before: {}});
		expect(parseGcloud(verify[0]!)).toBe('read-only');
	});

	test('any condition says what it says, and nothing else', () => {
		fc.assert(
			fc.property(hostile, hostile, (condition, before) => {
				const given = change({condition}, {condition: before});
				const {gcloud, undo} = render(given);
				expect(parseGcloud(gcloud[0]!)).toEqual({...given, before: {}});
				expect(parseGcloud(undo[0]!)).toEqual({...given, set: {condition: before}, before: {}});
			}),
		);
	});

	test.each<[string, ProviderChange]>([
		['uploaded keys, which no flag takes away', change({uploadedKeys: false}, {uploadedKeys: true})],
		[
			'a name that would be a flag',
			change({disabled: true}, {disabled: false}, {resource: NAME.replace('gh', '--all')}),
		],
		['a name of something else', change({disabled: true}, {disabled: false}, {resource: '//iam.googleapis.com/x'})],
	])('none for %s', (_, given) => {
		const {gcloud, summary, terraform} = render(given);
		expect(gcloud).toEqual([]);
		expect(summary).toMatch(/gcloud has no command/);
		expect(terraform).not.toBe('');
	});
});

test('Terraform', () => {
	const both = change(
		{
			condition: "assertion.ref == '${x}'",
			mapping: {'google.subject': 'assertion.sub'},
			audiences: ['a'],
			disabled: true,
		},
		{},
	);
	expect([both, change({uploadedKeys: false}, {uploadedKeys: true})].map(given => render(given).terraform).join('\n'))
		.toBe(`# Set this in the block of this provider:
resource "google_iam_workload_identity_pool_provider" "update_provider_1" {
  project                            = "shop"
  workload_identity_pool_id          = "ci"
  workload_identity_pool_provider_id = "gh"
  disabled                           = true
  attribute_condition                = "assertion.ref == '$\${x}'"
  attribute_mapping                  = { "google.subject" = "assertion.sub" }

  oidc {
    allowed_audiences = ["a"]
  }
}

# Take jwks_json out of the oidc block of this provider:
resource "google_iam_workload_identity_pool_provider" "update_provider_1" {
  project                            = "shop"
  workload_identity_pool_id          = "ci"
  workload_identity_pool_provider_id = "gh"
}
`);
});
