/** docs/checks.md and docs/practices.md, from the checks themselves and the data about them. */
import {checks} from '../checks/index.ts';
import type {Check} from '../src/check.ts';
import {controlsOf, frameworks} from '../src/compliance.ts';
import {ESSENTIAL} from '../src/config/defaults.ts';
import {PRACTICES} from '../src/practices.ts';

export const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const link = (id: string, file = ''): string => `[\`${id}\`](${file}#${id})`;

/** @param note says that the file is generated */
export function checksDocument(note: string): string {
	const index = checks.map(
		({id, title, severity}) =>
			`| ${link(id)} | ${cell(title)} | ${cell(severity)} | ${ESSENTIAL.has(id) ? 'essential' : ''} |`,
	);
	return [
		'# Checks',
		'',
		note,
		'',
		'Those marked essential run under every profile, the others under `standard` and `strict`. By practice of Google’s',
		'guide: [practices.md](practices.md).',
		'',
		'| id | finds | severity | profile |',
		'|---|---|---|---|',
		...index,
		'',
		...checks.flatMap(checkSection),
	].join('\n');
}

function checkSection(check: Check): string[] {
	const {id, settings = {}} = check;
	const facts = [
		['Severity', check.severity],
		['A finding names', check.on],
		['Needs', check.needs.map(fact => `\`${fact}\``).join(', ')],
		['Threats', check.threats.join(', ')],
		['Practices', check.practice.map(number => `${number} ${PRACTICES[number - 1]!.title}`).join('; ')],
		[
			'Compliance',
			controlsOf(id)
				.map(control => `\`${control.id}\` ${control.title}`)
				.join('; '),
		],
	].filter(([, text]) => text !== '');
	return [
		`## ${id}`,
		'',
		`**${check.title}**`,
		'',
		check.why,
		'',
		...facts.map(([name, text]) => `- ${name}: ${text}`),
		...Object.entries(settings).map(([name, {about, standard, strict}]) => {
			const other = strict === undefined ? '' : `, under \`strict\` \`${JSON.stringify(strict)}\``;
			return `- Setting \`checks.${id}.${name}\`: ${about} Default: \`${JSON.stringify(standard)}\`${other}`;
		}),
		'',
		`**Fix.** ${check.fix}`,
		'',
		`**Fires:** ${check.example.fires}`,
		'',
		`**Silent:** ${check.example.silent}`,
		'',
		...(check.references.length > 0 ? ['See:', ...check.references.map(url => `- <${url}>`), ''] : []),
	];
}

/** @param note says that the file is generated */
export function practicesDocument(note: string): string {
	const rows = PRACTICES.map(({number, title, unseen = ''}) => {
		const own = checks.filter(check => check.practice.includes(number)).map(({id}) => link(id, 'checks.md'));
		return `| ${number} | ${cell(title)} | ${own.join(', ') || 'none in this version'} | ${cell(unseen)} |`;
	});
	return [
		'# Practices and frameworks',
		'',
		note,
		'',
		'The practices of Google’s [guide to service accounts](https://cloud.google.com/iam/docs/best-practices-service-accounts),',
		'which check looks at each, and what of it no collected fact shows. `sa-audit checks --practices` prints this table;',
		'with a source (`--assets`, `--organization`, `--demo`) it also lists the accounts that broker tokens of others.',
		'',
		'| | practice | checks | not to be seen |',
		'|---|---|---|---|',
		...rows,
		'',
		'## Compliance frameworks',
		'',
		'One data file each in `data/compliance`, shape `schema/compliance.schema.json`. A control is named only where it says',
		'what the check looks at. Another framework is another file; nothing else has to know it. `sa-audit checks --framework ID`',
		'prints one in full.',
		'',
		...frameworks().flatMap(({id, title, covers, controls}) => [
			`### ${id}`,
			'',
			`${title}. ${covers}`,
			'',
			'| control | title | checks |',
			'|---|---|---|',
			...controls.map(({number, title: name, checks: ids, note: limit}) => {
				const known = ids.map(check =>
					checks.some(({id: own}) => own === check) ? link(check, 'checks.md') : `\`${check}\` (later)`,
				);
				return `| ${number} | ${cell(name)} | ${[known.join(', ') || 'none', limit ?? ''].filter(Boolean).map(cell).join('. ')} |`;
			}),
			'',
		]),
	].join('\n');
}
