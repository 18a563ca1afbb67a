import {containerTarget} from '../src/access/evaluate.ts';
import type {Grant} from '../src/access/grants.ts';
import type {RoleClass} from '../src/access/role-class.ts';
import {defineCheck, type Hit} from '../src/check.ts';
import {ACT_AS, DELEGATION, DIRECT} from '../src/graph/escalations.ts';
import {CERTAIN, CONDITIONAL, CONFIDENCE, type Sureness, UNVERIFIED} from '../src/graph/rights.ts';
import {accountKind} from '../src/inventory/account-kind.ts';
import type {Container} from '../src/inventory/model.ts';
import type {Principal} from '../src/inventory/principals.ts';
import {bindingRef, causeOfGrant, lowered} from '../src/queries/grant-hits.ts';
import {isAgentRole} from '../src/queries/agent-roles.ts';
import type {World} from '../src/world.ts';

/** Minting, signing, delegating and acting as; not keys and policies, which have checks of their own. */
const PERMISSIONS: readonly string[] = [
	...new Set(DIRECT.filter(({mints}) => mints).map(({permission}) => permission)),
	DELEGATION.permission,
	ACT_AS,
];

export default defineCheck({
	id: 'project-wide-impersonation',
	title: 'A right to impersonate service accounts is granted on a whole project, folder or organization',
	severity: 'medium on a project, high above; one lower where the grant ends by itself',
	on: 'the container',
	needs: ['allowPolicies', 'roles', 'groups'],
	threats: ['privilege escalation', 'impersonation'],
	practice: [23],
	why: 'It covers every account of the container, those made later too: the next account with more power is reached by everybody who was meant to use the first one.',
	fix: 'Grant the role on the accounts that are needed, then remove it from the container.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#project-folder-grants',
		'https://cloud.google.com/iam/docs/service-account-permissions',
	],
	example: {
		fires: 'A group holds Service Account Token Creator or Service Account User on a project.',
		silent:
			'The role is granted on one account, is Owner or Editor, is a service agent’s own, or its holder owns the container.',
	},
	inspect(world) {
		const hits: Hit[] = [];
		const byRole = new Map<RoleClass, readonly string[]>();
		let examined = 0;
		for (const grant of world.grants.grants) {
			const {container, isContainer} = grant.binding.resource;
			if (grant.entitlement || !isContainer || !container?.inScope) continue;
			const {cls} = grant;
			let permissions = byRole.get(cls);
			if (!permissions) byRole.set(cls, (permissions = PERMISSIONS.filter(one => cls.watched.has(one))));
			if (permissions.length === 0 || cls.owner || cls.editorLike) continue;
			for (const member of new Set(grant.binding.members)) {
				examined++;
				if (!isHolder(world, grant, member, container)) continue;
				const sure = surenessOf(world, grant, member, container, permissions);
				if (sure !== undefined) hits.push(hitOf(world, grant, member, permissions, sure));
			}
		}
		return {examined, hits, unknown: []};
	},
});

/** Somebody who can act, to whom it says something that other checks do not. */
function isHolder(world: World, {binding}: Grant, member: Principal, container: Container): boolean {
	if (member.kind === 'unknown' || world.access.cannotAct(member) !== undefined) return false;
	if (world.powers.isOwnerLike(member, container)) return false;
	if (!isAgentRole(binding.role)) return true;
	const isAgent =
		(member.kind === 'serviceAccount' && accountKind(member.value) === 'service-agent') ||
		(member.kind === 'principalSet' && member.value.endsWith('/type/ServiceAgent'));
	return !isAgent;
}

/** Undefined: the condition or a deny rule leaves nothing of it. */
function surenessOf(
	world: World,
	grant: Grant,
	member: Principal,
	container: Container,
	permissions: readonly string[],
): Sureness | undefined {
	const {access, rights} = world;
	let sure: Sureness | undefined;
	for (const permission of permissions) {
		const value = valueOnAccounts(world, grant, container, permission);
		if (value === 'false') continue;
		const barred = access.profile(member) === 0 ? CERTAIN : rights.unbarred(member, permission, container);
		if (barred === undefined) continue;
		const here = Math.min(barred, value === 'true' ? CERTAIN : CONDITIONAL) as Sureness;
		if (sure === undefined || here > sure) sure = here;
	}
	return sure;
}

function valueOnAccounts({access, order}: World, grant: Grant, container: Container, permission: string): string {
	const {binding} = grant;
	if (!binding.condition && !grant.cls.role.hiddenCondition) return 'true';
	// Conditions on tags may say something else of each account; some account it must let through.
	if (access.compiled(binding)?.uses.tags) {
		const {lo, hi} = order.below(container);
		let best = lo === hi ? 'unknown' : 'false';
		for (let number = lo; number < hi && best !== 'true'; number++) {
			const account = order.accounts[number]!;
			const target = {name: account.name, assetType: ACCOUNT, container: account.project, account};
			const value = access.conditionOn(binding, target, permission)?.value ?? 'true';
			if (value !== 'false') best = value;
		}
		return best;
	}
	const any = {...containerTarget(container), name: '', assetType: ACCOUNT, account: {email: '', name: ''} as never};
	return access.conditionOn(binding, any, permission)?.value ?? 'true';
}

const ACCOUNT = 'iam.googleapis.com/ServiceAccount';

function hitOf(world: World, grant: Grant, member: Principal, permissions: readonly string[], sure: Sureness): Hit {
	const {binding} = grant;
	const container = binding.resource.container!;
	const severity = container.kind === 'project' ? 'medium' : 'high';
	return {
		severity: world.rights.isTemporary(grant) ? lowered(severity) : severity,
		confidence: CONFIDENCE[sure] ?? CONFIDENCE[UNVERIFIED]!,
		resource: container.name,
		principal: member.member,
		cause: causeOfGrant(grant, member),
		detail() {
			const {lo, hi} = world.order.below(container);
			const covers = hi - lo === 1 ? 'the one service account' : `all ${hi - lo} service accounts`;
			return {
				message: `${member.member} holds ${binding.role} on ${container.key}: it covers ${covers} there, and every one to come.`,
				evidence: {
					bindingOn: container.name,
					role: binding.role,
					permissions,
					principals: Math.max(1, world.access.memberships.membersOf(member).length),
					targets: hi - lo,
					examples: world.order.accounts.slice(lo, Math.min(hi, lo + 20)).map(({email}) => email),
				},
				fix: {
					summary: `Grant ${binding.role} to ${member.member} on the accounts that are really used, then remove it from ${container.key}.`,
					changes: [{op: 'remove-binding', ...bindingRef(grant, member)}],
				},
			};
		},
	};
}
