/**
 * Configuration: defaults, then the file, then flags; every effective value knows which of them it came
 * from. The file is what `--config` names, else `sa-audit.yaml` in the working directory if there is one.
 */
import {readFile} from 'node:fs/promises';
import {type Config, DEFAULTS, type LoadedConfig, type Profile, THRESHOLDS} from './config/defaults.ts';
import type {KnownCheck} from './config/schema.ts';
import {UsageError} from './errors.ts';

export type {
	CheckSetting,
	Config,
	LoadedConfig,
	Origin,
	Profile,
	SuppressionRule,
	Thresholds,
} from './config/defaults.ts';

/** The file that is read without being named. */
export const DEFAULT_FILE = 'sa-audit.yaml';

export interface ConfigFlags {
	/** `--config` */
	file?: string;
	/** `--profile` */
	profile?: Profile;
	/** A named file may be missing, since it is going to be written. */
	mayBeNew?: boolean;
}

/**
 * @param checks of this version
 * @throws UsageError with all problems of the file at once, each with its line
 */
export async function loadConfig(flags: ConfigFlags, checks: readonly KnownCheck[]): Promise<LoadedConfig> {
	const file = flags.file ?? DEFAULT_FILE;
	const text = await readText(file, flags.file !== undefined && !flags.mayBeNew);
	const {profile} = flags;
	const loaded: LoadedConfig =
		text === undefined
			? {config: defaultsOf(profile ?? DEFAULTS.profile), origins: new Map(), warnings: []}
			: {...(await import('./config/parse.ts')).parseConfig(file, text, checks, profile), text};
	const origins = new Map(loaded.origins);
	if (profile !== undefined) origins.set('profile', {from: 'flag', flag: '--profile'});
	if (loaded.config.profile !== DEFAULTS.profile) {
		for (const name of Object.keys(loaded.config.thresholds)) {
			const key = `thresholds.${name}`;
			if (!origins.has(key)) origins.set(key, {from: 'profile', profile: loaded.config.profile});
		}
	}
	return {...loaded, origins};
}

function defaultsOf(profile: Profile): Config {
	return {...DEFAULTS, profile, thresholds: THRESHOLDS[profile]};
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
