/** Workloads and what they run as, as they are read. */
import type {Asset} from '../../sources/asset.ts';
import {redact} from '../../sources/secrets.ts';
import {compare} from '../coverage.ts';
import {WrongType} from '../fields.ts';
import type {Container} from '../model.ts';
import type {Workload} from '../workload.ts';
import {
	type DraftWorkload,
	projectOfWorkloadName,
	readWorkload,
	readWorkloadFacts,
	resolveWorkloads,
	type WorkloadReading,
	workloadName,
} from '../workloads.ts';
import {contentsOf, type Place, type Reading, sameData} from './reading.ts';

export class WorkloadDrafts {
	readonly #reading: Reading;
	readonly #drafts = new Map<string, DraftWorkload>();

	constructor(reading: Reading) {
		this.#reading = reading;
	}

	take(asset: Asset, {container, stamp}: Place): void {
		const own = projectOfWorkloadName(asset.name);
		this.#reading.joinAncestor(own, asset);
		const at = container ?? own;
		if (at) this.#reading.registry.note(at);
		this.#reading.count('workloads', at, asset.name, asset.assetType);
		const place: Place = {container: at, stamp};
		try {
			const reading = readWorkload(asset);
			// What cannot be read beside its accounts is a problem, and leaves those as they are.
			this.#keep(asset, reading, place, reading && this.#reading.attempt(() => readWorkloadFacts(asset)));
		} catch (error) {
			// It is there and runs as somebody, whatever else is wrong with it.
			if (error instanceof WrongType) this.#keep(asset, {runsAs: [], unknownAccount: true}, place);
			throw error;
		}
	}

	#keep(
		asset: Asset,
		reading: WorkloadReading | undefined,
		{container, stamp}: Place,
		facts?: DraftWorkload['facts'],
	): void {
		const {assetType} = asset;
		const name = workloadName(asset.name);
		const runsAs = reading?.runsAs.map(redact) ?? [];
		const draft: DraftWorkload = {
			name,
			assetType,
			container,
			time: stamp,
			idle: !reading,
			...reading,
			runsAs,
			...(facts && {facts}),
		};
		const known = this.#drafts.get(name);
		if (known && known.assetType !== assetType) {
			// The functions API of both generations lists those of the first again, under the same name: it says more.
			if (compare(known.assetType, assetType) > 0) return;
		} else if (known) {
			const contents = contentsOf(known, draft);
			if (!this.#reading.isNewer(stamp, known.time, name, sameData(known, draft), contents)) return;
		}
		this.#drafts.set(name, draft);
	}

	finish(find: (key: string) => Container | undefined, emailOf: (id: string) => string | undefined): Workload[] {
		return resolveWorkloads(this.#drafts.values(), find, emailOf);
	}
}
