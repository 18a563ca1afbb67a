/**
 * Kinds of client by what they call themselves. A claim, not a proof: whoever holds a key can send any name.
 * The patterns are matched against the lower-cased agent; the first that fits wins.
 */

/** Names as the clients send them [seen in samples of audit logs]. */
export const CLIENT_KINDS: readonly (readonly [kind: string, pattern: string])[] = [
	['terraform', 'terraform|opentofu'],
	['pulumi', 'pulumi'],
	['ide', 'vscode|visual ?studio|intellij|jetbrains|pycharm|goland|cloud-?code/'],
	['gsutil', 'gsutil'],
	['gcloud', 'google-cloud-sdk|gcloud/[0-9]|command/gcloud'],
	['kubectl', 'kubectl'],
	['browser', 'mozilla/'],
	['node', 'gl-node|nodejs|node[.]js|gaxios|axios|undici|node-fetch'],
	['python', 'python'],
	['go', 'gl-go/|golang|google-api-go-client|go-http-client|grpc-go'],
	['java', 'gl-java|java|jvm|okhttp'],
	['dotnet', 'dotnet'],
	['php', 'gl-php|guzzle|php'],
	['ruby', 'gl-ruby|ruby'],
	['rust', 'gl-rust|rust|reqwest'],
	['cpp', 'gcloud-cpp|gl-cpp|grpc-c'],
	['curl', 'curl/|wget|httpie'],
	['google', 'stubby|google-internal|appengine-google|apis-google|cloud-scheduler'],
];

/** Systems that run jobs unattended and say so. */
export const CI_PATTERN =
	'github-actions|github_actions|google-github-actions|gitlab|jenkins|circleci|buildkite|azure-?(devops|pipelines)|' +
	'bitbucket|cloud-?build|tekton|argo-?cd|atlantis|spacelift|terraform-cloud|tfc-agent|env0|teamcity|travis';

/** Something that tells one run of a pipeline from the next: the word and a number or hash behind it. */
export const RUN_PATTERN =
	'(run|job|build|pipeline|workflow|commit|sha|execution)(_|-)?(id|number)?[=:/_-][0-9a-f-]{4,}';

/** Behind the kind of a client that names a CI system. */
export const CI_SUFFIX = ' (ci)';

const kinds = CLIENT_KINDS.map(([kind, pattern]) => [kind, new RegExp(pattern)] as const);
const ci = new RegExp(CI_PATTERN);
const run = new RegExp(RUN_PATTERN);

/** `terraform`, `gcloud (ci)`, `other`; empty for an empty one. */
export function clientKind(userAgent: string): string {
	if (userAgent === '') return '';
	const lower = userAgent.toLowerCase();
	const kind = kinds.find(([, pattern]) => pattern.test(lower))?.[0] ?? 'other';
	return ci.test(lower) ? kind + CI_SUFFIX : kind;
}

export function namesRun(userAgent: string): boolean {
	return run.test(userAgent.toLowerCase());
}
