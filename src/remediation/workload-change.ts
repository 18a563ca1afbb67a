/** Operations on workloads, their settings, and on where logs are kept: the part of `change.ts` that is no policy. */
import type {TriggerKind} from '../inventory/trigger-facts.ts';

/** `was` in all of them: what stood there, for the way back; absent: nothing. Resources are canonical full names. */
export type WorkloadChange =
	/** Of an instance, a managed group (for the machines to come) or a project's common metadata. */
	| {op: 'set-metadata'; resource: string; key: string; value: string; was?: string}
	/** Of an instance or of a project's common metadata; the value is never told. */
	| {op: 'remove-metadata'; resource: string; key: string}
	/** Pods of a node pool see their own identity instead of the machine's. */
	| {op: 'conceal-metadata'; resource: string; was?: 'GCE_METADATA' | 'SECURE'}
	/** A cluster gets Workload Identity. */
	| {op: 'set-workload-pool'; resource: string; pool: string}
	/** `trigger`: its name or id in the command. */
	| {op: 'set-comment-control'; resource: string; trigger: string; kind?: TriggerKind; value: string; was: string}
	| {op: 'require-approval'; resource: string; trigger: string; kind?: TriggerKind}
	/** `resource` is the account's canonical name. */
	| {op: 'create-account'; resource: string; displayName: string; description: string}
	/** Another account (an e-mail) for a workload, with the scope cloud-platform where there are scopes. */
	| {
			op: 'attach-account';
			resource: string;
			assetType: string;
			account: string;
			was: string;
			wasScopes?: readonly string[];
	  }
	| {op: 'set-log-retention'; resource: string; days: number; was?: number}
	/** For good. */
	| {op: 'lock-log-bucket'; resource: string}
	| {op: 'set-bucket-retention'; resource: string; days: number; wasSeconds?: number}
	/** For good. */
	| {op: 'lock-bucket-retention'; resource: string}
	| {op: 'remove-exclusion'; resource: string; name: string; filter: string};
