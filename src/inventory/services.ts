/**
 * Enabled APIs, of which few matter: those that bring a default account to each project. Facts: Asset Inventory lists
 * them as `serviceusage.googleapis.com/Service`, named `projects/NUMBER/services/API` [recalled].
 */
export const SERVICE = 'serviceusage.googleapis.com/Service';

/** APIs that make a default account when they are enabled. [seen] */
export const DEFAULT_ACCOUNT_APIS = ['compute.googleapis.com', 'appengine.googleapis.com'] as const;
export type DefaultAccountApi = (typeof DEFAULT_ACCOUNT_APIS)[number];

/** Which of them a service's asset is about. */
export function defaultAccountApi(name: string): DefaultAccountApi | undefined {
	return DEFAULT_ACCOUNT_APIS.find(api => name.endsWith(`/services/${api}`));
}
