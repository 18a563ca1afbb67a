/**
 * Configuration: defaults, then the file, then flags; every effective value knows which of them it came
 * from. The file is what `--config` names, else `sa-audit.yaml` in the working directory if there is one.
 */
import {readFile} from 'node:fs/promises';
import {DEFAULTS, type LoadedConfig, type Profile} from './config/defaults.ts';
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
 * @param ids of the checks of this version
 * @throws UsageError with all problems of the file at once, each with its line
 */
export async function loadConfig(flags: ConfigFlags, ids: readonly string[]): Promise<LoadedConfig> {
	const file = flags.file ?? DEFAULT_FILE;
	const text = await readText(file, flags.file !== undefined && !flags.mayBeNew);
	const loaded: LoadedConfig =
		text === undefined
			? {config: DEFAULTS, origins: new Map(), warnings: []}
			: {...(await import('./config/parse.ts')).parseConfig(file, text, ids, flags.profile), text};
	if (flags.profile === undefined) return loaded;
	return {
		...loaded,
		config: {...loaded.config, profile: flags.profile},
		origins: new Map(loaded.origins).set('profile', {from: 'flag', flag: '--profile'}),
	};
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
