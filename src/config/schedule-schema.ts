/** The part of `sa-audit.yaml` that is about scheduled runs. */
import {Cron} from 'croner';
import {z} from 'zod';
import {REPORT_FORMATS} from '../formats.ts';
import {SEVERITIES} from '../report.ts';
import {unknownPlaceholders, PLACEHOLDERS} from '../schedule/notices/text.ts';
import {NOTICE_EVENTS, NOTICE_KINDS, OVERLAPS} from '../schedule/settings.ts';
import {didYouMean} from '../nearest.ts';
import {PROFILES} from './defaults.ts';

const duration = (what: string) =>
	z
		.string()
		.regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'a duration such as 90s, 10m or 2h')
		.describe(what);
const timeZone = z
	.string()
	.refine(isTimeZone, 'a time zone such as Europe/Berlin')
	.describe('IANA name; cron expressions are read in it. UTC without one on most servers.');
const jitter = duration('Each run begins up to this much later, by chance.');
const list = z.array(z.string().min(1));
const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a name of small letters, digits and dashes');
const secret = z
	.union(
		[z.strictObject({env: z.string().regex(/^[A-Za-z_]\w*$/)}), z.strictObject({file: z.string().min(1)})],
		'where it is kept, {env: VARIABLE} or {file: PATH}, never the value itself',
	)
	.describe('Where it is kept: a variable of the environment, or a file.');

export const watchSchema = z
	.strictObject({
		directory: z.string().min(1).describe('Where the ledger and the reports lie.'),
		timeZone,
		jitter,
		overlap: z.enum(OVERLAPS).describe('What a run does that finds another under way: wait (the default) or skip.'),
		waitAtMost: duration('How long it waits before it is skipped after all (10m).'),
		catchUp: z.boolean().describe('One run for all that was missed while the machine slept (true).'),
		timeout: duration('After which a run is stopped (6h).'),
		keepAssets: z.boolean().describe('Keep what was collected live, beside the report (false).'),
		formats: z.array(z.enum(REPORT_FORMATS.names)).describe('Formats of the report beside JSON.'),
		signingKey: z
			.strictObject({file: z.string().min(1)})
			.describe('Ed25519 private key in PEM; each line of the ledger is signed with it.'),
	})
	.partial()
	.describe('How scheduled runs take place.');

const scheduleSchema = z
	.strictObject({
		name,
		cron: z.string().refine(isCron, 'a cron expression such as "0 6 * * *"').describe('When it runs.'),
		timeZone: timeZone.optional(),
		jitter: jitter.optional(),
		organization: list.optional().describe('Read live.'),
		folder: list.optional(),
		project: list.optional(),
		assets: list.optional().describe('Exports, files or directories.'),
		demo: z.boolean().optional(),
		failOn: z.enum(SEVERITIES).optional(),
		failOnNew: z.enum(SEVERITIES).optional(),
		profile: z.enum(PROFILES).optional(),
		only: list.optional(),
		skip: list.optional(),
		via: z.enum(['auto', 'asset-inventory', 'services']).optional(),
		maxWait: duration('For deny policies and boundaries.').optional(),
		quotaProject: z.string().min(1).optional(),
		impersonateServiceAccount: z.string().min(1).optional(),
		apiEndpoint: z.string().min(1).optional(),
	})
	.refine(
		({organization, folder, project, assets, demo}) => organization ?? folder ?? project ?? assets ?? demo,
		'a schedule with something to audit: organization, folder, project, assets or demo',
	);

export const schedulesSchema = z
	.array(scheduleSchema)
	.refine(rules => new Set(rules.map(rule => rule.name)).size === rules.length, 'schedules of different names')
	.describe('What is audited when.');

export const retentionSchema = z
	.strictObject({
		runs: z.int().min(1).max(1_000_000).describe('The newest so many runs of each schedule are kept.'),
		days: z.int().min(1).max(36_500).describe('Runs that are younger are kept.'),
	})
	.partial()
	.describe('Which reports are kept: what one of the rules keeps. The ledger itself is always kept.');

export const targetsSchema = z
	.array(
		z
			.strictObject({
				name: name.optional(),
				directory: z.string().min(1).optional(),
				bucket: z
					.string()
					.regex(/^gs:\/\/[a-z0-9][a-z0-9._-]{1,220}[a-z0-9](\/.*)?$/, 'gs://BUCKET or gs://BUCKET/PREFIX')
					.optional(),
				apiEndpoint: z.string().min(1).optional().describe('HOST[:PORT] to which Cloud Storage is sent.'),
			})
			.refine(
				({directory, bucket}) => (directory === undefined) !== (bucket === undefined),
				'a target with a directory or a bucket, and not both',
			),
	)
	.describe('Where each run is copied.');

export const noticesSchema = z
	.array(
		z
			.strictObject({
				name: name.optional(),
				kind: z.enum(NOTICE_KINDS),
				url: secret,
				secret: secret.optional(),
				events: z.array(z.enum(NOTICE_EVENTS)).min(1).optional().describe('What it is sent for; all by default.'),
				minSeverity: z.enum(SEVERITIES).optional().describe('Of new and fixed findings (low).'),
				scopes: list.optional().describe('Only for these schedules.'),
				template: z
					.string()
					.min(1)
					.superRefine((template, context) => {
						for (const wrong of unknownPlaceholders(template)) {
							const hint = didYouMean(wrong, Object.keys(PLACEHOLDERS));
							context.addIssue({code: 'custom', message: `a text without {{${wrong}}}${hint}`});
						}
					})
					.optional()
					.describe(`The text, with ${Object.keys(PLACEHOLDERS).join(', ')} in double braces.`),
			})
			.refine(({kind, secret}) => kind !== 'webhook' || secret !== undefined, 'a webhook with a secret to sign by')
			.refine(
				({kind, secret}) => kind === 'webhook' || secret === undefined,
				'without a secret: only a webhook is signed',
			),
	)
	.describe('Who hears of what changed.');

function isCron(text: string): boolean {
	try {
		return new Cron(text, {paused: true}).nextRun() !== null;
	} catch {
		return false;
	}
}

function isTimeZone(text: string): boolean {
	try {
		return new Intl.DateTimeFormat('en', {timeZone: text}).format(0) !== '';
	} catch {
		return false;
	}
}
