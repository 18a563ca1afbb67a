/** The nearest right word for a wrong one, for messages that say what to type instead. */

/**
 * @returns the candidate with the smallest edit distance, the first one on a tie; undefined if none is
 *   near enough to be what was meant (more than a third of the word differs, and more than one letter)
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
	const wanted = word.toLowerCase();
	let best: string | undefined;
	let least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
	for (const candidate of candidates) {
		if (Math.abs(candidate.length - wanted.length) >= least) continue;
		const apart = distance(wanted, candidate.toLowerCase());
		if (apart < least) [best, least] = [candidate, apart];
	}
	return best;
}

/** `; did you mean "x"?` or nothing, to be put behind a message. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
	const near = nearest(word, candidates);
	return near === undefined ? '' : `; did you mean "${near}"?`;
}

/** Optimal string alignment: insert, delete, replace, swap two neighbours. */
function distance(a: string, b: string): number {
	let before: number[] = [];
	let above = Array.from({length: b.length + 1}, (_, index) => index);
	for (let row = 1; row <= a.length; row++) {
		const current = [row];
		for (let column = 1; column <= b.length; column++) {
			const same = a[row - 1] === b[column - 1];
			let cost = Math.min(above[column]! + 1, current[column - 1]! + 1, above[column - 1]! + (same ? 0 : 1));
			if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
				cost = Math.min(cost, before[column - 2]! + 1);
			}
			current.push(cost);
		}
		[before, above] = [above, current];
	}
	return above[b.length]!;
}
