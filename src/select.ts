/** Which checks run, and who said so: flags before the file, the file before the profile. */
import type {Check} from './check.ts';
import type {LoadedConfig, Origin} from './config.ts';
import {ESSENTIAL} from './config/defaults.ts';
import {UsageError} from './errors.ts';
import {didYouMean} from './nearest.ts';

export interface Choice {
	check: Check;
	runs: boolean;
	origin: Origin;
}

/**
 * Decides for every check. `--skip` beats `--only`, which beats `enabled` in the file, which beats the profile.
 * @throws UsageError an unknown id, or nothing left to run
 */
export function chooseChecks(
	checks: readonly Check[],
	{config, origins}: LoadedConfig,
	{only = [], skip = []}: {only?: readonly string[]; skip?: readonly string[]},
): Choice[] {
	const ids = checks.map(check => check.id);
	const flags = [...only.map(id => ['--only', id] as const), ...skip.map(id => ['--skip', id] as const)];
	for (const [flag, id] of flags) if (!ids.includes(id)) throw unknownCheck(id, ids, flag);
	const choices = checks.map((check): Choice => {
		if (skip.includes(check.id)) return {check, runs: false, origin: {from: 'flag', flag: '--skip'}};
		if (only.length > 0) return {check, runs: only.includes(check.id), origin: {from: 'flag', flag: '--only'}};
		const enabled = config.checks[check.id]?.enabled;
		if (enabled !== undefined) {
			return {check, runs: enabled, origin: origins.get(`checks.${check.id}.enabled`) ?? {from: 'default'}};
		}
		const runs = config.profile !== 'essential' || ESSENTIAL.has(check.id);
		return {check, runs, origin: origins.get('profile') ?? {from: 'default'}};
	});
	if (!choices.some(choice => choice.runs)) {
		throw new UsageError('No check is left to run.', 'Look at --only, --skip and "enabled" in the configuration.');
	}
	return choices;
}

/** @param where the flag that named it, if one did */
export function unknownCheck(id: string, ids: readonly string[], where?: string): UsageError {
	const before = where === undefined ? '' : `${where}: `;
	return new UsageError(
		`${before}there is no check "${id}"${didYouMean(id, ids) || '.'}`,
		'sa-audit checks lists them all.',
	);
}
