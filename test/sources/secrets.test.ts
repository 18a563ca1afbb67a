import {describe, expect, test} from 'vitest';
import {redact, redactJson} from '../../src/sources/secrets.ts';
import {SECRETS} from './secret-samples.ts';

describe.each(Object.entries(SECRETS))('%s', (name, [text, secret]) => {
	test('is taken out of what stands around it', () => {
		const safe = redact(`see ${text} for it`);
		expect(safe).not.toContain(secret);
		expect(safe).toMatch(name.includes('cut off') ? /^see \[redacted/ : /^see [^]*\[redacted: [^]* for it$/);
		expect(redact(safe)).toBe(safe);
	});

	test('is taken out as base64, of either alphabet, wrapped or not, at any offset', () => {
		for (const before of ['', 'a', 'ab', 'abc', 'token: ']) {
			const packed = Buffer.from(before + text).toString('base64');
			for (const shown of [packed, `path/${packed}`, packed.replace(/.{64}/g, '$&\n'), packed.replace(/=+$/, '')])
				expect(redact(`key=${shown}`)).toMatch(/^key=\[redacted: base64 of /);
			expect(redact(Buffer.from(before + text).toString('base64url'))).toMatch(/^\[redacted: base64 of /);
		}
	});

	test('is taken out as base64 of base64, and of UTF-16', () => {
		const base64 = (of: string | Buffer) => Buffer.from(of as string).toString('base64');
		for (const packed of [base64(base64(text)), base64(base64(base64(text))), base64(Buffer.from(text, 'utf16le'))])
			expect(redact(`key=${packed}`)).toMatch(/^key=\[redacted: base64 of [^\]]*\]$/);
	});

	test('is found inside JSON, in values and names', () => {
		expect(JSON.stringify(redactJson({a: [{env: {[text]: text}}]}))).not.toContain(JSON.stringify(secret).slice(1, -1));
	});
});

test.each([
	'Deploys the shop front end',
	'request.time < timestamp("2027-01-01T00:00:00Z") && resource.name.startsWith("projects/_/buckets/logs")',
	'//iam.googleapis.com/projects/my-project/serviceAccounts/some-long-name@my-project.iam.gserviceaccount.com/keys/43666043d4199a2adee68d953799c96693138cbd',
	'global-load-balancer-frontend-name-of-the-second-region',
	'https://console.cloud.google.com:443/iam/x@p.iam.gserviceaccount.com',
	'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/repo:a/b:ref:refs/heads/main',
	'bearer of bad news, basic and simple',
	'',
])('%s stays as it is', text => {
	expect(redact(text)).toBe(text);
});

test.each(['%20', '+'])('a key in an address is taken out, with %s for spaces', space => {
	const pem = '-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n';
	const text = `https://a.example/?key=${encodeURIComponent(pem).replaceAll('%20', space)}&b=1`;
	expect(redact(text)).toBe('https://a.example/?key=[redacted: PEM block]%0A&b=1');
});

test.each([
	['base64', 'TWFu'],
	['base64 in lines', `${'TWFuTWFuTWFuTWFu'}\n`],
	['a key without an end', 'x'],
	['lines of a key', 'abc-d\\n'],
])('a text of 16 MB is no trouble: %s', (_, part) => {
	const long = part.repeat(16_000_000 / part.length);
	expect(redact(long).length).toBeGreaterThan(0);
	expect(redact(`-----BEGIN A-----${long}`).length).toBeLessThan(16_000_100);
	expect(redact(`{"private_key": "${long}`).length).toBeLessThan(16_000_100);
});

test('of a key file only the address and the id of the key are kept', () => {
	const file = {type: 'service_account', project_id: 'p', private_key_id: 'k', private_key: 'x', client_email: 'a@b.c'};
	expect(redactJson({file})).toEqual({file: {type: 'service_account', private_key_id: 'k', client_email: 'a@b.c'}});
});

test('a document without secrets is the very same one', () => {
	const data = {rules: [{description: 'ok', on: true, n: 1, none: null}]};
	expect(redactJson(data)).toBe(data);
});

test.each([
	'A',
	'eyJ',
	'eyJaaaaaa.',
	'-----BEGIN A-----',
	'http://',
	'http://a:',
	'password=',
	'a/b\n',
	'authorization: ',
	'"private_key":"',
	'\\',
])('text of nothing but %j takes no more than linear time', part => {
	const time = (times: number) => {
		const text = `private_key ${part.repeat(times)}`;
		const start = performance.now();
		redact(text);
		return performance.now() - start;
	};
	time(1_000);
	expect(time(20_000)).toBeLessThan(2_000);
});
