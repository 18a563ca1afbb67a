/**
 * Assets: the one shape in which every source hands over what it read. It is Cloud Asset Inventory's
 * JSON with camelCase wrapper keys; exports, live collectors, logs and the demo all yield it.
 * Facts: Cloud Asset Inventory `Asset` message (REST and NDJSON exports). [seen]
 */

/** JSON as it came; nothing about it is trusted yet. */
export type Json = Record<string, unknown>;

/** One asset line with its wrapper keys in camelCase. The values are untouched and unverified. */
export interface Asset {
	name: string;
	assetType: string;
	updateTime?: string;
	/** Search results and feeds have it beside `updateTime`; resource exports do not. [recalled] */
	createTime?: string;
	/** Nearest first, as Asset Inventory gives them: `["projects/1", "folders/2", "organizations/3"]`. */
	ancestors?: string[];
	resource?: {data?: Json; parent?: string; location?: string};
	iamPolicy?: Json;
	orgPolicy?: Json[];
}

/** Where an asset or a problem stands in the input. `line` counts from 1. */
export interface Location {
	file: string;
	line?: number;
}

/** Something in the input that could not be read. What else the file holds is still used. */
export interface Problem extends Location {
	message: string;
	/** `broken`: malformed input; `unsafe`: left out on purpose (oversized line). */
	kind: 'broken' | 'unsafe';
}

/** Receives what a source reads, in order. Synchronous: a promise per line would dominate the run. */
export interface AssetSink {
	asset(asset: Asset, at: Location): void;
	problem(problem: Problem): void;
}
