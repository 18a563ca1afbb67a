/**
 * The report formats. One file each, a pure function of the report that yields text; the one writer takes it
 * from there. A new format is a file and a line in `formats`.
 */
import type {Report} from '../src/report.ts';
import type {Catalogue} from './catalogue.ts';
import {csv} from './csv.ts';
import {htmlPage} from './html/page.ts';
import {json} from './json.ts';
import {junit} from './junit.ts';
import {markdown} from './markdown.ts';
import {ndjson} from './ndjson.ts';
import {ocsf} from './ocsf.ts';
import {sarif} from './sarif.ts';
import {table} from './table.ts';
import type {TableOptions} from './table-page.ts';

/**
 * What a format may know beside the report: where it goes (only `table` looks at that), and what the checks say of
 * themselves.
 */
export interface FormatOptions extends TableOptions {
	catalogue?: Catalogue;
}

/** Yields text in pieces that are never the whole of it: a report may be larger than a string can be. */
export type Format = (report: Report, options: FormatOptions) => Iterable<string>;

/** Characters a piece has at least, the last aside: as much as one write to a pipe takes at once. */
const PIECE = 65_536;

/** Joins small pieces to larger ones: a format yields what is natural to it, a writer wants few writes. */
function inPieces(format: Format): Format {
	return function* (report, options) {
		let piece = '';
		for (const part of format(report, options)) {
			piece += part;
			if (piece.length < PIECE) continue;
			yield piece;
			piece = '';
		}
		if (piece !== '') yield piece;
	};
}

export const formats = {
	table: inPieces(table),
	json: inPieces(json),
	ndjson: inPieces(ndjson),
	sarif: inPieces(sarif),
	html: inPieces(htmlPage),
	csv: inPieces(csv),
	markdown: inPieces(markdown),
	ocsf: inPieces(ocsf),
	junit: inPieces(junit),
} as const satisfies Record<string, Format>;
