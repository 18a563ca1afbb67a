/**
 * Publishes the escalation catalogue: docs/escalations.md, data/escalations.json and
 * schema/escalations.schema.json. With `--check` it writes nothing and fails if one of them is not what it
 * would write.
 */
import {readFile, writeFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {CATALOGUE_VERSION, FIELDS} from '../src/graph/catalogue/index.ts';
import {document} from './escalations-document.ts';
import {PROPERTIES, SCHEMA} from './escalations-schema.ts';

const json = (value: unknown): string => `${JSON.stringify(value, null, '\t')}\n`;

const documents: Record<string, () => string> = {
	'docs/escalations.md': document,
	'data/escalations.json': data,
	'schema/escalations.schema.json': () => json(SCHEMA),
};

function data(): string {
	const escalations = FIELDS.flatMap(field =>
		field.entries.map(entry => {
			const whole: Record<string, unknown> = {...entry, field: field.title};
			// One order of keys for all entries, whatever order they were written in.
			return Object.fromEntries(Object.keys(PROPERTIES).map(name => [name, whole[name]]));
		}),
	);
	return json({
		$schema: '../schema/escalations.schema.json',
		version: CATALOGUE_VERSION,
		license: 'Apache-2.0',
		description: 'Every known way to become someone else on Google Cloud: the escalation catalogue of sa-audit.',
		escalations,
	});
}

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [name, render] of Object.entries(documents)) {
	const file = fileURLToPath(new URL(`../${name}`, import.meta.url));
	const before = await readFile(file, 'utf8').catch(() => undefined);
	const after = render();
	if (before === after) continue;
	stale.push(name);
	if (!check) await writeFile(file, after);
}
if (check && stale.length > 0) {
	console.error(`Not fresh: ${stale.join(', ')}. Run npm run docs.`);
	process.exitCode = 1;
} else {
	console.log(stale.length > 0 ? `Wrote ${stale.join(', ')}.` : 'The published catalogue is fresh.');
}
