/** Steps for the exports, with no world behind them. */
import type {Path, Step} from '../../src/report.ts';

export function step(from: string, to: string, more: Partial<Step> = {}): Step {
	return {
		from,
		to,
		escalation: 'sa-get-access-token',
		alsoBy: [],
		confidence: 'certain',
		used: null,
		blockedBy: [],
		because: [],
		...more,
	};
}

/** A path over some nodes. */
export function path(...nodes: string[]): Path {
	const steps = nodes.slice(1).map((to, index) => step(nodes[index]!, to));
	return {from: nodes[0]!, to: nodes.at(-1)!, hops: steps.length, confidence: 'certain', steps};
}

/** Names that a stranger may choose: quotes, escapes, markup, marks that turn text around. */
export const HOSTILE = [
	'user:"];evil -> "x@e.com',
	'user:ends\\',
	'user:\\"both\\\\"@e.com',
	'user:a\nb\tc@e.com',
	'user:\u001b[31mred@e.com',
	'user:\u202egnp.exe@e.com',
	'principal://iam.googleapis.com/p/subject/<b>&lt;\\N\\G${x}%s',
	'user:/*no*/ // # comment@e.com',
	'user:\ud800lone@e.com',
	'user:',
	'',
];
