/**
 * Other pipelines. Sources: developer.hashicorp.com, "Workload identity"; buildkite.com, "buildkite-agent oidc" and
 * "Working with Buildkite agents"; circleci.com, "Using OpenID Connect tokens in jobs"; support.atlassian.com,
 * "Integrate Pipelines with resource servers using OIDC". [seen for the issuers, subjects and ids; other claims recalled]
 */
import {choice, id, name, type Platform, REF_NAME, text} from '../platform.ts';

export const TERRAFORM: Platform = {
	id: 'terraform',
	title: 'HCP Terraform',
	everybody: 'any HCP Terraform workspace',
	unit: 'workspace',
	tenant: 'organization',
	variables: {
		organization: name('tenant', 'outsider', '[A-Za-z0-9_-]+'),
		organizationId: id('tenant', 'org-outsider'),
		project: name('group', 'Default Project', '[^:]+'),
		projectId: id('group', 'prj-outsider'),
		workspace: name('unit', 'outsider-app', '[A-Za-z0-9_-]+'),
		workspaceId: id('unit', 'ws-outsider'),
		phase: choice('run', 'plan', 'apply'),
		run: text('run', 'run-outsider'),
		audience: text('run', 'terraform'),
	},
	claims: {
		sub: 'organization:{organization}:project:{project}:workspace:{workspace}:run_phase:{phase}',
		terraform_organization_id: '{organizationId}',
		terraform_organization_name: '{organization}',
		terraform_project_id: '{projectId}',
		terraform_project_name: '{project}',
		terraform_workspace_id: '{workspaceId}',
		terraform_workspace_name: '{workspace}',
		terraform_full_workspace: 'organization:{organization}:project:{project}:workspace:{workspace}',
		terraform_run_phase: '{phase}',
		terraform_run_id: '{run}',
		aud: '{audience}',
	},
	// Organizations without projects had the shorter subject.
	forms: [
		{context: 'ref', claims: {}},
		{context: 'ref', claims: {sub: 'organization:{organization}:workspace:{workspace}:run_phase:{phase}'}},
	],
	tenantClaim: 'terraform_organization_id',
	unitClaims: ['terraform_workspace_id', 'terraform_workspace_name'],
	tenantClaims: ['terraform_organization_name', 'terraform_organization_id'],
	refs: false,
	editable: ['terraform_run_id'],
};

export const BUILDKITE: Platform = {
	id: 'buildkite',
	title: 'Buildkite',
	everybody: 'any Buildkite pipeline',
	unit: 'pipeline',
	tenant: 'organization',
	variables: {
		organization: name('tenant', 'outsider', '[A-Za-z0-9_-]+'),
		organizationId: id('tenant', '99999999-9999-4999-8999-999999999999'),
		pipeline: name('unit', 'outsider-app', '[A-Za-z0-9_-]+'),
		pipelineId: id('unit', '88888888-8888-4888-8888-888888888888'),
		branch: {...text('context', 'outsider', REF_NAME), role: 'ref'},
		tag: text('run', 'v0'),
		commit: text('run', '0123456789abcdef0123456789abcdef01234567', '[^:]+'),
		step: text('run', 'deploy'),
		number: text('run', '7'),
		source: choice('run', 'ui', 'webhook', 'api', 'schedule', 'trigger_job'),
		agent: text('run', 'agent'),
		audience: text('run', 'https://buildkite.com/outsider'),
	},
	claims: {
		sub: 'organization:{organization}:pipeline:{pipeline}:ref:refs/heads/{branch}:commit:{commit}:step:{step}',
		organization_slug: '{organization}',
		organization_id: '{organizationId}',
		pipeline_slug: '{pipeline}',
		pipeline_id: '{pipelineId}',
		build_number: '{number}',
		build_branch: '{branch}',
		build_commit: '{commit}',
		build_source: '{source}',
		step_key: '{step}',
		job_id: '{number}',
		agent_id: '{agent}',
		runner_environment: 'self-hosted',
		aud: '{audience}',
	},
	forms: [
		{context: 'ref', claims: {}},
		{
			context: 'ref',
			claims: {
				sub: 'organization:{organization}:pipeline:{pipeline}:ref:refs/tags/{tag}:commit:{commit}:step:{step}',
				build_tag: '{tag}',
			},
		},
	],
	tenantClaim: 'organization_id',
	unitClaims: ['pipeline_slug', 'pipeline_id'],
	tenantClaims: ['organization_slug', 'organization_id'],
	refs: true,
	editable: ['build_branch', 'build_tag', 'step_key'],
};

const UUID = '[0-9a-fA-F-]+';

/** Its issuer names the organization by id: outsiders have another. */
export const CIRCLECI: Platform = {
	id: 'circleci',
	title: 'CircleCI',
	everybody: 'any CircleCI project',
	unit: 'project',
	tenant: 'organization',
	variables: {
		organization: id('tenant', '99999999-9999-4999-8999-999999999999', UUID),
		project: id('unit', '88888888-8888-4888-8888-888888888888', UUID),
		user: text('run', '77777777-7777-4777-8777-777777777777', UUID),
		contexts: text('run', '66666666-6666-4666-8666-666666666666'),
		origin: name('unit', 'github.com/outsider/app', '[^:]+'),
		ref: {...text('context', 'refs/heads/outsider', REF_NAME), role: 'ref'},
		rerun: choice('run', 'false', 'true'),
		audience: text('run', '99999999-9999-4999-8999-999999999999'),
	},
	claims: {
		sub: 'org/{organization}/project/{project}/user/{user}',
		'oidc.circleci.com/project-id': '{project}',
		'oidc.circleci.com/context-ids': '[]{contexts}',
		'oidc.circleci.com/vcs-origin': '{origin}',
		'oidc.circleci.com/vcs-ref': '{ref}',
		'oidc.circleci.com/ssh-rerun': '?{rerun}',
		aud: '{audience}',
	},
	forms: [
		{context: 'ref', claims: {}},
		{
			context: 'ref',
			claims: {sub: 'org/{organization}/project/{project}/user/{user}/vcs-origin/{origin}/vcs-ref/{ref}'},
		},
	],
	unitClaims: ['oidc.circleci.com/project-id', 'oidc.circleci.com/vcs-origin'],
	tenantClaims: [],
	refs: true,
	// The default audience is the organization's id, for whatever service.
	commonAudiences: [/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i],
	editable: ['oidc.circleci.com/vcs-ref'],
};

/** Its issuer names the workspace. Ids come in braces. */
export const BITBUCKET: Platform = {
	id: 'bitbucket',
	title: 'Bitbucket Pipelines',
	everybody: 'any Bitbucket repository',
	unit: 'repository',
	tenant: 'workspace',
	variables: {
		workspace: id('tenant', '{99999999-9999-4999-8999-999999999999}', '\\{?[0-9a-fA-F-]+\\}?'),
		repository: id('unit', '{88888888-8888-4888-8888-888888888888}', '\\{?[0-9a-fA-F-]+\\}?'),
		environment: {
			...text('context', '{55555555-5555-4555-8555-555555555555}', '\\{?[0-9a-fA-F-]+\\}?'),
			role: 'environment',
		},
		branch: {...text('context', 'outsider', REF_NAME), role: 'ref'},
		step: text('run', '{44444444-4444-4444-8444-444444444444}', '\\{?[0-9a-fA-F-]+\\}?'),
		audience: text('run', 'ari:cloud:bitbucket::workspace/99999999-9999-4999-8999-999999999999'),
	},
	claims: {
		sub: '{repository}:{step}',
		workspaceUuid: '{workspace}',
		repositoryUuid: '{repository}',
		branchName: '{branch}',
		stepUuid: '{step}',
		pipelineUuid: '{step}',
		aud: '{audience}',
	},
	forms: [
		{context: 'ref', claims: {}},
		{
			context: 'environment',
			claims: {sub: '{repository}:{environment}:{step}', deploymentEnvironmentUuid: '{environment}'},
		},
	],
	unitClaims: ['repositoryUuid'],
	tenantClaims: ['workspaceUuid'],
	refs: true,
	editable: ['branchName'],
};
