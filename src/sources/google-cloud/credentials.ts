/**
 * Application Default Credentials in every form that google-auth-library takes, once for all clients: one token,
 * whatever the transport. Signing in goes to the hosts that the credentials name; only the IAM Credentials API, which
 * `--impersonate-service-account` asks, follows `--api-endpoint` like every other API.
 */
import type {AuthClient, OAuth2Client} from 'google-auth-library';
import {UnreadableError} from '../../errors.ts';
import {type Endpoint, rootUrl} from './endpoint.ts';

/** The APIs that are read take no narrower scope in common; what may be done is for IAM to say. */
const SCOPES = ['https://www.googleapis.com/auth/cloud-platform'];

export interface CredentialOptions {
	/** E-mail of the account to act as. */
	impersonate?: string;
	/** Project that pays, for quotas too. */
	quotaProject?: string;
	endpoint?: Endpoint;
}

export interface Credentials {
	/** For each call; asks for a token only when there is none or it is about to expire. */
	headers(): Promise<Record<string, string>>;
	/** The client itself, for APIs that have no other. */
	client: AuthClient;
	quotaProject: string | undefined;
	/** Who signs in, in member syntax, where the credentials tell. */
	member: string | undefined;
	/** Something that the user should hear about how he signs in. */
	remark: string | undefined;
}

/** @throws UnreadableError there are none, or they are refused */
export async function signIn(options: CredentialOptions): Promise<Credentials> {
	const {GoogleAuth, JWT, OAuth2Client} = await import('google-auth-library');
	let client: AuthClient;
	try {
		// Stated, or it would ask Google's own host for the project of the credentials, which nobody needs here.
		client = await new GoogleAuth({scopes: SCOPES, projectId: 'unused'}).getClient();
	} catch (error) {
		throw noCredentials(error);
	}
	const quotaProject = options.quotaProject ?? client.quotaProjectId;
	const remark =
		client instanceof JWT
			? 'Signed in with a service account key file. It works, but a key is what this tool would have you get rid of: ' +
				'workload identity federation, an attached account or --impersonate-service-account need none.'
			: undefined;
	// Signs its own tokens: no token host is asked.
	if (client instanceof JWT) client.useJWTAccessWithScope = true;
	if (options.impersonate !== undefined) {
		client = impersonated(
			client,
			options.impersonate,
			rootUrl('iamcredentials.googleapis.com', options.endpoint),
			OAuth2Client,
		);
	}
	const member = memberOf(client, options.impersonate);
	if (quotaProject !== undefined) client.quotaProjectId = quotaProject;

	const headers = async (): Promise<Record<string, string>> => {
		let found: Headers;
		try {
			found = await client.getRequestHeaders();
		} catch (error) {
			throw refused(error, options.impersonate);
		}
		const result = Object.fromEntries(found);
		if (quotaProject !== undefined) result['x-goog-user-project'] = quotaProject;
		return result;
	};
	return {headers, client, quotaProject, member, remark};
}

/** Users and federated identities are not named in their credentials. */
function memberOf(client: AuthClient, impersonated: string | undefined): string | undefined {
	if (impersonated !== undefined) return `serviceAccount:${impersonated}`;
	const {email, getServiceAccountEmail} = client as {email?: unknown; getServiceAccountEmail?: () => string | null};
	const found = typeof email === 'string' ? email : getServiceAccountEmail?.call(client);
	return typeof found === 'string' && found !== '' ? `serviceAccount:${found}` : undefined;
}

/** Mints tokens of another account, as the credentials' own principal. @param root of the IAM Credentials API */
function impersonated(source: AuthClient, email: string, root: string, Client: typeof OAuth2Client): OAuth2Client {
	const client = new Client();
	client.refreshHandler = async () => {
		const {data} = await source.request<{accessToken: string; expireTime: string}>({
			url: `${root}v1/projects/-/serviceAccounts/${encodeURIComponent(email)}:generateAccessToken`,
			method: 'POST',
			data: {scope: SCOPES, lifetime: '3600s'},
			retry: false,
		});
		return {access_token: data.accessToken, expiry_date: Date.parse(data.expireTime)};
	};
	return client;
}

function noCredentials(error: unknown): UnreadableError {
	const said = error instanceof Error ? error.message : String(error);
	const none = /Could not load the default credentials/.test(said);
	return new UnreadableError(
		none
			? 'There are no credentials for Google Cloud (Application Default Credentials).'
			: `The credentials for Google Cloud cannot be used: ${said}`,
		'Sign in with gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS to a credential file.',
		{cause: error},
	);
}

function refused(error: unknown, impersonated: string | undefined): UnreadableError {
	if (error instanceof UnreadableError) return error;
	const said = error instanceof Error ? error.message : String(error);
	if (impersonated !== undefined && !/sign|invalid_grant/.test(said)) {
		return new UnreadableError(
			`Google Cloud gave no token for ${impersonated}: ${said}`,
			`You need iam.serviceAccounts.getAccessToken on it (roles/iam.serviceAccountTokenCreator).`,
			{cause: error},
		);
	}
	return new UnreadableError(
		`Google Cloud gave no token for the credentials: ${said}`,
		'Sign in again with gcloud auth application-default login, or check the file that GOOGLE_APPLICATION_CREDENTIALS names.',
		{cause: error},
	);
}
