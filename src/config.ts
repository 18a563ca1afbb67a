/**
 * Configuration: defaults, then the file, then flags; every effective value knows which of them it came
 * from. The file is what `--config` names, else `sa-audit.yaml` in the working directory if there is one.
 */
import {readFile} from 'node:fs/promises';
import {ANNOUNCED} from './config/announced.ts';
import {configSchema, DEFAULTS, type Config, type Profile, type Thresholds} from './config/schema.ts';
import {complain, troublesOf, YamlSource, type Path, type Trouble} from './config/source.ts';
import {UsageError} from './errors.ts';
import {didYouMean} from './nearest.ts';

export type {CheckSetting, Config, Profile, SuppressionRule, Thresholds} from './config/schema.ts';

/** The file that is read without being named. */
export const DEFAULT_FILE = 'sa-audit.yaml';

export type Origin = {from: 'default'} | {from: 'file'; file: string; line: number} | {from: 'flag'; flag: string};

export interface LoadedConfig {
	config: Config;
	/** The file that was read. */
	file?: string;
	/** By dotted path of the value, such as `thresholds.keyAgeDays`. A missing path is a default. */
	origins: ReadonlyMap<string, Origin>;
	/** Settings without effect in this version. */
	warnings: readonly string[];
}

export interface ConfigFlags {
	/** `--config` */
	file?: string;
	/** `--profile` */
	profile?: Profile;
}

/**
 * @param ids of the checks of this version
 * @throws UsageError with all problems of the file at once, each with its line
 */
export async function loadConfig(flags: ConfigFlags, ids: readonly string[]): Promise<LoadedConfig> {
	const file = flags.file ?? DEFAULT_FILE;
	const text = await readText(file, flags.file !== undefined);
	const loaded: LoadedConfig =
		text === undefined ? {config: DEFAULTS, origins: new Map(), warnings: []} : parseConfig(file, text, ids);
	if (flags.profile === undefined) return loaded;
	return {
		...loaded,
		config: {...loaded.config, profile: flags.profile},
		origins: new Map(loaded.origins).set('profile', {from: 'flag', flag: '--profile'}),
	};
}

/** The pure part: the text of a file to effective values. */
export function parseConfig(file: string, text: string, ids: readonly string[]): LoadedConfig {
	const source = new YamlSource(file, text);
	const parsed = configSchema.safeParse(source.value, {reportInput: false});
	const troubles = parsed.error?.issues.flatMap(issue => troublesOf(issue, source, knownKeys)) ?? [];
	const warnings: string[] = [];
	for (const {path, id, line} of namedChecks(source)) {
		if (ids.includes(id)) continue;
		if (ANNOUNCED.includes(id))
			warnings.push(`${file}:${line}: the check ${id} is not in this version; ${path} has no effect.`);
		else troubles.push({line, message: `${path}: unknown check "${id}"${didYouMean(id, ids)}`});
	}
	if (parsed.error !== undefined || troubles.length > 0) throw complain(file, troubles);
	const said = parsed.data;
	const config: Config = {
		...DEFAULTS,
		...said,
		domains: (said.domains ?? DEFAULTS.domains).map(domain => domain.toLowerCase()),
		thresholds: {...DEFAULTS.thresholds, ...said.thresholds},
		labels: {...DEFAULTS.labels, ...said.labels},
	};
	return {config, file, origins: originsOf(source, said), warnings};
}

/** Values of these keys are groups of settings, each with an origin of its own. */
const GROUPS: ReadonlySet<string> = new Set(['thresholds', 'labels', 'checks']);

function originsOf(source: YamlSource, said: object): Map<string, Origin> {
	const origins = new Map<string, Origin>();
	const walk = (value: object, path: readonly string[]) => {
		for (const [key, inner] of Object.entries(value)) {
			const at = [...path, key];
			if (GROUPS.has(at[0]!) && typeof inner === 'object' && !Array.isArray(inner)) walk(inner, at);
			else origins.set(at.join('.'), {from: 'file', file: source.file, line: source.keyLine(path, key)});
		}
	};
	walk(said, []);
	return origins;
}

/** Every check id that the file names, where its shape is good enough to see one. */
function* namedChecks(source: YamlSource): Generator<Trouble & {path: string; id: string}> {
	const {checks, suppressions} = source.value as {checks?: unknown; suppressions?: unknown};
	if (typeof checks === 'object' && checks !== null && !Array.isArray(checks)) {
		for (const id of Object.keys(checks)) {
			yield {path: `checks.${id}`, id, line: source.keyLine(['checks'], id), message: ''};
		}
	}
	if (!Array.isArray(suppressions)) return;
	for (const [index, rule] of suppressions.entries()) {
		const id = (rule as {check?: unknown} | null)?.check;
		const path = ['suppressions', index, 'check'];
		if (typeof id === 'string' && id !== '') yield {path: path.join('.'), id, line: source.line(path), message: ''};
	}
}

const SHAPES: Readonly<Record<string, readonly string[]>> = {
	'': Object.keys(configSchema.shape),
	thresholds: Object.keys(DEFAULTS.thresholds satisfies Thresholds),
	labels: ['sensitive'],
	checks: ['severity', 'enabled'],
	domainWideDelegation: ['clientId', 'scopes'],
	suppressions: ['check', 'resource', 'reason', 'owner', 'until'],
};

/** The keys that may stand at a place, for the message about one that may not. */
function knownKeys(path: Path): string[] {
	return [...(SHAPES[String(path[0] ?? '')] ?? [])];
}

/** @returns undefined if the file may be missing and is */
async function readText(file: string, named: boolean): Promise<string | undefined> {
	let bytes: Buffer;
	try {
		bytes = await readFile(file);
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		if (code === undefined) throw error;
		if (code === 'ENOENT' && !named) return undefined;
		const reasons: Record<string, string> = {ENOENT: 'it does not exist', EISDIR: 'it is a directory'};
		throw new UsageError(
			`The configuration ${file} cannot be read: ${reasons[code] ?? code}.`,
			named ? 'Name a YAML file with --config=FILE.' : `Make it readable, or name another file with --config=FILE.`,
			{cause: error},
		);
	}
	try {
		return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
	} catch (error) {
		throw new UsageError(`The configuration ${file} is not UTF-8 text.`, 'Save it as UTF-8.', {cause: error});
	}
}
