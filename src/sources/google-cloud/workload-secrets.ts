/**
 * What workloads carry along and nobody may keep: values of environment variables and of instance metadata often are
 * passwords and keys. They are dropped before anything else sees an answer; names stay.
 */
import type {Json} from '../asset.ts';
import {redactJson} from '../secrets.ts';

/** Lists of `{name, value}` or `{key, value}`. */
const PAIRS: ReadonlySet<string> = new Set(['env', 'items', 'envVars']);
/** Objects from name to value. */
const MAPS: ReadonlySet<string> = new Set([
	'environmentVariables',
	'buildEnvironmentVariables',
	'envVariables',
	'substitutions',
	'userDefinedVariables',
]);
/** Metadata whose values say who gets in; public keys are no secrets. */
const TELLING: ReadonlySet<string> = new Set(['ssh-keys', 'sshKeys', 'windows-keys', 'created-by']);
/** Metadata that says whose code runs: addresses, which are secrets only where they are signed. */
const SCRIPT = /^(?:(?:windows-)?(?:startup|shutdown)|sysprep-specialize)-script-url$/;
/** Switches say how something is configured, and are no secrets. */
const SWITCH = /^(?:true|false|yes|no|y|n|0|1)$/i;

/**
 * An answer without secrets: values that often are some are dropped, and what looks like one anywhere else is
 * redacted. It may change the answer in place, since that is fresh from the wire.
 */
export function withoutSecrets(answer: Json): Json {
	const safe = redactJson(withoutValues(answer));
	// A page token is handed back as it came.
	return answer['nextPageToken'] === undefined ? safe : {...safe, nextPageToken: answer['nextPageToken']};
}

function withoutValues(answer: Json): Json {
	for (const [key, value] of Object.entries(answer)) {
		if (typeof value !== 'object' || value === null) continue;
		if (MAPS.has(key) && !Array.isArray(value)) {
			for (const [name, inner] of Object.entries(value)) if (!isSwitch(inner)) delete (value as Json)[name];
		} else if (Array.isArray(value)) {
			for (const element of value as unknown[]) {
				if (typeof element !== 'object' || element === null) continue;
				if (PAIRS.has(key) && 'value' in element && !isSwitch(element.value)) withoutValue(element as Json);
				withoutValues(element as Json);
			}
		} else withoutValues(value as Json);
	}
	return answer;
}

/** The value goes, unless its key says that it is needed and no secret. */
function withoutValue(element: Json): void {
	const {key, value} = element;
	if (typeof key === 'string' && typeof value === 'string') {
		if (TELLING.has(key)) return;
		if (SCRIPT.test(key)) {
			element['value'] = value.replace(/[?#].*$/s, '');
			return;
		}
	}
	delete element['value'];
}

function isSwitch(value: unknown): boolean {
	return typeof value === 'boolean' || (typeof value === 'string' && SWITCH.test(value));
}
