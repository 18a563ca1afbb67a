/** Whether to colour, and whether a stream may be redrawn: decided from flags and environment, nothing else. */

export type ColorFlag = 'auto' | 'always' | 'never';
type Env = Readonly<Record<string, string | undefined>>;

/**
 * The first that speaks decides: `--color`, `NO_COLOR` (non-empty, https://no-color.org), `FORCE_COLOR`
 * (non-empty; `0` and `false` turn it off), `TERM=dumb`, `CI`, and at last whether it is a terminal.
 */
export function decideColor(flag: ColorFlag, env: Env, isTTY: boolean): boolean {
	if (flag !== 'auto') return flag === 'always';
	if (env['NO_COLOR']) return false;
	const forced = env['FORCE_COLOR'];
	if (forced) return forced !== '0' && forced !== 'false';
	return isTTY && canRedraw(env);
}

/** False on dumb terminals and in CI, whose logs keep every redrawn line. */
export function canRedraw(env: Env): boolean {
	if (env['TERM'] === 'dumb') return false;
	const ci = env['CI'];
	return !ci || ci === '0' || ci === 'false';
}
