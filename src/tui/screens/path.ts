/** A path, hop by hop: who, how, because of what, how sure, and whether it is used. Every node can be stepped into. */
import type {Block} from '../block.ts';
import type {TextBody} from '../body.ts';
import type {AuditData} from '../data.ts';
import {span, type Style} from '../line.ts';
import type {Confidence, Step} from '../../report.ts';
import {count} from '../words.ts';
import {proofText, useText} from './proof.ts';

export function findingPathBody(data: AuditData, index: number): TextBody {
	const finding = data.table.at(index);
	const {path} = finding;
	const blocks: Block[] = path?.length
		? [...summary(path, finding.message), ...pathBlocks(path, data)]
		: [{kind: 'text', text: 'This finding has no path: it is about what is there, not about who becomes whom.'}];
	return {kind: 'text', title: 'Path', columns: [blocks], name: finding.fingerprint, finding: index};
}

export function routeBody({ask}: AuditData, from: string, to: string): TextBody {
	const path = ask.route(from, to);
	const blocks: Block[] = path
		? [...summary(path.steps, `${from} becomes ${to}.`), ...pathBlocks(path.steps, {ask})]
		: [{kind: 'text', text: `No way from ${from} to ${to} is known.`}];
	return {kind: 'text', title: 'Path', columns: [blocks], name: `${from} ${to}`};
}

function summary(steps: readonly Step[], message: string): Block[] {
	const weakest = (['unverified', 'conditional'] as const).find(each => steps.some(step => step.confidence === each));
	const sure =
		weakest === undefined
			? 'every hop is certain'
			: weakest === 'conditional'
				? 'it depends on something that these facts cannot decide'
				: 'something on the way was not read';
	return [
		{kind: 'text', text: message, style: 'name'},
		{kind: 'text', text: `${count(steps.length, 'hop')}; ${sure}.`, style: weakest ? 'unsure' : 'faint'},
		{kind: 'blank'},
	];
}

/** Stations as items, hops between them. */
export function pathBlocks(steps: readonly Step[], {ask}: Pick<AuditData, 'ask'>): Block[] {
	const [first] = steps;
	if (!first) return [];
	return [
		station(first.from, 'START '),
		...steps.flatMap((step, index) => [
			...hop(step, index + 1, ask.escalation(step.escalation)),
			station(step.to, index === steps.length - 1 ? 'END   ' : `HOP ${index + 1} `),
		]),
	];
}

function station(id: string, mark: string): Block {
	return {kind: 'item', line: [span(mark, 'accent'), span(id, 'name')], link: {to: {view: 'node', id}}};
}

const SURE: Readonly<Record<Confidence, Style>> = {certain: 'good', conditional: 'unsure', unverified: 'hole'};

function hop(step: Step, number: number, title: string | undefined): Block[] {
	const rail = (name: string, value: string, style?: Style): Block => ({
		kind: 'item-part',
		rail: '    │  ',
		name,
		value,
		style,
	});
	const temporary = step.temporary ? ', for a time only' : '';
	return [
		rail('how', `${title ?? step.escalation} (${step.escalation})`),
		...(step.alsoBy.length > 0 ? [rail('or by', step.alsoBy.join(', '), 'faint')] : []),
		...step.because.map((proof, index) => rail(index === 0 ? 'because' : '', proofText(proof))),
		...step.blockedBy.map((proof, index) => rail(index === 0 ? 'stopped by' : '', proofText(proof), 'good')),
		rail('sure', `${step.confidence}${temporary}`, SURE[step.confidence]),
		rail('used', useText(step.used), step.used === null ? 'faint' : undefined),
		{kind: 'line', line: [span(number > 0 ? '    ▼' : '', 'accent')]},
	];
}
