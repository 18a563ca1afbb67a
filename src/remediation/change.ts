/**
 * Changes as operations: what a fix does, once, in data. `render.ts` turns them into gcloud,
 * Terraform, undo and verify; the tests apply them to an inventory and look whether the finding is gone.
 */
import type {WorkloadChange} from './workload-change.ts';

import type {ProviderChange} from './provider-change.ts';

/** Where and what a binding is; `resource` is a canonical full resource name. */
export interface BindingRef {
	resource: string;
	role: string;
	member: string;
	/** The condition with its own title, since gcloud and Terraform identify a binding by all of it. */
	condition?: {title?: string; description?: string; expression: string};
}

export type Change =
	| ProviderChange
	| WorkloadChange
	| ({op: 'remove-binding'} & BindingRef)
	| ({op: 'add-binding'} & BindingRef)
	/** `group` and `member` in member syntax; `roles` that the member has beside plain membership. */
	| {op: 'remove-group-member'; group: string; member: string; roles?: readonly ('OWNER' | 'MANAGER')[]}
	/** Who may join without being asked in: only those whom a member invites from here on. `group` in member syntax. */
	| {op: 'close-group'; group: string}
	/** `client`: the id of an API client of Google Workspace. */
	| {op: 'remove-delegation'; client: string}
	/** `resource` is the key's canonical name. */
	| {op: 'disable-key' | 'delete-key'; resource: string}
	/** `resource` is the account's canonical name. */
	| {op: 'disable-account' | 'delete-account'; resource: string}
	/** `resource` is a container's canonical name; `constraint` without the `constraints/` prefix. */
	| {op: 'enforce-constraint'; resource: string; constraint: string};
