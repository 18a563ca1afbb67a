import {defineCheck, type Hit} from '../src/check.ts';
import type {Container, ServiceAccount} from '../src/inventory/model.ts';
import {type AccountUse, AccountUses} from '../src/queries/account-uses.ts';
import {type Settings, settingsOf} from '../src/settings.ts';
import type {World} from '../src/world.ts';

const ID = 'naming-convention';
const SETTINGS = {
	prefixes: {
		kind: 'word lists',
		standard: {
			vm: ['vm-'],
			'workload-identity': ['wi-'],
			federation: ['wif-'],
			'on-premises': ['onprem-'],
			attached: [],
			other: [],
		},
		about:
			'What names begin with, by use: of VMs, of pods by Workload Identity, of workloads elsewhere by federation, of machines of one’s own by a key, of other workloads that accounts are attached to; under `other` whatever cannot be compared with the use.',
	},
	contact: {
		kind: 'switch',
		standard: false,
		strict: true,
		about:
			'The description has to hold a contact or a link: an e-mail address, a URL, or a short link such as go/team.',
	},
} as const satisfies Settings;

interface Convention {
	/** What names begin with, by use. */
	prefixes: readonly (readonly [use: string, prefixes: readonly string[]])[];
	contact: boolean;
}

/** Which uses fit a name that promises one. A machine elsewhere may come by federation as well as by a key. */
const FITTING: Readonly<Record<string, readonly AccountUse[]>> = {
	vm: ['vm'],
	'workload-identity': ['workload-identity'],
	federation: ['federation'],
	'on-premises': ['on-premises', 'federation'],
	attached: ['attached', 'vm'],
};

/** Uses that keys, machines and policies tell of. */
const TOLD: readonly AccountUse[] = ['on-premises', 'vm', 'federation'];

const CONTACT = /[^\s@]+@[^\s@]+\.[^\s@]+|\bhttps?:\/\/\S+|(?:^|\s)go\/\S+/i;

export default defineCheck({
	id: ID,
	title: 'Accounts do not follow the naming convention, or nothing says what they are for',
	severity: 'low',
	on: 'the project; the evidence lists the accounts',
	needs: ['serviceAccounts'],
	looksAt: ['serviceAccountKeys', 'allowPolicies', 'workloads'],
	threats: ['repudiation'],
	practice: [10],
	why: 'Whoever meets an account in a policy or a log has nothing but its name and description to tell what it should be doing.',
	fix: 'Describe each account with its purpose and whom to ask. E-mail addresses cannot be changed: make new accounts by the convention, and move the workloads over.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#naming-convention',
		'https://cloud.google.com/iam/docs/service-accounts-create',
	],
	settings: SETTINGS,
	example: {
		fires: 'An account sa1@ without a description; an account vm-report@ that only a Cloud Run service runs as.',
		silent:
			'An account wif-deploy@ that a federated pipeline uses, described as “Deploys the shop; ask shop@example.com”.',
	},
	inspect(world) {
		const {prefixes, contact} = settingsOf(world.config, ID, SETTINGS);
		const convention: Convention = {prefixes: Object.entries(prefixes), contact};
		const uses = new AccountUses(world.inventory);
		const unknown: string[] = [];
		const hits: Hit[] = [];
		let examined = 0;
		for (const project of world.inventory.containers) {
			if (project.kind !== 'project' || !project.inScope) continue;
			const accounts = project.accounts.filter(
				({read, kind, disabled}) => read && kind === 'user-managed' && !disabled,
			);
			if (accounts.length === 0) continue;
			examined += accounts.length;
			const wrong: Misnamed[] = [];
			for (const account of accounts) {
				const faults = faultsOf(world, account, uses, convention, unknown);
				if (faults.length > 0) wrong.push({account, faults});
			}
			if (wrong.length > 0) hits.push(hitOf(project, wrong, accounts.length));
		}
		return {examined, hits, unknown};
	},
});

interface Misnamed {
	account: ServiceAccount;
	/** In words. */
	faults: string[];
}

/** @param unknown takes why a use could not be told */
function faultsOf(
	world: World,
	account: ServiceAccount,
	uses: AccountUses,
	{prefixes, contact}: Convention,
	unknown: string[],
): string[] {
	const faults: string[] = [];
	const name = account.email.slice(0, account.email.indexOf('@'));
	const promised: string[] = [];
	for (const [use, ours] of prefixes) if (ours.some(prefix => name.startsWith(prefix))) promised.push(use);
	if (promised.length === 0) faults.push('no purpose prefix');
	const fitting = promised.length === 0 ? [] : promised.flatMap(use => FITTING[use] ?? []);
	if (fitting.length > 0 && !promised.includes('other')) {
		const seen = uses.of(account);
		if (seen.size > 0 && !fitting.some(use => seen.has(use))) {
			const gap = fitting.flatMap(use => gapOf(world, account, use, uses) ?? [])[0];
			if (gap === undefined) faults.push(`named for ${promised[0]} but used by ${[...seen].toSorted().join(', ')}`);
			else unknown.push(gap);
		} else if (!fitting.some(use => seen.has(use))) {
			// Nothing contradicts the name, but what would was not read.
			const gap = TOLD.filter(use => !fitting.includes(use)).flatMap(use => gapOf(world, account, use, uses) ?? [])[0];
			if (gap !== undefined) unknown.push(gap);
		}
	}
	const description = account.description?.trim() ?? '';
	if (description === '') faults.push('no description');
	else if (contact && !CONTACT.test(description)) faults.push('no contact or link in the description');
	return faults;
}

/** Why it cannot be said that an account is not used in some way; undefined: it can. */
function gapOf(
	{inventory: {coverage}}: World,
	account: ServiceAccount,
	use: AccountUse,
	uses: AccountUses,
): string | undefined {
	const {project, email, name} = account;
	if (!project) return `where ${email} lies is not known`;
	if (use === 'vm' || use === 'attached') {
		const {status, reason} = coverage.standing('workloads', project, 'compute.googleapis.com/Instance');
		return status === 'complete' ? undefined : (reason ?? `the VMs of ${project.key} were not read`);
	}
	const fact = use === 'on-premises' ? 'serviceAccountKeys' : 'allowPolicies';
	const {status, reason} = coverage.resourceStanding(fact, name, project);
	if (status !== 'complete') return reason ?? `${fact} of ${email} were not read`;
	if (use !== 'on-premises' && uses.isFederatedFromAbove(account))
		return `identities from outside may use all accounts of ${project.key}, so perhaps ${email} too`;
	return undefined;
}

function hitOf(project: Container, wrong: readonly Misnamed[], all: number): Hit {
	return {
		severity: 'low',
		confidence: 'certain',
		resource: project.name,
		detail: () => {
			const shown = wrong.slice(0, 3).map(({account, faults}) => `${account.email} (${faults.join(', ')})`);
			const more = wrong.length > 3 ? ` and ${wrong.length - 3} more` : '';
			return {
				message: `${wrong.length} of ${all} accounts of ${project.key} ${wrong.length === 1 ? 'does' : 'do'} not follow the naming convention: ${shown.join('; ')}${more}.`,
				evidence: {
					accounts: wrong.length,
					of: all,
					examples: wrong.slice(0, 20).map(({account, faults}) => ({account: account.email, faults})),
				},
				fix: {
					summary:
						'No single change ends this. Descriptions can be written at any time (gcloud iam service-accounts update EMAIL --description=...); a name cannot be changed: make a new account by the convention, move the workload over, then disable and delete the old one.',
					changes: [],
				},
			};
		},
	};
}
