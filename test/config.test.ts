import {readFile} from 'node:fs/promises';
import {expect, describe, test} from 'vitest';
import {checks as catalogue} from '../checks/index.ts';
import {effectiveValues} from '../src/commands/config-check.ts';
import {ANNOUNCED} from '../src/config/announced.ts';
import {DEFAULTS, ESSENTIAL, type Profile, THRESHOLDS} from '../src/config/defaults.ts';
import type {KnownCheck} from '../src/config/schema.ts';
import {loadConfig} from '../src/config.ts';
import {parseConfig} from '../src/config/parse.ts';
import {UsageError} from '../src/errors.ts';
import {chooseChecks} from '../src/select.ts';
import {type Settings, settingsOf} from '../src/settings.ts';

const CHECKS: readonly KnownCheck[] = [
	{
		id: 'user-managed-key',
		settings: {
			names: {kind: 'words', standard: ['a'], about: 'Names.'},
			lists: {kind: 'word lists', standard: {first: ['x'], second: ['y']}, about: 'Lists.'},
			days: {kind: 'number', standard: 365, strict: 90, about: 'Days.'},
			loud: {kind: 'switch', standard: false, strict: true, about: 'Loud.'},
		},
	},
	{id: 'lateral-movement'},
];
const parse = (text: string, profile?: Profile) => parseConfig('sa-audit.yaml', text, CHECKS, profile);

function complaint(text: string, profile?: Profile): string {
	try {
		parse(text, profile);
	} catch (error) {
		expect(error).toBeInstanceOf(UsageError);
		return (error as UsageError).message;
	}
	throw new Error('it was accepted');
}

describe('what is right', () => {
	test('an empty file and no file are the defaults', async () => {
		expect(parse('').config).toEqual(DEFAULTS);
		expect(parse('# nothing\n---\n').config).toEqual(DEFAULTS);
		expect(DEFAULTS.thresholds).toEqual({
			keyAgeDays: 90,
			unusedDays: 90,
			disabledGraceDays: 30,
			manyNetworks: 3,
			manyClients: 3,
		});
	});

	test('every documented key', () => {
		const {config, origins, warnings} = parse(`
domains: [Example.com]
profile: strict
thresholds: {keyAgeDays: 30}
allowedNetworks: [203.0.113.0/24, "2001:db8::/32"]
userDataReaders: [dlp@example-security.iam.gserviceaccount.com]
leavers: [bob@example.com]
labels: {sensitive: ["pii=true"]}
domainWideDelegation: [{clientId: "1234", scopes: ["https://www.googleapis.com/auth/drive"]}]
checks:
  user-managed-key: {severity: low}
  unused-key: {severity: low, enabled: false}
suppressions:
  - {check: user-managed-key, resource: "//iam.googleapis.com/projects/p/*", reason: "legacy", owner: a@b.c, until: 2027-01-31}
`);
		expect(config).toEqual({
			...DEFAULTS,
			domains: ['example.com'],
			profile: 'strict',
			thresholds: {...THRESHOLDS.strict, keyAgeDays: 30},
			allowedNetworks: ['203.0.113.0/24', '2001:db8::/32'],
			userDataReaders: ['dlp@example-security.iam.gserviceaccount.com'],
			leavers: ['bob@example.com'],
			labels: {sensitive: ['pii=true']},
			domainWideDelegation: [{clientId: '1234', scopes: ['https://www.googleapis.com/auth/drive']}],
			checks: {'user-managed-key': {severity: 'low'}, 'unused-key': {severity: 'low', enabled: false}},
			suppressions: [
				{
					check: 'user-managed-key',
					resource: '//iam.googleapis.com/projects/p/*',
					reason: 'legacy',
					owner: 'a@b.c',
					until: '2027-01-31',
				},
			],
		});
		expect(origins.get('profile')).toEqual({from: 'file', file: 'sa-audit.yaml', line: 3});
		expect(origins.get('thresholds.keyAgeDays')).toEqual({from: 'file', file: 'sa-audit.yaml', line: 4});
		expect(origins.get('thresholds.unusedDays')).toBeUndefined();
		expect(origins.get('checks.user-managed-key.severity')).toEqual({from: 'file', file: 'sa-audit.yaml', line: 11});
		expect(warnings).toEqual([
			'sa-audit.yaml:12: the check unused-key is not in this version; checks.unused-key has no effect.',
		]);
	});

	test('an empty delegation list differs from none', () => {
		expect(parse('domainWideDelegation: []').config.domainWideDelegation).toEqual([]);
		expect(parse('').config.domainWideDelegation).toBeUndefined();
	});

	test('a byte order mark and CRLF', () => {
		expect(parse('\uFEFFprofile: strict\r\ndomains: [a.example]\r\n').config.profile).toBe('strict');
	});
});

describe('what is wrong is named with its line and the nearest right word', () => {
	test.each([
		['treshold: 1', 'sa-audit.yaml:1: unknown key "treshold"'],
		['profile: strict\ntresholds: {}', 'sa-audit.yaml:2: unknown key "tresholds"; did you mean "thresholds"?'],
		['thresholds:\n  keyAge: 1', 'sa-audit.yaml:2: unknown key "keyAge" in thresholds'],
		[
			'thresholds:\n  keyAgeDay: 1',
			'sa-audit.yaml:2: unknown key "keyAgeDay" in thresholds; did you mean "keyAgeDays"?',
		],
		['thresholds: {keyAgeDays: 90d}', 'sa-audit.yaml:1: thresholds.keyAgeDays must be a number, not "90d"'],
		['thresholds: {keyAgeDays: -1}', 'thresholds.keyAgeDays must be at least 0, not -1'],
		['thresholds: {keyAgeDays: 1.5}', 'thresholds.keyAgeDays must be a whole number, not 1.5'],
		['profile: strikt', 'profile must be one of essential, standard, strict, not "strikt"; did you mean "strict"?'],
		[
			'checks:\n  user-managed-keys: {}',
			'sa-audit.yaml:2: checks.user-managed-keys: unknown check "user-managed-keys"; did you mean "user-managed-key"?',
		],
		[
			'checks:\n  user-managed-key:\n    severity: hihg',
			'sa-audit.yaml:3: checks.user-managed-key.severity must be one of',
		],
		[
			'checks:\n  user-managed-key:\n    enable: no',
			'unknown key "enable" in checks.user-managed-key; did you mean "enabled"?',
		],
		['domains: example.com', 'domains must be a list, not "example.com"'],
		['domains: [a@b.c]', 'domains.0 must be a domain such as example.com, not "a@b.c"'],
		['leavers: [bob]', 'leavers.0 must be the e-mail of a person, such as bob@example.com'],
		['leavers: ["user:bob@example.com"]', 'leavers.0 must be the e-mail of a person, such as bob@example.com'],
		['leavers: [x@p.iam.gserviceaccount.com]', 'leavers.0 must be the e-mail of a person, such as bob@example.com'],
		['allowedNetworks: [203.0.113.7]', 'allowedNetworks.0 must be a network in CIDR form, such as 203.0.113.0/24'],
		[
			'domainWideDelegation:\n  - clientId: 1234',
			'sa-audit.yaml:2: domainWideDelegation.0.clientId must be a text (a number needs quotes), not 1234',
		],
		['suppressions: [{check: user-managed-key, resource: x, owner: a}]', 'suppressions.0.reason is missing'],
		[
			'suppressions:\n  - {check: nope, resource: x, owner: a, reason: b}',
			'sa-audit.yaml:2: suppressions.0.check: unknown check "nope"',
		],
		[
			'suppressions: [{check: user-managed-key, resource: x, owner: a, reason: b, until: 2027-02-30}]',
			'suppressions.0.until must be a date such as 2027-01-31, not "2027-02-30"',
		],
		['- a', 'the file must be a group of keys, not ["a"]'],
		['just text', 'the file must be a group of keys, not "just text"'],
		['profile: strict\nprofile: strict', 'sa-audit.yaml:2:'],
		['domains: [', 'sa-audit.yaml:1:'],
		['a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c]', 'alias'],
	])('%j', (text, message) => {
		expect(complaint(text)).toContain(message);
	});

	test('all problems of the file at once, in its order', () => {
		const lines = complaint('profil: strict\nthresholds:\n  unusedDays: never\nchecks: {x-y: {}}\n').split('\n');
		expect(lines[0]).toBe('sa-audit.yaml has 3 problems:');
		expect(lines.slice(1).map(line => line.split(': ')[0])).toEqual([
			'sa-audit.yaml:1',
			'sa-audit.yaml:3',
			'sa-audit.yaml:4',
		]);
	});

	test('a file that is not there, or is none', async () => {
		await expect(loadConfig({file: '/nowhere/x.yaml'}, CHECKS)).rejects.toThrow(/does not exist/);
		await expect(loadConfig({file: '/'}, CHECKS)).rejects.toThrow(/directory/);
	});
});

describe('profiles', () => {
	test('set thresholds, which the file may tighten one by one', () => {
		expect(parse('profile: essential').config.thresholds).toEqual(THRESHOLDS.standard);
		expect(parse('profile: strict').config.thresholds).toEqual(THRESHOLDS.strict);
		expect(parse('', 'strict').config).toMatchObject({profile: 'strict', thresholds: THRESHOLDS.strict});
		expect(parse('profile: strict\nthresholds: {unusedDays: 90}', 'standard').config.thresholds).toEqual(
			THRESHOLDS.standard,
		);
		for (const [name, value] of Object.entries(THRESHOLDS.strict))
			expect(value).toBeLessThan(THRESHOLDS.standard[name as keyof typeof THRESHOLDS.standard]);
	});

	test('without a file too', async () => {
		const {config, origins} = await loadConfig({profile: 'strict'}, CHECKS);
		expect(config.thresholds).toEqual(THRESHOLDS.strict);
		expect(origins.get('thresholds.keyAgeDays')).toEqual({from: 'profile', profile: 'strict'});
	});

	test('strict and laxer thresholds than the standard contradict each other', () => {
		const text = 'profile: strict\nthresholds:\n  unusedDays: 60\n  keyAgeDays: 365\n';
		expect(complaint(text)).toBe(
			'sa-audit.yaml:4: thresholds.keyAgeDays is 365, which contradicts the profile strict: it allows at most 90',
		);
		expect(complaint('thresholds: {keyAgeDays: 365}', 'strict')).toContain('contradicts the profile strict');
		expect(parse('thresholds: {keyAgeDays: 365}').config.thresholds.keyAgeDays).toBe(365);
		expect(parse(text, 'standard').config.thresholds.keyAgeDays).toBe(365);
	});

	test('a setting of a check that essential leaves out is told', () => {
		const text =
			'profile: essential\nchecks:\n  naming-convention: {severity: low}\n  user-managed-key: {severity: low}\n';
		const known = [...CHECKS, {id: 'naming-convention'}];
		expect(parseConfig('c.yaml', text, known).warnings).toEqual([
			'c.yaml:3: the profile essential leaves naming-convention out, so checks.naming-convention has no effect; add enabled: true to run it.',
		]);
		expect(parseConfig('c.yaml', text, known, 'standard').warnings).toEqual([]);
	});
});

describe('settings of a check', () => {
	const {settings} = CHECKS[0]! as {settings: Settings};
	const values = (text: string) => settingsOf(parse(text).config, 'user-managed-key', settings);

	test('have defaults, by profile', () => {
		expect(values('')).toEqual({names: ['a'], lists: {first: ['x'], second: ['y']}, days: 365, loud: false});
		expect(values('profile: strict')).toMatchObject({names: ['a'], days: 90, loud: true});
	});

	test('the file wins; of lists by name each by itself', () => {
		const text =
			'profile: strict\nchecks: {user-managed-key: {names: [], lists: {second: [z]}, days: 7, loud: false, severity: low}}';
		expect(values(text)).toEqual({names: [], lists: {first: ['x'], second: ['z']}, days: 7, loud: false});
	});

	test.each([
		['names: [1]', 'checks.user-managed-key.names.0 must be a text (a number needs quotes), not 1'],
		['names: a', 'checks.user-managed-key.names must be a list, not "a"'],
		['name: [a]', 'unknown key "name" in checks.user-managed-key; did you mean "names"?'],
		['lists: {frist: [a]}', 'unknown key "frist" in checks.user-managed-key.lists; did you mean "first"?'],
		['days: soon', 'checks.user-managed-key.days must be a number, not "soon"'],
		['days: -1', 'checks.user-managed-key.days must be at least 0, not -1'],
		['loud: yes please', 'checks.user-managed-key.loud must be true or false, not "yes please"'],
	])('%s', (line, message) => {
		expect(complaint(`checks:\n  user-managed-key:\n    ${line}`)).toBe(`sa-audit.yaml:3: ${message}`);
	});

	test('another check does not have them', () => {
		expect(complaint('checks: {lateral-movement: {days: 1}}')).toContain(
			'unknown key "days" in checks.lateral-movement',
		);
	});

	test('of a check of a later version are not judged', () => {
		expect(parse('checks: {unused-key: {whatever: 1}}').warnings).toHaveLength(1);
	});
});

describe('which checks run', () => {
	const choose = (text: string, flags: {only?: string[]; skip?: string[]} = {}) =>
		chooseChecks(catalogue, parseConfig('c.yaml', text, catalogue), flags)
			.filter(choice => choice.runs)
			.map(choice => choice.check.id);
	const all = catalogue.map(check => check.id);

	test('all by default and under strict, the essential ones on request', () => {
		expect(choose('')).toEqual(all);
		expect(choose('profile: strict')).toEqual(all);
		expect(choose('profile: essential')).toEqual(all.filter(id => ESSENTIAL.has(id)));
		expect([...ESSENTIAL].toSorted()).toEqual([
			'default-service-account-editor',
			'domain-wide-delegation',
			'federation-binding-too-wide',
			'federation-open-to-all',
			'impersonation-chain',
			'impersonation-not-logged',
			'lateral-movement',
			'policy-takeover',
			'privilege-escalation',
			'public-impersonation',
			'unused-service-account',
			'user-managed-key',
		]);
		expect([...ESSENTIAL].filter(id => !ANNOUNCED.includes(id))).toEqual([]);
	});

	test('enabled brings a check into essential', () => {
		expect(choose('profile: essential\nchecks: {key-never-expires: {enabled: true}}')).toContain('key-never-expires');
	});

	test('the file switches off, --only beats it, --skip beats all', () => {
		const off = 'checks: {user-managed-key: {enabled: false}}';
		expect(choose(off)).toEqual(all.filter(id => id !== 'user-managed-key'));
		expect(choose(off, {only: ['user-managed-key']})).toEqual(['user-managed-key']);
		expect(choose('', {only: ['user-managed-key', 'lateral-movement'], skip: ['lateral-movement']})).toEqual([
			'user-managed-key',
		]);
	});

	test.each([
		[{only: ['user-managed-kee']}, /--only: there is no check "user-managed-kee"; did you mean "user-managed-key"/],
		[{skip: ['nothing-like-it']}, /--skip: there is no check "nothing-like-it"\./],
		[{only: ['user-managed-key'], skip: ['user-managed-key']}, /No check is left/],
	])('%j', (flags, message) => {
		expect(() => choose('', flags)).toThrow(UsageError);
		expect(() => choose('', flags)).toThrow(message);
	});

	test('every check of this version is announced', () => {
		expect(all.filter(id => !ANNOUNCED.includes(id))).toEqual([]);
	});
});

test('config check knows where each value came from', async () => {
	const loaded = parseConfig('c.yaml', 'thresholds:\n  keyAgeDays: 30\n', catalogue);
	const values = effectiveValues(catalogue, loaded, {only: [], skip: ['user-managed-key']});
	const of = (key: string) => values.find(value => value.key === key);
	expect(of('thresholds.keyAgeDays')).toMatchObject({value: 30, origin: {from: 'file', file: 'c.yaml', line: 2}});
	expect(of('thresholds.unusedDays')).toMatchObject({value: 90, origin: {from: 'default'}});
	expect(of('checks.user-managed-key.enabled')).toMatchObject({value: false, origin: {from: 'flag', flag: '--skip'}});
	expect(of('domainWideDelegation')).toMatchObject({value: null});
});

test('the published JSON Schema knows every key', async () => {
	const schema = JSON.parse(await readFile(new URL('../schema/config.schema.json', import.meta.url), 'utf8'));
	expect(Object.keys(schema.properties).toSorted()).toEqual(
		[...Object.keys(DEFAULTS), 'domainWideDelegation', 'leavers'].toSorted(),
	);
	expect(schema.additionalProperties).toBe(false);
	for (const {id, settings = {}} of catalogue)
		expect(Object.keys(schema.properties.checks.properties[id].properties).toSorted()).toEqual(
			['enabled', 'severity', ...Object.keys(settings)].toSorted(),
		);
});
