import {expect, test} from 'vitest';
import {prove} from './naive/prove.ts';

// The real evaluator and one written apart from it, from the facts alone, say the same. `node scripts/prove.ts` asks more.
const SEED = 20260520;
const QUESTIONS = 10_000;

test(`the evaluator agrees with the naive one on ${QUESTIONS} random questions`, async () => {
	const {worlds, asked, tally, counterexample} = await prove({seed: SEED, questions: QUESTIONS});
	console.log(`agreement: seed ${SEED}, ${worlds} worlds, ${asked} questions: ${JSON.stringify(tally)}`);
	expect(counterexample && {seed: SEED, ...counterexample}).toBeUndefined();
	expect(asked).toBeGreaterThanOrEqual(QUESTIONS);
	// A run in which everything is denied would prove little.
	for (const decision of ['allow', 'deny', 'unknown condition', 'unknown fact'] as const) {
		expect(tally[decision], decision).toBeGreaterThan(asked / 50);
	}
}, 60_000);
