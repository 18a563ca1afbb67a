import {defineCheck, type Hit} from '../src/check.ts';
import {type Bare, enforcing, examplesOf, inForce, unenforced, whereText} from '../src/queries/unenforced.ts';
import type {World} from '../src/world.ts';

const CONSTRAINT = 'iam.automaticIamGrantsForDefaultServiceAccounts';

export default defineCheck({
	id: 'automatic-grants-not-disabled',
	title: 'Default service accounts get the Editor role by themselves',
	severity: 'medium',
	on: 'the project, or the highest folder or organization under which nothing prevents it',
	needs: ['resources', 'orgPolicies'],
	threats: ['privilege escalation'],
	practice: [13],
	why: 'Whenever somebody switches Compute Engine or App Engine on, an account appears that may change nearly everything in the project, and every workload that names no other runs as it.',
	fix: 'Enforce iam.automaticIamGrantsForDefaultServiceAccounts on the organization. It changes nothing for accounts that exist: see default-service-account-editor.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#disable-automatic-role-grants',
		'https://cloud.google.com/resource-manager/docs/organization-policy/restricting-service-accounts#disable_service_account_default_grants',
	],
	example: {
		fires: 'No organization policy enforces the constraint: one finding on the organization.',
		silent: 'It is enforced on the organization and no folder or project takes it back.',
	},
	inspect(world) {
		const {examined, bare, unknown} = unenforced(world, project => {
			const value = inForce(world, [CONSTRAINT], project);
			return value === 'unknown' ? value : value ? 'covered' : 'bare';
		});
		return {
			examined,
			hits: bare.map(place => hitOf(world, place)),
			unknown: unknown.map(project => `whether ${CONSTRAINT} is in force on ${project.key} cannot be told`),
		};
	},
});

function hitOf(world: World, place: Bare): Hit {
	return {
		severity: 'medium',
		confidence: 'certain',
		resource: place.container.name,
		detail: () => ({
			message: `${CONSTRAINT} is not in force on ${whereText(place)}: new default service accounts become Editor there.`,
			evidence: {constraint: CONSTRAINT, projects: place.projects.length, examples: examplesOf(place)},
			fix: {
				summary: `Enforce ${CONSTRAINT} on ${place.container.key}. Accounts that exist keep their grants; only new ones get none.`,
				changes: enforcing(world, CONSTRAINT, place.container),
			},
		}),
	};
}
