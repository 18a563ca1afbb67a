/** Paths for people: each hop with how and because of what. */
import type {Path, Proof, Step} from '../report.ts';
import {safeLine, wrap} from '../text.ts';

const MOST = 200;
/** So many other escalations of a step are named. */
const NAMED = 4;

/** Lines of a page; no line is wider than `columns` where words allow. */
export function* pathLines(
	paths: readonly Path[],
	truncated: boolean,
	page: {color: boolean; columns: number},
): Generator<string> {
	if (paths.length === 0) yield 'No path was found.\n';
	for (const path of paths.slice(0, MOST)) {
		const sure = path.confidence === 'certain' ? '' : `, ${path.confidence}`;
		yield `${safeLine(path.from)} -> ${safeLine(path.to)} (${path.hops} ${path.hops === 1 ? 'hop' : 'hops'}${sure})\n`;
		for (const [index, step] of path.steps.entries()) yield* stepLines(step, index + 1, page.columns);
	}
	if (paths.length > MOST) yield `... and ${paths.length - MOST} more; --format json lists them all.\n`;
	if (truncated) yield 'The search stopped early: there are more paths than it looked at.\n';
}

function* stepLines(step: Step, number: number, columns: number): Generator<string> {
	const more = step.alsoBy.length - NAMED;
	const named = step.alsoBy.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more ways` : '');
	const also = step.alsoBy.length > 0 ? ` (also ${named})` : '';
	const sure = step.confidence === 'certain' ? '' : ` [${step.confidence}]`;
	yield `  ${number}. becomes ${safeLine(step.to)} by ${step.escalation}${also}${sure}\n`;
	const use = useText(step);
	if (use !== undefined) for (const line of wrap(use, Math.max(40, columns - 5))) yield `     ${line}\n`;
	for (const proof of step.because) {
		for (const line of wrap(proofText(proof), Math.max(40, columns - 5))) yield `     ${line}\n`;
	}
}

/** Whether the hop is walked, in words; undefined: nothing was collected that could tell. */
function useText({used, observed}: Step): string | undefined {
	if (used === null) return observed?.reason === undefined ? undefined : safeLine(`use not known: ${observed.reason}`);
	if (used === 'not observable') return safeLine(`use not observable: ${observed?.reason ?? 'no log would show it'}`);
	if (used === 'not seen') {
		const since = observed?.from === undefined ? '' : ` since ${observed.from.slice(0, 10)}`;
		return safeLine(`not seen${since} in ${observed?.logs.join(', ') ?? 'the logs'}`);
	}
	const times = used.count === 1 ? 'once' : `${used.count} times`;
	return safeLine(`used ${times}, from ${used.first.slice(0, 10)} to ${used.last.slice(0, 10)}`);
}

/** One reason in words. */
export function proofText(proof: Proof): string {
	switch (proof.kind) {
		case 'binding': {
			const own = proof.selfGranted ? 'grants itself ' : '';
			const condition = proof.condition === undefined ? '' : ` if ${proof.condition}`;
			return safeLine(`${own}${proof.role} (${proof.permission}) for ${proof.member} on ${proof.resource}${condition}`);
		}
		case 'membership':
			return safeLine(`${proof.member} ${proof.effect === 'undecided' ? 'may be' : 'is'} in ${proof.of}`);
		case 'role':
			return safeLine(`what ${proof.role} contains was not read: it may hold ${proof.permission}`);
		case 'condition':
			return safeLine(
				proof.value === 'unknown'
					? `the condition ${proof.expression || '(not exported)'} cannot be decided from an inventory`
					: `the condition ${proof.expression} is ${proof.value}`,
			);
		case 'deny':
			return safeLine(
				`rule ${proof.rule} of deny policy ${proof.policy} ${proof.effect === 'denies' ? 'denies it' : 'may deny it'}`,
			);
		case 'boundary':
			return safeLine(
				`access boundary ${proof.policy} ${proof.effect === 'denies' ? 'leaves the resource out' : 'may apply'}`,
			);
		case 'constraint':
			return safeLine(
				`constraint ${proof.constraint} on ${proof.resource} ${proof.effect === 'denies' ? 'stops it' : 'may stop it'}`,
			);
		case 'workload':
			return safeLine(
				proof.code === undefined
					? `${proof.resource} runs as ${proof.runsAs}`
					: `${proof.resource} runs code of ${proof.code} as ${proof.runsAs}`,
			);
		case 'gap':
			return safeLine(`${proof.fact} of ${proof.scope} were not read`);
	}
}
