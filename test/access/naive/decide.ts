/**
 * The naive evaluator: plain loops over a small world, written from the facts alone
 * (iam-semantics sections 1 to 3; contract, "can --format json"). It shares no code with src/access.
 */
import {both, either, not, type Truth} from './truth.ts';
import {treeValue} from './tree.ts';
import {federated, isAccount, isDenied, isMember, isOfCustomer, isServiceAgent, keyOf, projectOf} from './who.ts';
import {chainOf, CRM, homeOf, type Question, type SmallBoundary, type SmallWorld, type WhoTest} from './world.ts';

/** Everything a naive evaluator has to be told about permissions and roles of Google's. */
export interface Tables {
	/** v2 name, if deny rules can name it, and the groups that hold it. */
	deniable: Record<string, {name: string; groups: string[]} | undefined>;
	/** Lowest enforcement version that blocks it; undefined: none is sure. */
	boundaryFrom: Record<string, number | undefined>;
	roles: Record<string, string[] | undefined>;
}

/** `skip`: the facts do not decide this question. */
export type Decision = 'allow' | 'deny' | 'unknown condition' | 'unknown fact' | 'skip';

export function decide(world: SmallWorld, tables: Tables, question: Question): Decision {
	if (!canAct(world, question.principal)) return 'deny';
	const bounded = boundaryValue(world, tables, question);
	const denied = denyValue(world, tables, question);
	if (bounded === 'skip' || denied === 'skip') return 'skip';
	const value = both([not(bounded), not(denied), allowValue(world, tables, question)]);
	return value === true ? 'allow' : value === false ? 'deny' : `unknown ${value}`;
}

/** Deleted and disabled principals cannot act; neither can a federated one whose pool is switched off. */
function canAct(world: SmallWorld, principal: string): boolean {
	if (principal.startsWith('deleted:')) return false;
	for (const account of world.accounts)
		if (principal === `serviceAccount:${account.email}` && account.disabled) return false;
	const pool = federated(world, principal)?.pool;
	for (const disabled of world.disabledPools) if (pool === `iam.googleapis.com/${disabled}`) return false;
	return true;
}

/** The union of the policies of the resource and of everything above it. */
function allowValue(world: SmallWorld, tables: Tables, question: Question): Truth {
	const chain = [question.on];
	for (const key of chainOf(world, homeOf(world, question.on))) if (CRM + key !== question.on) chain.push(CRM + key);
	const ways: Truth[] = [];
	for (const on of chain) {
		for (const binding of world.bindings) {
			if (binding.on !== on) continue;
			const member = either(binding.members.map(named => holds(world, question.principal, named)));
			const hidden = /^(.+)_withcond_[0-9a-f]+$/.exec(binding.role);
			const condition = binding.condition ? treeValue(world, question, binding.condition) : true;
			const role = roleHolds(world, tables, hidden?.[1] ?? binding.role, question.permission);
			ways.push(both([member, role, condition, hidden ? 'condition' : true]));
		}
		if (!isPolicyRead(world, on)) ways.push('fact');
	}
	return either(ways);
}

/** Members, and the convenience values of Cloud Storage: holders of the basic role on that project, inherited ones too. */
function holds(world: SmallWorld, principal: string, member: string): Truth {
	const [, kind, project] = /^project(Owner|Editor|Viewer):(.+)$/.exec(member) ?? [];
	if (kind === undefined) return isMember(world, principal, member);
	const ways: Truth[] = [];
	for (const key of chainOf(world, keyOf(world, `projects/${project}`))) {
		for (const binding of world.bindings) {
			if (binding.on !== CRM + key || binding.role !== `roles/${kind.toLowerCase()}`) continue;
			for (const named of binding.members) ways.push(isMember(world, principal, named));
		}
		if (!isPolicyRead(world, CRM + key)) ways.push('fact');
	}
	return either(ways);
}

/** Contract, "What counts as read". */
function isPolicyRead(world: SmallWorld, on: string): boolean {
	if (world.unreadPolicies) {
		const container = CRM + homeOf(world, on);
		return !world.unreadPolicies.includes(on) && !world.unreadPolicies.includes(container);
	}
	const root = chainOf(world, homeOf(world, on)).at(-1);
	for (const binding of world.bindings) if (chainOf(world, homeOf(world, binding.on)).at(-1) === root) return true;
	return false;
}

function roleHolds(world: SmallWorld, tables: Tables, role: string, permission: string): Truth {
	for (const custom of world.roles) {
		if (custom.name === role) return custom.state === 'usable' && custom.permissions.includes(permission);
	}
	// roles/admin is at least owner, roles/writer at least editor; the rest of them is not told (facts README).
	const least = {'roles/admin': 'roles/owner', 'roles/writer': 'roles/editor', 'roles/reader': 'roles/viewer'}[role];
	if (least !== undefined) return tables.roles[least]!.includes(permission) ? true : 'fact';
	const known = tables.roles[role];
	return known === undefined ? 'fact' : known.includes(permission);
}

/** Groups, domains and sets: what takes from some of their members and not from others is in no fact. */
function isMany(principal: string): boolean {
	return !/^(user|serviceAccount|principal):/.test(principal);
}

/** Whether some deny rule at or above the resource's container blocks. */
function denyValue(world: SmallWorld, tables: Tables, question: Question): Truth | 'skip' {
	const deniable = tables.deniable[question.permission];
	if (!deniable) return false;
	const chain = chainOf(world, homeOf(world, question.on));
	const named = (permissions: string[]): boolean =>
		permissions.some(name => name === deniable.name || deniable.groups.includes(name));
	const blocks: Truth[] = [];
	for (const policy of world.denies) {
		if (!chain.includes(policy.attached)) continue;
		for (const rule of policy.rules) {
			if (!named(rule.permissions) || named(rule.exceptedPermissions)) continue;
			if (isMany(question.principal)) return 'skip';
			const denied = either(rule.denied.map(identifier => isDenied(world, question.principal, identifier)));
			const excepted = either(rule.excepted.map(identifier => isDenied(world, question.principal, identifier)));
			const condition = rule.condition ? treeValue(world, question, rule.condition) : true;
			blocks.push(both([denied, not(excepted), condition]));
		}
	}
	return not(both(blocks.map(not)));
}

/** Boundaries: unrestricted without one; with some, the union of what they list. */
function boundaryValue(world: SmallWorld, tables: Tables, question: Question): Truth | 'skip' {
	const chain = chainOf(world, homeOf(world, question.on));
	const perhaps: {boundary: SmallBoundary; applies: Truth}[] = [];
	for (const boundary of world.boundaries) {
		for (const {set, condition} of boundary.bound) {
			const test = condition ? whoValue(question.principal, condition.test, condition.negated) : true;
			const applies = both([inPrincipalSet(world, question.principal, set), test]);
			if (applies !== false) perhaps.push({boundary, applies});
		}
	}
	if (world.boundaries.length > 0 && isMany(question.principal)) return 'skip';
	if (perhaps.length === 0) return false;
	const from = tables.boundaryFrom[question.permission];
	if (from === undefined) return 'skip';
	const open = perhaps.filter(({applies}) => applies !== true);
	const outcomes = new Set<boolean>();
	// Every way in which the undecided ones could turn out.
	for (let choice = 0; choice < 2 ** open.length; choice++) {
		const applying = perhaps.filter(each => each.applies === true || (choice & (1 << open.indexOf(each))) !== 0);
		const lists = applying.some(({boundary}) => boundary.resources.some(key => chain.includes(key)));
		outcomes.add(applying.some(({boundary}) => boundary.version >= from) && !lists);
	}
	if (outcomes.size === 1) return outcomes.has(true);
	return open.some(({applies}) => applies === 'fact') ? 'fact' : 'condition';
}

function inPrincipalSet(world: SmallWorld, principal: string, set: string): Truth {
	const one = federated(world, principal);
	const workspace = /\/workspace\/(.+)$/.exec(set)?.[1];
	if (workspace !== undefined) return principal.startsWith('user:') ? isOfCustomer(world, principal, workspace) : false;
	if (!set.startsWith(CRM)) return one !== undefined && `//${one.pool}` === set;
	const key = keyOf(world, set.slice(CRM.length));
	const inProject = (project: string | undefined): boolean =>
		project !== undefined && chainOf(world, keyOf(world, project)).includes(key);
	if (isAccount(principal)) return !isServiceAgent(principal) && inProject(projectOf(world, principal));
	if (one?.kind === 'workload') return inProject(/projects\/[^/]+/.exec(one.pool)?.[0]);
	if (one?.kind === 'agent') return inProject(/projects\/[^/]+/.exec(one.inside)?.[0]);
	if (!key.startsWith('organizations/')) return false;
	// Which organization a workforce pool belongs to is told by its own asset.
	if (one?.kind === 'workforce') return 'fact';
	const domain = world.containers.find(container => container.key === key)?.domain;
	return principal.startsWith('user:') && domain !== undefined && principal.endsWith(`@${domain}`);
}

function whoValue(principal: string, test: WhoTest, negated: boolean): Truth {
	if (test === 'broken') return 'condition';
	const kind = principal.slice(0, principal.indexOf(':'));
	const email = principal.slice(principal.indexOf(':') + 1);
	const plain = kind === 'user' || isAccount(principal);
	let value: Truth;
	if ('type' in test) value = typeOf(principal) === test.type;
	// How the subject of a federated identity is spelled is in no source read.
	else if (!plain) value = 'condition';
	else value = 'subject' in test ? email === test.subject : email.endsWith(test.subjectEnds);
	return negated ? not(value) : value;
}

function typeOf(principal: string): string {
	const kind = principal.startsWith('user:')
		? 'WorkspaceIdentity'
		: isAccount(principal)
			? 'ServiceAccount'
			: principal.includes('workforcePools/')
				? 'WorkforcePoolIdentity'
				: principal.startsWith('principal://agents.')
					? 'AgentPoolIdentity'
					: 'WorkloadPoolIdentity';
	return `iam.googleapis.com/${kind}`;
}
