/** One finding with everything that proves it and everything that ends it, in a dialog over the view. */
import type {CheckRow, Finding} from '../data.ts';
import {acceptance, CONFIDENCE_MEANS, confidenceBadge, newBadge, severityBadge} from './badge.ts';
import {button, type Child, el, refill} from './dom.ts';
import {driftList} from './drift.ts';
import {evidence} from './evidence.ts';
import {fix} from './fix.ts';
import {count} from './names.ts';
import type {Page} from './page.ts';
import {pathDrawing} from './path.ts';
import {routeTo, routeToFinding} from './route.ts';

export class Detail {
	readonly element = el('dialog', {class: 'detail', 'aria-labelledby': 'detail-title'});
	readonly #page: Page;
	readonly #checks: ReadonlyMap<string, CheckRow>;
	readonly #list: () => readonly Finding[];

	/**
	 * @param list the findings in the order in which one walks through them
	 * @param closed told when the reader is done, however that happened
	 */
	constructor(page: Page, list: () => readonly Finding[], closed: () => void) {
		this.#page = page;
		this.#checks = new Map(page.data.checks.map(check => [check.id, check]));
		this.#list = list;
		this.element.addEventListener('close', closed);
		this.element.addEventListener('click', event => {
			if (event.target === this.element) this.element.close();
		});
	}

	open(fingerprint: string): void {
		const finding = this.#page.byFingerprint.get(fingerprint);
		const pressed = this.element.contains(document.activeElement) ? document.activeElement?.textContent : undefined;
		refill(this.element, finding === undefined ? this.#missing(fingerprint) : this.#content(finding));
		if (!this.element.open) this.element.showModal();
		else this.#focusAgain(pressed);
		this.element.scrollTop = 0;
	}

	/** Whoever walks through findings stays on the button that does it. */
	#focusAgain(label: string | null | undefined): void {
		const buttons = [...this.element.querySelectorAll<HTMLButtonElement>('.detail-bar button:not(:disabled)')];
		(buttons.find(each => each.textContent === label) ?? buttons.at(-1))?.focus();
	}

	close(): void {
		if (this.element.open) this.element.close();
	}

	#missing(fingerprint: string): Child {
		return [
			this.#bar(undefined),
			el('div', {class: 'detail-body'}, el('h2', {id: 'detail-title'}, 'Not in this page'), [
				el('p', {}, `No finding ${fingerprint} is embedded here. It may be fixed, or be among those left out.`),
			]),
		];
	}

	#content(finding: Finding): Child {
		const {severity, confidence, message, path = [], suppressed, remediation, drift = []} = finding;
		return [
			this.#bar(finding),
			el(
				'div',
				{class: 'detail-body'},
				el(
					'p',
					{class: 'badges'},
					severityBadge(severity),
					finding.baseline === 'new' && newBadge(),
					confidenceBadge(confidence),
					el('span', {class: 'note'}, CONFIDENCE_MEANS[confidence]),
				),
				el('h2', {id: 'detail-title'}, message),
				suppressed !== undefined && el('p', {class: 'note warn'}, acceptance(suppressed)),
				this.#facts(finding),
				path.length > 0 &&
					section(
						`Path: ${count(path.length, 'hop')}`,
						pathDrawing(path),
						el('p', {}, el('a', {href: routeTo('graph', {focus: path.at(-1)!.to})}, 'Show in the graph')),
					),
				drift.length > 0 && section('What opened it', driftList(drift)),
				section('Fix', fix(remediation)),
				section(
					'Evidence',
					evidence(finding.evidence, sameAs => this.#page.byFingerprint.has(sameAs)),
				),
				this.#why(finding),
			),
		];
	}

	#bar(finding: Finding | undefined): HTMLElement {
		const list = this.#list();
		const at = finding === undefined ? -1 : list.indexOf(finding);
		const step = (label: string, to: Finding | undefined) =>
			button(label, () => to && location.replace(routeToFinding(to.fingerprint)), {
				class: 'quiet',
				disabled: to === undefined,
			});
		return el(
			'div',
			{class: 'detail-bar'},
			el('span', {class: 'note'}, at < 0 ? '' : `${at + 1} of ${count(list.length, 'finding')}`),
			step('Previous', at > 0 ? list[at - 1] : undefined),
			step('Next', at >= 0 ? list[at + 1] : undefined),
			button('Close', () => this.element.close(), {class: 'quiet', autofocus: true}),
		);
	}

	#facts(finding: Finding): Child {
		const {check, resource, project, principal, fingerprint, practice, compliance} = finding;
		const rows: [string, Child][] = [
			['Check', el('a', {href: routeTo('findings', {check})}, check)],
			['Resource', el('code', {}, resource)],
			['Who gains', principal && el('code', {}, principal)],
			['Project', project && el('a', {href: routeTo('findings', {project})}, project)],
			[
				'Compliance',
				compliance.length > 0 &&
					compliance.map((control, index) => [
						index > 0 && ', ',
						el('a', {href: routeTo('findings', {control})}, control),
					]),
			],
			['Practice', practice.length > 0 && practice.join(', ')],
			['Fingerprint', el('code', {}, fingerprint)],
		];
		return el(
			'dl',
			{class: 'rows'},
			rows.map(([name, value]) => value && el('div', {}, el('dt', {}, name), el('dd', {}, value))),
		);
	}

	#why({check}: Finding): Child {
		const note = this.#checks.get(check);
		if (note === undefined || note.why === '') return null;
		return section(
			'Why it matters',
			el('p', {}, el('b', {}, note.title), '. ', note.why),
			el('p', {}, note.fix),
			note.references.length > 0 &&
				el(
					'ul',
					{},
					note.references.map(link =>
						el('li', {}, el('a', {href: link, rel: 'noreferrer noopener', target: '_blank'}, link)),
					),
				),
		);
	}
}

function section(title: string, ...children: Child[]): HTMLElement {
	return el('section', {}, el('h3', {}, title), children);
}
