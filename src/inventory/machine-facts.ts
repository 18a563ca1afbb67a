/** What an instance or instance template says beside its account. Facts: compute v1 `Instance`, `InstanceProperties`. [seen] */
import type {Json} from '../sources/asset.ts';
import {list, object, text, time} from './fields.ts';
import {type MachineMetadata, readMetadata} from './machine-metadata.ts';
import {objectsAt, textsAt} from './workload-paths.ts';

export interface MachineFacts {
	metadata: MachineMetadata;
	/** OAuth scopes of its account. */
	scopes: string[];
	/** Numeric id, by which the policies of IAP tunnels name it. */
	id?: string;
	/** Labels, by which VM Manager picks machines. */
	labels: Record<string, string>;
	/** It runs Windows, which knows no OS Login. */
	windows?: true;
	/** Not running: TERMINATED, STOPPED or SUSPENDED. */
	stopped?: true;
}

const NOT_RUNNING: ReadonlySet<string> = new Set(['TERMINATED', 'STOPPED', 'SUSPENDED']);

/** @throws WrongType if a field has another type */
export function readMachine(data: Json): MachineFacts {
	const facts: MachineFacts = {
		metadata: readMetadata(object(data, 'metadata') ?? {}),
		scopes: objectsAt(data, 'serviceAccounts[]').flatMap(account => list(account, 'scopes').filter(isText)),
		labels: Object.fromEntries(Object.entries(object(data, 'labels') ?? {}).filter(isLabel)),
	};
	const id = text(data, 'id');
	if (id !== undefined) facts.id = id;
	const licenses = objectsAt(data, 'disks[]').flatMap(disk => list(disk, 'licenses').filter(isText));
	const features = textsAt(data, 'disks[].guestOsFeatures[].type');
	if (features.includes('WINDOWS') || licenses.some(license => license.includes('/windows'))) facts.windows = true;
	if (NOT_RUNNING.has(text(data, 'status') ?? '')) facts.stopped = true;
	return facts;
}

/** Epoch ms at which a machine stopped, if it does not run. */
export function stoppedAt(data: Json): number | undefined {
	if (!NOT_RUNNING.has(text(data, 'status') ?? '')) return undefined;
	return time(data, 'lastStopTimestamp') ?? time(data, 'lastSuspendedTimestamp');
}

const isLabel = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === 'string';
const isText = (value: unknown): value is string => typeof value === 'string';
