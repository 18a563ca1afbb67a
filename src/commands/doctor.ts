/** `doctor`: what these credentials can collect and what not, with the commands that mend it. */
import {UsageError} from '../errors.ts';
import {PLAIN_FORMATS, type PlainFormat} from '../formats.ts';
import type {Io} from '../io.ts';
import {openOutput} from '../output.ts';
import {Caller} from '../sources/google-cloud/caller.ts';
import {roleText} from '../sources/google-cloud/custom-role.ts';
import {diagnose, type Diagnosis, enabledApis, type ScopeReport} from '../sources/google-cloud/diagnosis.ts';
import {displayWidth, safeJson, safeLine, wrap, wrapCommand} from '../text.ts';
import type {CommonFlags, LiveFlags} from './flags.ts';
import {connect} from './live.ts';
import {scopesOf} from './read.ts';

export interface DoctorFlags extends CommonFlags, LiveFlags {
	/** Print a custom role instead. */
	role?: boolean;
}

const COLUMNS = 100;

/**
 * @returns 0 if everything can be collected, else 3
 * @throws UsageError no scope
 */
export async function runDoctor(flags: DoctorFlags, io: Io): Promise<number> {
	const scopes = scopesOf(flags);
	if (flags.role) {
		await print(flags, io, () => roleText(scopes[0]));
		return 0;
	}
	if (scopes.length === 0) {
		throw new UsageError(
			'doctor needs to know where to look.',
			'Give --organization=ID, --folder=ID or --project=ID; --role needs none.',
		);
	}
	const {clients, credentials, quotaFactor} = await connect(flags, io);
	const caller = new Caller({
		clients,
		clock: () => io.clock(),
		sleep: milliseconds => io.sleep(milliseconds),
		random: () => io.random(),
		quotaFactor,
	});
	const reports: ScopeReport[] = [];
	const {quotaProject} = credentials;
	const enabled = await enabledApis(caller, quotaProject);
	const member = credentials.member ?? 'MEMBER';
	try {
		for (const scope of scopes) reports.push(await diagnose({caller, scope, enabled, quotaProject, member}));
	} finally {
		await clients.close();
	}
	const isApisKnown = enabled !== undefined;
	await print(flags, io, (format, columns) => render(reports, {format, columns, member, quotaProject, isApisKnown}));
	return reports.every(isWhole) ? 0 : 3;
}

function isWhole({failure, gaps, diagnoses}: ScopeReport): boolean {
	return failure === undefined && gaps.length === 0 && diagnoses.every(({can}) => can !== 'no');
}

async function print(
	flags: DoctorFlags,
	io: Io,
	text: (format: PlainFormat, columns: number) => Iterable<string>,
): Promise<void> {
	for (const {format, file} of PLAIN_FORMATS.targets(flags.format, flags.output)) {
		const output = await openOutput(file, io);
		try {
			await output.write(text(format, output.terminal?.columns ?? COLUMNS));
		} finally {
			await output.discard();
		}
	}
}

interface RenderOptions {
	format: PlainFormat;
	columns: number;
	member: string;
	quotaProject: string | undefined;
	isApisKnown: boolean;
}

function* render(reports: readonly ScopeReport[], options: RenderOptions): Generator<string> {
	const {format, columns, member, quotaProject, isApisKnown} = options;
	if (format !== 'table') {
		const plain = reports.map(report => ({...report, diagnoses: report.diagnoses.map(asData)}));
		if (format === 'json') yield `${JSON.stringify({quotaProject: quotaProject ?? null, scopes: plain}, null, '\t')}\n`;
		else for (const {diagnoses} of plain) for (const one of diagnoses) yield `${safeJson(one)}\n`;
		return;
	}
	for (const report of reports) yield* scopeText(report, columns);
	const commands = [...new Set(reports.flatMap(report => report.diagnoses.flatMap(({fix}) => fix)))];
	if (commands.length > 0) {
		yield 'To mend it:\n';
		for (const command of commands) yield `${wrapCommand(command, columns, '  ', '    ').join('\n')}\n`;
		if (member === 'MEMBER')
			yield '  MEMBER is whoever signs in: user:ANN@EXAMPLE.COM, serviceAccount:..., principal://...\n';
	}
	if (quotaProject === undefined)
		yield 'No quota project is set (--quota-project): which APIs are enabled in it was not tested.\n';
	else if (!isApisKnown) yield `Which APIs are enabled in ${safeLine(quotaProject)} could not be read.\n`;
}

function* scopeText({scope, failure, found, gaps, diagnoses}: ScopeReport, columns: number): Generator<string> {
	yield `${safeLine(scope)}\n`;
	if (failure !== undefined) yield `${wrap(`It cannot be read: ${failure}`, columns, '  ', '  ').join('\n')}\n`;
	else yield `  found: ${found.organization} organizations, ${found.folder} folders, ${found.project} projects\n`;
	for (const gap of gaps) yield `${wrap(gap, columns, '  not all: ', '    ').join('\n')}\n`;
	const width = Math.max(...diagnoses.map(({collector}) => displayWidth(collector.id)));
	for (const {collector, can, reasons} of diagnoses) {
		const first = `  ${can.padEnd(8)}${collector.id.padEnd(width)}  `;
		const text =
			can === 'yes'
				? collector.sees
				: `${collector.sees}: ${reasons.join('; ')}${can === 'no' ? `. Without it, ${collector.without}.` : ''}`;
		yield `${wrap(text, columns, first, ' '.repeat(width + 12)).join('\n')}\n`;
	}
	yield '\n';
}

function asData({scope, collector, can, reasons, fix}: Diagnosis): object {
	return {scope, collector: collector.id, can, sees: collector.sees, reasons, fix};
}
