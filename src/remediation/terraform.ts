/**
 * Fixes as Terraform, for people whose policies live in code: blocks to write, and, as comments, blocks to delete.
 * The labels are ours, the values real. Facts: resources and arguments of the Google provider 6 [recalled].
 */
import {containerKey, parseAccountName} from '../inventory/names.ts';
import {parseMember} from '../inventory/principals.ts';
import type {BindingRef, Change} from './change.ts';
import {allowedValue} from './constraints.ts';
import {commented, hcl, type Item, resource} from './hcl.ts';
import {providerParagraph} from './provider-terraform.ts';
import {policyResource, roleName} from './resources.ts';
import {workloadParagraph} from './workload-terraform.ts';

/** HCL for all changes, in their order, one paragraph each; empty without changes. */
export function terraformOf(changes: readonly Change[]): string {
	return changes
		.map((change, index) => `${paragraph(change, `${change.op.replaceAll('-', '_')}_${index + 1}`)}\n`)
		.join('\n');
}

function paragraph(change: Change, label: string): string {
	switch (change.op) {
		case 'remove-binding':
		case 'add-binding':
			return binding(change, change.op, label);
		case 'remove-group-member':
			return [
				`# Delete this block; its group is ${hcl(parseMember(change.group).value)}:`,
				commented(
					resource('google_cloud_identity_group_membership', label, [
						{block: 'preferred_member_key', items: [['id', hcl(parseMember(change.member).value)]]},
					]),
				),
			].join('\n');
		case 'close-group':
			return resource('googleworkspace_group_settings', label, [
				['email', hcl(parseMember(change.group).value)],
				['who_can_join', hcl('INVITED_CAN_JOIN')],
			]);
		case 'remove-delegation':
			return `# No Terraform resource holds domain-wide delegation: remove the client ${hcl(change.client)} in the admin console.`;
		case 'disable-key':
		case 'delete-key':
			return key(change.op, change.resource, label);
		case 'disable-account':
		case 'delete-account':
			return account(change.op, change.resource, label);
		case 'enforce-constraint':
			return constraint(change.resource, change.constraint, label);
		case 'enable-audit-logs':
		case 'end-audit-exemption':
			return auditConfig(change, label);
		case 'update-provider':
			return providerParagraph(change, label);
		default:
			return workloadParagraph(change, label);
	}
}

function binding(ref: BindingRef, op: 'remove-binding' | 'add-binding', label: string): string {
	const {terraform} = policyResource(ref.resource);
	const role = roleName(ref.role);
	if (!terraform) {
		const verb = op === 'remove-binding' ? 'Take' : 'Give';
		const from = op === 'remove-binding' ? 'from' : 'to';
		const condition = ref.condition ? ` under the condition ${hcl(ref.condition.expression)}` : '';
		return `# ${verb} ${hcl(role)} on ${hcl(ref.resource)} ${from} ${hcl(ref.member)}${condition}.`;
	}
	const items: Item[] = [
		...terraform.arguments.map(([name, value]): Item => [name, hcl(value)]),
		['role', hcl(role)],
		['member', hcl(ref.member)],
	];
	if (ref.condition) {
		const {title, description, expression} = ref.condition;
		const parts: [string, string | undefined][] = [
			['title', title],
			['description', description],
			['expression', expression],
		];
		items.push({
			block: 'condition',
			items: parts.flatMap(([name, value]): Item[] => (value === undefined ? [] : [[name, hcl(value)]])),
		});
	}
	const text = resource(terraform.type, label, items);
	if (op === 'add-binding') return text;
	const wider = terraform.type.replace(/member$/, '');
	return `# Delete this block, or take the member out of the ${wider}binding or ${wider}policy that has it:\n${commented(text)}`;
}

function key(op: 'disable-key' | 'delete-key', name: string, label: string): string {
	const parts = parseAccountName(name);
	const say =
		op === 'disable-key'
			? 'Terraform cannot disable a key. Once it is disabled and nothing breaks, delete the block that made it'
			: 'Delete the block that made it';
	return [
		`# Key ${hcl(parts?.key ?? name)}: ${say}:`,
		commented(
			resource('google_service_account_key', label, [
				['service_account_id', hcl(parts ? `projects/${parts.project}/serviceAccounts/${parts.account}` : name)],
			]),
		),
	].join('\n');
}

function account(op: 'disable-account' | 'delete-account', name: string, label: string): string {
	const parts = parseAccountName(name);
	// Others (default accounts, numeric ids) have no such block: Google made them, or the name hides the `account_id`.
	const id = /^([^@]+)@[^@]+\.iam\.gserviceaccount\.com$/s.exec(parts?.account ?? '')?.[1];
	if (!parts || id === undefined) {
		return `# No google_service_account block makes the account ${hcl(parts?.account ?? name)}.`;
	}
	const text = resource('google_service_account', label, [
		['project', hcl(parts.project)],
		['account_id', hcl(id)],
		...(op === 'disable-account' ? [['disabled', 'true'] satisfies Item] : []),
	]);
	return op === 'disable-account'
		? `# Set \`disabled\` in the block of this account:\n${text}`
		: `# Delete this block:\n${commented(text)}`;
}

function constraint(container: string, name: string, label: string): string {
	const parent = containerKey(container) ?? container;
	const value = allowedValue(name);
	const rule: Item =
		value === undefined ? ['enforce', hcl('TRUE')] : {block: 'values', items: [['allowed_values', `[${hcl(value)}]`]]};
	return resource('google_org_policy_policy', label, [
		['name', hcl(`${parent}/policies/${name}`)],
		['parent', hcl(parent)],
		{block: 'spec', items: [{block: 'rules', items: [rule]}]},
	]);
}

/** Type and argument by which a container's audit configs are written. */
const AUDIT_CONFIG: Readonly<Record<string, [type: string, argument: string]>> = {
	projects: ['google_project_iam_audit_config', 'project'],
	folders: ['google_folder_iam_audit_config', 'folder'],
	organizations: ['google_organization_iam_audit_config', 'org_id'],
};

/** The block of a service is all of its config: what else it has must stay in it. */
function auditConfig(
	change: Extract<Change, {op: 'enable-audit-logs' | 'end-audit-exemption'}>,
	label: string,
): string {
	const key = containerKey(change.resource) ?? change.resource;
	const [kind, id] = key.split('/') as [string, string];
	const found = AUDIT_CONFIG[kind];
	if (!found) return `# The audit config of ${hcl(change.resource)} for ${hcl(change.service)} has to change.`;
	const types = change.op === 'enable-audit-logs' ? change.types : [change.type];
	const text = resource(found[0], label, [
		[found[1], hcl(kind === 'folders' ? key : id)],
		['service', hcl(change.service)],
		...types.map((type): Item => ({block: 'audit_log_config', items: [['log_type', hcl(type)]]})),
	]);
	return change.op === 'enable-audit-logs'
		? `# This block is the whole config of the service there: keep the log types and exemptions that it has.\n${text}`
		: `# Take ${hcl(change.member)} out of exempted_members, so that the block reads so:\n${commented(text)}`;
}
