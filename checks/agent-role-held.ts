import {containerTarget, type Target} from '../src/access/evaluate.ts';
import {defineCheck, type Hit} from '../src/check.ts';
import type {Binding} from '../src/inventory/model.ts';
import type {Principal} from '../src/inventory/principals.ts';
import {isAgentOf, isAgentRole} from '../src/queries/agent-roles.ts';
import {bindingRef, causeOfGrant} from '../src/queries/grant-hits.ts';
import type {World} from '../src/world.ts';

export default defineCheck({
	id: 'agent-role-held',
	title: 'A role that Google made for a service agent is held by somebody else',
	severity: 'high',
	on: 'the resource whose policy grants it',
	needs: ['allowPolicies', 'groups'],
	threats: ['privilege escalation', 'impersonation'],
	practice: [20],
	why: 'Such roles hold whatever a Google service may ever need, impersonation and storage of the whole project included; Google adds to them without notice, and says not to grant them to anybody else.',
	fix: 'Give the holder a role for what it does, then remove the agent’s role from it.',
	references: [
		'https://cloud.google.com/iam/docs/service-agents',
		'https://cloud.google.com/iam/docs/service-account-types#service-agent-roles',
	],
	example: {
		fires: 'A build account holds Dataflow Service Agent, because an error message once named its permissions.',
		silent: 'The service’s own agent holds it, or the holder is deleted or disabled.',
	},
	inspect(world) {
		const hits: Hit[] = [];
		let examined = 0;
		for (const {resource, bindings} of world.inventory.policies.values()) {
			for (const binding of bindings) {
				if (!isAgentRole(binding.role) || !(resource.container?.inScope ?? true)) continue;
				const value = valueOf(world, binding);
				for (const member of new Set(binding.members)) {
					examined++;
					if (value !== 'false' && isStranger(world, member, binding.role))
						hits.push(hitOf(world, binding, member, value === 'true'));
				}
			}
		}
		return {examined, hits, unknown: []};
	},
});

function valueOf({access}: World, binding: Binding): string {
	const {resource} = binding;
	const {container} = resource;
	const target: Target = resource.isContainer && container ? containerTarget(container) : {...resource, container};
	return access.conditionOn(binding, target, '')?.value ?? 'true';
}

/** Anybody who can act and is not the agent: a group of nothing but that agent is it, too. */
function isStranger({access}: World, member: Principal, role: string): boolean {
	if (member.kind === 'unknown' || access.cannotAct(member) !== undefined) return false;
	if (member.kind === 'principalSet' && member.value.endsWith('/type/ServiceAgent')) return false;
	if (member.kind === 'serviceAccount') return !isAgentOf(member.value, role);
	if (member.kind !== 'group' || access.memberships.isOpen(member)) return true;
	return access.memberships
		.membersOf(member)
		.some(one => !(one.kind === 'serviceAccount' && isAgentOf(one.value, role)) && access.cannotAct(one) === undefined);
}

function hitOf(world: World, binding: Binding, member: Principal, isSure: boolean): Hit {
	const {resource, role} = binding;
	return {
		severity: 'high',
		confidence: isSure ? 'certain' : 'conditional',
		resource: resource.name,
		principal: member.member,
		cause: causeOfGrant({binding}, member),
		detail: () => ({
			message: `${member.member} holds ${role} on ${resource.container && resource.isContainer ? resource.container.key : resource.name}, a role that only a service agent of Google should have.`,
			evidence: {
				bindingOn: resource.name,
				role,
				title: world.access.roles.get(role).title ?? role,
				principals: Math.max(1, world.access.memberships.membersOf(member).length),
			},
			fix: {
				summary: `Find out what ${member.member} uses of it, grant a role for just that, then remove ${role}.`,
				changes: [{op: 'remove-binding', ...bindingRef({binding}, member)}],
			},
		}),
	};
}
