import type {Grant} from '../src/access/grants.ts';
import type {Pair} from '../src/access/power.ts';
import {levelRank, type RoleClass} from '../src/access/role-class.ts';
import {defineCheck, type Hit} from '../src/check.ts';
import {CONFIDENCE, type Sureness} from '../src/graph/rights.ts';
import {accountKind} from '../src/inventory/account-kind.ts';
import type {Container, ServiceAccount} from '../src/inventory/model.ts';
import {accountName, projectOfEmail} from '../src/inventory/names.ts';
import type {Principal} from '../src/inventory/principals.ts';
import {accountsByPrincipal} from '../src/queries/account-of.ts';
import {bindingsOf, grantsOnContainers, stillAdministering, taking} from '../src/queries/account-grants.ts';
import {isFederated} from '../src/queries/who.ts';
import type {World} from '../src/world.ts';

const REWRITING = levelRank('policy rewriting');
const UPDATE_ROLES = 'iam.roles.update';

/** What makes an account an administrator, and how sure that is. */
interface Administration {
	level: string;
	container: Container;
	/** On how many containers beside it. */
	others: number;
	sure: Sureness;
	telling: Grant[];
}

export default defineCheck({
	id: 'admin-service-account',
	title: 'A service account holds administration rights on a project or above',
	severity: 'high',
	on: 'the account',
	needs: ['allowPolicies', 'roles', 'groups', 'serviceAccounts'],
	threats: ['privilege escalation', 'impersonation'],
	practice: [20],
	why: 'A program has no judgement and no second factor: whoever gets hold of its credentials, its code or its machine administers the whole project.',
	fix: 'Give the account the roles that its work needs, on the resources that it works on; deployment accounts too.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#privilege-escalation',
		'https://cloud.google.com/iam/docs/roles-overview#basic',
	],
	example: {
		fires:
			'A deployment account is Owner or Editor of its project, or may rewrite its allow policy or custom roles, by itself, a group or a custom role.',
		silent:
			'The account is disabled, is a service agent or a default account (a check of its own), or holds an admin role of one service only.',
	},
	inspect(world) {
		const hits: Hit[] = [];
		const updating = updatersOf(world);
		let examined = 0;
		for (const account of [...world.inventory.accounts.values(), ...strangers(world)]) {
			if (account.kind !== 'user-managed' || !(account.project?.inScope ?? true)) continue;
			examined++;
			if (account.disabled) continue;
			const found = administration(world, account, updating);
			if (found) hits.push(hitOf(world, account, found));
		}
		return {examined, hits, unknown: []};
	},
});

type Holder = Pick<ServiceAccount, 'email' | 'name' | 'principal' | 'project' | 'kind' | 'disabled' | 'keys'>;

/** Accounts of projects outside the inventory to which something is granted here. */
function* strangers(world: World): Generator<Holder> {
	const accounts = accountsByPrincipal(world);
	for (const principal of world.grants.members()) {
		const {kind, value: email} = principal;
		if (kind !== 'serviceAccount' || accounts.has(principal) || isFederated(principal)) continue;
		const project = projectOfEmail(email)?.slice('projects/'.length) ?? '-';
		const name = accountName(project, email);
		yield {email, name, principal, project: undefined, kind: accountKind(email), disabled: false, keys: []};
	}
}

function administration(world: World, account: Holder, updating: ReadonlySet<Principal>): Administration | undefined {
	const {certain, possible} = world.powers.of(account.principal);
	const updaters = roleUpdaters(world, account, updating);
	// The strongest pair comes first.
	if (updaters.length === 0 && !(possible.length > 0 && possible[0]!.rank >= REWRITING)) return undefined;
	const admins = (pairs: readonly Pair[]): Pair[] =>
		pairs.filter(({rank, grants}) => rank >= REWRITING && grants.every(grant => !grant.entitlement));
	const sure = admins(certain);
	const pairs = sure.length > 0 ? sure : admins(possible);
	const [strongest] = pairs;
	if (strongest) {
		const telling = [...pairs.flatMap(pair => pair.grants), ...updaters.map(({grant}) => grant)];
		const {level, container} = strongest;
		const others = new Set(pairs.map(pair => pair.container)).size - 1;
		return {level, container, others, sure: sure.length > 0 ? 2 : 1, telling};
	}
	const [updater] = updaters.toSorted((a, b) => b.sure - a.sure);
	if (!updater) return undefined;
	return {
		level: 'able to rewrite custom roles',
		container: updater.grant.binding.resource.container!,
		others: updaters.length - 1,
		sure: updater.sure,
		telling: updaters.map(({grant}) => grant),
	};
}

/** Whether a grant is on a container and of a role that updates custom roles. */
const mayUpdate = ({cls, entitlement, binding}: Grant): boolean =>
	cls.updatesRoles && !entitlement && binding.resource.isContainer && binding.resource.container !== undefined;

/** Members of such grants. */
function updatersOf({grants}: World): ReadonlySet<Principal> {
	return new Set(grants.grants.filter(mayUpdate).flatMap(({binding}) => binding.members));
}

/** Grants by which an account may update custom roles. */
function roleUpdaters(
	world: World,
	{principal}: Holder,
	updating: ReadonlySet<Principal>,
): {grant: Grant; sure: Sureness}[] {
	const {access, grants, rights} = world;
	const found: {grant: Grant; sure: Sureness}[] = [];
	for (const set of access.memberships.setsOf(principal)) {
		if (!updating.has(set)) continue;
		for (const grant of grants.of(set)) {
			if (!mayUpdate(grant)) continue;
			const right = rights.rewrites(principal, grant, grant.binding.resource.container!, UPDATE_ROLES);
			if (right && !found.some(known => known.grant === grant)) found.push({grant, sure: right.sure});
		}
	}
	return found;
}

const administers = ({rewrites, updatesRoles}: RoleClass): boolean =>
	updatesRoles || rewrites.project || rewrites.folder || rewrites.organization;

/** One finding per account: all that makes it an administrator has to go for it to be ended. */
function hitOf(world: World, account: Holder, {level, container, others, sure, telling}: Administration): Hit {
	const all = (): Grant[] => {
		const rest = grantsOnContainers(world, account).filter(grant => !telling.includes(grant));
		const also = rest.filter(({cls}) => administers(cls));
		const left = rest.filter(grant => !also.includes(grant));
		const places = [...new Set(left.map(({binding}) => binding.resource.container!))];
		return [...new Set([...telling, ...also, ...stillAdministering(world, left, places)])];
	};
	return {
		severity: 'high',
		confidence: CONFIDENCE[sure]!,
		resource: account.name,
		principal: account.principal.member,
		detail() {
			const bindings = bindingsOf(world, account, all());
			return {
				message: `${account.email} is ${level} on ${container.key}${others > 0 ? ` and ${others} more` : ''} by ${[...new Set(bindings.map(({role}) => role))].join(', ')}.`,
				evidence: {
					account: account.email,
					level,
					scope: container.key,
					bindings: bindings.map(({condition, ...binding}) => ({
						...binding,
						...(condition && {condition: condition.expression}),
					})),
					keys: account.keys.filter(key => !key.disabled).length,
				},
				fix: {
					summary:
						'Find out what the account does (its audit logs, or the role recommender), grant it the roles for just that on the resources it works on, then remove these.',
					changes: taking(world, account, bindings),
				},
			};
		},
	};
}
