/**
 * The demo organization in words: a fictional shop whose security project is well run, whose shop is
 * mostly so, and whose leftovers join into a way from a developer to an owner in three hops.
 * The projects are in `demo-projects.ts`; `make-demo.ts` turns all of it into asset lines. Days are fixed, and the
 * demo is judged at a fixed time (`DEMO_NOW`), so that it never ages.
 */
import type {Binding} from './asset-lines.ts';

export const DOMAIN = 'tidewick.example.com';
export const ORGANIZATION = {number: '481205739164', customer: 'C03t1dw1k'};
export const PRODUCTION = '610038471925';
export const NON_PRODUCTION = '274910385566';
export const FOLDERS = [
	{number: PRODUCTION, name: 'production'},
	{number: NON_PRODUCTION, name: 'non-production'},
];

export interface KeyStory {
	/** Day of creation, `2025-02-11`. */
	created: string;
	expires?: string;
	/** Day of last authentication; absent: none in the observed period. */
	last?: string;
	disabled?: boolean;
	uploaded?: true;
	system?: true;
}

export interface AccountStory {
	/** Local part, or `compute` and `appspot` for the default accounts. */
	id: string;
	about?: string;
	/** Day of last authentication; absent: none in the observed period. */
	last?: string;
	disabled?: true;
	/** Days; default long ago. */
	changed?: string;
	keys?: KeyStory[];
	/** The account's own allow policy. */
	policy?: Binding[];
}

export interface ProjectStory {
	id: string;
	number: string;
	folder: string;
	labels: Record<string, string>;
	accounts: AccountStory[];
	policy: Binding[];
	/** Why activity could not be read; absent: it was. */
	noActivity?: string;
}

export const group = (name: string): string => `group:${name}@${DOMAIN}`;
export const account = (id: string, project: string): string =>
	`serviceAccount:${id}@tidewick-${project}.iam.gserviceaccount.com`;

/** A custom role: its name says nothing, its one permission mints tokens. */
export const CUSTOM_ROLE = `organizations/${ORGANIZATION.number}/roles/releasePromoter`;
export const ORGANIZATION_POLICY: Binding[] = [
	{role: 'roles/browser', members: [`domain:${DOMAIN}`]},
	{role: 'roles/resourcemanager.organizationAdmin', members: [group('platform-admins')]},
	{role: 'roles/iam.securityReviewer', members: [account('run-scanner', 'security'), group('security-team')]},
];

export const FOLDER_POLICIES: Record<string, Binding[]> = {
	[PRODUCTION]: [
		{role: 'roles/owner', members: [group('platform-admins')]},
		{role: 'roles/logging.viewer', members: [group('sre-oncall')]},
	],
	[NON_PRODUCTION]: [{role: 'roles/owner', members: [group('platform-admins')]}],
};

/** Members without an `@` are people of the domain, those with one are written out. */
export const GROUPS: {name: string; title: string; members: string[]; owners: string[]}[] = [
	{
		name: 'platform-admins',
		title: 'Platform administrators',
		members: ['ines.moura', 'tom.adeyemi'],
		owners: ['ines.moura'],
	},
	{name: 'security-team', title: 'Security', members: ['hana.kovac', 'piet.vos'], owners: ['hana.kovac']},
	{
		name: 'shop-developers',
		title: 'Shop developers',
		members: [group('frontend-team'), group('backend-team'), 'olga.brandt'],
		owners: ['olga.brandt'],
	},
	{
		name: 'frontend-team',
		title: 'Shop front end',
		members: ['maya.lindqvist', 'sam.okafor'],
		owners: ['maya.lindqvist'],
	},
	{name: 'backend-team', title: 'Shop back end', members: ['jonas.weber', 'priya.nair'], owners: ['jonas.weber']},
	{
		name: 'sre-oncall',
		title: 'On call',
		// The warehouse system wanted to see its own logs.
		members: ['tom.adeyemi', 'jonas.weber', account('onprem-erp-sync', 'shop-prod')],
		owners: ['tom.adeyemi'],
	},
	{name: 'data-engineers', title: 'Data engineers', members: ['lucia.ferri', 'ben.hartley'], owners: ['lucia.ferri']},
	{name: 'data-analysts', title: 'Data analysts', members: ['nora.silva', 'emil.sorensen'], owners: ['lucia.ferri']},
	{
		name: 'contractors',
		title: 'Contractors',
		members: ['user:lee@partner.example.org', 'user:ada@partner.example.org'],
		owners: ['olga.brandt'],
	},
];
