import {defineCheck, type Hit} from '../src/check.ts';
import type {Binding, Container, ServiceAccount} from '../src/inventory/model.ts';
import {directGrants} from '../src/queries/direct-grants.ts';
import {type Settings, settingsOf} from '../src/settings.ts';

const ID = 'revealing-email';
const SETTINGS = {
	words: {
		kind: 'words',
		standard: [
			'aml',
			'breakglass',
			'confidential',
			'crypto',
			'fraud',
			'hipaa',
			'hr',
			'hsm',
			'kms',
			'kyc',
			'legal',
			'medical',
			'merger',
			'passwords',
			'patient',
			'patients',
			'payroll',
			'pci',
			'pii',
			'salary',
			'salaries',
			'secret',
			'secrets',
			'vault',
		],
		about: 'Words that give away a sensitive system; whole words between dashes, dots and digits count.',
	},
	levels: {
		kind: 'word lists',
		standard: {
			low: ['demo', 'dev', 'development', 'lab', 'labs', 'playground', 'poc', 'qa', 'sandbox', 'test', 'testing'],
			middle: ['acceptance', 'int', 'integration', 'preprod', 'stage', 'staging', 'uat'],
			high: ['live', 'prd', 'prod', 'production', 'secure', 'security'],
		},
		about:
			'How well a project is protected, by words in its id or name, or in those of the nearest folder that has one.',
	},
} as const satisfies Settings;

const RANKS = ['low', 'middle', 'high'];

export default defineCheck({
	id: ID,
	title: 'An account whose name gives away a sensitive system is granted access in a less protected project',
	severity: 'low',
	on: 'the account',
	needs: ['serviceAccounts', 'allowPolicies'],
	threats: ['information disclosure'],
	practice: [27],
	why: 'Whoever may read a policy in the less protected project learns that the system exists, where it lives, and what it is called.',
	fix: 'Grant the access there to an account with a neutral name, and take it from this one.',
	references: ['https://cloud.google.com/iam/docs/best-practices-service-accounts#email-addresses'],
	settings: SETTINGS,
	example: {
		fires: 'payroll-export@hr-prod.iam.gserviceaccount.com is named in the policy of the project web-dev.',
		silent: 'The account is granted access in projects only that are protected as well as its own.',
	},
	inspect(world) {
		const {words, levels} = settingsOf(world.config, ID, SETTINGS);
		const pattern = patternOf(words);
		const ranks = new Map(
			RANKS.flatMap((level, rank) => (levels[level] ?? []).map(word => [word.toLowerCase(), rank])),
		);
		const known = new Map<Container, number | undefined>();
		const rankOf = (container: Container): number | undefined => {
			if (!known.has(container))
				known.set(container, rankByName(container, ranks) ?? (container.parent && rankOf(container.parent)));
			return known.get(container);
		};

		const accounts = [...world.inventory.accounts.values()].filter(({kind}) => kind === 'user-managed');
		const revealing = new Map(
			accounts.flatMap(account => {
				const found = account.project ? account.email.replace(HOST, '').match(pattern) : null;
				return found ? [[account, found] as const] : [];
			}),
		);
		const grants = directGrants(
			world,
			[...revealing.keys()].map(account => account.principal),
		);
		const hits: Hit[] = [];
		const unknown: string[] = [];
		for (const [account, found] of revealing) {
			const home = rankOf(account.project!);
			const below: Binding[] = [];
			for (const binding of grants.get(account.principal) ?? []) {
				const {container} = binding.resource;
				if (!container || container === account.project) continue;
				const there = rankOf(container);
				if (home !== undefined && there !== undefined) {
					if (there < home) below.push(binding);
				} else if (container.kind === 'project') {
					const unclear = home === undefined ? account.project! : container;
					unknown.push(`how well ${unclear.key} is protected is not known (checks.${ID}.levels)`);
				}
			}
			if (below.length > 0) hits.push(hitOf(account, [...new Set(found)], below));
		}
		return {examined: accounts.length, hits, unknown: [...new Set(unknown)]};
	},
});

const HOST = /\.iam\.gserviceaccount\.com$/;

/** Any of some words, not as a part of a longer one; e-mail addresses are in lower case. */
function patternOf(words: readonly string[]): RegExp {
	const escaped = words.map(word => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '\\$&'));
	return new RegExp(escaped.length === 0 ? '(?!)' : `(?<!\\p{L})(?:${escaped.join('|')})(?!\\p{L})`, 'gu');
}

const wordsOf = (text: string): string[] => text.toLowerCase().split(/[^\p{L}]+/u);

/** Undefined: no word of a level, or of several. */
function rankByName({key, displayName = ''}: Container, ranks: ReadonlyMap<string, number>): number | undefined {
	const found = new Set(
		[...wordsOf(key.slice(key.indexOf('/'))), ...wordsOf(displayName)].flatMap(word => ranks.get(word) ?? []),
	);
	return found.size === 1 ? [...found][0] : undefined;
}

function hitOf(account: ServiceAccount, words: readonly string[], below: readonly Binding[]): Hit {
	const {email, principal, project} = account;
	return {
		severity: 'low',
		confidence: 'certain',
		resource: account.name,
		detail: () => {
			const places = [...new Set(below.map(({resource}) => resource.container!.key))];
			const shown =
				places.length > 3 ? `${places.slice(0, 3).join(', ')} and ${places.length - 3} more` : places.join(', ');
			return {
				message: `The name of ${email} gives away a sensitive system (${words.join(', ')}) in ${shown}, less protected than ${project!.key}.`,
				evidence: {
					account: email,
					words,
					places: places.slice(0, 20),
					grants: below.length,
					examples: below.slice(0, 20).map(({resource, role}) => ({resource: resource.name, role})),
				},
				fix: {
					summary:
						'Grant the access to an account with a neutral name first, and move the workload that needs it there; then take it from this one.',
					changes: below.map(({resource, role, condition}) => ({
						op: 'remove-binding',
						resource: resource.name,
						role,
						member: principal.member,
						...(condition && {condition}),
					})),
				},
			};
		},
	};
}
