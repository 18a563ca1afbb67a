/** A text file that a command reads line by line, beside the assets. */
import {createReadStream} from 'node:fs';
import type {Readable} from 'node:stream';

/** Opens nothing yet: a file that is missing or unreadable shows as the stream's error. */
export function textFile(path: string): Readable {
	return createReadStream(path);
}
