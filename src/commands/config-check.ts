/** `config check`: every effective value and where it came from. */
import {checks as catalogue} from '../../checks/index.ts';
import type {Check} from '../check.ts';
import {loadConfig, type LoadedConfig, type Origin} from '../config.ts';
import {PLAIN_FORMATS, type PlainFormat} from '../formats.ts';
import type {Io} from '../io.ts';
import {openOutput} from '../output.ts';
import {chooseChecks} from '../select.ts';
import {settingsOf} from '../settings.ts';
import {displayWidth, safeJson, safeLine} from '../text.ts';
import type {CommonFlags, ConfigFlags} from './flags.ts';

export interface EffectiveValue {
	key: string;
	/** Null: nobody set it, and it has no default. */
	value: object | string | number | boolean | null;
	origin: Origin;
}

/** @throws UsageError with everything that is wrong with the file */
export async function runConfigCheck(flags: CommonFlags & ConfigFlags, io: Io): Promise<number> {
	const loaded = await loadConfig({file: flags.config, profile: flags.profile}, catalogue);
	const values = effectiveValues(catalogue, loaded, flags);
	if (!flags.quiet) for (const warning of loaded.warnings) io.stderr.write(`Warning: ${safeLine(warning)}\n`);
	for (const {format, file} of PLAIN_FORMATS.targets(flags.format, flags.output)) {
		const output = await openOutput(file, io);
		try {
			await output.write(render(values, loaded.file, format));
		} finally {
			await output.discard();
		}
	}
	return 0;
}

/** All values in a fixed order: the file's own, then what it means for each check. */
export function effectiveValues(
	checks: readonly Check[],
	loaded: LoadedConfig,
	flags: Pick<ConfigFlags, 'only' | 'skip'>,
): EffectiveValue[] {
	const {config, origins} = loaded;
	const row = (key: string, value: EffectiveValue['value']): EffectiveValue => ({
		key,
		value,
		origin: origins.get(key) ?? {from: 'default'},
	});
	return [
		row('domains', config.domains),
		row('profile', config.profile),
		...Object.entries(config.thresholds).map(([name, value]) => row(`thresholds.${name}`, value)),
		row('allowedNetworks', config.allowedNetworks),
		row('userDataReaders', config.userDataReaders),
		row('leavers', config.leavers ?? null),
		row('labels.sensitive', config.labels.sensitive),
		row('domainWideDelegation', config.domainWideDelegation ?? null),
		...chooseChecks(checks, loaded, flags).flatMap(({check, runs, origin}) => {
			const enabled = {key: `checks.${check.id}.enabled`, value: runs, origin};
			const severity = config.checks[check.id]?.severity;
			const settings = Object.entries(settingsOf(config, check.id, check.settings ?? {}));
			return [
				enabled,
				...(severity === undefined ? [] : [row(`checks.${check.id}.severity`, severity)]),
				...settings.map(([name, value]) => row(`checks.${check.id}.${name}`, value)),
			];
		}),
		row('suppressions', config.suppressions),
		...Object.entries(config.watch).map(([name, value]) => row(`watch.${name}`, value)),
		row('schedules', config.schedules),
		...Object.entries(config.retention).map(([name, value]) => row(`retention.${name}`, value)),
		row('targets', config.targets),
		row('notices', config.notices),
	];
}

function* render(values: EffectiveValue[], file: string | undefined, format: PlainFormat): Generator<string> {
	if (format === 'ndjson') {
		for (const value of values) yield `${safeJson(value)}\n`;
	} else if (format === 'json') {
		yield `${JSON.stringify({file: file ?? null, values}, null, '\t')}\n`;
	} else {
		const cells = values.map(({key, value, origin}) => [key, shown(value), told(origin)] as const);
		const [first, second] = [0, 1].map(column => Math.max(...cells.map(cell => displayWidth(cell[column]!))));
		for (const [key, value, origin] of cells) yield `${pad(key, first!)}  ${pad(value, second!)}  ${origin}\n`;
	}
}

function shown(value: EffectiveValue['value']): string {
	if (value === null) return 'not set';
	return typeof value === 'string' ? safeLine(value) : safeJson(value);
}

function told(origin: Origin): string {
	if (origin.from === 'file') return safeLine(`${origin.file}:${origin.line}`);
	if (origin.from === 'profile') return `profile ${origin.profile}`;
	return origin.from === 'flag' ? origin.flag : 'default';
}

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - displayWidth(text)));
