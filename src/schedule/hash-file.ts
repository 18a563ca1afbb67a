/** What a file holds, in a line of the ledger. */
import {createHash} from 'node:crypto';
import {open} from 'node:fs/promises';
import {join} from 'node:path';
import type {FileEntry} from './entry.ts';

/** Bytes read at a time. */
const BLOCK = 1 << 18;

/** Size and SHA-256 of a file of any size, by one buffer: a stream would leave a new one behind for each piece. */
export async function hashFile(folder: string, name: string): Promise<FileEntry> {
	const hash = createHash('sha256');
	const handle = await open(join(folder, name));
	try {
		const block = Buffer.allocUnsafeSlow(BLOCK);
		let bytes = 0;
		for (;;) {
			const {bytesRead} = await handle.read(block, 0, BLOCK);
			if (bytesRead === 0) return {name, bytes, sha256: hash.digest('hex')};
			bytes += bytesRead;
			hash.update(block.subarray(0, bytesRead));
		}
	} finally {
		await handle.close();
	}
}
