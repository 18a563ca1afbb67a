/** `init TARGET`: writes the files that run sa-audit on a schedule somewhere. */
import {resolve} from 'node:path';
import {UsageError} from '../errors.ts';
import type {Io} from '../io.ts';

export interface InitFlags {
	directory?: string;
	organization?: string;
	project?: string;
	repository?: string;
	cron?: string;
	timeZone?: string;
	force?: boolean;
	quiet?: boolean;
}

export async function runInit(target: string, flags: InitFlags, io: Io): Promise<number> {
	throw new UsageError(`${target} ${resolve(flags.directory ?? '.')}`, String(io.clock()));
}
