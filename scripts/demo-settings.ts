/** What the demo's workloads are set to, where their code comes from, and where one project's audit logs go. */
import {resourceLine} from './asset-lines.ts';
import type {Json, Place} from './asset-lines.ts';
import type {ProjectStory} from './demo-organization.ts';

const CREATED = '2025-11-04T13:20:00Z';
const REGION = 'europe-west1';

/** Lines of one project; most have none. */
export function* settingLines(project: ProjectStory, place: Place): Generator<Json> {
	if (project.id === 'tidewick-ci') yield planTrigger(project, place);
	if (project.id === 'tidewick-shop-dev') yield previewCluster(project, place);
	if (project.id === 'tidewick-shop-prod') yield* auditLogs(project, place);
}

/** Plans of pull requests are made as the account that applies them, and nobody has to look at them first. */
function planTrigger({id}: ProjectStory, place: Place): Json {
	const trigger = '6f1c2d8e-3b57-4d0a-9c41-52e0a7f9b613';
	const name = `projects/${id}/locations/${REGION}/triggers/${trigger}`;
	const data = {
		resourceName: name,
		id: trigger,
		name: 'terraform-plan',
		description: 'terraform plan on every pull request',
		createTime: CREATED,
		github: {
			owner: 'tidewick',
			name: 'infrastructure',
			pullRequest: {branch: '^main$', commentControl: 'COMMENTS_DISABLED'},
		},
		filename: 'cloudbuild.plan.yaml',
		serviceAccount: `projects/${id}/serviceAccounts/terraform-prod@${id}.iam.gserviceaccount.com`,
	};
	return resourceLine(
		`//cloudbuild.googleapis.com/${name}`,
		'cloudbuild.googleapis.com/BuildTrigger',
		place,
		data,
		CREATED,
	);
}

/** Made by a click: no Workload Identity, Google's own scopes, and the default account on every node. */
function previewCluster({id}: ProjectStory, place: Place): Json {
	const scopes = ['devstorage.read_only', 'logging.write', 'monitoring', 'servicecontrol', 'trace.append'];
	const data = {
		name: 'previews',
		location: `${REGION}-b`,
		createTime: CREATED,
		status: 'RUNNING',
		currentMasterVersion: '1.33.5-gke.1201000',
		nodePools: [
			{
				name: 'default-pool',
				initialNodeCount: 2,
				config: {
					machineType: 'e2-standard-4',
					serviceAccount: 'default',
					oauthScopes: scopes.map(scope => `https://www.googleapis.com/auth/${scope}`),
					metadata: {'disable-legacy-endpoints': 'true'},
				},
			},
		],
	};
	const name = `//container.googleapis.com/projects/${id}/zones/${REGION}-b/clusters/previews`;
	return resourceLine(name, 'container.googleapis.com/Cluster', place, data, CREATED);
}

/** A bucket of its own for audit logs, but neither kept for long nor locked. */
function* auditLogs({id}: ProjectStory, place: Place): Generator<Json> {
	const bucket = `projects/${id}/locations/global/buckets/audit`;
	const sink = {
		name: 'audit',
		destination: `logging.googleapis.com/${bucket}`,
		filter: 'logName:"cloudaudit.googleapis.com"',
		createTime: CREATED,
	};
	const kept = {name: bucket, description: 'Audit logs of the shop', retentionDays: 90, lifecycleState: 'ACTIVE'};
	yield resourceLine(
		`//logging.googleapis.com/projects/${id}/sinks/audit`,
		'logging.googleapis.com/LogSink',
		place,
		sink,
		CREATED,
	);
	yield resourceLine(`//logging.googleapis.com/${bucket}`, 'logging.googleapis.com/LogBucket', place, kept, CREATED);
}
