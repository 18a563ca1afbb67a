/** What `init` can write. One file each, a pure function of the values. */
import {cloudRun} from './cloud-run.ts';
import {cron} from './cron.ts';
import {docker} from './docker.ts';
import {githubActions} from './github-actions.ts';
import {gitlabCi} from './gitlab-ci.ts';
import {kubernetes} from './kubernetes.ts';
import type {DeploymentName} from './names.ts';
import {systemd} from './systemd.ts';
import type {Deployment, Values} from './values.ts';

export const deployments: Readonly<Record<DeploymentName, (values: Values) => Deployment>> = {
	systemd,
	cron,
	kubernetes,
	'cloud-run': cloudRun,
	'github-actions': githubActions,
	'gitlab-ci': gitlabCi,
	docker,
};
