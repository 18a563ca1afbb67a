/** `audit`: read, judge, write. */
import {checks as catalogue} from '../../checks/index.ts';
import {formats} from '../../reports/index.ts';
import {audit} from '../audit.ts';
import {decideColor} from '../color.ts';
import {loadConfig} from '../config.ts';
import {REPORT_FORMATS} from '../formats.ts';
import type {Io} from '../io.ts';
import {openOutput, type Output} from '../output.ts';
import {VERSION} from '../package.ts';
import {prepareWorld} from '../prepare.ts';
import type {Severity} from '../report.ts';
import {roleData} from '../role-data.ts';
import {chooseChecks} from '../select.ts';
import {safeLine} from '../text.ts';
import {judge} from '../verdict.ts';
import type {CommonFlags, ConfigFlags, SourceFlags} from './flags.ts';
import {readInventory} from './read.ts';

export interface AuditFlags extends CommonFlags, ConfigFlags, SourceFlags {
	failOn?: Severity;
}

/** Columns where no terminal says how many it has. */
const COLUMNS = 100;

/** @returns the exit code */
export async function runAudit(flags: AuditFlags, io: Io): Promise<number> {
	const say = (line: string) => void (flags.quiet || io.stderr.write(`${safeLine(line)}\n`));
	const loaded = await loadConfig(
		{file: flags.config, profile: flags.profile},
		catalogue.map(check => check.id),
	);
	const checks = chooseChecks(catalogue, loaded, flags)
		.filter(choice => choice.runs)
		.map(choice => choice.check);
	const targets = REPORT_FORMATS.targets(flags.format, flags.output);
	const notes = new Map(catalogue.map(check => [check.id, check]));
	const outputs: Output[] = [];
	try {
		for (const target of targets) outputs.push(await openOutput(target.file, io));
		if (loaded.file !== undefined) say(`Configuration: ${loaded.file}`);
		for (const warning of loaded.warnings) say(`Warning: ${warning}`);

		const startedAt = new Date(io.clock()).toISOString();
		const {inventory, now, sources} = await readInventory(flags, io);
		const thrown: {check: string; error: unknown}[] = [];
		const predefined = roleData(io.env);
		const run = {
			id: io.uuid(),
			startedAt,
			finishedAt: startedAt,
			now: new Date(now).toISOString(),
			sources,
			roles: {from: predefined.origin, date: predefined.data.source.date},
		};
		const report = audit(await prepareWorld(inventory, loaded.config, {predefined: predefined.data}), {
			checks,
			run,
			version: VERSION,
			onThrow: (check, error) => void thrown.push({check, error}),
		});
		report.run.finishedAt = new Date(io.clock()).toISOString();

		for (const [index, {format, file}] of targets.entries()) {
			const output = outputs[index]!;
			const terminal = output.terminal;
			const color = decideColor(flags.color, io.env, terminal?.isTTY ?? false);
			await output.write(formats[format](report, {color, columns: terminal?.columns ?? COLUMNS, catalogue: notes}));
			if (file !== undefined) say(`Wrote ${file}.`);
		}
		// A check that throws is `unknown` in the report; the run still ends as our own mistake.
		const [first] = thrown;
		if (first !== undefined) throw new Error(`The check ${first.check} failed`, {cause: first.error});
		const {code, reason} = judge(report, flags.failOn);
		if (reason !== undefined) io.stderr.write(`${safeLine(`Could not read enough to judge: ${reason}`)}\n`);
		return code;
	} finally {
		for (const output of outputs) await output.discard();
	}
}
