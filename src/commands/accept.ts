/** `accept FINGERPRINT`: one finding is accepted, by whom, why and until when. */
import {checks as catalogue} from '../../checks/index.ts';
import {DEFAULT_FILE, loadConfig} from '../config.ts';
import type {SuppressionRule} from '../config/defaults.ts';
import {UsageError} from '../errors.ts';
import type {Io} from '../io.ts';
import {replaceFile} from '../output.ts';
import {readReport} from '../read-report.ts';
import type {Finding} from '../report.ts';
import {safeLine, shortResource} from '../text.ts';
import type {AcceptFlags} from './flags.ts';

/** @throws UsageError anything that would not be a suppression in force; the file is left as it is */
export async function runAccept(given: string, flags: AcceptFlags, io: Io): Promise<number> {
	const fingerprint = given.toLowerCase();
	if (!/^[0-9a-f]{16,64}$/.test(fingerprint))
		throw new UsageError(`"${given}" is no fingerprint.`, 'Take it from a report: 32 hexadecimal digits.');
	const {report, quiet, now = io.clock(), config, ...words} = flags;
	const find = report === undefined ? undefined : () => findingIn(report, fingerprint);
	const {text} = await acceptFinding({fingerprint, ...words, now, file: config, find}, io);
	if (!quiet) io.stdout.write(`${text}\n`);
	return 0;
}

export interface Acceptance {
	fingerprint: string;
	reason: string;
	owner: string;
	/** The last day, `YYYY-MM-DD`. */
	until?: string | undefined;
	/** What counts as today, epoch milliseconds. */
	now: number;
	/** The configuration; the default one if none is named. */
	file?: string | undefined;
	/** What is accepted, for the comment above the rule; asked when everything else is right. */
	find?: (() => Pick<Finding, 'check' | 'resource'>) | undefined;
}

/**
 * Writes the suppression: what `accept` and the terminal UI do.
 * @returns the rule, and what was done in one sentence that is safe to show
 * @throws UsageError anything that would not be a suppression in force; the file is left as it is
 */
export async function acceptFinding(
	{fingerprint, reason, owner, until, now, file: named, find}: Acceptance,
	io: Io,
): Promise<{rule: SuppressionRule; text: string}> {
	for (const [name, words] of Object.entries({reason, owner}))
		if (words.trim() === '') throw new UsageError(`--${name} is empty.`, 'Say it in words: others will read it.');
	const today = new Date(now).toISOString().slice(0, 10);
	if (until !== undefined) checkDate(until, today);

	const file = named ?? DEFAULT_FILE;
	const loaded = await loadConfig({file: named, mayBeNew: true}, catalogue);
	if (until === undefined && loaded.config.profile === 'strict')
		throw new UsageError(
			`The profile of ${file} is strict, which demands an end.`,
			'Give one with --until=YYYY-MM-DD.',
		);
	const twin = loaded.config.suppressions.findIndex(rule => rule.fingerprint === fingerprint);
	if (twin >= 0) {
		const origin = loaded.origins.get(`suppressions.${twin}`);
		const place = origin?.from === 'file' ? `${origin.file}:${origin.line}` : file;
		const before = loaded.config.suppressions[twin]!.until;
		throw before !== undefined && before < today
			? new UsageError(
					`${place} accepted ${fingerprint} until ${before}.`,
					'Give that entry a new end, or remove it first.',
				)
			: new UsageError(`${place} accepts ${fingerprint} already.`, 'Change that entry, or remove it first.');
	}
	const finding = find?.();

	const rule: SuppressionRule = {
		fingerprint,
		reason: reason.trim(),
		owner: owner.trim(),
		...(until !== undefined && {until}),
	};
	const [{withSuppression}, {parseConfig}] = await Promise.all([
		import('../config/accept.ts'),
		import('../config/parse.ts'),
	]);
	const about = finding && safeLine(`${finding.check} on ${shortResource(finding.resource)}`);
	const text = withSuppression(file, loaded.text ?? '', rule, about);
	// What was written is what will be read.
	parseConfig(file, text, catalogue);
	await replaceFile(file, text, '--config', io);
	const end = until === undefined ? 'without an end' : `until ${until}`;
	return {rule, text: safeLine(`${file} accepts ${about ?? fingerprint} ${end}.`)};
}

function checkDate(until: string, today: string): void {
	const time = /^\d{4}-\d\d-\d\d$/.test(until) ? Date.parse(`${until}T00:00:00Z`) : Number.NaN;
	// Dates such as 31 February are taken for ones of the next month.
	if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== until)
		throw new UsageError(`--until ${until} is no date.`, 'Write the last day as YYYY-MM-DD, such as 2027-01-31.');
	if (until < today) throw new UsageError(`--until ${until} is over.`, `Give a day from ${today} on.`);
}

function findingIn(file: string, fingerprint: string): Finding {
	let found: Finding | undefined;
	readReport(file, finding => {
		if (finding.fingerprint === fingerprint) found = finding;
	});
	if (found !== undefined) return found;
	throw new UsageError(
		`${file} has no finding ${fingerprint}.`,
		'Take the fingerprint from that report, or name another.',
	);
}
