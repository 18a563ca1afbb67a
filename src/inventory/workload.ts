/** Workloads: resources that run code, or call others, as a service account. */
import type {Container} from './model.ts';

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
}
