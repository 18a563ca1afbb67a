/** What the demo organization forbids and trusts: the custom role, federation, constraints, the deny policy. */
import {containerName, resourceLine} from './asset-lines.ts';
import type {Json} from './asset-lines.ts';
import {CUSTOM_ROLE, DOMAIN, PRODUCTION} from './demo-organization.ts';
import {LONG_AGO, digits, etag, folderPlace, organization, projectPlace, sha1} from './demo-places.ts';
import {trialPoolLines} from './demo-federation.ts';
import {CI, SECURITY, SHOP_DEV} from './demo-projects.ts';

const production = folderPlace(PRODUCTION);

/** All of them, in the order in which the file has them. */
export function* guardLines(): Generator<Json> {
	yield roleLine();
	yield* federationLines();
	yield* trialPoolLines(SHOP_DEV);
	yield* constraintLines();
	yield denyLine();
	yield delegationLine();
}

/** What the admin log of Google Workspace says: the warehouse system mails delivery notes as whoever packed them. */
function delegationLine(): Json {
	const scopes = ['https://www.googleapis.com/auth/gmail.send'];
	const subject = `client:1${digits('onprem-erp-sync@tidewick-shop-prod.iam.gserviceaccount.com', 20)}`;
	const at = '2025-03-04T09:31:22Z';
	const by = `user:ines.moura@${DOMAIN}`;
	const name = `//sa-audit/log-event/auditLogs/${sha1(`${subject} ${at}`)}`;
	const data = {event: 'delegation-authorized', subject, scopes, by, via: [], at, source: 'auditLogs'};
	return {name, asset_type: 'sa-audit/LogEvent', resource: {data}, ancestors: organization.ancestors};
}

function roleLine(): Json {
	const role = {
		name: CUSTOM_ROLE,
		title: 'Release promoter',
		description: 'What the preview bot needs to promote a release',
		includedPermissions: [
			'artifactregistry.dockerimages.get',
			'iam.serviceAccounts.getAccessToken',
			'run.services.get',
		],
		stage: 'GA',
		etag: etag(CUSTOM_ROLE),
	};
	return resourceLine(`//iam.googleapis.com/${CUSTOM_ROLE}`, 'iam.googleapis.com/Role', organization, role, LONG_AGO);
}

function* federationLines(): Generator<Json> {
	const ci = projectPlace(CI);
	const pool = `${ci.path}/locations/global/workloadIdentityPools/github`;
	const type = 'iam.googleapis.com/WorkloadIdentityPool';
	const poolData = {
		name: pool,
		displayName: 'GitHub',
		description: 'Workflows of our own organization',
		state: 'ACTIVE',
	};
	yield resourceLine(`//iam.googleapis.com/${pool}`, type, ci, poolData, LONG_AGO);
	const provider = {
		name: `${pool}/providers/actions`,
		displayName: 'GitHub Actions',
		state: 'ACTIVE',
		attributeMapping: {
			'google.subject': 'assertion.sub',
			'attribute.repository_id': 'assertion.repository_id',
			'attribute.repository_owner_id': 'assertion.repository_owner_id',
		},
		attributeCondition: "assertion.repository_owner_id == '48213077' && assertion.ref == 'refs/heads/main'",
		oidc: {issuerUri: 'https://token.actions.githubusercontent.com'},
	};
	yield resourceLine(`//iam.googleapis.com/${provider.name}`, `${type}Provider`, ci, provider, LONG_AGO);
}

/** Version 1 as the export's ORG_POLICY has it, and version 2 as the API gives it. */
function* constraintLines(): Generator<Json> {
	const security = projectPlace(SECURITY);
	const enforced = ['iam.disableServiceAccountKeyCreation', 'iam.automaticIamGrantsForDefaultServiceAccounts'];
	yield {
		name: containerName(production),
		asset_type: 'cloudresourcemanager.googleapis.com/Folder',
		org_policy: enforced.map(constraint => ({
			constraint: `constraints/${constraint}`,
			etag: etag(constraint),
			update_time: '2026-09-01T08:00:00Z',
			boolean_policy: {enforced: true},
		})),
		ancestors: production.ancestors,
	};
	const upload = {
		name: `${security.path}/policies/iam.disableServiceAccountKeyUpload`,
		spec: {etag: etag('upload'), updateTime: '2026-09-01T08:00:00Z', rules: [{enforce: true}]},
	};
	const policyType = 'orgpolicy.googleapis.com/Policy';
	yield resourceLine(`//orgpolicy.googleapis.com/${upload.name}`, policyType, security, upload, upload.spec.updateTime);
}

function denyLine(): Json {
	const attached = encodeURIComponent(`cloudresourcemanager.googleapis.com/${production.path}`);
	const minting = ['getAccessToken', 'getOpenIdToken', 'signBlob', 'signJwt', 'implicitDelegation', 'actAs'];
	const deny = {
		name: `policies/${attached}/denypolicies/contractors-mint-no-tokens`,
		uid: '5f0c2a6e-7d31-4b0e-9a44-1c9f6f2b8e57',
		kind: 'DenyPolicy',
		displayName: 'Contractors mint no tokens in production',
		etag: etag('deny'),
		createTime: '2026-06-10T12:00:00Z',
		updateTime: '2026-06-10T12:00:00Z',
		rules: [
			{
				description: 'No tokens, signatures or attached accounts',
				denyRule: {
					deniedPrincipals: [`principalSet://goog/group/contractors@${DOMAIN}`],
					deniedPermissions: minting.map(action => `iam.googleapis.com/serviceAccounts.${action}`),
				},
			},
		],
	};
	return resourceLine(
		`//iam.googleapis.com/${deny.name}`,
		'iam.googleapis.com/DenyPolicy',
		production,
		deny,
		deny.updateTime,
	);
}
