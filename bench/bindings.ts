/** Who may do what in the synthetic organization: the bindings of projects and of accounts. */
import type {Binding, Place} from '../scripts/asset-lines.ts';
import {ORGANIZATION, accountCount, accountEmail, anyAccount, anyGroup, anyUser, hasComputeDefault} from './plan.ts';
import {hubShape, isHub, projectNumber, projectPlace} from './plan.ts';
import type {Size} from './plan.ts';
import type {Random} from './random.ts';

const TOKEN_CREATOR = 'roles/iam.serviceAccountTokenCreator';
const ACT_AS = 'roles/iam.serviceAccountUser';
/** What accounts and people hold in projects; none of it opens a way by itself. */
const DAILY_ROLES = `
	storage.objectViewer storage.objectAdmin pubsub.publisher pubsub.subscriber cloudsql.client
	bigquery.jobUser bigquery.dataViewer bigquery.dataEditor logging.logWriter datastore.user
	monitoring.metricWriter secretmanager.secretAccessor cloudtrace.agent artifactregistry.reader
	monitoring.viewer logging.viewer run.developer container.developer compute.viewer
	spanner.databaseUser cloudkms.cryptoKeyEncrypterDecrypter cloudbuild.builds.editor`
	.trim()
	.split(/\s+/)
	.map(name => `roles/${name}`);
const AGENTS = [
	['roles/compute.serviceAgent', 'compute-system'],
	['roles/container.serviceAgent', 'container-engine-robot'],
	['roles/run.serviceAgent', 'serverless-robot-prod'],
	['roles/pubsub.serviceAgent', 'gcp-sa-pubsub'],
	['roles/cloudbuild.serviceAgent', 'gcp-sa-cloudbuild'],
] as const;
/** Projects with a role of their own, bound in their own policy. */
export const hasCustomRole = (index: number): boolean => index % 4 === 1;

/** The bindings of a project's own policy. */
export function projectBindings(size: Size, index: number, random: Random): Binding[] {
	const number = projectNumber(index);
	const own = (): string => `serviceAccount:${accountEmail(index, random.int(0, accountCount(size, index) - 1))}`;
	const editors = [`serviceAccount:${number}@cloudservices.gserviceaccount.com`];
	if (hasComputeDefault(index) && index % 5 < 2) editors.push(`serviceAccount:${accountEmail(index, 0)}`);
	if (random.chance(0.2)) editors.push(anyGroup(size, random));
	const bindings: Binding[] = [
		{role: 'roles/owner', members: [anyGroup(size, random), ...(random.chance(0.1) ? [own()] : [])]},
		{role: 'roles/editor', members: editors},
		{role: 'roles/viewer', members: [anyGroup(size, random), anyUser(size, random)]},
	];
	for (const [role, domain] of AGENTS) {
		if (random.chance(0.7)) {
			bindings.push({role, members: [`serviceAccount:service-${number}@${domain}.iam.gserviceaccount.com`]});
		}
	}
	for (let n = random.int(13, 26); n > 0; n--) bindings.push(dailyBinding(size, random, own));
	if (isHub(size, index)) {
		const people = Array.from({length: hubShape(size).people}, (_, n) => `user:person.${n + 1}@corp.example.com`);
		bindings.push({role: TOKEN_CREATOR, members: people});
	} else if (random.chance(0.06)) {
		bindings.push({role: TOKEN_CREATOR, members: [anyGroup(size, random), ...(random.chance(0.3) ? [own()] : [])]});
	}
	if (random.chance(0.15)) bindings.push({role: ACT_AS, members: [anyGroup(size, random), own()]});
	if (hasCustomRole(index)) {
		bindings.push({role: `projects/${projectPlace(index).id}/roles/operator`, members: [anyGroup(size, random)]});
	}
	return bindings;
}

function dailyBinding(size: Size, random: Random, own: () => string): Binding {
	const member = (): string => {
		const dice = random.next();
		if (dice < 0.72) return own();
		if (dice < 0.86) return anyGroup(size, random);
		return dice < 0.96 ? anyUser(size, random) : anyAccount(size, random);
	};
	const members = [...new Set(Array.from({length: random.int(1, 5)}, member))];
	const binding: Binding = {role: random.pick(DAILY_ROLES), members};
	if (random.chance(0.06)) binding.condition = conditionOf(random);
	return binding;
}

function conditionOf(random: Random): {title: string; expression: string} {
	if (random.chance(0.5)) {
		const until = new Date(Date.parse('2026-01-01T00:00:00Z') + random.int(0, 600) * 86_400_000).toISOString();
		return {title: 'until', expression: `request.time < timestamp('${until}')`};
	}
	const bucket = `projects/_/buckets/bucket-${random.int(1, 9999)}/`;
	return {title: 'one bucket', expression: `resource.name.startsWith('${bucket}')`};
}

/** The bindings of one account's policy; never empty. */
export function accountBindings(size: Size, index: number, place: Place, random: Random): Binding[] {
	const bindings: Binding[] = [];
	if (random.chance(0.6)) {
		const namespace = random.pick(['default', 'jobs', 'web', 'payments']);
		const pod = `serviceAccount:${place.id}.svc.id.goog[${namespace}/app-${random.int(1, 40)}]`;
		bindings.push({role: 'roles/iam.workloadIdentityUser', members: [pod]});
	}
	if (random.chance(0.6)) {
		const deployer = `serviceAccount:${accountEmail(index, random.int(0, 2))}`;
		bindings.push({role: ACT_AS, members: [deployer, ...(random.chance(0.4) ? [anyGroup(size, random)] : [])]});
	}
	if (random.chance(0.25) || bindings.length === 0) {
		const members = [random.chance(0.5) ? anyUser(size, random) : anyGroup(size, random)];
		if (random.chance(0.12)) members.push(anyAccount(size, random));
		const role = random.chance(0.2) ? `${ORGANIZATION.path}/roles/tokenBroker` : TOKEN_CREATOR;
		bindings.push({role, members, ...(random.chance(0.1) && {condition: conditionOf(random)})});
	}
	return bindings;
}
