/** `audit`: read, judge, write. */
import {factsBehind} from '../check.ts';
import {checks as catalogue} from '../../checks/index.ts';
import {againstBaseline, idleSuppression} from '../../reports/catalogue.ts';
import {formats} from '../../reports/index.ts';
import {audit} from '../audit.ts';
import {compare} from '../baseline/compare.ts';
import {newlyUnread} from '../baseline/coverage-difference.ts';
import {InventoryFacts} from '../baseline/facts.ts';
import {SavedReport} from '../baseline/saved.ts';
import {decideColor} from '../color.ts';
import {loadConfig, type LoadedConfig} from '../config.ts';
import {UsageError} from '../errors.ts';
import {REPORT_FORMATS} from '../formats.ts';
import type {Io} from '../io.ts';
import {notesOf} from '../notes.ts';
import {openOutput, type Output} from '../output.ts';
import {VERSION} from '../package.ts';
import {prepareWorld} from '../prepare.ts';
import type {Inventory} from '../inventory/model.ts';
import type {Report} from '../report.ts';
import {roleData} from '../role-data.ts';
import {chooseChecks} from '../select.ts';
import {safeLine} from '../text.ts';
import {wantsTerminal} from '../tui/start.ts';
import {judge} from '../verdict.ts';
import type {World} from '../world.ts';
import type {AuditScreen} from './audit-terminal.ts';
import type {AuditFlags} from './flags.ts';
import {type Read, readInventory, scopesOf} from './read.ts';

/** Columns where no terminal says how many it has. */
const COLUMNS = 100;

/**
 * @param onInventory told what was read, before it is judged
 * @returns the exit code
 */
export async function runAudit(flags: AuditFlags, io: Io, onInventory?: OnInventory): Promise<number> {
	const screen = wantsTerminal(flags, io) ? (await import('./audit-terminal.ts')).openScreen(flags, io) : undefined;
	try {
		return await auditOn(screen, flags, screen?.io ?? io, onInventory);
	} finally {
		screen?.close();
	}
}

type OnInventory = (inventory: Inventory, now: number) => void;

/** @param screen the terminal UI, if that is where the report goes */
async function auditOn(
	screen: AuditScreen | undefined,
	flags: AuditFlags,
	io: Io,
	onInventory: OnInventory | undefined,
): Promise<number> {
	const say = (line: string) => void (flags.quiet || io.stderr.write(`${safeLine(line)}\n`));
	const loaded = await loadConfig({file: flags.config, profile: flags.profile}, catalogue);
	if (flags.failOnNew !== undefined && flags.baseline === undefined)
		throw new UsageError('--fail-on-new needs a baseline.', 'Name a saved report with --baseline=REPORT.json.');
	const checks = chooseChecks(catalogue, loaded, flags)
		.filter(choice => choice.runs)
		.map(choice => choice.check);
	const targets = REPORT_FORMATS.targets(flags.format, flags.output);
	const notes = notesOf(catalogue);
	const outputs: Output[] = [];
	let baseline: SavedReport | undefined;
	try {
		if (flags.baseline !== undefined) baseline = new SavedReport(flags.baseline);
		if (!screen) for (const target of targets) outputs.push(await openOutput(target.file, io));
		if (loaded.file !== undefined) say(`Configuration: ${loaded.file}`);
		for (const warning of loaded.warnings) say(`Warning: ${warning}`);

		const startedAt = new Date(io.clock()).toISOString();
		const thrown: {check: string; error: unknown}[] = [];
		const predefined = roleData(io.env);
		const judged = async ({inventory, now, sources}: Read): Promise<{report: Report; world: World}> => {
			const run = {
				id: io.uuid(),
				startedAt,
				finishedAt: startedAt,
				now: new Date(now).toISOString(),
				sources,
				roles: {from: predefined.origin, date: predefined.data.source.date},
			};
			const world = await prepareWorld(inventory, loaded.config, {predefined: predefined.data});
			const report = audit(world, {
				checks,
				run,
				version: VERSION,
				narrowed: {checks: checks.length < catalogue.length, scope: scopesOf(flags).length > 0},
				onThrow: (check, error) => void thrown.push({check, error}),
			});
			return {report, world};
		};
		const read = await readInventory(flags, io, screen?.whileReading(judged, notes));
		const {inventory, now} = read;
		onInventory?.(inventory, now);
		await screen?.judging();
		const whole = await judged(read);
		let {report} = whole;
		for (const line of idleSuppressions(report, loaded)) say(`Warning: ${line}`);
		let unread: string | undefined;
		if (baseline !== undefined) {
			const needs = (id: string) => {
				const check = notes.get(id);
				return check && factsBehind(check);
			};
			report = compare(baseline, report, new InventoryFacts(inventory), needs).report;
			unread = newlyUnread(baseline.report, report);
			say(`Against ${flags.baseline}: ${againstBaseline(report)}.`);
		}
		report.run.finishedAt = new Date(io.clock()).toISOString();

		if (screen) {
			const today = flags.now ?? io.clock();
			const options = {report, world: whole.world, notes, config: flags.config ?? loaded.file, now: today};
			if ((await screen.show(options)) === 130) return 130;
		}
		for (const [index, output] of outputs.entries()) {
			const {format, file} = targets[index]!;
			const terminal = output.terminal;
			const color = decideColor(flags.color, io.env, terminal?.isTTY ?? false);
			await output.write(formats[format](report, {color, columns: terminal?.columns ?? COLUMNS, catalogue: notes}));
			if (file !== undefined) say(`Wrote ${file}.`);
		}
		// A check that throws is `unknown` in the report; the run still ends as our own mistake.
		const [first] = thrown;
		if (first !== undefined) throw new Error(`The check ${first.check} failed`, {cause: first.error});
		const {code, reason} = judge(report, {...flags, newlyUnread: unread});
		if (reason !== undefined) io.stderr.write(`${safeLine(`Could not read enough to judge: ${reason}`)}\n`);
		return code;
	} finally {
		for (const output of outputs) await output.discard();
		baseline?.close();
	}
}

/** Rules of the configuration that accept nothing, each with its place. */
function* idleSuppressions({suppressions = [], checks}: Report, {origins}: LoadedConfig): Iterable<string> {
	for (const [index, outcome] of suppressions.entries()) {
		const text = idleSuppression(outcome);
		if (text === undefined) continue;
		const origin = origins.get(`suppressions.${index}`);
		const place = origin?.from === 'file' ? `${origin.file}:${origin.line}: ` : '';
		const {status, check} = outcome;
		const isUnsure = checks.some(({id, reason}) => (check ?? id) === id && reason !== undefined);
		const hint = status === 'unused' && isUnsure ? ' (unless it is about what was not read)' : '';
		yield `${place}${text}; mend or remove it${hint}.`;
	}
}
