/** Why a hop is possible, in words. */
import type {Proof, Step} from '../../report.ts';
import {shortResource} from '../../text.ts';
import {timeText} from '../words.ts';

export function proofText(proof: Proof): string {
	switch (proof.kind) {
		case 'binding': {
			const how = proof.selfGranted ? ' (which it can grant itself)' : '';
			return `${proof.member} has ${proof.role} on ${shortResource(proof.resource)}${how}, which holds ${proof.permission}`;
		}
		case 'membership':
			return `${proof.member} is in ${proof.of}`;
		case 'role':
			return `what ${proof.role} holds was not read; it may hold ${proof.permission}`;
		case 'condition': {
			const value = proof.value === 'unknown' ? 'which the inventory cannot decide' : `which is ${proof.value}`;
			return `under the condition ${proof.expression}, ${value}`;
		}
		case 'deny':
			return `rule ${proof.rule} of the deny policy ${proof.policy} ${proof.effect}`;
		case 'boundary':
			return `rule ${proof.rule} of the access boundary ${proof.policy} ${proof.effect}`;
		case 'constraint':
			return `the constraint ${proof.constraint} on ${shortResource(proof.resource)} ${proof.effect}`;
		case 'workload':
			return proof.code === undefined
				? `${shortResource(proof.resource)} runs as ${proof.runsAs}`
				: `${shortResource(proof.resource)} runs code of ${shortResource(proof.code)} as ${proof.runsAs}`;
		case 'gap':
			return `${proof.fact} of ${shortResource(proof.scope)} was not read`;
		default:
			return JSON.stringify(proof);
	}
}

export function useText(used: Step['used']): string {
	if (used === null || used === undefined) return 'not known: no logs or metrics were read that could tell';
	if (typeof used === 'string') return used;
	const times = used.count === 1 ? 'once' : `${used.count.toLocaleString('en-US')} times`;
	return `${times}, first ${timeText(used.first)}, last ${timeText(used.last)}`;
}
