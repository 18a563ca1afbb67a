import {defineCheck, type Hit} from '../src/check.ts';
import {accountKind} from '../src/inventory/account-kind.ts';
import type {Binding, Group, ServiceAccount} from '../src/inventory/model.ts';
import type {Principal} from '../src/inventory/principals.ts';
import {directGrants} from '../src/queries/direct-grants.ts';
import type {Change} from '../src/remediation/change.ts';
import {DAY, days} from '../src/time.ts';
import type {World} from '../src/world.ts';

const PREFIX = 'serviceAccount:';

export default defineCheck({
	id: 'lingering-identity',
	title: 'An account that was disabled long ago still holds grants, or a deleted one is still named in a policy',
	severity: 'low',
	on: 'the disabled account, or the resource whose policy names the deleted one',
	needs: ['serviceAccounts', 'allowPolicies', 'groups'],
	threats: ['privilege escalation', 'repudiation'],
	practice: [12],
	why: 'Enabling it again, or undeleting it, brings back all that it could do, and nobody remembers why it could.',
	fix: 'Remove the grants that are left. Then delete a user-managed account; a default account stays disabled.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#disable-unused',
		'https://cloud.google.com/iam/docs/service-accounts-delete-undelete',
	],
	example: {
		fires:
			'An account disabled half a year ago is Storage Admin of its project; or a bucket’s policy names deleted:serviceAccount:old@p.iam.gserviceaccount.com.',
		silent: 'It was disabled last week (thresholds.disabledGraceDays), or holds nothing any more.',
	},
	inspect(world) {
		const accounts = disabledAccounts(world);
		const deleted = world.inventory.principals.all.filter(isDeletedAccount);
		const groups = new Map(accounts.map(account => [account, groupsOf(world, account)]));
		const grants = directGrants(world, [
			...accounts.map(account => account.principal),
			...[...groups.values()].flatMap(found => found.flatMap(({through}) => through)),
			...deleted,
		]);
		const hits: Hit[] = [];
		const unknown: string[] = [];
		for (const account of accounts) {
			const own = grants.get(account.principal) ?? [];
			const bound = groups.get(account)!.filter(({through}) => through.some(group => grants.has(group)));
			if (own.length + bound.length === 0) continue;
			const since = account.updateTime;
			if (since === undefined) unknown.push(`since when ${account.email} is disabled is not known`);
			else if (world.inventory.now - since > world.config.thresholds.disabledGraceDays * DAY)
				hits.push(
					disabledHit(
						world,
						account,
						own,
						bound.map(({group}) => group),
					),
				);
		}
		for (const member of deleted) hits.push(...deletedHits(member, grants.get(member) ?? []));
		return {examined: accounts.length + deleted.length, hits, unknown};
	},
});

function disabledAccounts({inventory}: World): ServiceAccount[] {
	return [...inventory.accounts.values()].filter(
		({disabled, read, kind, project}) => disabled && read && kind !== 'service-agent' && (project?.inScope ?? true),
	);
}

function isDeletedAccount({kind, value}: Principal): boolean {
	if (kind !== 'deleted' || !value.startsWith(PREFIX)) return false;
	return accountKind(value.slice(PREFIX.length).replace(/\?.*$/, '').toLowerCase()) !== 'service-agent';
}

/** Groups that list the account itself, each with all groups that being in it brings. */
function groupsOf({inventory, access}: World, {principal}: ServiceAccount): {group: Group; through: Principal[]}[] {
	if (access.memberships.setsOf(principal).length < 2) return [];
	return [...inventory.groups.values()]
		.filter(({members}) => members.includes(principal))
		.map(group => ({group, through: access.memberships.setsOf(group.principal).filter(({kind}) => kind === 'group')}));
}

const told = ({resource, role, condition}: Binding) => ({
	resource: resource.name,
	role,
	...(condition && {condition: condition.expression}),
});

const removal = (member: string) => (binding: Binding) =>
	({
		op: 'remove-binding',
		resource: binding.resource.name,
		role: binding.role,
		member,
		...(binding.condition && {condition: binding.condition}),
	}) satisfies Change;

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

function disabledHit(world: World, account: ServiceAccount, own: readonly Binding[], groups: readonly Group[]): Hit {
	const {principal, email, kind, keys} = account;
	const since = account.updateTime!;
	return {
		severity: 'low',
		confidence: 'certain',
		resource: account.name,
		detail: () => {
			const age = days(world.inventory.now - since);
			const holds = [
				...(own.length > 0 ? [count(own.length, 'grant')] : []),
				...(groups.length > 0 ? [`the membership of ${count(groups.length, 'group')} with grants`] : []),
			];
			return {
				message: `${email} has been disabled for ${age} days at least and still holds ${holds.join(' and ')}.`,
				evidence: {
					account: email,
					accountKind: kind,
					disabledSinceAtLeast: new Date(since).toISOString(),
					graceDays: world.config.thresholds.disabledGraceDays,
					grants: own.length,
					examples: own.slice(0, 20).map(told),
					...(groups.length > 0 && {groups: groups.slice(0, 20).map(group => group.principal.member)}),
					keys: keys.length,
				},
				fix: {
					summary:
						kind === 'default'
							? 'Take the grants away and keep the account disabled: a default account that is deleted cannot be made anew.'
							: 'Take the grants away; then delete the account, which first would leave its name in the policies.',
					changes: [
						...own.map(removal(principal.member)),
						...groups.map((group): Change => ({
							op: 'remove-group-member',
							group: group.principal.member,
							member: principal.member,
						})),
					],
				},
			};
		},
	};
}

/** One for each resource whose policy names the account. */
function deletedHits(member: Principal, bindings: readonly Binding[]): Hit[] {
	const byResource = new Map<string, Binding[]>();
	for (const binding of bindings) {
		const {name} = binding.resource;
		byResource.set(name, [...(byResource.get(name) ?? []), binding]);
	}
	const email = member.value.slice(PREFIX.length).replace(/\?.*$/, '');
	return [...byResource].map(([resource, named]) => ({
		severity: 'low',
		confidence: 'certain',
		resource,
		principal: member.member,
		detail: () => ({
			message: `The deleted account ${email} is still named in the policy of ${resource} (${[...new Set(named.map(({role}) => role))].join(', ')}).`,
			evidence: {account: email, grants: named.length, examples: named.slice(0, 20).map(told)},
			fix: {
				summary: 'The grants come back if the account is undeleted within 30 days; after that they only confuse.',
				changes: named.map(removal(member.member)),
			},
		}),
	}));
}
