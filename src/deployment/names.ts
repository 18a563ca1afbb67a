/** What `init` and `completion` can write for; names only, since the command line loads them for its help. */

export const DEPLOYMENTS = [
	'systemd',
	'cron',
	'kubernetes',
	'cloud-run',
	'github-actions',
	'gitlab-ci',
	'docker',
] as const;
export type DeploymentName = (typeof DEPLOYMENTS)[number];

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** Other words that people have for them. */
export const ALSO_CALLED: ReadonlyMap<string, DeploymentName> = new Map([
	['crontab', 'cron'],
	['k8s', 'kubernetes'],
	['cronjob', 'kubernetes'],
	['cloudrun', 'cloud-run'],
	['github', 'github-actions'],
	['gitlab', 'gitlab-ci'],
	['dockerfile', 'docker'],
]);
