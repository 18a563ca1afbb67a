import {defineCheck, type Hit} from '../src/check.ts';
import type {Container} from '../src/inventory/model.ts';
import {
	type Bare,
	enforcing,
	examplesOf,
	inForce,
	type Standing,
	unenforced,
	whereText,
} from '../src/queries/unenforced.ts';
import type {World} from '../src/world.ts';

const CONSTRAINT = 'iam.serviceAccountKeyExpiryHours';
/** Either stops new keys; then there is no lifetime to limit. */
const NO_KEYS = ['iam.disableServiceAccountKeyCreation', 'iam.managed.disableServiceAccountKeyCreation'];

export default defineCheck({
	id: 'key-lifetime-not-limited',
	title: 'Keys may be created, and nothing limits how long they live',
	severity: 'low',
	on: 'the project, or the highest folder or organization under which no project limits them',
	needs: ['resources', 'orgPolicies'],
	threats: ['impersonation'],
	practice: [5],
	why: 'Every key that is created there works for ever unless somebody thinks of revoking it.',
	fix: 'Set iam.serviceAccountKeyExpiryHours, or forbid keys altogether with iam.disableServiceAccountKeyCreation.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys#key-expiryhours',
		'https://cloud.google.com/resource-manager/docs/organization-policy/restricting-service-accounts#limit_key_expiry',
	],
	example: {
		fires: 'A project of an organization that sets neither constraint.',
		silent: 'New keys live for at most 2160 hours, or key creation is disabled.',
	},
	inspect(world) {
		const {examined, bare, unknown} = unenforced(world, project => standingOf(world, project));
		return {
			examined,
			hits: bare.map(place => hitOf(world, place)),
			unknown: unknown.map(project => `what limits the keys of ${project.key} was not read`),
		};
	},
});

function standingOf(world: World, project: Container): Standing {
	const stopped = inForce(world, NO_KEYS, project);
	if (stopped === true) return 'covered';
	const limit = world.constraints?.listValue(CONSTRAINT, project);
	if (!limit || limit.value === 'unknown') return 'unknown';
	// Only what is denied, or everything allowed, limits nothing.
	if (limit.all === 'DENY' || (limit.all === undefined && limit.allowed.length > 0)) return 'covered';
	return stopped === 'unknown' ? 'unknown' : 'bare';
}

function hitOf(world: World, place: Bare): Hit {
	return {
		severity: 'low',
		confidence: 'certain',
		resource: place.container.name,
		detail: () => ({
			message: `Keys can be created on ${whereText(place)} without an end: ${CONSTRAINT} is not in force.`,
			evidence: {constraint: CONSTRAINT, projects: place.projects.length, examples: examplesOf(place)},
			fix: {
				summary:
					'New keys then live for 90 days at most; those that exist are not touched. Where no key is needed, forbid them instead.',
				changes: enforcing(world, CONSTRAINT, place.container),
			},
		}),
	};
}
