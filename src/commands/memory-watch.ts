/** Tells people before Node runs out of memory, since nothing can be told then: it ends the process with a trace of its own. */

/**
 * Bytes that an audit keeps for each asset in the end, findings and graph included; at 1.1 million they did not fit into 2,600 MiB
 * (docs/performance.md). Reading alone keeps less than half, so the warning comes in time.
 */
const PER_ASSET = 2700;
const MEBIBYTE = 2 ** 20;

export class MemoryWatch {
	readonly #limit: number;
	readonly #say: (line: string) => void;
	#isTold = false;

	/** @param limit bytes that objects may take; undefined: not known */
	constructor(limit: number | undefined, say: (line: string) => void) {
		this.#limit = limit ?? Infinity;
		this.#say = say;
	}

	/** @param assets so far */
	look(assets: number): void {
		const wanted = assets * PER_ASSET;
		if (this.#isTold || wanted <= this.#limit) return;
		this.#isTold = true;
		const mebibytes = (bytes: number): string => Math.ceil(bytes / MEBIBYTE).toLocaleString('en-US');
		const more = Math.ceil((2 * wanted) / MEBIBYTE / 1024) * 1024;
		this.#say(
			`Warning: memory may not suffice: ${assets.toLocaleString('en-US')} assets were read so far, and Node may use ` +
				`${mebibytes(this.#limit)} MiB. If it ends without a report, set NODE_OPTIONS=--max-old-space-size=${more} and run it again.`,
		);
	}
}
