/** From the text of a configuration file to effective values. Pure; loaded only if there is a file. */
import {didYouMean} from '../nearest.ts';
import {ANNOUNCED} from './announced.ts';
import {type Config, DEFAULTS, type LoadedConfig, type Origin, type Profile, type Thresholds} from './defaults.ts';
import {noticesSchema, retentionSchema, schedulesSchema, targetsSchema, watchSchema} from './schedule-schema.ts';
import {configSchema} from './schema.ts';
import {complain, type Path, type Trouble, troublesOf, YamlSource} from './source.ts';

/**
 * @param ids of the checks of this version
 * @param profile what wins over the file's own
 * @throws UsageError with all problems of the file at once, each with its line
 */
export function parseConfig(file: string, text: string, ids: readonly string[], profile?: Profile): LoadedConfig {
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
	if ((profile ?? parsed.data?.profile) === 'strict') {
		for (const [index, {until}] of (parsed.data?.suppressions ?? []).entries()) {
			const path = ['suppressions', index];
			if (until === undefined)
				troubles.push({line: source.line(path), message: `${path.join('.')}.until is missing: strict demands an end`});
		}
	}
	if (parsed.error !== undefined || troubles.length > 0) throw complain(file, troubles);
	const said = parsed.data;
	const config: Config = {
		...DEFAULTS,
		...(said as Partial<Config>),
		domains: (said.domains ?? DEFAULTS.domains).map(domain => domain.toLowerCase()),
		thresholds: {...DEFAULTS.thresholds, ...said.thresholds},
		labels: {...DEFAULTS.labels, ...said.labels},
		suppressions: (said.suppressions ?? DEFAULTS.suppressions).map(rule =>
			rule.fingerprint === undefined ? rule : {...rule, fingerprint: rule.fingerprint.toLowerCase()},
		),
	};
	return {config, file, origins: originsOf(source, said), warnings};
}

/** Values of these keys are groups of settings, each with an origin of its own. */
const GROUPS: ReadonlySet<string> = new Set(['thresholds', 'labels', 'checks', 'watch', 'retention']);

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
	const {suppressions = []} = said as {suppressions?: readonly unknown[]};
	for (const index of suppressions.keys())
		origins.set(`suppressions.${index}`, {
			from: 'file',
			file: source.file,
			line: source.line(['suppressions', index]),
		});
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
	watch: Object.keys(watchSchema.shape),
	'watch.signingKey': ['file'],
	schedules: Object.keys(schedulesSchema.element.shape),
	retention: Object.keys(retentionSchema.shape),
	targets: Object.keys(targetsSchema.element.shape),
	notices: Object.keys(noticesSchema.element.shape),
	suppressions: ['fingerprint', 'check', 'resource', 'principal', 'reason', 'owner', 'until'],
};

/** The keys that may stand at a place, for the message about one that may not. */
function knownKeys(path: Path): string[] {
	const shape = SHAPES[path.filter(key => typeof key === 'string').join('.')] ?? SHAPES[String(path[0] ?? '')];
	return [...(shape ?? [])];
}
