/** One definition of a pipeline's account, for every check that asks. */
import {describe, expect, test} from 'vitest';
import {resourceLine} from '../../scripts/asset-lines.ts';
import {pipelineReason} from '../../src/queries/pipelines.ts';
import {account, email, type Extra, member, openWorld, PLACES, type Piece, world} from '../worlds/world.ts';

const POOL = 'projects/10/locations/global/workloadIdentityPools/p';
const REPOSITORY = `principalSet://iam.googleapis.com/${POOL}/attribute.repository/acme/app`;
const USER = 'roles/iam.workloadIdentityUser';

const line = (name: string, type: string, data: Record<string, unknown>): Extra => ({
	lines: [resourceLine(name, type, PLACES['shop']!, data, '2024-01-01T00:00:00Z')],
});
/** By the project's id, as providers are named; bindings have its number. */
const provider = (issuerUri: string, id = 'x'): Extra => {
	const name = `projects/shop/locations/global/workloadIdentityPools/p/providers/${id}`;
	return line(`//iam.googleapis.com/${name}`, 'iam.googleapis.com/WorkloadIdentityPoolProvider', {
		name,
		oidc: {issuerUri},
	});
};
const trigger = (runsAs: string): Extra =>
	line(
		'//cloudbuild.googleapis.com/projects/shop/locations/global/triggers/t',
		'cloudbuild.googleapis.com/BuildTrigger',
		{
			id: 't',
			name: 't',
			serviceAccount: `projects/shop/serviceAccounts/${email(runsAs)}`,
		},
	);
const GITHUB = 'https://token.actions.githubusercontent.com';

async function reasonOf(who: string, ...pieces: Piece[]): Promise<string | undefined> {
	const opened = await openWorld(world(account('app@shop'), ...pieces));
	return pipelineReason(opened, opened.inventory.principals.of(member(who)));
}

describe('a pipeline', () => {
	test.each<[string, string, Piece[], RegExp]>([
		['is named so', 'ci@shop', [], /its name says so/],
		['is named so in another organization', 'serviceAccount:terraform@elsewhere.iam.gserviceaccount.com', [], /name/],
		['is reached from GitHub', 'app@shop', [provider(GITHUB), [REPOSITORY, USER, 'app@shop']], /githubusercontent/],
		[
			'is reached by one of several providers',
			'app@shop',
			[
				provider('https://idp.example.com', 'a'),
				provider('https://gitlab.example.com', 'b'),
				[REPOSITORY, USER, 'app@shop'],
			],
			/gitlab\.example\.com may become it/,
		],
		['has a build trigger run as it', 'app@shop', [trigger('app@shop')], /triggers\/t runs as it/],
		['is Cloud Build', 'cloudbuild@shop', [], /Cloud Build runs as it/],
	])('%s', async (_, who, pieces, reason) => {
		expect(await reasonOf(who, ...pieces)).toMatch(reason);
	});
});

describe('no pipeline', () => {
	test.each<[string, string, Piece[]]>([
		['has a name that only looks like one', 'social@shop', []],
		[
			'is reached from an identity provider',
			'app@shop',
			[provider('https://idp.example.com'), [REPOSITORY, USER, 'app@shop']],
		],
		['is reached from a pool whose providers were not read', 'app@shop', [[REPOSITORY, USER, 'app@shop']]],
		[
			'lets a CI system look at it',
			'app@shop',
			[provider(GITHUB), [REPOSITORY, 'roles/iam.serviceAccountViewer', 'app@shop']],
		],
		['is a person of such a name', 'ci', []],
		['is a group of such a name', 'group:ci', []],
	])('%s', async (_, who, pieces) => {
		expect(await reasonOf(who, ...pieces)).toBeUndefined();
	});
});
