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
