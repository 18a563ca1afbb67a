/**
 * Settings of a single check, declared in its file: word lists, numbers, switches. From the declaration come the
 * defaults of each profile, what the configuration may say under `checks.ID`, its JSON Schema and the docs.
 */
import type {Config} from './config/defaults.ts';

/** `strict`: what the profile strict sets instead. */
export type Setting = {about: string} & (
	| {kind: 'words'; standard: readonly string[]; strict?: readonly string[]}
	/** Lists by name; the configuration may replace each by itself. */
	| {
			kind: 'word lists';
			standard: Readonly<Record<string, readonly string[]>>;
			strict?: Readonly<Record<string, readonly string[]>>;
	  }
	/** A whole number of at least 0. */
	| {kind: 'number'; standard: number; strict?: number}
	| {kind: 'switch'; standard: boolean; strict?: boolean}
);

export type Settings = Readonly<Record<string, Setting>>;

interface ValueOf {
	words: readonly string[];
	'word lists': Readonly<Record<string, readonly string[]>>;
	number: number;
	switch: boolean;
}

export type SettingValues<S extends Settings> = {readonly [Name in keyof S]: ValueOf[S[Name]['kind']]};

/** Effective values: the file's, else the profile's, else the standard ones. */
export function settingsOf<S extends Settings>(
	{checks, profile}: Pick<Config, 'checks' | 'profile'>,
	id: string,
	settings: S,
): SettingValues<S> {
	const said = checks[id] ?? {};
	return Object.fromEntries(
		Object.entries(settings).map(([name, setting]) => {
			const usual = defaultOf(setting, profile);
			const value = said[name];
			if (value === undefined) return [name, usual];
			return [name, setting.kind === 'word lists' ? {...(usual as object), ...(value as object)} : value];
		}),
	) as SettingValues<S>;
}

/** What holds where the configuration says nothing. */
export function defaultOf(setting: Setting, profile: Config['profile']): Setting['standard'] {
	return profile === 'strict' ? (setting.strict ?? setting.standard) : setting.standard;
}
