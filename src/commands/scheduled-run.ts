/** What `watch` starts as a process of its own for each run: audits, and writes everything that the run's folder keeps. */
import {existsSync} from 'node:fs';
import {readFile, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {checks as catalogue} from '../../checks/index.ts';
import {formats} from '../../reports/index.ts';
import {UsageError} from '../errors.ts';
import {REPORT_FORMATS} from '../formats.ts';
import type {Io} from '../io.ts';
import {notesOf} from '../notes.ts';
import {openOutput} from '../output.ts';
import {readReport} from '../read-report.ts';
import type {CoverageLine} from '../report.ts';
import {type Before, type Changes, CHANGES, changesOf, type Expiring, expiringKeys} from '../schedule/changes.ts';
import {carryOn, FIRST_SEEN, readSightings, sightingLines, type Sightings} from '../schedule/first-seen.ts';
import {pointOf, trendOf} from '../schedule/history.ts';
import {readEntries} from '../schedule/ledger.ts';
import {ASSETS, COVERAGE, type Plan, PLAN, REPORT, SUMMARY} from '../schedule/plan.ts';
import {summaryOf} from '../schedule/summary.ts';
import {runAudit} from './audit.ts';
import {runCollect} from './collect.ts';
import {scopesOf} from './read.ts';

/** Endings of the files, by format. */
const ENDINGS: Readonly<Record<string, string>> = {table: 'txt', markdown: 'md', junit: 'xml', ocsf: 'ocsf.json'};

/**
 * @param folder of the run, with its plan in it
 * @returns the exit code that `audit` gives
 */
export async function runScheduled(folder: string, io: Io): Promise<number> {
	const plan = await readPlan(folder);
	const report = join(folder, REPORT);
	const previous = plan.previous === undefined ? undefined : join(dirname(folder), plan.previous);
	const {failOnNew, ...rest} = plan.flags;
	// In a first run nothing is new.
	const limit = previous === undefined || failOnNew === undefined ? {} : {failOnNew};
	const flags = {...rest, ...limit, output: [`json=${report}`], color: 'never' as const};
	if (plan.keepAssets && flags.assets.length === 0 && !flags.demo && scopesOf(flags).length > 0) {
		const assets = join(folder, ASSETS);
		await runCollect({...flags, output: [assets]}, io);
		flags.assets = [assets];
	}
	let expiring: Expiring[] = [];
	try {
		const baseline = previous === undefined ? {} : {baseline: join(previous, REPORT)};
		return await runAudit({...flags, ...baseline}, io, (inventory, now) => (expiring = expiringKeys(inventory, now)));
	} finally {
		// Of a report in which a check failed, too.
		if (existsSync(report)) await describe(folder, plan, previous, expiring, io);
	}
}

async function describe(
	folder: string,
	plan: Plan,
	previous: string | undefined,
	expiring: Expiring[],
	io: Io,
): Promise<void> {
	const report = readReport(join(folder, REPORT));
	const sightings: Sightings = previous === undefined ? new Map() : await readSightings(join(previous, FIRST_SEEN));
	const carried = carryOn(report, sightings);
	const before = previous === undefined ? undefined : await readBefore(previous);
	await write(folder, COVERAGE, [`${JSON.stringify(report.coverage, null, '\t')}\n`], io);
	await write(folder, FIRST_SEEN, sightingLines(carried), io);
	const changes: Changes = changesOf(report, carried, expiring, before);
	await write(folder, CHANGES, [`${JSON.stringify(changes, null, '\t')}\n`], io);
	const summary = summaryOf(report, carried);
	if (plan.formats.length > 0) {
		const points = trendOf(await readEntries(dirname(folder)), plan.scope);
		const history = [...points, pointOf({run: plan.run, startedAt: report.run.startedAt, summary})];
		const notes = notesOf(catalogue);
		for (const name of plan.formats) {
			const format = REPORT_FORMATS.parse(name);
			if (format === 'json') continue;
			const text = formats[format]({...report, history}, {color: false, columns: 100, catalogue: notes});
			await write(folder, `report.${ENDINGS[format] ?? format}`, text, io);
		}
	}
	await writeFile(join(folder, SUMMARY), JSON.stringify(summary));
}

async function write(folder: string, name: string, text: Iterable<string>, io: Io): Promise<void> {
	const output = await openOutput(join(folder, name), io);
	try {
		await output.write(text);
	} finally {
		await output.discard();
	}
}

async function readPlan(folder: string): Promise<Plan> {
	try {
		return JSON.parse(await readFile(join(folder, PLAN), 'utf8')) as Plan;
	} catch (error) {
		throw new UsageError(`${folder} holds no plan of a run.`, 'sa-audit watch starts this command itself.', {
			cause: error,
		});
	}
}

async function readBefore(folder: string): Promise<Before> {
	const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(folder, name), 'utf8'));
	const coverage = (await read(COVERAGE)) as CoverageLine[];
	const {expiring} = (await read(CHANGES)) as Changes;
	const {projects} = readReport(join(folder, REPORT)).summary.inventory;
	return {coverage, expiring, projects};
}
