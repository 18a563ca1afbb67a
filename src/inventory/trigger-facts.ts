/**
 * What starts a build trigger. Facts: cloudbuild v1 `BuildTrigger`, `GitHubEventsConfig`, `RepositoryEventConfig`,
 * `PullRequestFilter`, `PushFilter`, `ApprovalConfig`. [seen]
 */
import type {Json} from '../sources/asset.ts';
import {flag, object, text} from './fields.ts';

/** Word of `gcloud builds triggers update` for the kind of repository. */
export type TriggerKind = 'github' | 'cloud-source-repositories' | 'gitlab' | 'gitlab-enterprise' | 'bitbucketserver';

export interface TriggerFacts {
	/** User-given name, else its id. */
	name: string;
	/** Undefined where gcloud has no command for this kind. */
	kind?: TriggerKind;
	disabled?: true;
	approval?: true;
	pullRequest?: {branch: string; commentControl: string};
	push?: {branch?: string; tag?: string; inverted?: true};
	/** What people know the repository by. */
	repository?: string;
}

const NO_COMMENTS = 'COMMENTS_DISABLED';

/** @throws WrongType if a field has another type */
export function readTrigger(data: Json): TriggerFacts {
	const github = object(data, 'github');
	const events = object(data, 'repositoryEventConfig') ?? object(data, 'developerConnectEventConfig');
	const gitlab = object(data, 'gitlabEnterpriseEventsConfig');
	const bitbucket = object(data, 'bitbucketServerTriggerConfig');
	const template = object(data, 'triggerTemplate');
	const on = github ?? events ?? gitlab ?? bitbucket ?? {};
	const pull = object(on, 'pullRequest');
	const push = object(on, 'push') ?? (template && pushOf(template));
	const repository = repositoryOf(data, on, template);
	const kind = kindOf(data);
	return {
		name: text(data, 'name') || text(data, 'id') || '',
		...(kind && {kind}),
		...(flag(data, 'disabled') && {disabled: true as const}),
		...(flag(object(data, 'approvalConfig') ?? {}, 'approvalRequired') && {approval: true as const}),
		...(pull && {
			// Proto JSON leaves the first value out: comments are not required then.
			pullRequest: {branch: text(pull, 'branch') ?? '', commentControl: text(pull, 'commentControl') ?? NO_COMMENTS},
		}),
		...(push && {push: filterOf(push)}),
		...(repository !== undefined && {repository}),
	};
}

function kindOf(data: Json): TriggerKind | undefined {
	if (object(data, 'github')) return 'github';
	if (object(data, 'triggerTemplate')) return 'cloud-source-repositories';
	if (object(data, 'gitlabEnterpriseEventsConfig')) return 'gitlab-enterprise';
	if (object(data, 'bitbucketServerTriggerConfig')) return 'bitbucketserver';
	const type = text(object(data, 'repositoryEventConfig') ?? {}, 'repositoryType');
	if (type === 'GITHUB') return 'github';
	return type?.startsWith('GITLAB') ? 'gitlab' : undefined;
}

function pushOf(template: Json): Json {
	return {
		branch: template['branchName'],
		tag: template['tagName'],
		invertRegex: template['invertRegex'],
	};
}

function filterOf(push: Json): NonNullable<TriggerFacts['push']> {
	const branch = text(push, 'branch');
	const tag = text(push, 'tag');
	return {
		...(branch !== undefined && {branch}),
		...(tag !== undefined && {tag}),
		...(flag(push, 'invertRegex') && {inverted: true as const}),
	};
}

function repositoryOf(data: Json, on: Json, template: Json | undefined): string | undefined {
	const owner = text(on, 'owner');
	const name = text(on, 'name');
	if (owner !== undefined && name !== undefined) return `${owner}/${name}`;
	const linked = text(on, 'repository') ?? text(on, 'gitRepositoryLink') ?? text(on, 'projectNamespace');
	return linked ?? (template && text(template, 'repoName')) ?? text(object(data, 'sourceToBuild') ?? {}, 'uri');
}
