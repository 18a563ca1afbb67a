/** The two lines on top: where one is, and as of when all of this holds. */
import {displayWidth} from '../../text.ts';
import {ends, fitLine, type Line, type Span, span, widthOf} from '../line.ts';
import {whatIsShown} from '../now.ts';
import {type Screen, type Tab, TABS} from '../screen.ts';
import {type State} from '../state.ts';
import {number, timeText} from '../words.ts';
import {progressText} from './reading.ts';

const NAMES: Readonly<Record<Tab, string>> = {
	overview: 'Overview',
	findings: 'Findings',
	accounts: 'Accounts',
	coverage: 'Coverage',
};

export function headerLines(state: State): Line[] {
	const {columns} = state.size;
	return [fitLine(tabLine(state), columns), fitLine(placeLine(state), columns)];
}

function tabLine(state: State): Line {
	const {data, tab, size} = state;
	if (!data) return [span(' sa-audit ', 'bar'), span('  reading')];
	const {run, summary, coverage} = data.report;
	const holes = coverage.filter(({status}) => status !== 'complete').length;
	const numbers: Record<Tab, string> = {
		overview: '',
		findings: number(data.table.length),
		accounts: number(summary.inventory.serviceAccounts),
		coverage: holes === 0 ? '' : `${number(holes)}!`,
	};
	const roomy = size.columns >= 80;
	const tabs = TABS.flatMap((name, index): Span[] => {
		const text = ` ${index + 1} ${NAMES[name]}${roomy && numbers[name] !== '' ? ` ${numbers[name]}` : ''} `;
		return [span(text, name === tab ? 'bar' : undefined), ...(size.columns >= 100 ? [span(' ')] : [])];
	});
	const asOf = timeText(run.now);
	const right = size.columns >= 100 ? `as of ${asOf} ` : `${asOf} `;
	const left = size.columns >= 110 ? [span(' sa-audit ', 'title'), span(' ')] : [];
	const all = [...left, ...tabs];
	const fits = widthOf(all) + displayWidth(right) + 1 <= size.columns;
	return fits ? ends(all, [span(right, 'faint')], size.columns) : all;
}

function placeLine(state: State): Line {
	const {data, stacks, tab, reading, size} = state;
	if (!data) return [span(` ${reading?.doing ?? 'Starting'}`, 'title')];
	const shown = whatIsShown(state)!;
	const trail = stacks[tab].map((screen, index) =>
		index === stacks[tab].length - 1 ? shown.body.title : crumb(screen),
	);
	const left = span(` ${trail.join(' › ')}`, 'title');
	const status = reading && data.interim ? progressText(reading) : shown.body.kind === 'list' ? shown.body.status : '';
	const room = size.columns - displayWidth(left.text) - 3;
	return ends([left], [span(displayWidth(status) > room ? '' : `${status} `, 'faint')], size.columns);
}

function crumb({place}: Screen): string {
	return place.view === 'finding' ? 'Finding' : `${place.view[0]!.toUpperCase()}${place.view.slice(1)}`;
}
