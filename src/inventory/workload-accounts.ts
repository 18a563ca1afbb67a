/** Accounts as resources write them, and the defaults that Google puts where they write none. */
import type {Container} from './model.ts';
import {parseAccountName} from './names.ts';

/**
 * Defaults, to be filled in with the project's number or id. The capitals keep them apart from what an asset may
 * say: that is in lower case. Facts: iam-semantics, sections 4 and 7; escalations.json `cloudfunctions-create`,
 * `vertex-custom-job-agent`, `vertex-agent-engine`. [seen]
 */
export const COMPUTE_DEFAULT = 'PROJECT_NUMBER-compute@developer.gserviceaccount.com';
export const APP_ENGINE_DEFAULT = 'PROJECT_ID@appspot.gserviceaccount.com';
export const VERTEX_CUSTOM_CODE = 'service-PROJECT_NUMBER@gcp-sa-aiplatform-cc.iam.gserviceaccount.com';
export const VERTEX_REASONING_ENGINE = 'service-PROJECT_NUMBER@gcp-sa-aiplatform-re.iam.gserviceaccount.com';
/** Facts: Vertex AI v1 reference, `NotebookRuntime.serviceAccount`: no longer used, the agent is. [seen] */
export const VERTEX_NOTEBOOK = 'service-PROJECT_NUMBER@gcp-sa-aiplatform-vm.iam.gserviceaccount.com';

export type AccountDefault =
	| typeof COMPUTE_DEFAULT
	| typeof APP_ENGINE_DEFAULT
	| typeof VERTEX_CUSTOM_CODE
	| typeof VERTEX_REASONING_ENGINE
	| typeof VERTEX_NOTEBOOK;

/**
 * E-mail or unique id of an account as a resource names it: an e-mail, `projects/P/serviceAccounts/X`, the same with
 * `-` for the project or as a full name, or Compute Engine's short name `default`.
 */
export function reference(written: string): string {
	const account = (parseAccountName(written)?.account ?? written).toLowerCase();
	return account === 'default' ? COMPUTE_DEFAULT : account;
}

/**
 * E-mail behind a reference.
 * @param emailOf e-mail of a unique id, if it was read
 * @returns undefined if the project's number or id, or the unique id, is not known
 */
export function emailBehind(
	account: string,
	project: Container | undefined,
	emailOf: (uniqueId: string) => string | undefined,
): string | undefined {
	if (account.includes('PROJECT_NUMBER')) return project?.number && account.replace('PROJECT_NUMBER', project.number);
	if (account.includes('PROJECT_ID')) {
		const id = project?.key.slice('projects/'.length);
		return id === undefined || /^\d+$/.test(id) ? undefined : account.replace('PROJECT_ID', domainLast(id));
	}
	return account.includes('@') ? account : emailOf(account);
}

/** `example.com:app` gives `app.example.com`. [recalled] */
function domainLast(projectId: string): string {
	const colon = projectId.indexOf(':');
	return colon < 0 ? projectId : `${projectId.slice(colon + 1)}.${projectId.slice(0, colon)}`;
}
