/** Asks the real evaluator and the naive one the same questions. */
import {DEFAULTS} from '../../../src/config/schema.ts';
import {InventoryBuilder} from '../../../src/inventory/build.ts';
import {prepareWorld} from '../../../src/prepare.ts';
import {resolvePrincipal, resolveResource} from '../../../src/resolve.ts';
import type {Proof} from '../../../src/report.ts';
import type {World} from '../../../src/world.ts';
import {type Decision, decide} from './decide.ts';
import {render} from './render.ts';
import {TABLES} from './tables.ts';
import {OTHER_RESOURCES, type Question, type SmallWorld} from './world.ts';

export interface Real {
	decision: Decision;
	proof: Proof[];
	reason: string;
}

export type Ask = (question: Question) => Real;

/** The world through the real builder and compiler. */
export async function open(world: SmallWorld): Promise<World> {
	const builder = new InventoryBuilder({now: world.now});
	for (const asset of render(world)) builder.asset(asset, {file: 'small world'});
	return await prepareWorld(builder.finish(), DEFAULTS);
}

/** The same, to ask questions. */
export async function compile(world: SmallWorld): Promise<Ask> {
	const {access, inventory} = await open(world);
	return ({principal, permission, on}) => {
		// A resource without a policy of its own can be asked about by whoever knows where it lies.
		const other = OTHER_RESOURCES.find(({name}) => name === on);
		const target = other
			? {name: on, assetType: other.type, container: inventory.container(other.project)}
			: resolveResource(inventory, on);
		const answer = access.can(resolvePrincipal(inventory, principal), permission, target);
		const decision: Decision = answer.decision === 'unknown' ? `unknown ${answer.undecided!}` : answer.decision;
		return {decision, proof: answer.proof, reason: answer.reason};
	};
}

export interface Disagreement extends Question {
	naive: Decision;
	real: Real;
}

/** Numbers of answers by decision, and the questions that nothing in the facts decides. */
export type Tally = Partial<Record<Decision, number>>;

/** All disagreements on some questions. */
export async function disagreements(
	world: SmallWorld,
	questions: readonly Question[],
	tally: Tally = {},
): Promise<Disagreement[]> {
	const ask = await compile(world);
	const found: Disagreement[] = [];
	for (const question of questions) {
		const naive = decide(world, TABLES, question);
		tally[naive] = (tally[naive] ?? 0) + 1;
		if (naive === 'skip') continue;
		const real = ask(question);
		if (real.decision !== naive) found.push({...question, naive, real});
	}
	return found;
}
