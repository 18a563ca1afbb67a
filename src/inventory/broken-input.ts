import type {Problem} from '../sources/asset.ts';

/** The reason of a hole in the input: how much of a file could not be read, and the first of it. */
export function brokenInput(count: number, first: Problem): string {
	const line = first.line === undefined ? '' : `line ${first.line}: `;
	return `${count} ${count === 1 ? 'line or value' : 'lines or values'} could not be read; first: ${line}${first.message}`;
}
