/** Workloads: resources that run code as a service account. */
import type {Container} from './model.ts';

export interface Workload {
	/** Canonical full resource name. */
	name: string;
	assetType: string;
	project: Container | undefined;
	/** E-mails of the accounts it runs as (lower-case), first the main one; defaults already resolved where the fact is known. */
	runsAs: string[];
}
