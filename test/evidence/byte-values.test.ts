import fc from 'fast-check';
import {expect, test} from 'vitest';
import {ByteValues} from '../../src/evidence/byte-values.ts';

/** A value wherever it stands among other bytes. */
function placed(text: string, before: number): [view: DataView, from: number, to: number] {
	const bytes = Buffer.from(`${'x'.repeat(before)}${text}yyyy`);
	return [new DataView(bytes.buffer, bytes.byteOffset, bytes.length), before, before + Buffer.byteLength(text)];
}

test('the same bytes have the same number, others another one, wherever they stand', () => {
	const letters = fc.string({unit: fc.constantFrom('a', 'b', '\0', '\u00ff'), maxLength: 9});
	fc.assert(
		fc.property(fc.array(fc.tuple(letters, fc.nat({max: 5})), {maxLength: 400}), all => {
			const values = new ByteValues();
			const expected = new Map<string, number>();
			for (const [text, before] of all) {
				expect(values.find(...placed(text, before))).toBe(expected.get(text) ?? -1);
				if (!expected.has(text)) expected.set(text, expected.size);
				expect(values.number(...placed(text, before))).toBe(expected.get(text));
			}
		}),
		{numRuns: 50, seed: 3},
	);
});

test('many are remembered, some too long, and all forgotten when told so', () => {
	const values = new ByteValues();
	const texts = Array.from({length: 5000}, (_, index) => `value ${index} ${'z'.repeat(index % 90)}`);
	expect(texts.map(text => values.number(...placed(text, 1)))).toEqual(texts.map((_, index) => index));
	expect(texts.map(text => values.find(...placed(text, 2)))).toEqual(texts.map((_, index) => index));
	expect(values.number(...placed('z'.repeat(2 ** 14), 0))).toBe(5000);
	expect(values.number(...placed('z'.repeat(2 ** 14 + 1), 0))).toBe(-1);
	values.clear();
	expect(values.find(...placed(texts[7]!, 0))).toBe(-1);
	expect(values.number(...placed(texts[7]!, 0))).toBe(0);
});
