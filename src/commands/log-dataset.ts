/** `--logs bigquery://PROJECT.DATASET`, from the flags on. */
import {LogBook} from '../evidence/log-book.ts';
import type {Io} from '../io.ts';
import type {Asset} from '../sources/asset.ts';
import {finishLogs, type LogTotals} from '../sources/logs/read.ts';
import {parseDataset, readWarehouse} from '../sources/logs/warehouse.ts';
import {safeLine} from '../text.ts';
import type {LiveFlags} from './flags.ts';
import {connect} from './live.ts';

/** What the longest threshold of the checks and a month of slack ask for. */
const DAYS = 120;

/**
 * @param now epoch milliseconds
 * @throws UsageError no such dataset
 * @throws UnreadableError nobody is signed in, or may not query it
 */
export async function readDataset(
	text: string,
	flags: LiveFlags,
	now: number,
	io: Io,
	emit: (asset: Asset) => void,
): Promise<LogTotals> {
	const where = parseDataset(text);
	const {credentials, endpoint, clients} = await connect(flags, io);
	const book = new LogBook(now);
	try {
		const since = `${new Date(now - DAYS * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`;
		const say = (line: string): void => void (flags.quiet || io.stderr.write(`${safeLine(line)}\n`));
		await readWarehouse(book, where, {credentials, endpoint, now, since, say});
	} finally {
		await clients.close();
	}
	return finishLogs(book, emit);
}
