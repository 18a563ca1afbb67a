/** `checks [ID]`: the catalogue, one check explained, the controls of a framework, or the practices. */
import {checks as catalogue} from '../../checks/index.ts';
import {type Framework, frameworks} from '../compliance.ts';
import {DEFAULTS} from '../config/defaults.ts';
import {UsageError} from '../errors.ts';
import {PLAIN_FORMATS, type PlainFormat} from '../formats.ts';
import type {Io} from '../io.ts';
import {didYouMean} from '../nearest.ts';
import {openOutput} from '../output.ts';
import type {Broker} from '../queries/brokers.ts';
import {unknownCheck} from '../select.ts';
import {checkList, explained} from './check-text.ts';
import type {CommonFlags, SourceFlags} from './flags.ts';
import {frameworkReport} from './framework-report.ts';
import {practicesReport} from './practices-report.ts';
import {scopesOf} from './read.ts';

export interface ChecksFlags extends CommonFlags, SourceFlags {
	framework?: string;
	practices?: boolean;
}

const COLUMNS = 100;

/** @throws UsageError an id that no check or framework has, or flags that do not go together */
export async function runChecks(id: string | undefined, flags: ChecksFlags, io: Io): Promise<number> {
	const report = await reportFor(id, flags, io);
	for (const {format, file} of PLAIN_FORMATS.targets(flags.format, flags.output)) {
		const output = await openOutput(file, io);
		try {
			await output.write(report(format, output.terminal?.columns ?? COLUMNS));
		} finally {
			await output.discard();
		}
	}
	return 0;
}

type Report = (format: PlainFormat, columns: number) => Iterable<string>;

async function reportFor(id: string | undefined, flags: ChecksFlags, io: Io): Promise<Report> {
	const asked = [
		id !== undefined && 'an id',
		flags.framework !== undefined && '--framework',
		flags.practices && '--practices',
	];
	const [first, second] = asked.filter(Boolean);
	if (second !== undefined)
		throw new UsageError(`${first} and ${second} do not go together.`, 'Ask for one of them at a time.');
	const isSourced = flags.assets.length > 0 || flags.demo || scopesOf(flags).length > 0;
	if (isSourced && !flags.practices)
		throw new UsageError(
			'The catalogue is the same for all organizations.',
			'Give a source with --practices only: then it lists the brokers of it.',
		);

	if (flags.framework !== undefined) {
		const framework = frameworkOf(flags.framework);
		return (format, columns) => frameworkReport(framework, catalogue, format, columns);
	}
	if (flags.practices) {
		const found = isSourced ? await brokersOf(flags, io) : undefined;
		return (format, columns) => practicesReport(catalogue, found, format, columns);
	}
	if (id === undefined) return (format, columns) => checkList(catalogue, format, columns);
	const check = catalogue.find(known => known.id === id);
	if (!check)
		throw unknownCheck(
			id,
			catalogue.map(known => known.id),
		);
	return (format, columns) => explained(check, format, columns);
}

function frameworkOf(id: string): Framework {
	const known = frameworks();
	const found = known.find(framework => framework.id.toLowerCase() === id.toLowerCase());
	if (found) return found;
	const ids = known.map(framework => framework.id);
	throw new UsageError(
		`--framework: there is no framework "${id}"${didYouMean(id, ids) || '.'}`,
		`There are ${ids.join(', ')}.`,
	);
}

/** Reads the organization that the flags name; loaded only if they do. */
async function brokersOf(flags: ChecksFlags, io: Io): Promise<Broker[]> {
	const [{readInventory}, {prepareWorld}, {roleData}, {brokers}] = await Promise.all([
		import('./read.ts'),
		import('../prepare.ts'),
		import('../role-data.ts'),
		import('../queries/brokers.ts'),
	]);
	const {inventory} = await readInventory(flags, io);
	return brokers(await prepareWorld(inventory, DEFAULTS, {predefined: roleData(io.env).data}));
}
