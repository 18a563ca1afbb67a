/** Starts the page: reads the data, builds the views, follows the address. */
import './style.css';
import {Detail} from './detail.ts';
import {type Child, el, refill} from './dom.ts';
import {FindingsView} from './findings.ts';
import {GraphView} from './graph-view.ts';
import {accountsView, checksView, complianceView, coverageView} from './lists.ts';
import {day, number} from './names.ts';
import {overview} from './overview.ts';
import {readPage} from './page.ts';
import {watchPrinting} from './print.ts';
import {parseRoute, routeTo} from './route.ts';
import {themeButton} from './theme.ts';
import {trendView} from './trend.ts';
import {triageView} from './triage.ts';

interface View {
	id: string;
	title: string;
	/** Beside the title in the navigation. */
	amount?: number;
	element: HTMLElement;
	open?: (params: URLSearchParams) => void;
}

start();

function start(): void {
	const page = readPage();
	const {data} = page;
	const findings = new FindingsView(page);
	const graph = new GraphView(page);
	const triage = triageView(data);
	const trend = trendView(data);
	const views: View[] = [
		{id: 'overview', title: 'Overview', element: overview(data)},
		{
			id: 'findings',
			title: 'Findings',
			amount: data.findings.total,
			element: findings.element,
			open: params => findings.open(params),
		},
		{
			id: 'graph',
			title: 'Graph',
			amount: data.graph.nodes.length,
			element: graph.element,
			open: params => graph.open(params),
		},
		{id: 'accounts', title: 'Accounts', amount: data.accounts.total, element: accountsView(data)},
		{id: 'checks', title: 'Checks', amount: data.checks.length, element: checksView(data)},
		{id: 'compliance', title: 'Compliance', amount: data.controls.length, element: complianceView(data)},
		...(triage === undefined ? [] : [{id: 'triage', title: 'Triage', element: triage}]),
		...(trend === undefined ? [] : [{id: 'trend', title: 'Trend', element: trend}]),
		{id: 'coverage', title: 'Coverage', amount: data.holes.total, element: coverageView(data)},
	];
	const links = new Map(
		views.map(({id, title, amount}) => {
			const note =
				amount !== undefined &&
				el('span', {class: 'amount'}, number(amount), id === 'coverage' && el('span', {class: 'unseen'}, ' holes'));
			return [id, el('a', {href: `#${id}`}, title, note)];
		}),
	);
	const sections = new Map(
		views.map(({id, title, element}) => [
			id,
			el('section', {class: 'view', id: `view-${id}`, 'aria-label': title}, el('h2', {tabindex: -1}, title), element),
		]),
	);
	let here = '#overview';
	const detail = new Detail(
		page,
		() => findings.shown,
		() => location.hash.startsWith('#finding/') && history.replaceState(null, '', here),
	);

	const main = el('main', {id: 'main'}, [...sections.values()]);
	refill(
		document.body,
		el(
			'a',
			{
				class: 'skip',
				href: '#main',
				onclick: (event: Event) => (
					event.preventDefault(),
					main.querySelector<HTMLElement>('.view:not([hidden]) h2')!.focus()
				),
			},
			'Skip to content',
		),
		el('header', {}, heading(), themeButton()),
		el('nav', {'aria-label': 'Views'}, [...links.values()]),
		main,
		detail.element,
		el('p', {id: 'said', class: 'unseen', role: 'status'}),
	);
	addEventListener('hashchange', () => follow(true));
	watchPrinting();
	follow(false);

	function heading(): Child {
		const {tool, run, demo} = data;
		const scopes = [...new Set(run.sources.flatMap(source => source.scope))];
		const scope = scopes.slice(0, 3).join(', ') + (scopes.length > 3 ? ` and ${scopes.length - 3} more` : '');
		return el(
			'div',
			{class: 'title'},
			el('h1', {}, el('span', {class: 'tool'}, 'sa-audit'), ' ', scope || 'report'),
			el('p', {class: 'note'}, `Judged at ${day(run.now)} (${run.now}) by version ${tool.version}`),
			demo !== undefined && el('p', {class: 'note warn'}, demo),
		);
	}

	/** Shows what the address names. */
	function follow(isByUser: boolean): void {
		const route = parseRoute(location.hash);
		if (route.view === 'finding') {
			if (!isByUser) {
				here = routeTo('findings');
				show('findings', new URLSearchParams());
			}
			detail.open(route.id);
			return;
		}
		detail.close();
		const view = sections.has(route.view) ? route.view : 'overview';
		const isNew = sections.get(view)!.hidden;
		here = location.hash === '' ? routeTo('overview') : location.hash;
		show(view, route.params);
		if (!isByUser || !isNew) return;
		scrollTo(0, 0);
		sections.get(view)!.querySelector<HTMLElement>('h2')!.focus({preventScroll: true});
	}

	function show(view: string, params: URLSearchParams): void {
		for (const [id, section] of sections) section.hidden = id !== view;
		for (const [id, link] of links) {
			if (id === view) link.setAttribute('aria-current', 'page');
			else link.removeAttribute('aria-current');
		}
		views.find(({id}) => id === view)!.open?.(params);
	}
}
