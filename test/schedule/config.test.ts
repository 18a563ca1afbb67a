/** The part of the configuration that is about scheduled runs: what it takes, and what it says of mistakes. */
import {readFileSync} from 'node:fs';
import {Ajv2020} from 'ajv/dist/2020.js';
import {expect, test} from 'vitest';
import {parse} from 'yaml';
import {parseConfig} from '../../src/config/parse.ts';

const GOOD = `schedules:
  - {name: all, cron: "0 6 * * 1-5", timeZone: Europe/Berlin, organization: ["1"], failOnNew: high, jitter: 10m}
  - {name: exports, cron: "@daily", assets: [exports]}
watch:
  directory: /var/lib/sa-audit
  overlap: skip
  formats: [html, sarif]
  signingKey: {file: key.pem}
retention: {runs: 30, days: 365}
targets:
  - directory: /mnt/copy
  - {name: bucket, bucket: "gs://audits/sa-audit"}
notices:
  - {kind: slack, url: {env: SLACK}, minSeverity: high, template: "{{scope}}: {{ new }} new"}
  - {kind: webhook, url: {file: /run/url}, secret: {env: SECRET}, events: [failed]}
`;

test('what is right', () => {
	const {config, origins} = parseConfig('a.yaml', GOOD, []);
	expect(config.schedules).toHaveLength(2);
	expect(config.watch).toMatchObject({overlap: 'skip', formats: ['html', 'sarif']});
	expect(origins.get('retention.days')).toMatchObject({line: 9});
	const schema = JSON.parse(
		readFileSync(new URL('../../schema/config.schema.json', import.meta.url), 'utf8'),
	) as object;
	const validate = new Ajv2020({strict: false, validateFormats: false}).compile(schema);
	expect(validate(parse(GOOD)), JSON.stringify(validate.errors)).toBe(true);
});

const schedule = (text: string): string =>
	`schedules:\n  - name: a\n    cron: "0 6 * * *"\n    demo: true\n    ${text}\n`;
const notice = (text: string): string =>
	`notices:\n  - kind: webhook\n    url: {env: A}\n    secret: {env: B}\n    ${text}\n`;

test.each([
	['schedule: {}', 'a.yaml:1: unknown key "schedule"; did you mean "schedules"?'],
	[schedule('timeZon: UTC'), 'a.yaml:5: unknown key "timeZon" in schedules.0; did you mean "timeZone"?'],
	[schedule('timeZone: Europe/Berlln'), 'a.yaml:5: schedules.0.timeZone must be a time zone such as Europe/Berlin'],
	[schedule('jitter: 10 minutes'), 'a.yaml:5: schedules.0.jitter must be a duration such as 90s, 10m or 2h'],
	[
		schedule('failOn: hihg'),
		'a.yaml:5: schedules.0.failOn must be one of critical, high, medium, low, not "hihg"; did you mean "high"?',
	],
	[
		'schedules:\n  - {name: a, cron: "0 25 * * *", demo: true}',
		'a.yaml:2: schedules.0.cron must be a cron expression such as',
	],
	[
		'schedules:\n  - {name: a, cron: "0 0 31 2 *", demo: true}',
		'a.yaml:2: schedules.0.cron must be a cron expression such as',
	],
	['schedules:\n  - {name: a, cron: "0 6 * * *"}', 'a.yaml:2: schedules.0 must be a schedule with something to audit'],
	[
		'schedules:\n  - {name: A b, cron: "0 6 * * *", demo: true}',
		'a.yaml:2: schedules.0.name must be a name of small letters',
	],
	[
		'schedules:\n  - {name: a, cron: "0 6 * * *", demo: true}\n  - {name: a, cron: "0 7 * * *", demo: true}',
		'a.yaml:2: schedules must be schedules of different names',
	],
	['watch:\n  overlap: queue', 'a.yaml:2: watch.overlap must be one of wait, skip, not "queue"'],
	['watch:\n  directry: x', 'a.yaml:2: unknown key "directry" in watch; did you mean "directory"?'],
	['watch:\n  formats: [pdf]', 'a.yaml:2: watch.formats.0 must be one of table, json'],
	['watch:\n  signingKey: {path: x}', 'a.yaml:2: unknown key "path" in watch.signingKey'],
	['retention:\n  runs: 0', 'a.yaml:2: retention.runs must be at least 1'],
	['retention:\n  run: 3', 'a.yaml:2: unknown key "run" in retention; did you mean "runs"?'],
	[
		'targets:\n  - bucket: https://storage.googleapis.com/b',
		'a.yaml:2: targets.0.bucket must be gs://BUCKET or gs://BUCKET/PREFIX',
	],
	[
		'targets:\n  - {bucket: "gs://bucket", directory: x}',
		'a.yaml:2: targets.0 must be a target with a directory or a bucket, and not both',
	],
	[notice('event: [new]'), 'a.yaml:5: unknown key "event" in notices.0; did you mean "events"?'],
	[
		notice('events: [fixd]'),
		'a.yaml:5: notices.0.events.0 must be one of new, fixed, failed, coverage, key-expiry, not "fixd"; did you mean "fixed"?',
	],
	[
		notice('template: "{{scpoe}}"'),
		'a.yaml:5: notices.0.template must be a text without {{scpoe}}; did you mean "scope"?',
	],
	[
		'notices:\n  - {kind: slak, url: {env: A}}',
		'a.yaml:2: notices.0.kind must be one of webhook, slack, google-chat, not "slak"; did you mean "slack"?',
	],
	['notices:\n  - {kind: webhook, url: {env: A}}', 'a.yaml:2: notices.0 must be a webhook with a secret to sign by'],
	[
		'notices:\n  - {kind: slack, url: {env: A}, secret: {env: B}}',
		'a.yaml:2: notices.0 must be without a secret: only a webhook is signed',
	],
])('what is wrong: %j', (text, message) => {
	expect(() => parseConfig('a.yaml', text, [])).toThrow(message);
});

test('a secret itself is refused, and not repeated', () => {
	const hook = 'https://hooks.slack.example/services/T0/B0/verysecret';
	const thrown = (): unknown => {
		try {
			return parseConfig('a.yaml', `notices:\n  - kind: slack\n    url: ${hook}\n`, []);
		} catch (error) {
			return error;
		}
	};
	expect(String(thrown())).toContain(
		'a.yaml:3: notices.0.url must be where it is kept, {env: VARIABLE} or {file: PATH}',
	);
	expect(String(thrown())).not.toContain('verysecret');
});
