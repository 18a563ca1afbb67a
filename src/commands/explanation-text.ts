/** `paths --explain-not` for people: the reasons in order, each with what it rests on. */
import type {Explanation, Lack, Reason} from '../queries/explain-not.ts';
import {safeLine, wrap} from '../text.ts';
import {pathLines, proofText} from './path-text.ts';

/** Lines of a page; no line is wider than `columns` where words allow. */
export function* explanationLines(
	explanation: Explanation,
	page: {color: boolean; columns: number},
): Generator<string> {
	const {from, to} = explanation;
	if (explanation.exists) {
		yield 'There is a path.\n';
		yield* pathLines([explanation.path], false, page);
		return;
	}
	yield `No path: ${safeLine(from)} -> ${safeLine(to)}\n`;
	for (const reason of explanation.reasons) {
		for (const line of wrap(reason.text, page.columns, '- ', '  ')) yield `${line}\n`;
		for (const detail of details(reason, page))
			for (const line of wrap(detail, page.columns, '    ')) yield `${line}\n`;
	}
}

function* details(reason: Reason, page: {color: boolean; columns: number}): Generator<string> {
	switch (reason.kind) {
		case 'reach':
			for (const {to, hops, confidence} of reason.nearest)
				yield `${to} (${hops}${confidence === 'certain' ? '' : `, ${confidence}`})`;
			if (reason.total > reason.nearest.length) yield `... and ${reason.total - reason.nearest.length} more`;
			return;
		case 'lastHop':
			for (const {from, escalation, confidence} of reason.principals)
				yield `${from} by ${escalation}${confidence === 'certain' ? '' : ` (${confidence})`}`;
			if (reason.total > reason.principals.length) yield `... and ${reason.total - reason.principals.length} more`;
			return;
		case 'filtered':
		case 'blocked':
		case 'limited':
			for (const text of pathLines([reason.path], false, page)) yield text.trim();
			for (const {blockedBy} of reason.path.steps) for (const proof of blockedBy) yield `stopped: ${proofText(proof)}`;
			return;
		case 'lacks':
			for (const one of reason.permissions) yield* lackDetails(one);
	}
}

/** A missing binding needs no words; what denies, and what is not sure, does. */
function* lackDetails({permission, decision, reason, proof}: Lack): Generator<string> {
	const barred = proof.some(item => item.kind === 'deny' || item.kind === 'boundary');
	if (decision === 'deny' && !barred) return;
	yield `${permission}: ${reason}`;
	if (decision !== 'allow') for (const item of proof) yield proofText(item);
}
