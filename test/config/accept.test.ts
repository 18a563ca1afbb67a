import fc from 'fast-check';
import {expect, test} from 'vitest';
import {parse} from 'yaml';
import {withSuppression} from '../../src/config/accept.ts';

const rule = {fingerprint: '0123456789abcdef', reason: 'known', owner: 'a@b.c', until: '2027-01-31'};
const written = '- fingerprint: 0123456789abcdef\n    reason: known\n    owner: a@b.c\n    until: 2027-01-31\n';

test.each([
	['an empty file', '', `suppressions:\n  ${written}`],
	['comments only', '# ours\n', `# ours\nsuppressions:\n  ${written}`],
	['no suppressions', 'domains: [a.example]   # ours', `domains: [a.example]   # ours\nsuppressions:\n  ${written}`],
	[
		'suppressions in the middle',
		'suppressions:\n  # first\n  - {check: x, resource: "*", reason: r,   owner: o} # why\n\n# below\nchecks: {x: {enabled: false}}\n',
		`suppressions:\n  # first\n  - {check: x, resource: "*", reason: r,   owner: o} # why\n  ${written}\n# below\nchecks: {x: {enabled: false}}\n`,
	],
	[
		'no indent',
		"suppressions:\n- check: x\n  resource: '*'\n  reason: |\n    two\n    lines\n  owner: o\n",
		`suppressions:\n- check: x\n  resource: '*'\n  reason: |\n    two\n    lines\n  owner: o\n${written.replaceAll('\n  ', '\n')}`,
	],
])('%s: everything else stays to the byte', (_, text, wanted) => {
	expect(withSuppression('f', text, rule)).toBe(wanted);
});

test('Windows line ends stay', () => {
	expect(withSuppression('f', 'profile: strict\r\n', rule)).toBe(
		`profile: strict\r\nsuppressions:\r\n  ${written.replaceAll('\n', '\r\n')}`,
	);
});

test.each([
	['a flow list', 'suppressions: []\n# end\n'],
	['a flow list that has some', 'suppressions: [{check: x, resource: y, reason: r, owner: o}]\n'],
	['nothing behind the key', 'suppressions:\ndomains: [a.example]\n'],
	['a flow file', '{domains: [a.example]}\n'],
	['an end marker', 'domains: [a.example]\n...\n'],
	['an anchor', 'domains: &d [a.example]\nuserDataReaders: *d\n'],
])('%s: the same values and one more', (_, text) => {
	const before = (parse(text) ?? {}) as {suppressions?: unknown[] | null};
	const after = withSuppression('f', text, rule, 'about it');
	expect(parse(after)).toEqual({...before, suppressions: [...(before.suppressions ?? []), rule]});
	expect(after).toContain('# about it');
	for (const comment of text.match(/#.*/g) ?? []) expect(after).toContain(comment);
});

test('whatever the reason says', () =>
	fc.assert(
		fc.property(fc.string({unit: 'binary', minLength: 1}), fc.string({minLength: 1}), (reason, owner) => {
			const odd = {...rule, reason: reason.toWellFormed(), owner};
			expect(parse(withSuppression('f', 'domains: []\n', odd))).toEqual({domains: [], suppressions: [odd]});
		}),
		{numRuns: 200, seed: 1},
	));
