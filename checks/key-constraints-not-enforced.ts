import {defineCheck, type Hit} from '../src/check.ts';
import type {Container} from '../src/inventory/model.ts';
import {isInUse} from '../src/queries/key-use.ts';
import {type Bare, enforcing, examplesOf, inForce, unenforced, whereText} from '../src/queries/unenforced.ts';
import type {World} from '../src/world.ts';

/** Each is stopped by the legacy constraint or by its managed twin. */
const CONSTRAINTS: readonly (readonly [name: string, legacy: string, managed: string])[] = [
	['created', 'iam.disableServiceAccountKeyCreation', 'iam.managed.disableServiceAccountKeyCreation'],
	['uploaded', 'iam.disableServiceAccountKeyUpload', 'iam.managed.disableServiceAccountKeyUpload'],
];

export default defineCheck({
	id: 'key-constraints-not-enforced',
	title: 'Nothing stops service account keys where nobody uses any',
	severity: 'low',
	on: 'the project, or the highest folder or organization under which no project has the constraints',
	needs: ['resources', 'orgPolicies', 'serviceAccountKeys'],
	looksAt: ['serviceAccounts', 'activity'],
	threats: ['impersonation'],
	practice: [22],
	why: 'Where no key is in use, forbidding them costs nothing, and nobody with a broad role can make himself a password that outlives his access.',
	fix: 'Enforce iam.disableServiceAccountKeyCreation and iam.disableServiceAccountKeyUpload; where keys are still in use, replace them first.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys#org-policy-constraints',
		'https://cloud.google.com/resource-manager/docs/organization-policy/restricting-service-accounts',
	],
	example: {
		fires: 'A project without keys in an organization that enforces neither constraint.',
		silent: 'Both are enforced, by their legacy or managed names, or the project has a key in use.',
	},
	inspect(world) {
		const {inventory, config} = world;
		const using = new Set<Container>();
		const perhaps = new Set<Container>();
		for (const key of inventory.keys) {
			const {project} = key.account;
			if (!project || using.has(project)) continue;
			const use = isInUse(inventory, key, config.thresholds.unusedDays);
			if (use === true) using.add(project);
			else if (use === 'unknown') perhaps.add(project);
		}
		const {examined, bare, unknown} = unenforced(world, project => {
			if (using.has(project)) return 'covered';
			const states = new Set(CONSTRAINTS.map(([, ...anyOf]) => inForce(world, anyOf, project)));
			if (states.has(false)) return !perhaps.has(project) && isRead(world, project) ? 'bare' : 'unknown';
			return states.has('unknown') ? 'unknown' : 'covered';
		});
		return {
			examined,
			hits: bare.map(place => hitOf(world, place)),
			unknown: unknown.map(project => `whether keys are stopped or in use on ${project.key} cannot be told`),
		};
	},
});

/** A key list that was not read is not "no keys". */
function isRead({inventory: {coverage}}: World, project: Container): boolean {
	if (coverage.standing('serviceAccountKeys', project).status !== 'complete') return false;
	return project.accounts.every(({name}) => {
		const own = coverage.stated('serviceAccountKeys', name);
		return !own || own.status === 'complete';
	});
}

function hitOf(world: World, place: Bare): Hit {
	return {
		severity: 'low',
		confidence: 'certain',
		resource: place.container.name,
		detail() {
			const open = CONSTRAINTS.filter(([, ...anyOf]) =>
				place.projects.some(project => inForce(world, anyOf, project) === false),
			);
			const legacy = open.map(([, name]) => name);
			return {
				message: `Keys can be ${open.map(([how]) => how).join(' and ')} on ${whereText(place)}, where none is in use: ${legacy.join(' and ')} ${legacy.length === 1 ? 'is' : 'are'} not in force.`,
				evidence: {constraints: legacy, projects: place.projects.length, examples: examplesOf(place)},
				fix: {
					summary: `Enforce ${legacy.join(' and ')} on ${place.container.key}. Keys that exist stay valid.`,
					changes: legacy.flatMap(constraint => enforcing(world, constraint, place.container)),
				},
			};
		},
	};
}
