/**
 * GitHub Actions. Sources: docs.github.com, "OpenID Connect reference" (claims, subject formats, customization), and
 * github/docs#45221 (immutable subjects, the default for repositories made since July 2026). [seen]
 */
import {choice, type Form, id, name, type Platform, REF_NAME, text, type Variable} from '../platform.ts';

const NUMBER = '[0-9]+';
const REF: Variable = {
	...text('context', 'refs/heads/outsider', `(?:refs/heads/|refs/tags/|refs/pull/)${REF_NAME}`),
	role: 'ref',
};
const ENVIRONMENT: Variable = {...text('context', 'outsider-environment', '[^:]+'), role: 'environment'};

/** By name, and with ids behind the names. */
const REPOSITORIES = ['repo:{owner}/{repo}', 'repo:{owner}@{ownerId}/{repo}@{repoId}'];
const PULL_REQUEST = {
	event_name: 'pull_request',
	ref: 'refs/pull/{number}/merge',
	workflow_ref: '{owner}/{repo}/.github/workflows/{file}@refs/pull/{number}/merge',
	head_ref: '{branch}',
};

const forms = REPOSITORIES.flatMap((repository): Form[] => [
	{context: 'ref', claims: {sub: `${repository}:ref:{ref}`}},
	{context: 'environment', claims: {sub: `${repository}:environment:{environment}`, environment: '{environment}'}},
	{context: 'pull request', claims: {...PULL_REQUEST, sub: `${repository}:pull_request`}},
]);

export const GITHUB: Platform = {
	id: 'github',
	title: 'GitHub Actions',
	everybody: 'any GitHub repository',
	unit: 'repository',
	tenant: 'owner',
	variables: {
		owner: name('tenant', 'outsider', '[A-Za-z0-9_-]+'),
		ownerId: id('tenant', '99999999', NUMBER),
		enterprise: name('tenant', 'outsider-inc', '[A-Za-z0-9_-]+'),
		enterpriseId: id('tenant', '99999', NUMBER),
		repo: name('unit', 'outsider-app', '[A-Za-z0-9_.-]+'),
		repoId: id('unit', '888888888', NUMBER),
		ref: REF,
		environment: ENVIRONMENT,
		protected: {...choice('context', 'false', 'true'), role: 'protected'},
		refType: choice('context', 'branch', 'tag'),
		number: text('run', '7', NUMBER),
		branch: text('run', 'outsider'),
		event: choice('run', 'push', 'workflow_dispatch', 'schedule', 'pull_request_target', 'release', 'issue_comment'),
		actor: text('run', 'outsider', '[^/:]+'),
		actorId: text('run', '77777777', NUMBER),
		workflow: text('run', 'deploy'),
		file: text('run', 'deploy.yml', '[^@]+'),
		sha: text('run', '0123456789abcdef0123456789abcdef01234567'),
		visibility: choice('run', 'public', 'private', 'internal'),
		runner: choice('run', 'github-hosted', 'self-hosted'),
		run: text('run', '123456'),
		audience: text('run', 'https://github.com/outsider'),
		// Whoever calls a public reusable workflow has its owner's name here.
		jobOwner: {...text('run', 'outsider', '[^/]+'), borrowed: true},
		jobRepo: text('run', 'outsider-app', '[^/]+'),
		jobFile: text('run', '.github/workflows/deploy.yml', '[^@]+'),
		jobRef: text('run', 'refs/heads/outsider'),
	},
	claims: {
		repository: '{owner}/{repo}',
		repository_id: '{repoId}',
		repository_owner: '{owner}',
		repository_owner_id: '{ownerId}',
		repository_visibility: '{visibility}',
		enterprise: '{enterprise}',
		enterprise_id: '{enterpriseId}',
		ref: '{ref}',
		ref_type: '{refType}',
		ref_protected: '{protected}',
		sha: '{sha}',
		workflow: '{workflow}',
		workflow_ref: '{owner}/{repo}/.github/workflows/{file}@{ref}',
		workflow_sha: '{sha}',
		job_workflow_ref: '{jobOwner}/{jobRepo}/{jobFile}@{jobRef}',
		job_workflow_sha: '{sha}',
		event_name: '{event}',
		actor: '{actor}',
		actor_id: '{actorId}',
		head_ref: '',
		base_ref: '',
		run_id: '{run}',
		run_number: '{run}',
		run_attempt: '{run}',
		runner_environment: '{runner}',
		aud: '{audience}',
	},
	forms,
	subjectKeys: {
		repo: '{owner}/{repo}',
		repository: '{owner}/{repo}',
		repository_id: '{repoId}',
		repository_owner: '{owner}',
		repository_owner_id: '{ownerId}',
		repository_visibility: '{visibility}',
		environment: '{environment}',
		ref: '{ref}',
		job_workflow_ref: '{jobOwner}/{jobRepo}/{jobFile}@{jobRef}',
		workflow: '{workflow}',
		event_name: '{event}',
		actor: '{actor}',
		actor_id: '{actorId}',
		runner_environment: '{runner}',
		enterprise: '{enterprise}',
	},
	tenantClaim: 'repository_owner_id',
	unitClaims: ['repository', 'repository_id'],
	tenantClaims: ['repository_owner', 'repository_owner_id', 'enterprise', 'enterprise_id'],
	refs: true,
	commonAudiences: [/^https:\/\/github\.com(?:\/|$)/],
	editable: [
		'actor',
		'ref',
		'head_ref',
		'base_ref',
		'workflow',
		'workflow_ref',
		'environment',
		'event_name',
		'job_workflow_ref',
	],
};
