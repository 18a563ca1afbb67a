import check from '../../checks/build-trigger-open.ts';
import {testCheck} from '../worlds/test-check.ts';
import {allRead, trigger, triggerName} from '../worlds/workloads.ts';
import {account, disabled, EDITOR, OWNER, unread, world, type Grant, type Piece} from '../worlds/world.ts';

const POWER: Grant = ['deployer@shop', OWNER, 'shop'];
const github = (event: object) => ({github: {owner: 'example', name: 'shop', ...event}});
const pull = (more: object = {}) => github({pullRequest: {branch: '^main$', ...more}});
const push = (branch: string, more: object = {}) => github({push: {branch, ...more}});
const FOUND = [[triggerName('pr'), undefined, 'high']] as const;
const given = (...pieces: Piece[]) => world(POWER, allRead(), ...pieces);

testCheck(check, {
	fires: {
		'pull requests without comment control': {
			given: given(trigger('pr', 'deployer@shop', pull({commentControl: 'COMMENTS_DISABLED'}))),
			finds: FOUND,
			says: /every pull request of example\/shop/,
		},
		'the default leaves it out of the body': {given: given(trigger('pr', 'deployer@shop', pull())), finds: FOUND},
		'of a connected repository': {
			given: given(
				trigger('pr', 'deployer@shop', {
					repositoryEventConfig: {
						repository: 'projects/shop/locations/europe-west1/connections/gh/repositories/shop',
						repositoryType: 'GITHUB',
						pullRequest: {branch: '.*'},
					},
				}),
			),
			finds: FOUND,
		},
		'every branch': {given: given(trigger('pr', 'deployer@shop', push('.*'))), finds: FOUND, says: /every branch/},
		'an empty pattern': {given: given(trigger('pr', 'deployer@shop', push(''))), finds: FOUND},
		'all but one, turned around': {
			given: given(trigger('pr', 'deployer@shop', push('^gh-pages$', {invertRegex: true}))),
			finds: FOUND,
		},
		'a Cloud Source repository': {
			given: given(trigger('pr', 'deployer@shop', {triggerTemplate: {repoName: 'shop', branchName: '^.*$'}})),
			finds: FOUND,
		},
		'the account inside the build': {
			given: given(
				account('deployer@shop'),
				trigger('pr', undefined, {
					...push('.*'),
					build: {serviceAccount: 'projects/shop/serviceAccounts/deployer@shop.iam.gserviceaccount.com'},
				}),
			),
			finds: FOUND,
		},
		'no account named: a default one, and one of them is Editor': {
			given: world(['cloudbuild@shop', EDITOR, 'shop'], trigger('pr', undefined, push('.*')), allRead()),
			finds: [[triggerName('pr'), undefined, 'high', 'unverified']],
		},
	},
	silent: {
		'comments are asked for': given(trigger('pr', 'deployer@shop', pull({commentControl: 'COMMENTS_ENABLED'}))),
		'of outsiders': given(
			trigger('pr', 'deployer@shop', pull({commentControl: 'COMMENTS_ENABLED_FOR_EXTERNAL_CONTRIBUTORS_ONLY'})),
		),
		'one branch': given(trigger('pr', 'deployer@shop', push('^main$'))),
		'some branches': given(trigger('pr', 'deployer@shop', push('^release/.*'))),
		'all but one, not turned around': given(trigger('pr', 'deployer@shop', push('^gh-pages$'))),
		'with approval': given(trigger('pr', 'deployer@shop', {...push('.*'), approvalConfig: {approvalRequired: true}})),
		disabled: given(trigger('pr', 'deployer@shop', {...push('.*'), disabled: true})),
		'tags only': given(trigger('pr', 'deployer@shop', github({push: {tag: '.*'}}))),
		'started by hand': given(trigger('pr', 'deployer@shop', {sourceToBuild: {uri: 'https://github.com/example/shop'}})),
		'an account without power': world(trigger('pr', 'ci@shop', push('.*')), allRead()),
		'a disabled account': given(disabled('deployer@shop'), trigger('pr', 'deployer@shop', push('.*'))),
		'a pattern that would never end': given(trigger('pr', 'deployer@shop', push(`${'(.*)*'.repeat(30)}x`))),
		'and one of many parts': given(trigger('pr', 'deployer@shop', push(`${'.*'.repeat(90)}!`))),
		'no pattern that JavaScript can read': given(trigger('pr', 'deployer@shop', push('(?P<x>.*'))),
	},
	unknown: {
		'triggers were not read': {
			given: world(POWER, allRead('cloudbuild.googleapis.com/BuildTrigger')),
			because: /BuildTrigger was not read/,
		},
		'nothing is known of policies': {
			given: world(trigger('pr', 'ci@shop', push('.*')), allRead(), unread('allowPolicies')),
			because: /allowPolicies/,
		},
	},
	snapshot: 'pull requests without comment control',
});
