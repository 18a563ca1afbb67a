/** When the terminal UI starts, without loading it. */
import {canRedraw} from '../color.ts';
import type {Io} from '../io.ts';

/** What was asked for, as far as it decides. */
export interface Wishes {
	format?: string | undefined;
	output: readonly string[];
	/** False with `--no-ui`. */
	ui?: boolean | undefined;
	assets: readonly string[];
}

/**
 * Only for somebody who sits there: both ends are terminals that can be redrawn, no result was asked for, and the
 * keyboard is not what is to be read.
 */
export function wantsTerminal({format, output, ui = true, assets}: Wishes, io: Io): boolean {
	if (!ui || format !== undefined || output.length > 0 || assets.includes('-')) return false;
	return Boolean(io.stdin.isTTY && io.stdout.isTTY) && canRedraw(io.env);
}

/** `--screen-reader`, or the variable that Ink knows. */
export function wantsLinear(flag: boolean | undefined, env: Io['env']): boolean {
	return flag ?? env['INK_SCREEN_READER'] === 'true';
}
