import {readdir, readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {checks} from '../../checks/index.ts';
import {frameworkSchema} from '../../scripts/compliance-schema.ts';
import {complianceOf, type Framework, frameworks} from '../../src/compliance.ts';
import {ANNOUNCED} from '../../src/config/announced.ts';
import {ESSENTIAL} from '../../src/config/defaults.ts';
import {FACTS} from '../../src/inventory/coverage.ts';
import {PRACTICES} from '../../src/practices.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const ids = checks.map(check => check.id);
const files = (await readdir(at('checks'))).filter(file => file.endsWith('.ts') && file !== 'index.ts');

test('index, files and ids are the same list, in order and without repetition', () => {
	expect(files.map(file => file.replace(/\.ts$/, '')).toSorted()).toEqual(ids);
	expect(new Set(ids).size).toBe(ids.length);
	for (const id of ids) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
});

test.each(ids)('the file of %s holds its check', async id => {
	const {default: check} = (await import(`../../checks/${id}.ts`)) as {default: unknown};
	expect(check).toBe(checks.find(known => known.id === id));
});

test.each(ids)('%s has a section in the docs and a row in their table', async id => {
	const docs = await readFile(at('docs/checks.md'), 'utf8');
	expect(docs.split('\n').filter(line => line === `## ${id}`)).toHaveLength(1);
	expect(docs).toContain(`| [\`${id}\`](#${id}) |`);
});

test('the docs have no section of a check that is gone', async () => {
	const docs = await readFile(at('docs/checks.md'), 'utf8');
	expect([...docs.matchAll(/^## (.+)$/gm)].map(match => match[1]!)).toEqual(ids);
});

// `testCheck` fails without firing, silent and undecidable cases, so calling it is enough.
test.each(ids)('%s has a table of cases', async id => {
	const text = await readFile(at(`test/checks/${id}.test.ts`), 'utf8');
	expect(text).toContain(`import check from '../../checks/${id}.ts';`);
	expect(text).toMatch(/^testCheck\(check, \{$/m);
});

/** Those of the whole catalogue that this version has. */
const isWhole = checks.length === ANNOUNCED.length;

test('announced ids are in order, and hold every check and every profile', () => {
	expect(ANNOUNCED).toEqual([...new Set(ANNOUNCED)].toSorted());
	expect(ids.filter(id => !ANNOUNCED.includes(id))).toEqual([]);
	expect([...ESSENTIAL].filter(id => !ANNOUNCED.includes(id))).toEqual([]);
});

describe('compliance data', async () => {
	const names = (await readdir(at('data/compliance'))).toSorted();
	const read = async (name: string): Promise<Framework> =>
		JSON.parse(await readFile(at(`data/compliance/${name}`), 'utf8')) as Framework;

	test('has the frameworks that were promised', () => {
		const known = frameworks().map(({id}) => id);
		expect(known).toEqual(expect.arrayContaining(['CIS-GCP-3.0', 'CIS-GCP-4.0', 'MITRE-ATTACK', 'NIST-800-53-R5']));
		expect(new Set(known).size).toBe(known.length);
	});

	test.each(names)('%s has the shape, its own name, and each control once', async name => {
		const framework = await read(name);
		expect(frameworkSchema.safeParse(framework).error?.issues ?? []).toEqual([]);
		expect(name).toBe(`${framework.id.toLowerCase()}.json`);
		const numbers = framework.controls.map(({number}) => number);
		expect(new Set(numbers).size).toBe(numbers.length);
		for (const {number, checks: named, note} of framework.controls) {
			expect(named, number).toEqual([...new Set(named)].toSorted());
			expect(
				named.filter(id => !ANNOUNCED.includes(id)),
				number,
			).toEqual([]);
			// A control that no check looks at is there to say why.
			if (named.length === 0) expect(note, number).toBeDefined();
		}
	});

	test.each(checks.map(check => [check.id, check] as const))(
		'%s claims no control that the data does not give it',
		(id, check) => {
			expect((check.compliance ?? []).filter(control => !complianceOf(id).includes(control))).toEqual([]);
		},
	);

	test('is what findings name', () => {
		expect(complianceOf('user-managed-key')).toEqual([
			'CIS-GCP-3.0:1.4',
			'CIS-GCP-4.0:1.4',
			'MITRE-ATTACK:T1552.001',
			'NIST-800-53-R5:IA-5(7)',
		]);
		expect(complianceOf('nothing-like-it')).toEqual([]);
	});
});

describe('practices', () => {
	test('are the twenty-nine, by number', () => {
		expect(PRACTICES.map(({number}) => number)).toEqual(Array.from({length: 29}, (_, index) => index + 1));
		for (const {title, unseen} of PRACTICES) {
			expect(title).toMatch(/^\S.*[^.]$/);
			if (unseen !== undefined) expect(unseen).toMatch(/\.$/);
		}
	});

	// While checks are still to come, practices may be bare; with the last of them each has a check or a reason.
	test.runIf(isWhole)('each has a check, or a reason why nothing shows it', () => {
		const bare = PRACTICES.filter(
			({number, unseen}) => unseen === undefined && !checks.some(check => check.practice.includes(number)),
		);
		expect(bare).toEqual([]);
	});

	test('each has a row in the docs, with its checks', async () => {
		const docs = await readFile(at('docs/practices.md'), 'utf8');
		for (const {number, title} of PRACTICES) {
			const row = docs.split('\n').find(line => line.startsWith(`| ${number} | ${title} |`));
			for (const {id, practice} of checks) if (practice.includes(number)) expect(row).toContain(`(checks.md#${id})`);
			expect(row).toBeDefined();
		}
		for (const {id} of frameworks()) expect(docs).toContain(`### ${id}\n`);
	});
});

test.each(ids)('the docs of %s name its practices, controls and settings', async id => {
	const docs = await readFile(at('docs/checks.md'), 'utf8');
	const section = docs.split(`\n## ${id}\n`)[1]!.split('\n## ')[0]!;
	const check = checks.find(known => known.id === id)!;
	for (const number of check.practice) expect(section).toContain(`${number} ${PRACTICES[number - 1]!.title}`);
	for (const control of complianceOf(id)) expect(section).toContain(`\`${control}\``);
	for (const name of Object.keys(check.settings ?? {})) expect(section).toContain(`\`checks.${id}.${name}\``);
	for (const text of [check.title, check.why, check.fix, check.example.fires, check.example.silent])
		expect(section).toContain(text);
});

describe.each(checks.map(check => [check.id, check] as const))('%s', (_, check) => {
	test('says what it finds, why it matters and what ends it', () => {
		for (const text of [
			check.title,
			check.why,
			check.fix,
			check.on,
			check.severity,
			check.example.fires,
			check.example.silent,
		]) {
			expect(text.trim()).not.toBe('');
			// One line each: they go into tables.
			expect(text).not.toMatch(/\n/);
		}
		expect(check.title).not.toMatch(/\.$/);
	});

	test('needs known facts, at least one', () => {
		expect(check.needs).not.toEqual([]);
		expect(check.needs.filter(fact => !FACTS.includes(fact))).toEqual([]);
		expect(new Set(check.needs).size).toBe(check.needs.length);
	});

	test('names threats, practices and references', () => {
		expect(check.threats).not.toEqual([]);
		expect(check.practice).not.toEqual([]);
		expect(check.practice.filter(number => !PRACTICES.some(practice => practice.number === number))).toEqual([]);
		expect(check.references).not.toEqual([]);
		for (const url of check.references) expect(new URL(url).protocol).toBe('https:');
	});

	test('declares settings that say what they are, and that a profile may tighten', () => {
		for (const [name, {about, standard, strict}] of Object.entries(check.settings ?? {})) {
			expect(name).toMatch(/^[a-z][A-Za-z]*$/);
			expect(['severity', 'enabled']).not.toContain(name);
			expect(about).toMatch(/\.$/);
			expect(strict).not.toEqual(standard);
		}
	});
});
