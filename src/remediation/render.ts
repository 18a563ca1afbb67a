/**
 * Fixes as text that people run: operations become gcloud commands, Terraform, the way back, and commands that show
 * that it worked. Each command changes one binding, member, key, account or constraint, never a whole policy.
 * Facts: commands, flags, and how gcloud reads `--condition`, `--filter` and delimiters, from the source of Google
 * Cloud SDK 528 [seen].
 */
import type {Fix} from '../check.ts';
import {containerKey, parseAccountName, type AccountNameParts} from '../inventory/names.ts';
import {parseMember} from '../inventory/principals.ts';
import type {Remediation} from '../report.ts';
import {argDict} from './arg-dict.ts';
import type {BindingRef, Change} from './change.ts';
import {allowedValue, isLegacyConstraint} from './constraints.ts';
import {providerCommands} from './provider-commands.ts';
import {policyResource, roleName} from './resources.ts';
import {shellCommand} from './shell.ts';
import {terraformOf} from './terraform.ts';
import {workloadCommands} from './workload-commands.ts';

/** The words of the commands for one change, without `gcloud`; a way back only where there is a way forth. */
export interface Commands {
	change: string[];
	undo?: string[];
	verify: string[];
	/** What must be known beside the commands, one sentence. */
	note?: string;
}

/**
 * The remediation of a fix. Pure and deterministic; the texts in it may come from strangers and are quoted for
 * the shell and for HCL.
 *
 * - `undo` assumes what the operation says: a group member had the roles that it names, a constraint was not set there.
 * - Deletions by gcloud ask before they delete; all other commands run unattended.
 */
export function renderFix(fix: Fix): Remediation {
	const gcloud: string[] = [];
	const undo: string[] = [];
	const verify = new Set<string>();
	const notes = new Set<string>();
	let without = 0;

	for (const change of fix.changes) {
		const commands = commandsFor(change);
		const command = commands && gcloudLine(commands.change);
		if (!commands || command === undefined) {
			without++;
			continue;
		}
		gcloud.push(command);
		const back = commands.undo && gcloudLine(commands.undo);
		if (back !== undefined) undo.unshift(back);
		const look = gcloudLine(commands.verify);
		if (look !== undefined) verify.add(look);
		if (commands.note !== undefined) notes.add(commands.note);
	}
	if (without > 0) notes.add(noCommand(without, fix.changes.length));
	return {
		summary: [fix.summary, ...notes].filter(Boolean).join(' '),
		gcloud,
		terraform: terraformOf(fix.changes),
		undo,
		verify: [...verify],
	};
}

function noCommand(without: number, all: number): string {
	const rest = 'see the Terraform text for what has to change.';
	return without === all
		? `gcloud has no command that changes just this: ${rest}`
		: `gcloud has no command for ${without} of these ${all} changes: ${rest}`;
}

const gcloudLine = (words: readonly string[]): string | undefined => shellCommand(['gcloud', ...words]);

function commandsFor(change: Change): Commands | undefined {
	switch (change.op) {
		case 'remove-binding':
			return bindingCommands(change, 'remove', 'add');
		case 'add-binding':
			return bindingCommands(change, 'add', 'remove');
		case 'remove-group-member':
			return membershipCommands(change.group, change.member, change.roles ?? []);
		// Joining is a setting of the Groups Settings API, delegation one of the admin console: gcloud has neither.
		case 'close-group':
		case 'remove-delegation':
			return undefined;
		case 'disable-key':
		case 'delete-key':
			return keyCommands(change.op, change.resource);
		case 'disable-account':
		case 'delete-account':
			return accountCommands(change.op, change.resource);
		case 'enforce-constraint':
			return constraintCommands(change.resource, change.constraint);
		case 'enable-audit-logs':
		case 'end-audit-exemption':
			// gcloud writes audit configs only with the whole policy.
			return undefined;
		case 'update-provider':
			return providerCommands(change);
		default:
			return workloadCommands(change);
	}
}

function bindingCommands(binding: BindingRef, forth: 'add' | 'remove', back: 'add' | 'remove'): Commands | undefined {
	const {gcloud} = policyResource(binding.resource);
	const condition = conditionFlag(binding.condition);
	if (!gcloud || condition === undefined || (binding.condition && !gcloud.conditions)) return undefined;
	const role = roleName(binding.role);
	const words = (verb: string): string[] => [
		...gcloud.group,
		`${verb}-iam-policy-binding`,
		...gcloud.target,
		`--member=${binding.member}`,
		`--role=${role}`,
		...(gcloud.conditions ? [`--condition=${condition}`] : []),
	];
	return {
		change: words(forth),
		undo: words(back),
		verify: [
			...gcloud.group,
			'get-iam-policy',
			...gcloud.target,
			...(gcloud.filters
				? [
						'--flatten=bindings[].members',
						`--filter=bindings.role=${filterText(role)} AND bindings.members=${filterText(binding.member)}`,
					]
				: []),
			'--format=json(bindings)',
		],
	};
}

/**
 * The value of `--condition`; undefined if gcloud cannot say it (it demands an expression and a title).
 * `None` says "the binding without one", which gcloud must be told if the policy has any condition.
 * gcloud finds a binding by expression, title and description together.
 */
function conditionFlag(condition: BindingRef['condition']): string | undefined {
	if (!condition) return 'None';
	const {expression, title, description} = condition;
	if (!expression || !title) return undefined;
	return argDict([
		`expression=${expression}`,
		`title=${title}`,
		...(description ? [`description=${description}`] : []),
	]);
}

/** A string of gcloud's filter language: `"` and `\` are escaped, nothing else is special in it. */
function filterText(text: string): string {
	return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

const BY_EMAIL: ReadonlySet<string> = new Set(['user', 'serviceAccount', 'group']);

/** Groups know members by e-mail; whatever else is in one (a whole domain) has no command. */
function membershipCommands(group: string, member: string, roles: readonly string[]): Commands | undefined {
	const {kind, value} = parseMember(member);
	const email = parseMember(group).value;
	if (!BY_EMAIL.has(kind) || parseMember(group).kind !== 'group') return undefined;
	const memberships = ['identity', 'groups', 'memberships'];
	const inGroup = `--group-email=${email}`;
	const words = (verb: string): string[] => [...memberships, verb, inGroup, `--member-email=${value}`];
	return {
		change: words('delete'),
		undo: [...words('add'), `--roles=${['MEMBER', ...roles].join(',')}`],
		verify: [...memberships, 'list', inGroup, '--format=value(preferredMemberKey.id)'],
	};
}

/** Undefined also for what would become a flag. No real account, project or key starts with a dash. */
function accountParts(resource: string): AccountNameParts | undefined {
	const parts = parseAccountName(resource);
	return parts && [parts.project, parts.account, parts.key].some(part => part?.startsWith('-')) ? undefined : parts;
}

function keyCommands(op: 'disable-key' | 'delete-key', resource: string): Commands | undefined {
	const parts = accountParts(resource);
	if (parts?.key === undefined) return undefined;
	const keys = ['iam', 'service-accounts', 'keys'];
	const account = [`--iam-account=${parts.account}`, `--project=${parts.project}`];
	const words = (verb: string): string[] => [...keys, verb, parts.key!, ...account];
	const verify = [...keys, 'list', ...account, '--managed-by=user', '--format=table(name.basename(),disabled)'];
	if (op === 'disable-key') return {change: words('disable'), undo: words('enable'), verify};
	return {
		change: words('delete'),
		verify,
		note: 'A deleted key cannot be brought back: disable it first and see that nothing breaks.',
	};
}

function accountCommands(op: 'disable-account' | 'delete-account', resource: string): Commands | undefined {
	const parts = accountParts(resource);
	if (!parts || parts.key !== undefined) return undefined;
	const accounts = ['iam', 'service-accounts'];
	const project = `--project=${parts.project}`;
	const words = (verb: string): string[] => [...accounts, verb, parts.account, project];
	if (op === 'disable-account') {
		return {
			change: words('disable'),
			undo: words('enable'),
			verify: [...words('describe'), '--format=value(disabled)'],
		};
	}
	const key = /^\d+$/.test(parts.account) ? 'uniqueId' : 'email';
	return {
		change: words('delete'),
		verify: [...accounts, 'list', project, `--filter=${key}=${filterText(parts.account)}`, '--format=value(email)'],
		note:
			'Deleting the account has no command that surely undoes it: note its unique id first, by which it can be ' +
			'undeleted for at most 30 days.',
	};
}

/** `--project=ID`, `--folder=N` or `--organization=N` of a container's name. */
function containerFlag(resource: string): string | undefined {
	const [kind, id] = containerKey(resource)?.split('/') ?? [];
	return kind === undefined ? undefined : `--${kind.slice(0, -1)}=${id}`;
}

function constraintCommands(resource: string, constraint: string): Commands | undefined {
	const container = containerFlag(resource);
	if (container === undefined || !isLegacyConstraint(constraint) || constraint.startsWith('-')) return undefined;
	const policies = ['resource-manager', 'org-policies'];
	const value = allowedValue(constraint);
	return {
		change:
			value === undefined
				? [...policies, 'enable-enforce', constraint, container]
				: [...policies, 'allow', constraint, value, container],
		undo: [...policies, 'delete', constraint, container],
		verify: ['org-policies', 'describe', constraint, '--effective', container],
		note: 'The way back takes the setting away here, so that what is set above holds again.',
	};
}
