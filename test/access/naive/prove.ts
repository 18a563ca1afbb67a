/** Random worlds and questions until enough were decided, shrunk where the two evaluators part. */
import fc from 'fast-check';
import {questionsOf, smallWorld} from './arbitrary.ts';
import {type Disagreement, disagreements, type Tally} from './compare.ts';
import type {SmallWorld} from './world.ts';

/** Worlds of one batch. */
const BATCH = 25;

export interface ProveOptions {
	seed: number;
	/** Questions that the facts decide; at least this many are asked. */
	questions: number;
	/** Questions asked of each world. */
	perWorld?: number;
}

export interface Proved {
	worlds: number;
	/** Questions that were decided by both. */
	asked: number;
	tally: Tally;
	/** The smallest world found on which they part, and how. */
	counterexample?: {world: SmallWorld; disagreements: Disagreement[]};
}

/** Asks batch after batch of worlds, each batch from its own seed (`seed`, `seed + 25`, ...), and stops at the first disagreement. */
export async function prove({seed, questions, perWorld = 150}: ProveOptions): Promise<Proved> {
	const tally: Tally = {};
	const askedOf = (): number =>
		Object.entries(tally).reduce((sum, [decision, count]) => (decision === 'skip' ? sum : sum + count), 0);
	let worlds = 0;
	while (askedOf() < questions) {
		// Shrinking asks again; only the first pass counts.
		let passes = 0;
		const property = fc.asyncProperty(smallWorld, fc.nat(), async (world, salt) => {
			const counted = passes++ < BATCH ? tally : {};
			return (await disagreements(world, questionsOf(world, salt, perWorld), counted)).length === 0;
		});
		const details = await fc.check(property, {seed: seed + worlds, numRuns: BATCH});
		worlds += BATCH;
		if (details.failed && details.counterexample) {
			const [world, salt] = details.counterexample;
			const found = await disagreements(world, questionsOf(world, salt, perWorld));
			return {worlds, asked: askedOf(), tally, counterexample: {world, disagreements: found}};
		}
	}
	return {worlds, asked: askedOf(), tally};
}
