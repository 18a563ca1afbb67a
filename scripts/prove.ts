/**
 * The long run of test/access/agreement.test.ts: `node scripts/prove.ts --questions 1000000 --seed 1`.
 * Prints each seed and every disagreement, shrunk to the smallest world found; exits 1 if there was one.
 */
import {parseArgs} from 'node:util';
import {render} from '../test/access/naive/render.ts';
import {prove} from '../test/access/naive/prove.ts';

const {values} = parseArgs({
	options: {
		questions: {type: 'string', default: '100000'},
		seed: {type: 'string', default: String(Date.now() % 2 ** 31)},
	},
});
const questions = Number(values.questions);
let seed = Number(values.seed);
if (!Number.isInteger(questions) || questions <= 0 || !Number.isInteger(seed)) {
	console.error('prove: --questions takes a positive whole number and --seed a whole number');
	process.exit(2);
}

const BATCH = 20_000;
let asked = 0;
let failures = 0;
while (asked < questions) {
	const proved = await prove({seed, questions: Math.min(BATCH, questions - asked)});
	asked += proved.asked;
	console.log(`seed ${seed}: ${proved.worlds} worlds, ${proved.asked} questions ${JSON.stringify(proved.tally)}`);
	if (proved.counterexample) {
		failures++;
		const {world, disagreements} = proved.counterexample;
		for (const {naive, real, ...question} of disagreements) {
			console.log(`  disagreement: ${JSON.stringify(question)}`);
			console.log(`    naive: ${naive}`);
			console.log(`    real: ${real.decision}: ${real.reason} ${JSON.stringify(real.proof)}`);
		}
		console.log(`  world: ${JSON.stringify(world)}`);
		console.log(
			`  assets:\n${render(world)
				.map(asset => `    ${JSON.stringify(asset)}`)
				.join('\n')}`,
		);
	}
	// The seeds between here and there were used by the worlds asked; the next batch starts behind them.
	seed += proved.worlds;
}
console.log(`${asked} questions, ${failures} ${failures === 1 ? 'batch' : 'batches'} with a disagreement`);
process.exitCode = failures > 0 ? 1 : 0;
