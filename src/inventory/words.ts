/** One string for all equal ones: what every line of the input says anew (roles, types of assets) is kept once. */
export class Words {
	readonly #known = new Map<string, string>();

	of(text: string): string {
		const known = this.#known.get(text);
		if (known !== undefined) return known;
		this.#known.set(text, text);
		return text;
	}
}
