/**
 * A table that sorts by its headings, turns pages where it is long, and is walked with the arrow keys (or j and k) from
 * link to link. On paper it shows all it has, up to a limit that it names.
 */
import {type Child, announce, button, el, refill} from './dom.ts';
import {count, number} from './names.ts';
import {onPrint} from './print.ts';

export interface Column<Row> {
	title: string;
	/** What is sorted by, and shown if there is no cell. */
	value: (row: Row) => string | number;
	cell?: (row: Row) => Child;
	/** Class of its cells. */
	class?: string;
	/** Numbers sort from the largest first. */
	isNumber?: boolean;
}

const PAGE = 100;
const ON_PAPER = 1_000;
const collator = new Intl.Collator('en', {numeric: true});

export class Table<Row> {
	readonly element = el('div', {class: 'table'});
	readonly #columns: readonly Column<Row>[];
	readonly #noun: string;
	readonly #body = el('tbody');
	readonly #heads: HTMLTableCellElement[];
	readonly #pager = el('div', {class: 'pager'});
	#rows: readonly Row[] = [];
	#sorted: readonly Row[] = [];
	#by: {column: number; isDown: boolean} | undefined;
	#from = 0;
	#size = PAGE;

	/** @param noun one row, in words */
	constructor(caption: string, noun: string, columns: readonly Column<Row>[]) {
		this.#columns = columns;
		this.#noun = noun;
		this.#heads = columns.map(({title, class: name, isNumber}, index) => {
			const sort = button([title, el('span', {class: 'arrow', 'aria-hidden': 'true'})], () => this.#sort(index));
			return el('th', {scope: 'col', class: [name, isNumber && 'number'].filter(Boolean).join(' ') || undefined}, sort);
		});
		const table = el(
			'table',
			{},
			el('caption', {class: 'unseen'}, caption),
			el('thead', {}, el('tr', {}, this.#heads)),
			this.#body,
		);
		table.addEventListener('keydown', event => this.#walk(event));
		this.element.append(
			el('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `${caption}, table`}, table),
			this.#pager,
		);
		onPrint(isPrinting => {
			this.#size = isPrinting ? ON_PAPER : PAGE;
			this.#from = 0;
			this.#draw();
		});
	}

	/** Rows in the order that holds until somebody sorts. */
	show(rows: readonly Row[]): void {
		this.#rows = rows;
		this.#from = 0;
		this.#order();
		this.#draw();
	}

	/** Rows as they stand now, page or not. */
	get rows(): readonly Row[] {
		return this.#sorted;
	}

	#sort(column: number): void {
		const isAgain = this.#by?.column === column;
		const starts = this.#columns[column]!.isNumber === true;
		this.#by = {column, isDown: isAgain ? !this.#by!.isDown : starts};
		this.#from = 0;
		this.#order();
		this.#draw();
		announce(`Sorted by ${this.#columns[column]!.title}, ${this.#by.isDown ? 'descending' : 'ascending'}`);
	}

	#order(): void {
		const by = this.#by;
		this.#sorted = this.#rows;
		if (by === undefined) return;
		const {value} = this.#columns[by.column]!;
		const sign = by.isDown ? -1 : 1;
		const keyed = this.#rows.map(row => ({row, key: value(row)}));
		keyed.sort((a, b) => sign * compare(a.key, b.key));
		this.#sorted = keyed.map(({row}) => row);
	}

	#draw(): void {
		for (const [index, head] of this.#heads.entries()) {
			const isBy = this.#by?.column === index;
			if (isBy) head.setAttribute('aria-sort', this.#by!.isDown ? 'descending' : 'ascending');
			else head.removeAttribute('aria-sort');
		}
		const shown = this.#sorted.slice(this.#from, this.#from + this.#size);
		refill(
			this.#body,
			shown.map(row =>
				el(
					'tr',
					{},
					this.#columns.map(({cell, value, class: name, isNumber}) => {
						const content = cell === undefined ? value(row) : cell(row);
						const text = typeof content === 'number' ? number(content) : content;
						return el('td', {class: [name, isNumber && 'number'].filter(Boolean).join(' ') || undefined}, text);
					}),
				),
			),
		);
		this.#drawPager(shown.length);
	}

	#drawPager(shown: number): void {
		const total = this.#sorted.length;
		if (total <= this.#size) {
			refill(this.#pager, total === 0 && el('p', {class: 'empty'}, `No ${this.#noun}.`));
			return;
		}
		if (this.#size === ON_PAPER) {
			refill(
				this.#pager,
				el('p', {}, `The first ${number(shown)} of ${count(total, this.#noun)}; the JSON report has all.`),
			);
			return;
		}
		const turn = (by: number) => {
			this.#from += by;
			this.#draw();
			this.element.querySelector('.scroll')!.scrollTop = 0;
			this.element.scrollIntoView({block: 'start'});
		};
		const place = `${number(this.#from + 1)} to ${number(this.#from + shown)} of ${count(total, this.#noun)}`;
		refill(
			this.#pager,
			button('Previous', () => turn(-PAGE), {disabled: this.#from === 0}),
			el('span', {}, place),
			button('Next', () => turn(PAGE), {disabled: this.#from + shown >= total}),
		);
	}

	#walk(event: KeyboardEvent): void {
		const step = {ArrowDown: 1, j: 1, ArrowUp: -1, k: -1}[event.key];
		if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
		const links = [...this.#body.querySelectorAll<HTMLElement>('tr a:first-of-type')];
		const row = (event.target as Element).closest('tbody tr');
		const at = links.findIndex(link => link.closest('tr') === row);
		const next = links[at < 0 ? 0 : at + step];
		if (next === undefined) return;
		event.preventDefault();
		next.focus();
	}
}

function compare(a: string | number, b: string | number): number {
	return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
}
