/**
 * Compliance frameworks: one data file each in `data/compliance`, with the controls that the checks can say something
 * about. The files alone decide which check stands under which control, so a framework is added without code. Their
 * shape is `schema/compliance.schema.json`.
 */
import {listDataFiles, readDataFile} from './data-file.ts';

export interface Control {
	/** As the framework numbers it. */
	number: string;
	title: string;
	/** What it demands, in our words: the reason why these checks stand under it. */
	says: string;
	/** Ids of checks whose findings go against it. */
	checks: readonly string[];
	/** What of it no check looks at. */
	note?: string;
}

export interface Framework {
	/** In upper case; its file is named so in lower case. */
	id: string;
	title: string;
	/** Which part of the framework is in the file. */
	covers: string;
	url: string;
	controls: readonly Control[];
}

export interface ControlRef {
	/** As findings name it: `FRAMEWORK:NUMBER`. */
	id: string;
	framework: string;
	number: string;
	title: string;
}

let loaded: {frameworks: readonly Framework[]; byCheck: ReadonlyMap<string, readonly ControlRef[]>} | undefined;

/** All frameworks that the package has, by id. Read once. */
export function frameworks(): readonly Framework[] {
	return load().frameworks;
}

/** The controls that a check stands under, by framework and in its order. */
export function controlsOf(check: string): readonly ControlRef[] {
	return load().byCheck.get(check) ?? [];
}

/** Their ids, sorted, for findings. */
export function complianceOf(check: string): string[] {
	return controlsOf(check)
		.map(({id}) => id)
		.toSorted();
}

function load() {
	if (loaded) return loaded;
	const found = listDataFiles('compliance', '.json').map(
		name => JSON.parse(readDataFile(name).toString('utf8')) as Framework,
	);
	const byCheck = new Map<string, ControlRef[]>();
	for (const {id, title: framework, controls} of found) {
		for (const {number, title, checks} of controls) {
			const reference = {id: `${id}:${number}`, framework, number, title};
			for (const check of checks) byCheck.set(check, [...(byCheck.get(check) ?? []), reference]);
		}
	}
	return (loaded = {frameworks: found, byCheck});
}
