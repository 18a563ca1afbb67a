/** Secrets of every kind on the public list, made up, and written in parts so that no scanner takes them for real. */
const PEM = `-----BEGIN ${'PRIVATE'} KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw\nggSjAgEAAoIBAQC7\n-----END ${'PRIVATE'} KEY-----\n`;
const X = 'x1Y2z3W4v5U6t7S8r9Q0';
/** Each with the part that must not survive. */
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
