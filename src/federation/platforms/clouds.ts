/**
 * Other clouds, Google's own accounts, and whoever runs an issuer for itself. Sources: Google's "Configure Workload
 * Identity Federation with AWS or Azure VMs" (claims and the default mapping of AWS), learn.microsoft.com, "Access token
 * claims reference" (tid, oid, and that upn, email and preferred_username are mutable). [seen; Google's own recalled]
 */
import {choice, id, name, type Platform, text} from '../platform.ts';

/** A provider names one account, so that nobody else's credentials come into question. */
export const AWS: Platform = {
	id: 'aws',
	title: 'AWS',
	everybody: 'any AWS role',
	unit: 'role',
	tenant: 'account',
	variables: {
		account: id('tenant', '999999999999', '[0-9]+'),
		role: name('unit', 'outsider', '[A-Za-z0-9_+=,.@-]+'),
		session: text('run', 'session'),
		user: text('run', 'AROAOUTSIDER'),
	},
	claims: {
		arn: 'arn:aws:sts::{account}:assumed-role/{role}/{session}',
		account: '{account}',
		userid: '{user}',
	},
	forms: [
		{context: 'ref', claims: {}},
		{context: 'ref', claims: {arn: 'arn:aws:iam::{account}:user/{role}'}},
	],
	unitClaims: ['arn'],
	tenantClaims: ['account'],
	refs: false,
	editable: [],
};

const GUID = '[0-9a-fA-F-]+';

export const AZURE: Platform = {
	id: 'azure',
	title: 'Microsoft Entra ID',
	everybody: 'any application of any Entra tenant',
	unit: 'application',
	tenant: 'tenant',
	variables: {
		tenant: id('tenant', '99999999-9999-4999-8999-999999999999', GUID),
		object: id('unit', '88888888-8888-4888-8888-888888888888', '[^/]+'),
		application: id('unit', '66666666-6666-4666-8666-666666666666', GUID),
		// The administrator of any tenant writes these at will.
		user: text('run', 'outsider@outsider.example'),
		group: text('run', '55555555-5555-4555-8555-555555555555'),
		role: text('run', 'outsider'),
		resource: text('unit', '/subscriptions/outsider/resourcegroups/outsider'),
		audience: text('run', 'api://outsider'),
	},
	claims: {
		sub: '{object}',
		oid: '{object}',
		tid: '{tenant}',
		appid: '{application}',
		azp: '{application}',
		upn: '{user}',
		email: '{user}',
		preferred_username: '{user}',
		unique_name: '{user}',
		groups: '[]{group}',
		roles: '[]{role}',
		wids: '[]{role}',
		xms_mirid: '{resource}',
		iss: 'https://sts.windows.net/{tenant}/',
		aud: '{audience}',
	},
	forms: [
		{context: 'ref', claims: {}},
		{context: 'ref', claims: {iss: 'https://login.microsoftonline.com/{tenant}/v2.0'}},
	],
	tenantClaim: 'tid',
	unitClaims: ['oid', 'appid', 'sub'],
	tenantClaims: ['tid'],
	refs: false,
	commonAudiences: [
		/^api:\/\/AzureADTokenExchange$/i,
		/^https:\/\/(?:management\.azure\.com|management\.core\.windows\.net|graph\.microsoft\.com|vault\.azure\.net)\/?$/i,
		/^00000003-0000-0000-c000-000000000000$/,
	],
	editable: ['upn', 'email', 'preferred_username', 'unique_name'],
};

export const GOOGLE: Platform = {
	id: 'google',
	title: 'Google accounts',
	everybody: 'any Google account',
	unit: 'account',
	tenant: 'domain',
	variables: {
		subject: id('unit', '999999999999999999999', '[0-9]+'),
		user: name('unit', 'outsider', '[^@]+'),
		domain: {...name('tenant', 'outsider.example', '[A-Za-z0-9.-]+'), stable: true},
		client: text('run', '999999999999-outsider.apps.googleusercontent.com'),
		verified: choice('run', 'true', 'false'),
		audience: text('run', '999999999999-outsider.apps.googleusercontent.com'),
	},
	claims: {
		sub: '{subject}',
		email: '{user}@{domain}',
		email_verified: '?{verified}',
		hd: '{domain}',
		azp: '{client}',
		aud: '{audience}',
		name: '{user}',
	},
	forms: [{context: 'ref', claims: {}}],
	tenantClaim: 'hd',
	unitClaims: ['email', 'sub'],
	tenantClaims: ['hd'],
	refs: false,
	// gcloud's own client: every `gcloud auth print-identity-token` is for it.
	commonAudiences: [/^32555940559\.apps\.googleusercontent\.com$/],
	editable: ['name', 'given_name', 'family_name', 'picture'],
};

/** Claims that users of directories commonly change themselves. */
const PROFILE = ['name', 'given_name', 'family_name', 'nickname', 'preferred_username', 'email', 'profile', 'website'];

/** An issuer of the owner's own: a cluster, a directory, a server. Whatever it says, it says for him. */
export const OIDC: Platform = {
	id: 'oidc',
	title: 'an OpenID Connect issuer',
	everybody: 'any identity of the issuer',
	unit: 'identity',
	tenant: 'issuer',
	variables: {
		subject: id('unit', 'outsider', '[^]+'),
		audience: text('run', 'outsider'),
	},
	claims: {sub: '{subject}', aud: '{audience}'},
	forms: [{context: 'ref', claims: {}}],
	unitClaims: ['sub'],
	tenantClaims: [],
	refs: false,
	anyClaim: true,
	commonAudiences: [/^https:\/\/kubernetes\.default\.svc(?:\.cluster\.local)?\/?$/],
	editable: [...PROFILE, 'user_metadata'],
};

/** A SAML identity provider, or a certificate authority: their assertions have a subject too. */
export const SAML: Platform = {
	...OIDC,
	id: 'saml',
	title: 'a SAML identity provider',
	variables: {subject: id('unit', 'outsider', '[^]+')},
	claims: {subject: '{subject}'},
	unitClaims: ['subject'],
	commonAudiences: [],
};
