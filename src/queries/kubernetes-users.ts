/** Kubernetes accounts that may become a service account by a binding on it. Facts: iam-semantics section 2, GKE identities. */
import type {ServiceAccount} from '../inventory/model.ts';
import {parseMember} from '../inventory/principals.ts';
import type {BindingRef} from '../remediation/change.ts';
import type {World} from '../world.ts';

export interface KubernetesUser {
	/** `NAMESPACE/NAME`. */
	name: string;
	/** Key of the project whose clusters it lives in, as the member writes it. */
	project: string;
	/** The binding that lets it. */
	ref: BindingRef;
}

const LEGACY = /^([a-z0-9:.-]+)\.svc\.id\.goog\[([^/\]]+)\/([^\]]+)\]$/;
const SUBJECT = /\/workloadIdentityPools\/([^/]+)\.svc\.id\.goog\/subject\/ns\/([^/]+)\/sa\/([^/]+)$/;

/** The project, namespace and name of a member that is one Kubernetes account. */
export function kubernetesAccount(member: string): {project: string; name: string} | undefined {
	const {kind, value} = parseMember(member);
	const match = kind === 'serviceAccount' ? LEGACY.exec(value) : kind === 'principal' ? SUBJECT.exec(value) : null;
	return match ? {project: `projects/${match[1]!}`, name: `${match[2]!}/${match[3]!}`} : undefined;
}

/** In the order of the account's own policy. */
export function kubernetesUsers(world: World, account: ServiceAccount): KubernetesUser[] {
	const policy = world.inventory.policies.get(account.name);
	return (policy?.bindings ?? []).flatMap(({resource, role, condition, members}) => {
		if (!world.classes.of(role).watched.has('iam.serviceAccounts.getAccessToken')) return [];
		return members.flatMap(({member}) => {
			const found = kubernetesAccount(member);
			return found ? [{...found, ref: {resource: resource.name, role, member, ...(condition && {condition})}}] : [];
		});
	});
}
