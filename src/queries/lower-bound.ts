/** Where in an ascending list the first number at or above a value stands. */
export function lowerBound(numbers: Int32Array, value: number): number {
	let low = 0;
	let high = numbers.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (numbers[middle]! < value) low = middle + 1;
		else high = middle;
	}
	return low;
}
