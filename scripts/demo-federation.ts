/**
 * A second pool of the demo, made before the platform team's own (`demo-guards.ts`): what goes wrong when federation is
 * set up from the first example that comes to hand.
 */
import {resourceLine} from './asset-lines.ts';
import type {Binding, Json} from './asset-lines.ts';
import {LONG_AGO, projectPlace} from './demo-places.ts';
import type {ProjectStory} from './demo-organization.ts';

const FEDERATED = 'roles/iam.workloadIdentityUser';

/** Bindings of the pool's members on an account of the project. */
export function trialBindings(number: string): Binding[] {
	const members = `iam.googleapis.com/projects/${number}/locations/global/workloadIdentityPools/trial`;
	return [
		{
			role: FEDERATED,
			members: [
				`principal://${members}/subject/repo:tidewick/load-tests:*`,
				`principalSet://${members}/attribute.repository_owner/tidewick`,
				`principalSet://${members}/attribute.ref/refs/heads/main`,
			],
		},
	];
}

/** The pool and its providers, in the project that holds them. */
export function* trialPoolLines(project: ProjectStory): Generator<Json> {
	const place = projectPlace(project);
	const pool = `${place.path}/locations/global/workloadIdentityPools/trial`;
	const type = 'iam.googleapis.com/WorkloadIdentityPool';
	const data = {name: pool, displayName: 'Trial', description: 'GitHub and GitLab, before we decide', state: 'ACTIVE'};
	yield resourceLine(`//iam.googleapis.com/${pool}`, type, place, data, LONG_AGO);
	const providers = [
		{
			name: `${pool}/providers/github`,
			state: 'ACTIVE',
			attributeMapping: {
				'google.subject': 'assertion.sub',
				'google.groups': '[assertion.environment]',
				'attribute.ref': 'assertion.ref',
				'attribute.repository_owner': 'assertion.repository_owner',
			},
			oidc: {issuerUri: 'https://token.actions.githubusercontent.com', allowedAudiences: ['sts.amazonaws.com']},
		},
		{
			name: `${pool}/providers/gitlab`,
			state: 'ACTIVE',
			attributeMapping: {'google.subject': 'assertion.sub'},
			attributeCondition: "assertion.namespace_path == 'tidewick'",
			oidc: {issuerUri: 'https://gitlab.com'},
		},
	];
	for (const provider of providers)
		yield resourceLine(`//iam.googleapis.com/${provider.name}`, `${type}Provider`, place, provider, LONG_AGO);
}
