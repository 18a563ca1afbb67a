/** Who issues a provider's tokens, told by the issuer's address. */
import type {Platform} from './platform.ts';
import {AWS, AZURE, GOOGLE, OIDC, SAML} from './platforms/clouds.ts';
import {GITHUB} from './platforms/github.ts';
import {GITLAB} from './platforms/gitlab.ts';
import {BITBUCKET, BUILDKITE, CIRCLECI, TERRAFORM} from './platforms/pipelines.ts';

export interface Issuer {
	platform: Platform;
	/** As in principals of ours: the host of a shared issuer, else host and path. */
	name: string;
	/** Everybody who has an account at the platform gets tokens of this issuer. */
	shared: boolean;
	/** Everybody can fetch its keys: nobody needs to upload any. */
	public: boolean;
	/** Values of variables that the issuer, or the provider, fixes. */
	fixed: Readonly<Record<string, string>>;
}

interface Row {
	platform: Platform;
	host: RegExp;
	/** Of the path without its last slash; named groups fix variables. */
	path?: RegExp;
	shared: boolean;
	/** Behind a wall as a rule: `jwksJson` may be needed. */
	private?: true;
}

/**
 * The first that fits. Shared issuers of Google's own list are GitHub, GitLab.com and HCP Terraform [seen]; an
 * enterprise's own GitHub issuer has the enterprise's name behind the host [seen: GitHub docs, "Switching to a unique
 * token URL"].
 */
const ROWS: readonly Row[] = [
	{platform: GITHUB, host: /^token\.actions\.githubusercontent\.com$/, path: /^$/, shared: true},
	{platform: GITHUB, host: /^token\.actions\.githubusercontent\.com$/, path: /^\/[^/]+$/, shared: false},
	{platform: GITHUB, host: /^token\.actions\.[^.]+\.ghe\.com$/, shared: false},
	{platform: GITHUB, host: /./, path: /^\/_services\/token$/, shared: false, private: true},
	{platform: GITLAB, host: /^gitlab\.com$/, shared: true},
	{platform: GITLAB, host: /(?:^|[.-])gitlab[.-]/, shared: false, private: true},
	{platform: TERRAFORM, host: /^app\.(?:eu\.)?terraform\.io$/, shared: true},
	{platform: BUILDKITE, host: /^agent\.buildkite\.com$/, shared: true},
	{
		platform: CIRCLECI,
		host: /^oidc\.circleci\.com$/,
		path: /^\/org\/(?<organization>[^/]+)$/,
		shared: false,
	},
	{
		platform: BITBUCKET,
		host: /^api\.bitbucket\.org$/,
		path: /^\/2\.0\/workspaces\/[^/]+\/pipelines-config\/identity\/oidc$/,
		shared: false,
	},
	{
		platform: AZURE,
		host: /^(?:sts\.windows\.net|login\.microsoftonline\.com|login\.microsoft\.com|login\.windows\.net)$/,
		path: /^\/(?:common|organizations|consumers|\{tenantid\})(?:\/v2\.0)?$/,
		shared: true,
	},
	{
		platform: AZURE,
		host: /^(?:sts\.windows\.net|login\.microsoftonline\.(?:com|us)|login\.microsoft\.com|login\.windows\.net)$/,
		path: /^\/(?<tenant>[^/]+)(?:\/v2\.0)?$/,
		shared: false,
	},
	{platform: GOOGLE, host: /^accounts\.google\.com$/, shared: true},
	// Shared by all customers of theirs; what their tokens say is not modelled, so that no condition proves enough.
	{
		platform: OIDC,
		host: /^(?:oidc\.vercel\.com|api\.pulumi\.com|oidc\.codefresh\.io|oidc\.fly\.io)$/,
		path: /^(?:\/oidc)?$/,
		shared: true,
	},
	// Public, each for one tenant.
	{
		platform: OIDC,
		host: /^(?:vstoken\.dev\.azure\.com|oidc\.vercel\.com|oidc\.fly\.io|securetoken\.google\.com)$/,
		shared: false,
	},
	{
		platform: OIDC,
		host: /^(?:oidc\.eks\.[a-z0-9-]+\.amazonaws\.com|cognito-idp\.[a-z0-9-]+\.amazonaws\.com)$/,
		shared: false,
	},
	{
		platform: OIDC,
		host: /(?:\.okta\.com|\.auth0\.com|\.oic\.prod-aks\.azure\.com|^container\.googleapis\.com)$/,
		shared: false,
	},
];

const OTHER: Row = {platform: OIDC, host: /./, shared: false, private: true};

export function oidcIssuer(address: string): Issuer {
	const match = /^https?:\/\/([^/?#]+)([^?#]*)/i.exec(address.trim());
	const host = (match?.[1] ?? address).toLowerCase().replace(/:443$/, '');
	const path = (match?.[2] ?? '').replace(/\/+$/, '');
	const row = ROWS.find(one => one.host.test(host) && (one.path?.test(path) ?? true)) ?? OTHER;
	return {
		platform: row.platform,
		name: row.shared ? host : host + path,
		shared: row.shared,
		public: row.private !== true,
		fixed: {...row.path?.exec(path)?.groups},
	};
}

export function awsIssuer(account: string): Issuer {
	return {platform: AWS, name: `aws/${account}`, shared: false, public: false, fixed: {account}};
}

export function samlIssuer(): Issuer {
	return {platform: SAML, name: 'saml', shared: false, public: false, fixed: {}};
}
