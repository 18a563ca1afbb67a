/** `audit` in the terminal UI: what it asks the world, and the two things that it writes. */
import {Writable} from 'node:stream';
import {formats} from '../../reports/index.ts';
import {decideColor} from '../color.ts';
import {UsageError} from '../errors.ts';
import {REPORT_FORMATS} from '../formats.ts';
import {CATALOGUE} from '../graph/catalogue/index.ts';
import {InventoryBuilder} from '../inventory/build.ts';
import {FACTS} from '../inventory/coverage.ts';
import type {Io} from '../io.ts';
import type {notesOf} from '../notes.ts';
import {openOutput} from '../output.ts';
import type {Progress} from '../progress.ts';
import {allAccounts} from '../queries/account-summaries.ts';
import {look} from '../queries/look.ts';
import {endName, pathsFrom} from '../queries/paths.ts';
import {type Finding, type FindingList, type Report, SEVERITIES, type Suppression} from '../report.ts';
import type {Asset} from '../sources/asset.ts';
import {safeLine} from '../text.ts';
import {auditData, type Questions} from '../tui/data.ts';
import type {FindingTable} from '../tui/findings.ts';
import {wantsLinear} from '../tui/start.ts';
import {type Deeds, openTerminal} from '../tui/terminal.ts';
import type {World} from '../world.ts';
import {acceptFinding} from './accept.ts';
import type {AuditFlags} from './flags.ts';
import {type Read, scopesOf} from './read.ts';

type Notes = ReturnType<typeof notesOf>;

/** Columns of a table that is exported. */
const COLUMNS = 100;

export function questionsOf(world: World, notes: Notes): Questions {
	return {
		note: check => notes.get(check),
		escalation: id => CATALOGUE.find(entry => entry.id === id)?.title,
		look: node => look(world, node),
		route: (from, to) => {
			const principal = world.inventory.principals.find(from);
			return principal && pathsFrom(world, principal, {}, end => endName(end) === to)[0];
		},
		accounts: () => allAccounts(world),
	};
}

export interface DeedOptions {
	report: Report;
	table: FindingTable;
	notes: Notes;
	/** The configuration that was used; undefined: the default one, which may not be there yet. */
	config: string | undefined;
	/** What counts as today, epoch milliseconds. */
	now: number;
}

export function deedsFor({report, table, notes, config, now}: DeedOptions, io: Io): Deeds {
	return {
		async accept(finding, reason, owner, until) {
			const {fingerprint, check, resource} = table.brief(finding);
			const {rule, text} = await acceptFinding(
				{
					fingerprint,
					reason,
					owner,
					...(until !== '' && {until}),
					now,
					file: config,
					find: () => ({check, resource}),
				},
				io,
			);
			return {text, suppression: rule};
		},
		async write(value, numbers, accepted) {
			if (value === '') throw new UsageError('No file is named.', 'Write a name such as findings.html.');
			const [target] = REPORT_FORMATS.targets(undefined, [value]);
			const {format, file} = target!;
			if (file === undefined) throw new UsageError('The screen is in use.', 'Name a file.');
			const output = await openOutput(file, io);
			try {
				const part = partOf(report, table, numbers, accepted);
				await output.write(formats[format](part, {color: false, columns: COLUMNS, catalogue: notes}));
			} finally {
				await output.discard();
			}
			return safeLine(`Wrote ${numbers.length.toLocaleString('en-US')} findings to ${file} (${format}).`);
		},
	};
}

/** The report with some of its findings, and counts that fit them; what was accepted since is suppressed. */
function partOf(
	report: Report,
	table: FindingTable,
	numbers: Uint32Array,
	accepted: ReadonlyMap<string, Suppression>,
): Report {
	const counts = {critical: 0, high: 0, medium: 0, low: 0};
	let suppressed = 0;
	for (const number of numbers) {
		const brief = table.brief(number);
		if (brief.suppressed || accepted.has(brief.fingerprint)) suppressed++;
		else counts[brief.severity]++;
	}
	const findings: FindingList = {
		length: numbers.length,
		*[Symbol.iterator](): Generator<Finding> {
			for (const number of numbers) {
				const finding = table.at(number);
				const since = accepted.get(finding.fingerprint);
				yield since && !finding.suppressed ? {...finding, suppressed: plainSuppression(since)} : finding;
			}
		},
	};
	return {...report, summary: {...report.summary, findings: counts, suppressed}, findings};
}

function plainSuppression({reason, owner, until}: Suppression): Suppression {
	return {reason, owner, ...(until !== undefined && {until})};
}

/** The terminal UI as `audit` uses it, from the first thing that is read to the last key. */
export interface AuditScreen {
	/** The edges with the screen in place of standard error. */
	io: Io;
	/** @returns told of each asset that comes from Google Cloud, so that what is there can be judged before all is */
	whileReading(judge: Judge, notes: Notes): (asset: Asset) => void;
	/** Says so: nothing else runs meanwhile. */
	judging(): Promise<void>;
	show(options: ShowOptions): Promise<0 | 130>;
	close(): void;
}

type Judge = (read: Read) => Promise<{report: Report; world: World}>;
type ShowOptions = Omit<DeedOptions, 'table'> & {world: World};

/** Facts that are still coming are holes until they are there. */
const STILL_READING = 'it was still being read';
/** Assets that are kept for judging early; beyond, one waits for the rest. */
const KEPT = 200_000;

export function openScreen(flags: AuditFlags, io: Io): AuditScreen {
	const color = decideColor(flags.color, io.env, true);
	const terminal = openTerminal(io, {
		color,
		linear: wantsLinear(flags.screenReader, io.env),
		onClose: () => (isOpen = false),
	});
	let isOpen = true;
	terminal.reading('Reading');
	const progress: Progress = {show: step => terminal.progress(step()), clear() {}};
	let shown: Report | undefined;
	return {
		io: {
			...io,
			stderr: lineSink(line => (isOpen ? terminal.say(line) : io.stderr.write(`${safeLine(line)}\n`))),
			progress,
		},
		whileReading(judge, notes) {
			const kept: Asset[] = [];
			return asset => {
				if (kept.length < KEPT) kept.push(asset);
				else terminal.onJudge = undefined;
				if (kept.length !== 1) return;
				terminal.onJudge = async () => {
					const {report, world} = await judge(interimRead(kept, flags, io));
					const data = auditData(report, questionsOf(world, notes), {interim: true});
					const now = flags.now ?? io.clock();
					return {data, deeds: deedsFor({report, table: data.table, notes, config: flags.config, now}, io)};
				};
			};
		},
		async judging() {
			terminal.onJudge = undefined;
			terminal.reading('Judging');
			await terminal.drawn();
		},
		async show({world, ...options}) {
			const data = auditData(options.report, questionsOf(world, options.notes));
			shown = options.report;
			return terminal.show(data, deedsFor({...options, table: data.table}, io));
		},
		close() {
			terminal.close();
			if (shown) io.stdout.write(`${safeLine(farewell(shown))}\n`);
		},
	};
}

/** What was read so far as an inventory of its own. Every fact of every scope is a hole in it. */
function interimRead(assets: readonly Asset[], flags: AuditFlags, io: Io): Read {
	const now = flags.now ?? io.clock();
	const builder = new InventoryBuilder({now});
	const at = {file: 'Google Cloud'};
	for (const asset of assets) builder.asset(asset, at);
	const scopes = scopesOf(flags);
	for (const scope of scopes) {
		for (const fact of FACTS) {
			const data = {fact, scope, status: 'partial', reason: STILL_READING};
			builder.asset(
				{name: `//sa-audit/coverage/${scope}/${fact}`, assetType: 'sa-audit/Coverage', resource: {data}},
				at,
			);
		}
	}
	return {inventory: builder.finish({scopes: []}), now, sources: [{kind: 'google-cloud', scope: scopes.toSorted()}]};
}

/** A stream whose lines go to the screen. */
function lineSink(say: (line: string) => unknown): Writable {
	return new Writable({
		decodeStrings: false,
		write(chunk: string, _, done) {
			for (const line of chunk.split('\n')) if (line.trim() !== '') say(line);
			done();
		},
	});
}

/** What is left on the normal screen. */
export function farewell({summary, coverage, run}: Report): string {
	const total = SEVERITIES.reduce((sum, severity) => sum + summary.findings[severity], 0);
	const by = SEVERITIES.filter(severity => summary.findings[severity] > 0);
	const counts = by.map(severity => `${summary.findings[severity].toLocaleString('en-US')} ${severity}`).join(', ');
	const holes = coverage.filter(({status}) => status !== 'complete').length;
	return [
		`sa-audit: ${total === 0 ? 'no findings' : `${total.toLocaleString('en-US')} ${total === 1 ? 'finding' : 'findings'} (${counts})`}`,
		summary.suppressed > 0 ? `, ${summary.suppressed.toLocaleString('en-US')} suppressed` : '',
		`, ${holes === 0 ? 'no holes' : `${holes.toLocaleString('en-US')} ${holes === 1 ? 'hole' : 'holes'}`} in what was read`,
		`, as of ${run.now}`,
	].join('');
}
