/** What a workload's asset says beside the account it runs as: scopes, metadata, pools, triggers, code, when it stopped. */
import type {Json} from '../sources/asset.ts';
import {readCluster, readPool} from './cluster-facts.ts';
import {codeOfMachine, readCode} from './code-sources.ts';
import {object, time} from './fields.ts';
import {readMachine, stoppedAt} from './machine-facts.ts';
import {readTrigger} from './trigger-facts.ts';
import type {WorkloadFacts} from './workload.ts';

/** @throws WrongType if a field that is looked at has another type */
export function readFacts(assetType: string, data: Json): WorkloadFacts | undefined {
	switch (assetType) {
		case 'compute.googleapis.com/Instance':
			return machineFacts(data, stoppedAt(data));
		case 'compute.googleapis.com/InstanceTemplate':
			return machineFacts(object(data, 'properties') ?? {}, undefined);
		case 'container.googleapis.com/Cluster':
			return {cluster: readCluster(data)};
		case 'container.googleapis.com/NodePool':
			return {cluster: {pools: [readPool(data)]}};
		default:
			return otherFacts(assetType, data);
	}
}

function machineFacts(data: Json, stopped: number | undefined): WorkloadFacts {
	const machine = readMachine(data);
	const code = codeOfMachine(machine.metadata);
	// Addresses may be signed, which makes them secrets; of what they name, the bucket is enough.
	machine.metadata.scripts = [];
	return {machine, ...(code.length > 0 && {code}), ...(stopped !== undefined && {stopped})};
}

function otherFacts(assetType: string, data: Json): WorkloadFacts | undefined {
	const code = readCode(assetType, data);
	const stopped = endOf(data);
	const trigger = assetType === 'cloudbuild.googleapis.com/BuildTrigger' ? readTrigger(data) : undefined;
	if (code.length === 0 && stopped === undefined && !trigger) return undefined;
	return {...(trigger && {trigger}), ...(code.length > 0 && {code}), ...(stopped !== undefined && {stopped})};
}

/** When a job ended; Dataflow tells when it came to its present state, whatever that is. */
function endOf(data: Json): number | undefined {
	for (const field of ['endTime', 'finishTime', 'completionTime', 'currentStateTime', 'stateTime']) {
		const at = typeof data[field] === 'string' ? time(data, field) : undefined;
		if (at !== undefined) return at;
	}
	return undefined;
}
