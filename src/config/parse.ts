/** From the text of a configuration file to effective values. Pure; loaded only if there is a file. */
import {didYouMean} from '../nearest.ts';
import {ANNOUNCED} from './announced.ts';
import {
	type CheckSetting,
	type Config,
	DEFAULTS,
	ESSENTIAL,
	type LoadedConfig,
	type Origin,
	type Profile,
	THRESHOLDS,
	type Thresholds,
} from './defaults.ts';
import {noticesSchema, retentionSchema, schedulesSchema, targetsSchema, watchSchema} from './schedule-schema.ts';
import {configSchema, type KnownCheck} from './schema.ts';
import {complain, type Path, type Trouble, troublesOf, YamlSource} from './source.ts';

/**
 * @param checks of this version
 * @param flag `--profile`, which wins over the file's own
 * @throws UsageError with all problems of the file at once, each with its line
 */
export function parseConfig(file: string, text: string, checks: readonly KnownCheck[], flag?: Profile): LoadedConfig {
	const source = new YamlSource(file, text);
	const schema = configSchema(checks);
	const parsed = schema.safeParse(source.value, {reportInput: false});
	const keys = (path: Path) => knownKeys(path, Object.keys(schema.shape), checks);
	const troubles = parsed.error?.issues.flatMap(issue => troublesOf(issue, source, keys)) ?? [];
	const ids = checks.map(check => check.id);
	const warnings: string[] = [];
	for (const {path, id, line} of namedChecks(source)) {
		if (ids.includes(id)) continue;
		if (ANNOUNCED.includes(id))
			warnings.push(`${file}:${line}: the check ${id} is not in this version; ${path} has no effect.`);
		else troubles.push({line, message: `${path}: unknown check "${id}"${didYouMean(id, ids)}`});
	}
	const profile = flag ?? parsed.data?.profile ?? DEFAULTS.profile;
	if (profile === 'strict') troubles.push(...laxities(source, parsed.data ?? {}));
	if (parsed.error !== undefined || troubles.length > 0) throw complain(file, troubles);
	const said = parsed.data as Partial<Config> & {thresholds?: Partial<Thresholds>};
	if (said.profile === 'essential' && profile === 'essential')
		warnings.push(...idleSettings(source, said.checks ?? {}));
	const config: Config = {
		...DEFAULTS,
		...said,
		profile,
		domains: (said.domains ?? DEFAULTS.domains).map(domain => domain.toLowerCase()),
		thresholds: {...THRESHOLDS[profile], ...said.thresholds},
		labels: {...DEFAULTS.labels, ...said.labels},
		suppressions: (said.suppressions ?? DEFAULTS.suppressions).map(rule =>
			rule.fingerprint === undefined ? rule : {...rule, fingerprint: rule.fingerprint.toLowerCase()},
		),
	};
	return {config, file, origins: originsOf(source, said), warnings};
}

/** What a file says that the profile strict contradicts: acceptance without an end, thresholds laxer than the standard. */
function* laxities(
	source: YamlSource,
	{suppressions = [], thresholds = {}}: {suppressions?: {until?: string}[]; thresholds?: Partial<Thresholds>},
): Generator<Trouble> {
	for (const [index, {until}] of suppressions.entries()) {
		const path = ['suppressions', index];
		if (until === undefined)
			yield {line: source.line(path), message: `${path.join('.')}.until is missing: strict demands an end`};
	}
	for (const [name, most] of Object.entries(THRESHOLDS.standard)) {
		const value = thresholds[name as keyof Thresholds];
		if (value === undefined || value <= most) continue;
		yield {
			line: source.keyLine(['thresholds'], name),
			message: `thresholds.${name} is ${value}, which contradicts the profile strict: it allows at most ${most}`,
		};
	}
}

/** Settings of checks that the file's own profile leaves out. */
function* idleSettings(source: YamlSource, checks: Readonly<Record<string, CheckSetting>>): Generator<string> {
	for (const [id, {enabled}] of Object.entries(checks)) {
		if (enabled !== undefined || ESSENTIAL.has(id)) continue;
		const place = `${source.file}:${source.keyLine(['checks'], id)}`;
		yield `${place}: the profile essential leaves ${id} out, so checks.${id} has no effect; add enabled: true to run it.`;
	}
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
	thresholds: Object.keys(DEFAULTS.thresholds satisfies Thresholds),
	labels: ['sensitive'],
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
function knownKeys(path: Path, top: string[], checks: readonly KnownCheck[]): string[] {
	const [first, id, setting] = path;
	if (first === undefined) return top;
	if (first !== 'checks') {
		const place = path.filter(key => typeof key === 'string').join('.');
		return [...(SHAPES[place] ?? SHAPES[String(first)] ?? [])];
	}
	const settings = checks.find(check => check.id === id)?.settings ?? {};
	if (setting !== undefined) return Object.keys(settings[String(setting)]?.standard ?? {});
	return ['severity', 'enabled', ...Object.keys(settings)];
}
