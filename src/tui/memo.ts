/** Keeps the last results of a pure function: selectors are asked the same again and again while one frame is drawn. */
export function memo<Args extends readonly unknown[], Result>(
	make: (...args: Args) => Result,
	size = 4,
): (...args: Args) => Result {
	const known: {args: Args; result: Result}[] = [];
	return (...args) => {
		const found = known.find(entry => entry.args.every((arg, index) => arg === args[index]));
		if (found) return found.result;
		const result = make(...args);
		known.unshift({args, result});
		known.length = Math.min(known.length, size);
		return result;
	};
}
