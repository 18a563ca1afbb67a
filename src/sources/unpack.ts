/**
 * gzip, read so that all that could be unpacked before a break is delivered.
 */
import {createGunzip} from 'node:zlib';

/** Known by its first bytes, never by its name. */
export function isGzip(head: Uint8Array): boolean {
	return head[0] === 0x1f && head[1] === 0x8b;
}

/** zlib loses the output of the call that meets an error, so calls are small: less for files that are small. */
const SMALL = {upTo: 2 ** 20, step: 512};
const STEP = 16 * 1024;
const TRAILER_BYTES = 8;

/**
 * Unpacks gzip data of any number of members.
 * @param deliver gets each piece as soon as there is one
 * @param enough when true, the rest is not read
 * @param ready what to wait for before there may be more pieces
 * @returns why it ended early, or undefined; errors of the packed stream itself are thrown
 */
export async function unpack(
	packed: AsyncIterable<Uint8Array>,
	deliver: (piece: Buffer) => void,
	enough: () => boolean,
	ready?: () => Promise<void> | undefined,
): Promise<string | undefined> {
	const gunzip = createGunzip({chunkSize: 64 * 1024});
	let failure: string | undefined;
	let wake = (): void => {};
	gunzip.on('data', deliver);
	gunzip.on('error', (error: NodeJS.ErrnoException) => {
		failure =
			error.code === 'Z_BUF_ERROR'
				? 'the gzip data ends early (truncated file): what came before was used'
				: 'the gzip data is damaged: what came before was used, the rest was not read';
		wake();
	});
	gunzip.on('close', () => wake());
	const step = (act: () => void): Promise<void> =>
		new Promise(resolve => {
			wake = resolve;
			act();
		});

	let fed = 0;
	for await (const block of packed) {
		for (let at = 0; at < block.length && failure === undefined;) {
			const most = fed < SMALL.upTo ? SMALL.step : STEP;
			const rest = block.length - at;
			// The checksum gets a call of its own: if only that is wrong, nothing is lost.
			const size = rest <= TRAILER_BYTES ? rest : Math.min(most, rest - TRAILER_BYTES);
			const part = block.subarray(at, at + size);
			await step(() => gunzip.write(part, () => wake()));
			const wait = ready?.();
			if (wait) await wait;
			at += size;
			fed += size;
		}
		if (failure !== undefined || enough()) break;
	}
	if (failure === undefined && !enough()) await step(() => gunzip.end());
	gunzip.destroy();
	return failure;
}
