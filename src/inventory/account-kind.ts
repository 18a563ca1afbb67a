/**
 * The three kinds of account, never lumped (checks.md). Facts: iam-semantics section 4 [seen];
 * agent e-mails: data/service-agents.json (Google's list of service agents, 2026-05-30).
 */
import {readDataFile} from '../data-file.ts';
import type {AccountKind} from './model.ts';

interface AgentData {
	agents: {emails: string[]; roles: string[]}[];
}

let agentHosts: ReadonlySet<string> | undefined;

/** Hosts of agent e-mails of the form `service-PROJECT_NUMBER@HOST` and the like, read once. */
function hosts(): ReadonlySet<string> {
	if (agentHosts) return agentHosts;
	const data = JSON.parse(readDataFile('service-agents.json').toString('utf8')) as AgentData;
	const found = new Set<string>();
	for (const agent of data.agents) {
		for (const email of agent.emails) {
			const host = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
			// A pattern like IDENTIFIER@PROJECT_ID.iam... would make every account an agent.
			if (!host.includes('project_id') && !NOT_AGENTS.test(host)) found.add(host);
		}
	}
	agentHosts = found;
	return found;
}

const NOT_AGENTS = /^(?:developer|appspot|cloudbuild)\.gserviceaccount\.com$/;

/**
 * Kind by e-mail: default (Compute Engine, App Engine, legacy Cloud Build), service agent, or
 * user-managed.
 */
export function accountKind(email: string): AccountKind {
	const host = email.slice(email.lastIndexOf('@') + 1);
	const local = email.slice(0, email.lastIndexOf('@'));
	if (host === 'developer.gserviceaccount.com') return 'default';
	if (host === 'appspot.gserviceaccount.com') return 'default';
	if (host === 'cloudbuild.gserviceaccount.com') return 'default';
	if (host === 'cloudservices.gserviceaccount.com' || host === 'system.gserviceaccount.com') return 'service-agent';
	if (host.startsWith('gcp-sa-')) return 'service-agent';
	if (/^service-(?:org-|folder-)?\d+$/.test(local) && hosts().has(host)) return 'service-agent';
	if (host.endsWith('.iam.gserviceaccount.com') && hosts().has(host)) return 'service-agent';
	return 'user-managed';
}
