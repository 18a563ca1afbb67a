/**
 * What workloads carry along and nobody may keep: values of environment variables and of instance metadata often are
 * passwords and keys. They are dropped before anything else sees an answer; names stay.
 */
import type {Json} from '../asset.ts';

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
/** Switches say how something is configured, and are no secrets. */
const SWITCH = /^(?:true|false|yes|no|y|n|0|1)$/i;

/** The same answer without secrets; changed in place, since it is fresh from the wire. */
export function withoutSecrets(answer: Json): Json {
	for (const [key, value] of Object.entries(answer)) {
		if (typeof value !== 'object' || value === null) continue;
		if (MAPS.has(key) && !Array.isArray(value)) {
			for (const [name, inner] of Object.entries(value)) if (!isSwitch(inner)) delete (value as Json)[name];
		} else if (Array.isArray(value)) {
			for (const element of value as unknown[]) {
				if (typeof element !== 'object' || element === null) continue;
				if (PAIRS.has(key) && 'value' in element && !isSwitch(element.value)) delete (element as Json)['value'];
				withoutSecrets(element as Json);
			}
		} else withoutSecrets(value as Json);
	}
	return answer;
}

function isSwitch(value: unknown): boolean {
	return typeof value === 'boolean' || (typeof value === 'string' && SWITCH.test(value));
}
