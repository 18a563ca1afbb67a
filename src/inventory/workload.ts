/** Workloads: resources that run code, or call others, as a service account. */
import type {ClusterFacts} from './cluster-facts.ts';
import type {CodeSource} from './code-sources.ts';
import type {MachineFacts} from './machine-facts.ts';
import type {Container} from './model.ts';
import type {TriggerFacts} from './trigger-facts.ts';

/** What a workload's body says beside its account; each part only where its type has it. */
export interface WorkloadFacts {
	machine?: MachineFacts;
	cluster?: ClusterFacts;
	trigger?: TriggerFacts;
	/** Where its code comes from, without what IAM does not protect (GitHub) or nobody can replace (a digest). */
	code?: CodeSource[];
	/** Epoch ms at which it stopped, or its job ended; absent: it runs, or nobody says since when it does not. */
	stopped?: number;
}

export interface Workload {
	/** Canonical full resource name. */
	name: string;
	assetType: string;
	project: Container | undefined;
	/** E-mails of the accounts it runs as (lower-case), first the main one; defaults already resolved where the fact is known. */
	runsAs: string[];
	/** An account of it could not be told; without this an empty `runsAs` means that it runs as nobody. */
	unknownAccount?: true;
	/** A job that has ended: nothing of it runs any more, or will. */
	finished?: true;
	facts?: WorkloadFacts;
}
