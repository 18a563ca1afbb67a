/** One finding with everything that the report says of it. */
import {evidenceBlocks} from './evidence.ts';
import {pathBlocks} from './path.ts';
import type {Finding, Suppression} from '../../report.ts';
import {shortResource} from '../../text.ts';
import type {Block} from '../block.ts';
import type {TextBody} from '../body.ts';
import type {AuditData} from '../data.ts';
import {span} from '../line.ts';
import {count} from '../words.ts';

export type Accepted = ReadonlyMap<string, Suppression>;

export function findingBody(data: AuditData, accepted: Accepted, index: number): TextBody {
	const finding = data.table.at(index);
	return {
		kind: 'text',
		title: `${finding.severity} ${finding.check}`,
		columns: [findingBlocks(data, accepted, finding, true)],
		name: finding.fingerprint,
		finding: index,
	};
}

/** @param whole with everything; else what fits beside a list: the path in short, no Terraform, no checks' reasons */
export function findingBlocks(data: AuditData, accepted: Accepted, finding: Finding, whole: boolean): Block[] {
	const {check, severity, message, resource, remediation, path} = finding;
	const note = data.ask.note(check);
	const suppressed = finding.suppressed ?? accepted.get(finding.fingerprint);
	return [
		{kind: 'text', text: `${severity.toUpperCase()}  ${note?.title ?? check}`, style: severity},
		{kind: 'text', text: message},
		{kind: 'blank'},
		{kind: 'field', name: 'resource', value: shortResource(resource)},
		...(finding.principal === undefined ? [] : [field('who gains', finding.principal)]),
		...(finding.confidence === 'certain' ? [] : [field('sure', finding.confidence)]),
		...(finding.baseline === undefined
			? []
			: [field('baseline', finding.baseline === 'new' ? 'new since then' : 'known then')]),
		...(suppressed === undefined ? [] : acceptedBlocks(suppressed)),
		...(path?.length ? [{kind: 'blank' as const}, ...chain(finding, data, whole)] : []),
		{kind: 'blank'},
		{kind: 'heading', text: 'Fix'},
		{kind: 'text', text: remediation.summary},
		...remediation.gcloud.map((text): Block => ({kind: 'command', text})),
		{kind: 'blank'},
		{kind: 'heading', text: 'Evidence'},
		...evidenceBlocks(finding.evidence),
		...(whole ? rest(finding, note) : []),
	];
}

function acceptedBlocks({reason, owner, until}: Suppression): Block[] {
	const end = until === undefined ? 'without an end' : `until ${until}`;
	return [{kind: 'field', name: 'accepted', value: `by ${owner}, ${end}: ${reason}`, style: 'good'}];
}

function chain({path = []}: Finding, data: AuditData, whole: boolean): Block[] {
	const heading: Block = {kind: 'heading', text: `Path: ${count(path.length, 'hop')}`};
	if (whole) return [heading, ...pathBlocks(path, data)];
	return [
		heading,
		...path.flatMap(({from, to, escalation}, index): Block[] => [
			...(index === 0 ? [{kind: 'text' as const, text: from, indent: 2}] : []),
			{kind: 'line', line: [span('  ▼ ', 'accent'), span(escalation, 'faint')]},
			{kind: 'text', text: to, indent: 2},
		]),
	];
}

function rest(finding: Finding, note: ReturnType<AuditData['ask']['note']>): Block[] {
	const {remediation, practice, compliance} = finding;
	const commands = (title: string, list: readonly string[]): Block[] =>
		list.length === 0
			? []
			: [{kind: 'blank'}, {kind: 'heading', text: title}, ...list.map((text): Block => ({kind: 'command', text}))];
	return [
		...commands('See that it worked', remediation.verify),
		...commands('Undo', remediation.undo),
		...(remediation.terraform.trim() === ''
			? []
			: [
					{kind: 'blank' as const},
					{kind: 'heading' as const, text: 'Terraform'},
					{kind: 'verbatim' as const, text: remediation.terraform},
				]),
		...(finding.drift ?? []).map(({change, certain, ...fact}): Block =>
			field('drift', `${change}${certain ? '' : ' (perhaps)'}: ${factText(fact)}`),
		),
		{kind: 'blank'},
		...(note
			? [
					{kind: 'heading' as const, text: 'Why it matters'},
					{kind: 'text' as const, text: note.why},
					{kind: 'blank' as const},
				]
			: []),
		...(practice.length > 0 ? [field('practices', practice.join(', '))] : []),
		...(compliance.length > 0 ? [field('compliance', compliance.join(', '))] : []),
		...(note?.references ?? []).map((url, index) => field(index === 0 ? 'see' : '', url)),
		field('check', finding.check),
		field('fingerprint', finding.fingerprint),
	];
}

function factText(fact: Readonly<Record<string, unknown>>): string {
	return Object.entries(fact)
		.filter(([name]) => name !== 'kind')
		.map(([name, value]) => `${name} ${String(value)}`)
		.join(', ');
}

function field(name: string, value: string): Block {
	return {kind: 'field', name, value};
}
