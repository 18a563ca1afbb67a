import {readdir, readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {checks} from '../../checks/index.ts';
import {FACTS} from '../../src/inventory/coverage.ts';

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
		for (const number of check.practice) expect(Number.isInteger(number) && number >= 1 && number <= 29).toBe(true);
		expect(check.references).not.toEqual([]);
		for (const url of check.references) expect(new URL(url).protocol).toBe('https:');
	});
});
