import {describe, expect, test} from 'vitest';
import {redact, redactJson} from '../../src/sources/secrets.ts';

/** Each with the part that must not survive. Made up for these tests, and split so that no scanner takes them for real. */
const PEM = `-----BEGIN ${'PRIVATE'} KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw\nggSjAgEAAoIBAQC7\n-----END ${'PRIVATE'} KEY-----\n`;
const X = 'x1Y2z3W4v5U6t7S8r9Q0';
export const SECRETS: Readonly<Record<string, readonly [text: string, secret: string]>> = {
	'a PEM block': [PEM, 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw'],
	'a PEM block in JSON': [JSON.stringify({key: PEM}), 'ggSjAgEAAoIBAQC7'],
	'a PEM block that is cut off': [PEM.slice(0, 70), 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw'],
	'a key file': [JSON.stringify({type: 'service_account', private_key: X}), X],
	'a JSON web token': [`eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.${X}`, X],
	'a bearer header': [`Authorization: Bearer ${X}`, X],
	'a bearer token': [`curl -H 'bearer ${X}'`, X],
	'a basic header': ['"Authorization": "Basic Zm9vOmJhcg=="', 'Zm9vOmJhcg'],
	'a connection string': [`postgres://app:p@ss/w0rd@db.example.com:5432/shop`, 'p@ss/w0rd'],
	'a connection string without a user': [`redis://:${X}@10.0.0.1`, X],
	'a connection string of pairs': [`Server=db;User=app;Password=${X};Encrypt=yes`, X],
	'a storage connection string': [`AccountName=a;AccountKey=${X}==;`, X],
	'a GitHub token': [`ghp_${X}${X}`, X],
	'a GitHub app token': [`ghs_${X}.${X}`, X],
	'a fine-grained GitHub token': [`github_pat_${X}_${X}`, X],
	...Object.fromEntries(
		[
			'glpat',
			'gloas',
			'gldt',
			'glrt',
			'glrtr',
			'glcbt',
			'glptt',
			'glft',
			'glimt',
			'glagent',
			'glwt',
			'glsoat',
			'glffct',
		].map(prefix => [`a GitLab token ${prefix}`, [`${prefix}-${X}`, X]] as const),
	),
	'a GitLab registration token': [`GR1348941${X}`, X],
	'a GitLab session': [`_gitlab_session=${X}`, X],
	'a Google access token': [`ya29.a0${X}`, X],
	'a Google API key': [`AIza${X}${X}`, X],
};

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
