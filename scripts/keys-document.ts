/** docs/keys.md: the table of keys, by screen. */
import {FIELDS} from '../src/tui/filter.ts';
import {bindingsIn, BINDINGS, type Context, keyLabel} from '../src/tui/keys.ts';
import {cell} from './catalogue-documents.ts';

const CONTEXTS: Record<Context, string> = {
	overview: 'Overview',
	findings: 'Findings',
	finding: 'A finding',
	path: 'A path',
	node: 'A node of a path',
	accounts: 'Service accounts',
	coverage: 'Coverage',
	hole: 'A line of the coverage',
	reading: 'While reading',
	help: 'The help',
	filter: 'While a filter is typed',
	form: 'While a form is filled in',
};

/** @param note says that it is generated */
export function keysDocument(note: string): string {
	const contexts = Object.keys(CONTEXTS) as Context[];
	const common = new Set(
		BINDINGS.filter(binding => contexts.slice(0, 8).every(context => binding.in.includes(context))),
	);
	const rows = (bindings: typeof BINDINGS): string[] =>
		bindings.map(({keys, help}) => `| ${keys.map(key => `\`${keyLabel(key)}\``).join(' ')} | ${cell(help)} |`);
	return [
		'# Keys of the terminal audit',
		'',
		note,
		'',
		'`?` shows the keys of the screen that you are on. Letters are text while you type.',
		'',
		'## Everywhere',
		'',
		'| key | does |',
		'|---|---|',
		...rows([...common]),
		'',
		...contexts.flatMap(context => {
			const own = bindingsIn(context, false).filter(binding => !common.has(binding));
			return [`## ${CONTEXTS[context]}`, '', '| key | does |', '|---|---|', ...rows(own), ''];
		}),
		'## Filters',
		'',
		'Words that must all be somewhere in a row, in any case of letters. Of findings a word may name what it looks at:',
		`${FIELDS.map(name => `\`${name}:\``).join(' ')}. Several values are separated by commas and one of them must fit`,
		'(`severity:critical,high`). `is:new` is what the baseline does not have, `is:accepted` what the configuration accepts.',
		'`!` or `-` before a word turns it around (`!check:user-managed-key`); quotes keep spaces (`"on projects/shop"`).',
		'Accounts know `project:` `kind:` `power:` `is:` (`disabled`, `keyed`, `unseen`), the coverage `fact:` `scope:` `status:`.',
		'',
	].join('\n');
}
