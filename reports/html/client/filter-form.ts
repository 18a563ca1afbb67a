/** The controls of the filter: each a labelled field, all of them usable from the keyboard. */
import type {Finding, PageData} from '../data.ts';
import {CONFIDENCES, SEVERITIES} from './badge.ts';
import {button, type Child, el} from './dom.ts';
import {type Filter, NO_PROJECT} from './filter.ts';
import {number} from './names.ts';

/** Suggestions for a field; more would only slow the page. */
const SUGGESTED = 500;

export class FilterForm {
	readonly element: HTMLFormElement;
	readonly #changed: () => void;

	/** @param changed told after every change by the user */
	constructor(data: PageData, findings: readonly Finding[], changed: () => void) {
		this.#changed = changed;
		const {suppressed} = data.summary;
		const since = data.baseline?.summary;
		this.element = el(
			'form',
			{
				class: 'filters',
				role: 'search',
				'aria-label': 'Filter findings',
				onsubmit: (event: Event) => event.preventDefault(),
			},
			field(
				'Search',
				el('input', {type: 'search', name: 'text', placeholder: 'name, role or resource', spellcheck: 'false'}),
			),
			choices('Severity', 'severity', SEVERITIES, severity => data.summary.findings[severity]),
			choices('Confidence', 'confidence', CONFIDENCES),
			since !== undefined && choices('Baseline', 'baseline', ['new', 'unchanged'] as const, word => since[word]),
			field(
				'Check',
				select(
					'check',
					data.checks.map(check => check.id),
				),
			),
			field(
				'Project',
				suggesting(
					'project',
					findings.map(finding => finding.project ?? NO_PROJECT),
				),
			),
			field(
				'Principal',
				suggesting(
					'principal',
					findings.map(finding => finding.principal ?? ''),
				),
			),
			field(
				'Control',
				select(
					'control',
					data.controls.map(({framework, control}) => (framework === '' ? control : `${framework}:${control}`)),
				),
			),
			suppressed > 0 &&
				el(
					'label',
					{class: 'choice'},
					el('input', {type: 'checkbox', name: 'suppressed', value: 'yes'}),
					`suppressed (${number(suppressed)})`,
				),
			button(
				'Clear',
				() => {
					this.element.reset();
					this.#changed();
				},
				{class: 'quiet'},
			),
		);
		this.element.addEventListener('input', () => this.#changed());
	}

	get filter(): Filter {
		const form = new FormData(this.element);
		const text = (name: string) => String(form.get(name) ?? '');
		return {
			text: text('text'),
			severity: form.getAll('severity').map(String),
			confidence: form.getAll('confidence').map(String),
			check: text('check'),
			project: text('project'),
			principal: text('principal'),
			control: text('control'),
			baseline: form.getAll('baseline').map(String),
			suppressed: form.has('suppressed'),
		};
	}

	set filter(filter: Filter) {
		for (const control of this.element.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input, select')) {
			const value = filter[control.name as keyof Filter];
			if (control.type !== 'checkbox') control.value = String(value);
			else
				(control as HTMLInputElement).checked = Array.isArray(value) ? value.includes(control.value) : value === true;
		}
	}
}

function field(label: string, control: Child): HTMLElement {
	return el('label', {class: 'field'}, el('span', {}, label), control);
}

function choices<Word extends string>(
	title: string,
	name: string,
	words: readonly Word[],
	countOf?: (word: Word) => number,
): HTMLElement {
	return el(
		'fieldset',
		{},
		el('legend', {}, title),
		el(
			'div',
			{class: 'choices'},
			words.map(word =>
				el(
					'label',
					{class: `choice ${word}`},
					el('input', {type: 'checkbox', name, value: word}),
					word,
					countOf && el('span', {class: 'amount'}, number(countOf(word))),
				),
			),
		),
	);
}

function select(name: string, values: readonly string[]): HTMLSelectElement {
	return el(
		'select',
		{name},
		el('option', {value: ''}, 'all'),
		values.map(value => el('option', {value}, value)),
	);
}

function suggesting(name: string, values: readonly string[]): Child {
	const id = `known-${name}`;
	const distinct = [...new Set(values)].filter(value => value !== '').toSorted();
	return [
		el('input', {type: 'text', name, list: id, placeholder: 'any', spellcheck: 'false', autocomplete: 'off'}),
		el(
			'datalist',
			{id},
			distinct.slice(0, SUGGESTED).map(value => el('option', {value})),
		),
	];
}
