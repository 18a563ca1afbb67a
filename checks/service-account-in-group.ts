import {defineCheck, type Hit} from '../src/check.ts';
import {type Target, UNKNOWN_RESOURCE} from '../src/access/evaluate.ts';
import {accountKind} from '../src/inventory/account-kind.ts';
import type {Binding, Group, ServiceAccount} from '../src/inventory/model.ts';
import type {Principal} from '../src/inventory/principals.ts';
import type {Change} from '../src/remediation/change.ts';
import type {World} from '../src/world.ts';

export default defineCheck({
	id: 'service-account-in-group',
	title: 'A service account gets its access through a group',
	severity: 'low',
	on: 'the account',
	needs: ['allowPolicies', 'groups', 'serviceAccounts'],
	threats: ['privilege escalation'],
	practice: [15],
	why: 'Groups are made of people by people: an account in one gets whatever the group is given later, and nobody who looks at a policy sees that a program has the access too.',
	fix: 'Grant the account by itself the roles that it needs, then take it out of the group.',
	references: ['https://cloud.google.com/iam/docs/best-practices-service-accounts#groups'],
	example: {
		fires: 'An export account is a member of data-engineers, which may read the warehouse.',
		silent: 'Nothing is granted to the group, or the account is disabled.',
	},
	inspect(world) {
		const {inventory} = world;
		const direct = directGroups(world);
		const bindings = direct.size > 0 ? bindingsByGroup(world) : new Map<Principal, Binding[]>();
		const hits: Hit[] = [];
		let examined = 0;
		for (const account of inventory.accounts.values()) {
			if (account.kind === 'service-agent' || !(account.project?.inScope ?? true)) continue;
			examined++;
			const groups = account.disabled ? undefined : direct.get(account.principal);
			if (!groups) continue;
			const giving = groups.filter(group => boundSets(world, group, bindings).length > 0);
			if (giving.length > 0) hits.push(hitOf(world, account, giving, bindings));
		}
		return {examined, hits, unknown: []};
	},
});

type Bound = ReadonlyMap<Principal, Binding[]>;

/** Bindings that name a group and whose condition is not certainly false. */
function bindingsByGroup({inventory, access}: World): Bound {
	const byGroup = new Map<Principal, Binding[]>();
	for (const {resource, bindings} of inventory.policies.values()) {
		for (const binding of bindings) {
			const groups = binding.members.filter(({kind}) => kind === 'group');
			if (groups.length === 0) continue;
			// What is bound on a container reaches resources of any type and name below it.
			const {container, isContainer} = resource;
			const target: Target = {...resource, container, ...(isContainer && {assetType: UNKNOWN_RESOURCE})};
			if (access.conditionOn(binding, target, '')?.value === 'false') continue;
			for (const group of groups) {
				const known = byGroup.get(group);
				if (known) known.push(binding);
				else byGroup.set(group, [binding]);
			}
		}
	}
	return byGroup;
}

/** Groups that list an account itself, by account. */
function directGroups({inventory}: World): ReadonlyMap<Principal, Group[]> {
	const byAccount = new Map<Principal, Group[]>();
	for (const group of inventory.groups.values()) {
		for (const member of group.members) {
			if (member.kind !== 'serviceAccount' || accountKind(member.value) === 'service-agent') continue;
			const known = byAccount.get(member);
			if (known) known.push(group);
			else byAccount.set(member, [group]);
		}
	}
	return byAccount;
}

/** A group and those that it lies in, as far as something is granted to them. */
function boundSets({access}: World, group: Group, bindings: Bound): Binding[] {
	return access.memberships.setsOf(group.principal).flatMap(set => bindings.get(set) ?? []);
}

function hitOf(world: World, account: ServiceAccount, groups: readonly Group[], bindings: Bound): Hit {
	return {
		severity: 'low',
		confidence: 'certain',
		resource: account.name,
		detail() {
			const names = groups.map(({principal}) => principal.member).toSorted();
			const given = [...new Set(groups.flatMap(group => boundSets(world, group, bindings)))];
			return {
				message: `${account.email} gets access to ${given.length === 1 ? given[0]!.resource.name : `what ${given.length} bindings grant`} as a member of ${names.join(', ')}.`,
				evidence: {
					account: account.email,
					accountKind: account.kind,
					groups: names,
					bindings: given.length,
					examples: given.slice(0, 20).map(({resource, role}) => ({resource: resource.name, role})),
				},
				fix: {
					summary: `Find out which of the roles the account uses and grant it those by itself, then take it out of ${names.join(', ')}.`,
					changes: names.map((group): Change => ({
						op: 'remove-group-member',
						group,
						member: account.principal.member,
					})),
				},
			};
		},
	};
}
