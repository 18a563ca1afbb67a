/** The screen while facts are being read: sources with their counts, rates and estimates, and what went wrong. */
import {fitLine, type Line, span} from '../line.ts';
import type {SourceProgress} from '../../progress.ts';
import type {Reading} from '../state.ts';
import {barText, bytesText, count, durationText, number} from '../words.ts';

const BAR = 20;

/** At most `rows` lines. */
export function readingLines(reading: Reading | undefined, rows: number, columns: number): Line[] {
	if (!reading) return [];
	const {sources, said, assets, left, since, canJudge} = reading;
	const head: Line[] = [
		[],
		[span('  '), span(count(assets, 'asset'), 'title'), span(` in ${durationText(since)}${leftText(left)}`)],
		[],
		...sources.slice(0, Math.max(3, rows - 8)).map(source => fitLine(sourceLine(source, since, columns), columns)),
		...(sources.length > 0 ? [[]] : []),
		...(canJudge
			? [[span('  Enter', 'accent'), span(' judges what is there and shows it, while the rest is read.', 'faint')], []]
			: []),
	];
	const room = Math.max(0, rows - head.length);
	return [
		...head,
		...said.slice(-room).map((text): Line => [span('  '), span(text, isProblem(text) ? 'hole' : undefined)]),
	];
}

const isProblem = (text: string): boolean => /^Warning|could not|cannot|denied|error/i.test(text);

function sourceLine({name, done, total, unit}: SourceProgress, since: number, columns: number): Line {
	const own = Math.max(20, Math.min(44, columns - 54));
	const shown = (value: number): string => (unit === 'bytes' ? bytesText(value) : number(value));
	const perSecond = since < 1000 ? '' : `${shown(Math.round(done / (since / 1000)))}/s`;
	const of = total === undefined || total < done ? '' : ` of ${unit === 'bytes' ? '' : 'about '}${shown(total)}`;
	const share = total ? barText(done / total, BAR).padEnd(BAR) : ' '.repeat(BAR);
	return [
		span('  '),
		...fitLine([span(name, 'name')], own),
		span(' '),
		span(share, 'accent'),
		span(` ${shown(done)}${of}${unit === 'calls' ? ' calls' : ''}`),
		span(`  ${perSecond}`, 'faint'),
	];
}

function leftText(left: number | undefined): string {
	return left === undefined || left <= 0 ? '' : `, about ${durationText(left)} left`;
}

/** The same in a few words, beside what is shown already. */
export function progressText({doing, assets, left}: Reading): string {
	return `${doing} ${count(assets, 'asset')}${leftText(left)}`;
}
