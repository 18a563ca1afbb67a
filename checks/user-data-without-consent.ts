import {containerTarget} from '../src/access/evaluate.ts';
import {defineCheck, type Hit} from '../src/check.ts';
import type {Binding, Container, ServiceAccount} from '../src/inventory/model.ts';
import {type SensitiveData, sensitiveData, type SensitiveThing} from '../src/queries/sensitive-data.ts';
import type {Change} from '../src/remediation/change.ts';
import type {Confidence} from '../src/report.ts';
import type {World} from '../src/world.ts';

const EXAMPLES = 20;

/** One way of an account to sensitive data of a project. */
interface Way {
	project: Container;
	binding: Binding;
	/** The member as bound: the account, or a group it is in. */
	member: string;
	things: readonly SensitiveThing[];
	confidence: Confidence;
}

export default defineCheck({
	id: 'user-data-without-consent',
	title: 'A service account can read data of users across a project and is not on the list of those who may',
	severity: 'medium',
	on: 'the account',
	needs: ['allowPolicies', 'roles', 'groups', 'serviceAccounts'],
	threats: ['information disclosure'],
	practice: [6],
	why: 'An account acts without the user’s consent: what it can read of users, every workload and person behind it can read, and no user is asked.',
	fix: 'Grant the role on the resources that the workload needs, read on behalf of the user with his consent, or put the account on the list userDataReaders.',
	references: ['https://cloud.google.com/iam/docs/best-practices-service-accounts#user-consent'],
	example: {
		fires:
			'A reporting account has Storage Object Viewer on a project with a bucket labelled data-classification=sensitive.',
		silent: 'The account is in userDataReaders, or has the role on one bucket only.',
	},
	inspect(world) {
		const data = sensitiveData(world);
		const ways = waysTo(world, data);
		return {
			examined: ways.examined,
			hits: [...ways.byAccount].map(([account, found]) => hitOf(world, account, found)),
			unknown: data.inUse ? [] : [`no label or tag of ${keysOf(world)} was read: which data is sensitive is not known`],
		};
	},
});

const keysOf = (world: World): string =>
	[...new Set(world.config.labels.sensitive.map(mark => mark.slice(0, mark.indexOf('='))))].join(', ') ||
	'the configuration';

function waysTo(world: World, {byProject}: SensitiveData): {examined: number; byAccount: Map<ServiceAccount, Way[]>} {
	const byAccount = new Map<ServiceAccount, Way[]>();
	const listed = new Set(world.config.userDataReaders.map(email => email.toLowerCase()));
	const examined = new Set<ServiceAccount>();
	for (const [project, things] of byProject) {
		if (!project.inScope) continue;
		for (const way of readersOf(world, project, things)) {
			const {account} = way;
			examined.add(account);
			if (listed.has(account.email)) continue;
			const known = byAccount.get(account);
			if (known) known.push(way);
			else byAccount.set(account, [way]);
		}
	}
	return {examined: examined.size, byAccount};
}

/** Accounts that have a permission to read some of the things on the whole project, or above it. */
function readersOf(
	world: World,
	project: Container,
	things: readonly SensitiveThing[],
): (Way & {account: ServiceAccount})[] {
	const {access, inventory} = world;
	const target = containerTarget(project);
	const found: (Way & {account: ServiceAccount})[] = [];
	for (let at: Container | undefined = project; at; at = at.parent) {
		for (const binding of inventory.policies.get(at.name)?.bindings ?? []) {
			const {watched} = world.classes.of(binding.role);
			const readable = things.filter(({permissions}) => permissions.some(permission => watched.has(permission)));
			if (readable.length === 0) continue;
			const permission = readable[0]!.permissions.find(known => watched.has(known))!;
			const value = access.conditionOn(binding, target, permission)?.value ?? 'true';
			if (value === 'false') continue;
			for (const {account, member} of accountsIn(world, binding)) {
				if (access.barred(account.principal, permission, target).value === 'true') continue;
				const confidence = value === 'true' ? 'certain' : 'conditional';
				found.push({account, project, binding, member, things: readable, confidence});
			}
		}
	}
	return found;
}

/** User-managed and default accounts among the members, in groups too; agents read what their service stores. */
function accountsIn(world: World, {members}: Binding): {account: ServiceAccount; member: string}[] {
	return members.flatMap(principal => {
		const inside = principal.kind === 'serviceAccount' ? [principal] : world.access.memberships.membersOf(principal);
		return inside.flatMap(one => {
			const account = one.kind === 'serviceAccount' ? world.inventory.accounts.get(one.value) : undefined;
			if (!account || account.disabled || account.kind === 'service-agent') return [];
			return [{account, member: principal.member}];
		});
	});
}

function hitOf(world: World, account: ServiceAccount, ways: readonly Way[]): Hit {
	const [first] = ways;
	const {resource, role, condition} = first!.binding;
	return {
		severity: 'medium',
		confidence: ways.some(way => way.confidence === 'certain') ? 'certain' : 'conditional',
		resource: account.name,
		principal: account.principal.member,
		cause: {resource: resource.name, role, member: first!.member, ...(condition && {condition: condition.expression})},
		detail: () => {
			const projects = [...new Set(ways.map(way => way.project.key))];
			const things = [...new Map(ways.flatMap(way => way.things.map(thing => [thing.name, thing]))).values()];
			const [thing] = things;
			const more = projects.length > 1 ? ` and ${projects.length - 1} more` : '';
			return {
				message: `${account.email} can read data across ${projects[0]!}${more}, where ${thing!.name} is marked ${thing!.mark}, by ${role} on ${resource.name}, and is not in userDataReaders.`,
				evidence: {
					account: account.email,
					projects: projects.slice(0, EXAMPLES),
					marked: things.slice(0, EXAMPLES).map(({name, mark}) => ({resource: name, mark})),
					bindings: distinct(ways.map(bindingOf)).slice(0, EXAMPLES),
				},
				fix: {
					summary:
						'Grant the role on the resources that the account needs instead of the whole container, then remove this grant; if it is meant to read them all, put it into userDataReaders.',
					changes: distinct(ways.flatMap(way => changesOf(world, account, way))),
				},
			};
		},
	};
}

const bindingOf = ({binding, member}: Way) => ({
	resource: binding.resource.name,
	role: binding.role,
	member,
	...(binding.condition && {condition: binding.condition.expression}),
});

/** A group keeps its grant: the account leaves it, unless nobody knows through which groups it is in. */
function changesOf(world: World, account: ServiceAccount, {binding, member}: Way): Change[] {
	const {resource, role, condition} = binding;
	const {inventory, access} = world;
	const groups = member.startsWith('group:')
		? [...inventory.groups.values()].filter(
				group =>
					group.members.includes(account.principal) &&
					access.memberships.of(group.principal).some(({set}) => set.member === member),
			)
		: [];
	if (groups.length > 0)
		return groups.map(group => ({
			op: 'remove-group-member',
			group: group.principal.member,
			member: account.principal.member,
		}));
	return [{op: 'remove-binding', resource: resource.name, role, member, ...(condition && {condition})}];
}

function distinct<T>(values: readonly T[]): T[] {
	return [...new Map(values.map(value => [JSON.stringify(value), value])).values()];
}
