/** What a file holds, in a line of the ledger. */
import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import type {FileEntry} from './entry.ts';

/** Size and SHA-256 of a file of any size. */
export async function hashFile(folder: string, name: string): Promise<FileEntry> {
	const hash = createHash('sha256');
	let bytes = 0;
	await pipeline(createReadStream(join(folder, name)), async chunks => {
		for await (const chunk of chunks) {
			bytes += (chunk as Buffer).length;
			hash.update(chunk as Buffer);
		}
	});
	return {name, bytes, sha256: hash.digest('hex')};
}
