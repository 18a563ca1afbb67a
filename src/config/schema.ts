/**
 * The shape of `sa-audit.yaml`. The JSON Schema in `schema/config.schema.json` is generated from it
 * (`scripts/docs.ts`), so what editors complete and what the loader accepts cannot drift apart.
 */
import {z} from 'zod';
import {SEVERITIES} from '../report.ts';
import type {Setting, Settings} from '../settings.ts';
import {PROFILES} from './defaults.ts';
import {noticesSchema, retentionSchema, schedulesSchema, targetsSchema, watchSchema} from './schedule-schema.ts';

export * from './defaults.ts';

const days = (what: string) => z.int().min(0).max(36_500).describe(what);
const count = (what: string) => z.int().min(1).max(1_000_000).describe(what);

const suppressionSchema = z
	.strictObject({
		fingerprint: z
			.string()
			.regex(/^[0-9A-Fa-f]{16,64}$/, "a finding's fingerprint: 16 to 64 hexadecimal digits, in quotes")
			.optional(),
		check: z.string().min(1).optional(),
		resource: z.string().min(1).optional().describe('Full resource name; * stands for any text.'),
		principal: z.string().min(1).optional().describe('Who gains, as the finding names it; * stands for any text.'),
		reason: z.string().trim().min(1),
		owner: z.string().trim().min(1),
		until: z.iso
			.date('a date such as 2027-01-31')
			.optional()
			.describe('Last day on which it holds (UTC). The profile strict demands it.'),
	})
	.refine(
		rule =>
			rule.fingerprint !== undefined || (rule.check !== undefined && (rule.resource ?? rule.principal) !== undefined),
		'given by a fingerprint, or by a check with a resource or principal pattern',
	)
	.meta({anyOf: [{required: ['fingerprint']}, {required: ['check', 'resource']}, {required: ['check', 'principal']}]});

/** A check as far as the configuration knows it. */
export interface KnownCheck {
	id: string;
	settings?: Settings;
}

const words = z.array(z.string().min(1));

function settingSchema(setting: Setting) {
	const schema = {
		words: () => words,
		'word lists': () =>
			z.strictObject(Object.fromEntries(Object.keys(setting.standard).map(name => [name, words]))).partial(),
		number: () => z.int().min(0).max(1_000_000),
		switch: () => z.boolean(),
	}[setting.kind]();
	return schema.describe(setting.about);
}

const COMMON = {severity: z.enum(SEVERITIES), enabled: z.boolean()};

/** Checks of this version with the settings that each declares; of others only what all have is looked at. */
function checksSchema(checks: readonly KnownCheck[]) {
	const known = checks.map(({id, settings = {}}) => {
		const own = Object.entries(settings).map(([name, setting]) => [name, settingSchema(setting)] as const);
		return [id, z.strictObject({...Object.fromEntries(own), ...COMMON}).partial()] as const;
	});
	return z
		.object(Object.fromEntries(known))
		.partial()
		.catchall(z.looseObject(COMMON).partial())
		.describe('Settings of single checks, by id.');
}

/** @param checks of this version */
export const configSchema = (checks: readonly KnownCheck[]) =>
	z
		.strictObject({
			domains: z
				.array(
					z.string().regex(/^(?=.{1,253}$)([A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}$/, 'a domain such as example.com'),
				)
				.describe("The organization's own domains, beside its display name."),
			profile: z
				.enum(PROFILES)
				.describe('Which checks run: the essential ones, the standard set, or all with strict rules.'),
			thresholds: z
				.strictObject({
					keyAgeDays: days('A key older than this is overdue for rotation.'),
					unusedDays: days('No authentication for this long means unused.'),
					disabledGraceDays: days('How long a disabled account may keep its grants.'),
					manyNetworks: count('More networks than this are many for one workload.'),
					manyClients: count('More kinds of client than this are many for one workload.'),
				})
				.partial(),
			allowedNetworks: z
				.array(z.union([z.cidrv4(), z.cidrv6()], 'a network in CIDR form, such as 203.0.113.0/24'))
				.describe('Networks from which keys may be used.'),
			userDataReaders: z
				.array(z.string().regex(/^[^@\s]+@[^@\s]+$/, 'the e-mail of a service account'))
				.describe('Accounts that may read data of users.'),
			leavers: z
				.array(
					z
						.string()
						.regex(
							/^(?!.*\.gserviceaccount\.com$)[^@\s:]+@[^@\s:]+$/i,
							'the e-mail of a person, such as bob@example.com',
						),
				)
				.describe('People who have left or are suspended, by e-mail; an empty list says that there are none.'),
			labels: z
				.strictObject({
					sensitive: z
						.array(z.string().regex(/^[^=\s]+=/, 'a label as KEY=VALUE'))
						.describe('Labels and tags that mark sensitive data.'),
				})
				.partial(),
			domainWideDelegation: z
				.array(
					z.strictObject({
						clientId: z.string().regex(/^\d+$/, 'the numeric client id, in quotes'),
						scopes: z.array(z.string().min(1)).optional(),
					}),
				)
				.describe('All authorized API clients of Google Workspace; an empty list says that there are none.'),
			checks: checksSchema(checks),
			suppressions: z.array(suppressionSchema).describe('Findings that are accepted, by whom, why and until when.'),
			watch: watchSchema,
			schedules: schedulesSchema,
			retention: retentionSchema,
			targets: targetsSchema,
			notices: noticesSchema,
		})
		.partial()
		.meta({title: 'sa-audit configuration'});
