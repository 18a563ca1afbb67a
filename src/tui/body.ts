/** What a screen shows, before it is laid out: a list of which a window is drawn, or a text. */
import type {Block} from './block.ts';
import type {AuditData} from './data.ts';
import type {Line} from './line.ts';
import type {Link, Screen} from './screen.ts';
import {accountsBody} from './screens/accounts.ts';
import {coverageBody, holeBody} from './screens/coverage.ts';
import {findingBody} from './screens/finding.ts';
import {findingsBody} from './screens/findings.ts';
import {nodeBody} from './screens/node.ts';
import {overviewBody} from './screens/overview.ts';
import {findingPathBody, routeBody} from './screens/path.ts';
import type {State} from './state.ts';

export interface ListBody {
	kind: 'list';
	title: string;
	/** Beside the title: how many, how sorted, how grouped. */
	status: string;
	count: number;
	/** Said where there is nothing. */
	empty: string;
	/** Heads of the columns. */
	head(width: number): Line;
	row(index: number, width: number): Line;
	/** The same in words, for who listens. */
	spoken(index: number): string;
	link(index: number): Link;
	/** What is copied as the name of a row. */
	name(index: number): string;
	details(index: number): readonly Block[];
	/** Number of the finding that a row is. */
	finding?(index: number): number | undefined;
}

export interface TextBody {
	kind: 'text';
	title: string;
	/** One beside the other; for who has little room or listens, one after the other. */
	columns: readonly (readonly Block[])[];
	/** What is copied as the name of the screen. */
	name: string;
	/** Number of the finding that it is about. */
	finding?: number;
}

export type Body = ListBody | TextBody;

/** @param width columns of the whole screen */
export function bodyOf(state: State, data: AuditData, {place, ...screen}: Screen, width: number): Body {
	const {accepted} = state;
	switch (place.view) {
		case 'overview':
			return overviewBody(
				data,
				accepted,
				state.linear ? {columns: 0, rows: 0} : {columns: width, rows: state.size.rows},
			);
		case 'findings':
			return findingsBody(data, accepted, screen);
		case 'accounts':
			return accountsBody(data, screen);
		case 'coverage':
			return coverageBody(data, screen.filter);
		case 'hole':
			return holeBody(data, place.line);
		case 'finding':
			return findingBody(data, accepted, place.finding);
		case 'path':
			return 'finding' in place ? findingPathBody(data, place.finding) : routeBody(data, place.from, place.to);
		case 'node':
			return nodeBody(data, place.id, state.linear ? 0 : width);
	}
}
