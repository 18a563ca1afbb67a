/** The findings: a form that filters, a table that sorts, and on paper the details of the first of them. */
import type {Finding} from '../data.ts';
import {acceptance, confidenceBadge, newBadge, SEVERITIES, severityBadge} from './badge.ts';
import {announce, el, refill} from './dom.ts';
import {matching, readFilter, writeFilter} from './filter.ts';
import {FilterForm} from './filter-form.ts';
import {count, number, shortName, shortSentence} from './names.ts';
import {leftOut} from './overview.ts';
import type {Page} from './page.ts';
import {printedFindings} from './printed.ts';
import {onPrint} from './print.ts';
import {routeTo, routeToFinding} from './route.ts';
import {Table} from './table.ts';

/** Letters come faster than five thousand findings are looked through. */
const PAUSE = 120;

export class FindingsView {
	readonly element: HTMLElement;
	readonly #page: Page;
	readonly #form: FilterForm;
	readonly #table = findingsTable();
	readonly #amount = el('p', {class: 'amount', id: 'amount'});
	#timer = 0;

	constructor(page: Page) {
		this.#page = page;
		this.#form = new FilterForm(page.data, page.findings, () => {
			clearTimeout(this.#timer);
			this.#timer = setTimeout(() => this.#filter(true), PAUSE);
		});
		const {findings} = page.data;
		const paper = el('div', {class: 'paper'});
		this.element = el(
			'div',
			{},
			this.#form.element,
			findings.embedded < findings.total && el('p', {class: 'note warn'}, leftOut(findings)),
			this.#amount,
			el('div', {class: 'screen'}, this.#table.element),
			paper,
		);
		onPrint(isPrinting => refill(paper, isPrinting && printedFindings(this.#table.rows)));
		this.#filter(false);
	}

	/** Takes the filter from the address; a bare address leaves it as it is. */
	open(params: URLSearchParams): void {
		if ([...params].length === 0) return;
		const wanted = readFilter(params);
		// Coming back from a finding changes nothing: the page that is shown and the focus in it stay.
		if (JSON.stringify(wanted) === JSON.stringify(this.#form.filter)) return;
		this.#form.filter = wanted;
		this.#filter(false);
	}

	/** As the table has them: for those who walk from one to the next. */
	get shown(): readonly Finding[] {
		return this.#table.rows;
	}

	#filter(isByUser: boolean): void {
		const {filter} = this.#form;
		const found = matching(this.#page.findings, filter);
		this.#table.show(found);
		const suppressed = this.#page.findings.filter(finding => finding.suppressed !== undefined).length;
		const all = this.#page.findings.length - (filter.suppressed ? 0 : suppressed);
		const text = `${number(found.length)} of ${count(all, 'finding')}`;
		this.#amount.textContent = text;
		if (!isByUser) return;
		announce(text);
		history.replaceState(null, '', routeTo('findings', writeFilter(filter)));
	}
}

function findingsTable(): Table<Finding> {
	return new Table<Finding>('Findings', 'finding', [
		{
			title: 'Severity',
			value: finding => SEVERITIES.indexOf(finding.severity),
			cell: finding => severityBadge(finding.severity),
			class: 'narrow',
		},
		{
			title: 'Finding',
			value: finding => finding.message,
			cell: finding => [
				el(
					'a',
					{href: routeToFinding(finding.fingerprint), class: 'clamp', title: finding.message},
					shortSentence(finding.message),
				),
				finding.baseline === 'new' && newBadge(),
				finding.suppressed !== undefined &&
					el('span', {class: 'badge status-accepted', title: acceptance(finding.suppressed)}, 'suppressed'),
			],
			class: 'wide',
		},
		{title: 'Check', value: finding => finding.check, class: 'word less'},
		{
			title: 'Principal',
			value: finding => finding.principal ?? '',
			cell: ({principal}) =>
				principal !== undefined && el('span', {class: 'clamp', title: principal}, shortName(principal)),
			class: 'name',
		},
		{
			title: 'Project',
			value: finding => finding.project ?? '',
			cell: ({project}) => project !== undefined && el('span', {class: 'clamp', title: project}, project),
			class: 'name less',
		},
		{
			title: 'Hops',
			value: finding => finding.path?.length ?? 0,
			cell: ({path}) => path?.length,
			isNumber: true,
			class: 'least',
		},
		{
			title: 'Confidence',
			value: finding => finding.confidence,
			cell: finding => confidenceBadge(finding.confidence),
			class: 'narrow least',
		},
	]);
}
