import {containerTarget} from '../src/access/evaluate.ts';
import type {Grant} from '../src/access/grants.ts';
import {covers} from '../src/access/power.ts';
import {defineCheck, type Hit} from '../src/check.ts';
import type {Container, ServiceAccount} from '../src/inventory/model.ts';
import type {Change} from '../src/remediation/change.ts';
import type {World} from '../src/world.ts';

/** The bindings that make a default account Editor of its own project, and whether that is certain. */
interface EditorPower {
	/** All that have to go, the telling one first. */
	grants: Grant[];
	certain: boolean;
	level: string;
	/** Where the level is reached: inherited roles may only be enough together with those bound here. */
	container: Container;
}

export default defineCheck({
	id: 'default-service-account-editor',
	title: 'A default service account holds the Editor role, or as much, on its project or above',
	severity: 'high',
	on: 'the default account',
	needs: ['allowPolicies', 'roles', 'groups', 'serviceAccounts'],
	threats: ['privilege escalation'],
	practice: [9, 13],
	why: 'Every workload that names no account of its own runs as this one, so each of them may change nearly everything in the project.',
	fix: 'Give the workloads dedicated accounts with the roles they need, then take Editor from the default account.',
	references: ['https://cloud.google.com/iam/docs/best-practices-service-accounts#default-service-accounts'],
	example: {
		fires:
			'NUMBER-compute@developer.gserviceaccount.com is Editor of its project, by itself, a group, a custom role or a folder’s policy.',
		silent:
			'The account is disabled, holds narrower roles, or is a service agent such as NUMBER@cloudservices.gserviceaccount.com.',
	},
	inspect(world) {
		const accounts = [...world.inventory.accounts.values()].filter(
			account => account.kind === 'default' && (account.project?.inScope ?? false),
		);
		return {
			examined: accounts.length,
			hits: accounts.filter(account => !account.disabled).flatMap(account => hitsOf(world, account)),
			unknown: [],
		};
	},
});

function editorPower(world: World, account: ServiceAccount): EditorPower | undefined {
	const {possible, certain} = world.powers.of(account.principal);
	const at = (pairs: typeof possible) =>
		pairs.filter(
			pair => (pair.level === 'editor-like' || pair.level === 'owner-like') && covers(pair.container, account.project!),
		);
	const sure = at(certain);
	const pairs = sure.length > 0 ? sure : at(possible);
	if (pairs.length === 0) return undefined;
	const telling = pairs.flatMap(pair => pair.grants);
	return {
		grants: [...new Set([...telling, ...alsoEnough(world, account, new Set(telling))])],
		certain: sure.length > 0,
		level: pairs[0]!.level,
		container: pairs[0]!.container,
	};
}

/** What would still make the account an Editor if the told grants were gone: each by itself, then together. */
function alsoEnough(world: World, account: ServiceAccount, told: ReadonlySet<Grant>): Grant[] {
	const {classes, access, grants} = world;
	const held = access.memberships.of(account.principal).flatMap(({set}) => grants.of(set));
	const left = [...new Set(held)].filter(grant => {
		const {container, isContainer} = grant.binding.resource;
		if (told.has(grant) || !isContainer || !container || !covers(container, account.project!)) return false;
		return access.conditionOn(grant.binding, containerTarget(container), '')?.value !== 'false';
	});
	const alone = ({cls, binding}: Grant): boolean =>
		cls.editorLike || cls.owner || (cls.organizationAdmin && binding.resource.container?.kind === 'organization');
	const enough = left.filter(alone);
	const rest = left.filter(grant => !alone(grant)).toSorted((a, b) => b.cls.editorOverlap - a.cls.editorOverlap);
	while (classes.unionOverlap(rest.map(grant => grant.cls)) >= classes.editorThreshold) enough.push(rest.shift()!);
	return enough;
}

/** One finding per account: all the bindings have to go for it to be ended. */
function hitsOf(world: World, account: ServiceAccount): Hit[] {
	const power = editorPower(world, account);
	if (!power) return [];
	const sets = world.access.memberships.of(account.principal).map(membership => membership.set);
	const causes = power.grants.flatMap(({binding}) => {
		const {resource, role, condition} = binding;
		const members = sets.filter(set => binding.members.includes(set));
		return members.map(({member}) => ({resource: resource.name, role, member, condition}));
	});
	const [cause] = causes;
	const changes = causes.flatMap(({resource, role, member, condition}): Change[] => {
		// Taking the role from a whole group would hit its other members.
		const groups = member.startsWith('group:') ? groupsThrough(world, account, member) : [];
		if (groups.length > 0)
			return groups.map(group => ({op: 'remove-group-member', group, member: account.principal.member}));
		return [{op: 'remove-binding', resource, role, member, ...(condition && {condition})}];
	});
	return [
		{
			severity: 'high',
			confidence: power.certain ? 'certain' : 'conditional',
			resource: account.name,
			principal: account.principal.member,
			cause: {
				resource: cause!.resource,
				role: cause!.role,
				member: cause!.member,
				...(cause!.condition && {condition: cause!.condition.expression}),
			},
			detail: () => ({
				message: `The default account ${account.email} is ${power.level} on ${power.container.key} by ${[...new Set(causes.map(entry => entry.role))].join(', ')}.`,
				evidence: {
					account: account.email,
					bindings: causes.map(({resource, role, member, condition}) => ({
						resource,
						role,
						member,
						...(condition && {condition: condition.expression}),
					})),
					level: power.level,
				},
				fix: {
					summary:
						'Find the workloads that run as this account and give each an account of its own with the roles it needs; then remove the grant. Enforce iam.automaticIamGrantsForDefaultServiceAccounts so that new projects do not get it.',
					changes: distinct(changes),
				},
			}),
		},
	];
}

/** Groups that list the account itself and are, or lie in, the bound one. */
function groupsThrough(world: World, account: ServiceAccount, bound: string): string[] {
	const {inventory, access} = world;
	return [...inventory.groups.values()]
		.filter(group => group.members.includes(account.principal))
		.filter(group => access.memberships.of(group.principal).some(({set}) => set.member === bound))
		.map(group => group.principal.member)
		.toSorted();
}

/** Two bindings of one group are left by one change. */
function distinct(changes: readonly Change[]): Change[] {
	return [...new Map(changes.map(change => [JSON.stringify(change), change])).values()];
}
