/** The first screen: how bad it is, what to mend first, where the risk is, and what nobody could see. */
import {type Accepted} from './finding.ts';
import {byRisk, memberOf, powerStyle, powerText} from './accounts.ts';
import {firstThings} from './first.ts';
import {SEVERITIES} from '../../report.ts';
import {shortResource} from '../../text.ts';
import type {Block} from '../block.ts';
import type {TextBody} from '../body.ts';
import type {AuditData} from '../data.ts';
import {span} from '../line.ts';
import {memo} from '../memo.ts';
import {barText, count, number, timeText} from '../words.ts';

/** From here on two columns. */
const WIDE = 140;
/** From here on longer lists. */
const TALL = 45;
const CHOKES = 5;
const ACCOUNTS = 5;
const HOLES = 6;
const WARNINGS = 20;

/** @param size of the screen; the more room there is, the more is listed */
export function overviewBody(data: AuditData, accepted: Accepted, size: {columns: number; rows: number}): TextBody {
	const width = size.columns;
	const more = width >= WIDE && size.rows >= TALL ? 2 : 1;
	const left = [...counts(data, accepted, width), ...first(data), ...chokePoints(data, CHOKES * more)];
	const right = [
		...baseline(data),
		...riskiest(data, ACCOUNTS * more),
		...holes(data),
		...read(data),
		...warnings(data),
	];
	const columns = width >= WIDE ? [left, right] : [[...left, {kind: 'blank' as const}, ...right]];
	return {kind: 'text', title: 'Overview', columns, name: data.report.run.id};
}

function counts({report}: AuditData, accepted: Accepted, width: number): Block[] {
	const {findings, suppressed, inventory} = report.summary;
	const most = Math.max(1, ...SEVERITIES.map(severity => findings[severity]));
	const room = Math.max(10, Math.min(40, (width >= WIDE ? width / 2 : width) - 30));
	const total = SEVERITIES.reduce((sum, severity) => sum + findings[severity], 0);
	const here = accepted.size > 0 ? `, ${number(accepted.size)} accepted now` : '';
	return [
		{
			kind: 'line',
			line: [
				span(total === 0 ? 'No findings' : count(total, 'finding'), 'title'),
				span(` in ${count(inventory.projects, 'project')} with ${count(inventory.serviceAccounts, 'service account')}`),
				span(suppressed > 0 || here ? `; ${number(suppressed)} suppressed${here}` : '', 'faint'),
			],
		},
		...SEVERITIES.map((severity): Block => ({
			kind: 'item',
			line: [
				span(severity.padEnd(9), findings[severity] > 0 ? severity : 'faint'),
				span(`${number(findings[severity]).padStart(7)}  `, findings[severity] > 0 ? 'name' : 'faint'),
				span(barText(findings[severity] / most, Math.floor(room)), severity),
			],
			link: {filter: `severity:${severity}`},
		})),
		{kind: 'blank'},
	];
}

function first(data: AuditData): Block[] {
	const things = firstThings(data);
	if (things.length === 0) return [];
	return [
		{kind: 'heading', text: 'FIX FIRST'},
		...things.map(({severity, text, finding, findings, choke}, index): Block => {
			const ends = `ends ${findings === 1 ? '1 finding' : `${number(findings)} findings`}`;
			const closes = choke ? `, closes ${number(choke.pathsClosed)} of ${count(choke.ofPaths, 'path')}` : '';
			return {
				kind: 'item',
				line: [span(`${index + 1}. `, 'title'), span(severity, severity), span(`  ${ends}${closes}`, 'faint')],
				link: {to: {view: 'finding', finding}},
				more: [{kind: 'text', text, indent: 1}],
			};
		}),
		{kind: 'blank'},
	];
}

function chokePoints({report}: AuditData, most: number): Block[] {
	const {chokePoints: points} = report;
	if (points.length === 0) return [];
	return [
		{kind: 'heading', text: 'CHOKE POINTS: bindings that open the most paths'},
		...points.slice(0, most).map(({binding, pathsClosed, ofPaths, used}): Block => {
			const use = used === undefined ? '' : `; used: ${used}`;
			return {
				kind: 'item',
				line: [
					span(`${number(pathsClosed)}/${number(ofPaths)} `.padEnd(8), 'name'),
					span(barText(pathsClosed / Math.max(1, ofPaths), 8).padEnd(9), 'accent'),
					span(binding.member),
				],
				link: {filter: `cause:"${binding.role} to ${binding.member} on ${shortResource(binding.resource)}"`},
				more: [
					{
						kind: 'text',
						text: `${binding.role} on ${shortResource(binding.resource)}${use}`,
						indent: 15,
						style: 'faint',
					},
				],
			};
		}),
		...rest(points.length - most, 'choke point'),
		{kind: 'blank'},
	];
}

function baseline({report}: AuditData): Block[] {
	if (!report.baseline) return [];
	const {run, summary} = report.baseline;
	const {new: fresh, unchanged, fixed, unknown, newBySeverity} = summary;
	const by = SEVERITIES.filter(severity => newBySeverity[severity] > 0).map(
		severity => `${newBySeverity[severity]} ${severity}`,
	);
	return [
		{kind: 'heading', text: `SINCE ${timeText(run.now)}`},
		{
			kind: 'item',
			line: [
				span(`${number(fresh)} new`, fresh > 0 ? 'high' : 'good'),
				span(by.length > 0 ? `: ${by.join(', ')}` : '', 'faint'),
			],
			link: {filter: 'is:new'},
		},
		{
			kind: 'line',
			line: [span(`  ${number(fixed)} fixed`, fixed > 0 ? 'good' : 'faint'), span(`, ${number(unchanged)} unchanged`)],
		},
		...(unknown > 0
			? [
					{
						kind: 'text' as const,
						text: `${number(unknown)} gone, but not known to be fixed: what they were about was not read`,
						indent: 2,
						style: 'hole' as const,
					},
				]
			: []),
		{kind: 'blank'},
	];
}

/** Those that have power and that somebody can become: the others are not sorted for the first screen. */
const riskyOf = memo((report: AuditData['report']) =>
	byRisk(report.accounts.filter(({reachedBy, power}) => reachedBy > 0 && power.length > 0)),
);

function riskiest({report}: AuditData, most: number): Block[] {
	const risky = riskyOf(report);
	if (risky.length === 0) return [];
	return [
		{kind: 'heading', text: 'RISKIEST ACCOUNTS: what they may do, and who can become them'},
		...risky.slice(0, most).map((account): Block => ({
			kind: 'item',
			line: [span(shortResource(account.resource), 'name')],
			link: {to: {view: 'node', id: memberOf(account)}},
			more: [
				{
					kind: 'line',
					line: [
						span(powerText(account.power), powerStyle(account.power)),
						span(
							`  ${count(account.reachedBy, 'principal')} in, ${number(account.reaches)} out, ${count(account.keys, 'key')}`,
							'faint',
						),
					],
				},
			],
		})),
		{kind: 'blank'},
	];
}

function holes({report}: AuditData): Block[] {
	const open = report.coverage.filter(({status}) => status !== 'complete');
	const unsure = report.checks.filter(({reason}) => reason !== undefined);
	const byFact = new Map<string, typeof open>();
	for (const line of open) byFact.set(line.fact, [...(byFact.get(line.fact) ?? []), line]);
	const facts = [...byFact].toSorted(([, a], [, b]) => b.length - a.length);
	return [
		{kind: 'heading', text: 'NOT READ: nothing is proven about it'},
		...(open.length === 0
			? [
					{
						kind: 'text' as const,
						text: 'No holes: everything that the checks need was read.',
						indent: 2,
						style: 'good' as const,
					},
				]
			: []),
		...facts.slice(0, HOLES).map(([fact, lines]): Block => {
			const places = new Set(lines.map(({scope}) => scope));
			const [one] = places;
			const where = places.size === 1 ? shortResource(one!) : count(places.size, 'place');
			return {
				kind: 'item',
				line: [span(fact, 'hole'), span(` of ${where}`)],
				link: {to: {view: 'coverage'}},
				more: lines[0]!.reason === undefined ? [] : [{kind: 'text', text: lines[0]!.reason, style: 'faint'}],
			};
		}),
		...rest(facts.length - HOLES, 'fact'),
		...(unsure.length > 0
			? [
					{
						kind: 'item' as const,
						line: [
							span(count(unsure.length, 'check'), 'hole'),
							span(` could not judge everything: ${unsure.map(({id}) => id).join(', ')}`),
						],
						link: {to: {view: 'coverage' as const}},
					},
				]
			: []),
		{kind: 'blank'},
	];
}

function read({report, interim}: AuditData): Block[] {
	const {run, summary, tool} = report;
	const {keys, bindings, principals} = summary.inventory;
	const sources = run.sources
		.map(({kind, scope}) => (scope.length > 0 ? `${kind} (${scope.join(', ')})` : kind))
		.join(', ');
	const isDemo = run.sources.some(({kind}) => kind === 'demo');
	return [
		{kind: 'heading', text: 'READ'},
		...(interim
			? [
					{
						kind: 'text' as const,
						text: 'Judged before everything was read: what is missing here may still come.',
						style: 'hole' as const,
					},
				]
			: []),
		...(isDemo
			? [{kind: 'text' as const, text: 'The built-in demo organization, not one of yours.', style: 'unsure' as const}]
			: []),
		{kind: 'field', name: 'as of', value: timeText(run.now)},
		{kind: 'field', name: 'from', value: sources === '' ? 'nothing that is known' : sources},
		{
			kind: 'field',
			name: 'with',
			value: `${count(keys, 'user-managed key')}, ${count(bindings, 'binding')}, ${count(principals, 'principal')}`,
		},
		...(run.roles
			? [{kind: 'field' as const, name: 'roles', value: `${run.roles.from}, of ${run.roles.date.slice(0, 10)}`}]
			: []),
		{kind: 'field', name: 'by', value: `${tool.name} ${tool.version}`},
	];
}

function warnings({warnings: lines}: AuditData): Block[] {
	if (lines.length === 0) return [];
	return [
		{kind: 'blank'},
		{kind: 'heading', text: 'WARNINGS WHILE READING'},
		...lines.slice(0, WARNINGS).map((text): Block => ({kind: 'text', text, indent: 2})),
		...rest(lines.length - WARNINGS, 'warning'),
	];
}

function rest(hidden: number, what: string): Block[] {
	return hidden > 0 ? [{kind: 'text', text: `and ${count(hidden, `more ${what}`)}`, indent: 2, style: 'faint'}] : [];
}
