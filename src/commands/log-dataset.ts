import type {LogTotals} from '../sources/logs/read.ts';
import type {Asset} from '../sources/asset.ts';
import type {Io} from '../io.ts';
import type {LiveFlags} from './flags.ts';
export async function readDataset(
	_path: string,
	_flags: LiveFlags,
	_now: number,
	_io: Io,
	_emit: (asset: Asset) => void,
): Promise<LogTotals> {
	throw new Error('not yet');
}
