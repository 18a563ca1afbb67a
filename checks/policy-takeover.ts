import {defineCheck, type Fix, type Hit} from '../src/check.ts';
import {CONFIDENCE} from '../src/graph/rights.ts';
import {bindingRef, causeOfGrant, lowered} from '../src/queries/grant-hits.ts';
import {gainedText, othersText} from '../src/queries/opening-hits.ts';
import {type GroupTakeover, roleResource, type Takeover, takeovers} from '../src/queries/takeovers.ts';
import type {World} from '../src/world.ts';

export default defineCheck({
	id: 'policy-takeover',
	title: 'Somebody who is no owner can rewrite a policy, role or group that would make him one',
	severity:
		'critical where it leads to owner-like power over a project or above, else high; one lower where the grant ends by itself',
	on: 'the account, container, custom role or group',
	needs: ['allowPolicies', 'roles', 'groups', 'serviceAccounts'],
	threats: ['privilege escalation'],
	practice: [21],
	why: 'Who may change an allow policy may grant himself everything in it with one command; a right to administer access is the access itself.',
	fix: 'Leave such rights to the few who own the place anyway; a pipeline that must grant gets a condition that limits which roles it may grant.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#change-allow-policies',
		'https://cloud.google.com/iam/docs/setting-limits-on-granting-roles',
	],
	example: {
		fires:
			'A support group is Project IAM Admin of production, or manages the membership of the administrators’ group.',
		silent: 'The one who may rewrite the policy owns the project, or the account has no power that he lacks.',
	},
	inspect(world) {
		const {examined, found} = takeovers(world);
		return {examined, hits: found.map(takeover => hitOf(world, takeover)), unknown: []};
	},
});

function hitOf(world: World, takeover: Takeover): Hit {
	const severity = takeover.owner ? 'critical' : 'high';
	const grant = takeover.kind === 'group' ? undefined : takeover.grant;
	return {
		severity: grant && world.rights.isTemporary(grant) ? lowered(severity) : severity,
		confidence: CONFIDENCE[takeover.sure]!,
		resource: resourceOf(takeover),
		principal: takeover.member.member,
		...(grant && {cause: causeOfGrant(grant, takeover.member)}),
		path: () =>
			takeover.kind === 'account'
				? world.explainer.path(takeover.gains.best!.reached.from, takeover.gains.best!.account, {grant})
				: world.explainer.path(takeover.last, undefined),
		detail: () => ({
			message: messageOf(takeover),
			evidence: evidenceOf(world, takeover),
			fix: fixOf(takeover),
		}),
	};
}

function resourceOf(takeover: Takeover): string {
	switch (takeover.kind) {
		case 'container':
			return takeover.grant.binding.resource.name;
		case 'account':
			return takeover.gains.best!.account.name;
		case 'role':
			return roleResource(takeover.holds.binding.role);
		case 'group':
			return takeover.group.name;
	}
}

function messageOf(takeover: Takeover): string {
	const who = takeover.member.member;
	switch (takeover.kind) {
		case 'container': {
			const {containers, grant, owner} = takeover;
			const place = grant.binding.resource.container!;
			const what =
				containers.length === 1 ? containers[0]!.key : `${containers.length} projects and folders below ${place.key}`;
			const how = owner ? 'so it can make itself Owner' : 'within the roles that a condition lets it grant';
			return `${who} can rewrite the allow policy of ${what} by ${grant.binding.role} on ${place.key}, ${how}.`;
		}
		case 'account': {
			const {gains, grant} = takeover;
			return `${who} can rewrite the allow policy of ${gains.best!.account.email}${othersText(gains)} by ${grant.binding.role} on ${grant.binding.resource.name} and gains ${gainedText(gains)}.`;
		}
		case 'role': {
			const {actor, holds, container, grant} = takeover;
			const holder = actor === takeover.member ? 'which it holds' : `which its member ${actor.member} holds`;
			return `${who} can add any permission to ${holds.binding.role}, ${holder} on ${container.key}, by ${grant.binding.role} on ${grant.binding.resource.container!.key}.`;
		}
		case 'group': {
			const {group, by, gained} = takeover;
			const how = by === 'joining' ? 'can join' : `as ${by === 'owner' ? 'an owner' : 'a manager'} can put itself into`;
			return `${by === 'joining' ? `Everybody of ${who}` : who} ${how} ${group.principal.member}, which is ${gained.level} on ${gained.container.key}.`;
		}
	}
}

function evidenceOf(world: World, takeover: Takeover): Record<string, unknown> {
	const principals = Math.max(1, world.access.memberships.membersOf(takeover.member).length);
	if (takeover.kind === 'group') {
		const {level, container} = takeover.gained;
		return {by: takeover.by, principals, gains: [{level, scope: container.key}]};
	}
	const {binding} = takeover.grant;
	const common = {bindingOn: binding.resource.name, role: binding.role, principals};
	switch (takeover.kind) {
		case 'container':
			return {
				...common,
				targets: takeover.containers.length,
				examples: takeover.containers.slice(0, 20).map(({key}) => key),
			};
		case 'account':
			return {
				...common,
				targets: takeover.gains.count,
				examples: takeover.gains.examples,
				gains: takeover.gains.best!.gained.slice(0, 5).map(pair => ({level: pair.level, scope: pair.container.key})),
			};
		case 'role':
			return {
				...common,
				customRole: takeover.holds.binding.role,
				heldOn: takeover.container.key,
				holder: takeover.actor.member,
			};
	}
}

function fixOf(takeover: Takeover): Fix {
	if (takeover.kind === 'group') return groupFix(takeover);
	const {grant, member} = takeover;
	const {binding, entitlement} = grant;
	if (entitlement) {
		const summary = `Take ${member.member} off the eligible users of the entitlement ${entitlement.name}, or require approval for it. No single change ends it: edit the entitlement.`;
		return {summary, changes: []};
	}
	return {
		summary: `Remove ${binding.role} from ${member.member} on ${binding.resource.name}. If it must grant some roles, grant it this one with a condition that names them (api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([...])).`,
		changes: [{op: 'remove-binding', ...bindingRef(grant, member)}],
	};
}

function groupFix({group, member, by}: GroupTakeover): Fix {
	const name = group.principal.member;
	if (by === 'joining')
		return {
			summary: `Let people join ${name} only when they are asked in, and look who has joined.`,
			changes: [{op: 'close-group', group: name}],
		};
	return {
		summary: `Take ${member.member} out of the ${by}s of ${name}, and leave its membership to people who own what it is granted.`,
		changes: [
			{
				op: 'remove-group-member',
				group: name,
				member: member.member,
				roles: [by === 'owner' ? 'OWNER' : 'MANAGER'],
			},
		],
	};
}
