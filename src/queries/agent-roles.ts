/**
 * Roles that Google made for its service agents, and whose they are. Facts: data/service-agents.json; that all of
 * them and no others have `serviceAgent` in their names: the shipped role data (266 roles). [seen]
 */
import {readDataFile} from '../data-file.ts';
import {accountKind} from '../inventory/account-kind.ts';

interface AgentData {
	agents: {emails: string[]; roles: string[]}[];
}

export function isAgentRole(role: string): boolean {
	return role.startsWith('roles/') && /serviceAgent/i.test(role);
}

interface Agents {
	/** Hosts of agent e-mails by role. */
	hostsOf: ReadonlyMap<string, ReadonlySet<string>>;
	/** Hosts of agents of which the roles are known. */
	known: ReadonlySet<string>;
}

let agents: Agents | undefined;

function read(): Agents {
	if (agents) return agents;
	const data = JSON.parse(readDataFile('service-agents.json').toString('utf8')) as AgentData;
	const hostsOf = new Map<string, Set<string>>();
	const known = new Set<string>();
	for (const {emails, roles} of data.agents) {
		for (const email of emails) {
			const host = hostOf(email.toLowerCase());
			if (roles.length > 0) known.add(host);
			for (const role of roles) hostsOf.set(role, (hostsOf.get(role) ?? new Set()).add(host));
		}
	}
	return (agents = {hostsOf, known});
}

const hostOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1);

/**
 * Whether an account is the agent that a role was made for. Of agents and roles whose counterpart Google does not
 * publish nobody can say that they do not belong together.
 */
export function isAgentOf(email: string, role: string): boolean {
	if (accountKind(email) !== 'service-agent') return false;
	const {hostsOf, known} = read();
	const hosts = hostsOf.get(role);
	return !hosts || hosts.has(hostOf(email)) || !known.has(hostOf(email));
}
