/**
 * The practices of Google's guide to service accounts, by number. Titles in our words; the guide is
 * https://cloud.google.com/iam/docs/best-practices-service-accounts and the pages that it leads to.
 */

export interface Practice {
	number: number;
	title: string;
	/** What of it no collected fact shows. */
	unseen?: string;
}

const TITLES: readonly (readonly [title: string, unseen?: string])[] = [
	[
		'Attach an account to the workload where that is possible',
		'Whether a workload that holds no key could do with an attached account: nothing shows what it authenticates with outside Google Cloud.',
	],
	['Use Workload Identity for pods of GKE'],
	['Use federation for workloads that run elsewhere', 'How well the outside issuer itself is run.'],
	[
		'Use the IAM Credentials API for short-lived credentials',
		'Tokens that an application mints for itself from a key it holds: no log entry is written for those.',
	],
	['Use keys only when nothing else works'],
	[
		'Do not let accounts read data of users without their consent',
		'Consent itself. What can be seen is who may read data that labels call sensitive, and who has domain-wide delegation.',
	],
	[
		'Use no service accounts during development',
		'Keys that stay on a developer’s machine unused: only their use is logged.',
	],
	['Manage accounts as resources of a project, along with what they serve'],
	['One purpose for each account, and no default accounts'],
	['Follow a naming convention and document the purpose'],
	['Find accounts that nobody uses, and disable them'],
	['Disable an account before deleting it', 'What happened before the period that the logs cover.'],
	['No automatic grants to default accounts'],
	['Do not rely on access scopes to limit an account'],
	['Do not use groups to grant accounts access'],
	[
		'Do not use domain-wide delegation',
		'The list of delegated clients: only the Workspace console and its admin log have it, so the configuration or those logs must tell.',
	],
	[
		'Downscope tokens that are handed on, with credential access boundaries',
		'What a boundary allowed: the exchange of a token for a narrower one is logged at best, its contents are not.',
	],
	['Follow role recommendations'],
	['Follow lateral-movement insights'],
	['Let nobody impersonate an account that is more privileged than himself'],
	['Let nobody change the policy of such an account'],
	['Let nobody create or upload keys for one'],
	['Grant no access to accounts at project or folder level'],
	[
		'Let accounts run no code from sources that are protected less',
		'Sources outside Google Cloud, such as the repository that a build fetches from.',
	],
	[
		'Limit shell access to VMs with a privileged account',
		'Accounts and keys that somebody made on the machine itself.',
	],
	[
		'Limit access to the metadata server',
		'The firewall inside the guest, unless a start-up script or OS policy shows it.',
	],
	[
		'Put nothing confidential into e-mail addresses',
		'What else an organization calls confidential than the configured words.',
	],
	['Log data access for the IAM and Security Token Service APIs'],
	[
		'Keep a deployment history that can be tied to the audit logs',
		'The deployment history itself: it lives in the pipeline.',
	],
];

export const PRACTICES: readonly Practice[] = TITLES.map(([title, unseen], index) => ({
	number: index + 1,
	title,
	...(unseen !== undefined && {unseen}),
}));
