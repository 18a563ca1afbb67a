/**
 * A window that slides over a stream of bytes: one buffer, filled in place and handed to a consumer when it is
 * full. What the consumer leaves (half a line, half a value) moves to the front. No promise or copy per line.
 */

/** Takes bytes from the front and says how many it is done with; it sees the rest again, with more behind it. */
export interface ByteConsumer {
	/** @param final no more bytes follow; everything must be taken */
	take(bytes: Buffer, final: boolean): number;
}

export class ByteWindow {
	#buffer: Buffer;
	#length = 0;
	#consumer: ByteConsumer | undefined;
	readonly #limit: number;

	/**
	 * @param block bytes read at a time
	 * @param limit bytes that the window may grow to; a consumer must not leave that many
	 */
	constructor(block: number, limit: number) {
		this.#buffer = Buffer.allocUnsafeSlow(block);
		this.#limit = limit;
	}

	/** Begins a new stream. Whatever was left of the last one is dropped. */
	open(consumer: ByteConsumer): void {
		this.#consumer = consumer;
		this.#length = 0;
	}

	/** Where the next bytes go; never empty. Call `filled` with how many were written there. */
	free(): Buffer {
		if (this.#length === this.#buffer.length) this.#drain(false);
		return this.#buffer.subarray(this.#length);
	}

	filled(bytes: number): void {
		this.#length += bytes;
	}

	append(chunk: Uint8Array): void {
		for (let at = 0; at < chunk.length;) {
			const room = this.free();
			const part = chunk.subarray(at, at + room.length);
			room.set(part);
			this.filled(part.length);
			at += part.length;
		}
	}

	end(): void {
		this.#drain(true);
	}

	#drain(final: boolean): void {
		const taken = this.#consumer?.take(this.#buffer.subarray(0, this.#length), final) ?? this.#length;
		this.#buffer.copyWithin(0, taken, this.#length);
		this.#length -= taken;
		if (this.#length < this.#buffer.length) return;

		const size = Math.min(this.#buffer.length * 2, this.#limit);
		if (size === this.#buffer.length) throw new Error(`a consumer left ${this.#length} bytes in a full window`);
		const bigger = Buffer.allocUnsafeSlow(size);
		this.#buffer.copy(bigger, 0, 0, this.#length);
		this.#buffer = bigger;
	}
}
