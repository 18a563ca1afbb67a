/** No secret that stands in an input comes out again, in any format or on standard error. */
import {describe, expect, test} from 'vitest';
import {REPORT_FORMATS} from '../../src/formats.ts';
import {emailOf} from '../inventory/read.ts';
import {SECRETS} from '../sources/secret-samples.ts';
import {sa} from './run.ts';
import {ANN, world} from './text-world.ts';
import {scratch} from './triage-world.ts';

const {file} = scratch();
const packed = (text: string): string => Buffer.from(text).toString('base64');

/** Neither as it is nor as JSON, an URL or base64 would have it. */
function expectNone(output: string, text: string, secret: string): void {
	for (const part of [
		secret,
		JSON.stringify(secret).slice(1, -1),
		packed(text).slice(8, -8),
		encodeURIComponent(secret),
	])
		expect(output).not.toContain(part);
}

describe.each(Object.entries(SECRETS))('%s', (_, [text, secret]) => {
	test('comes out nowhere', async () => {
		for (const given of [text, packed(text)]) {
			const assets = await file('secret.ndjson', [...world(given), given]);
			for (const format of REPORT_FORMATS.names) {
				const {code, stdout, stderr} = await sa(['audit', '--assets', assets, '--verbose', `--format=${format}`]);
				expect(code).toBe(0);
				expect(stdout.length).toBeGreaterThan(100);
				// The condition of a binding shows in every proof.
				if (format === 'json') expect(stdout).toContain('[redacted: ');
				expectNone(stdout + stderr, text, secret);
			}
			for (const command of [
				['paths', '--all', '--format=json', '--include-limited', '--include-blocked'],
				['can', ANN, 'iam.serviceAccounts.getAccessToken', emailOf('root', 'shop'), '--format=json'],
			]) {
				const {stdout, stderr} = await sa([...command, '--assets', assets, '--verbose']);
				expect(stdout.length).toBeGreaterThan(10);
				expectNone(stdout + stderr, text, secret);
			}
		}
	});
});

test('a key file among the exports is passed over without a word of it', async () => {
	const secret = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC';
	const keyFile = await file(
		'key.json',
		JSON.stringify({type: 'service_account', private_key: secret, client_email: 'a@b.c'}),
	);
	const assets = await file('fine.ndjson', world('nothing'));
	const {code, stdout, stderr} = await sa([
		'audit',
		'--assets',
		assets,
		'--assets',
		keyFile,
		'--format=json',
		'--verbose',
	]);
	expect(code).toBe(0);
	expect(stderr).toContain('service account key file');
	expect(stdout + stderr).not.toContain(secret);
});
