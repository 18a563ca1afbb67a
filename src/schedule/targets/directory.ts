/** Another directory, on another disk perhaps: a ledger of its own, which `verify` takes. */
import {cp, readFile, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {ifMissing, openFolder, syncFile, syncFolder, writeDurably} from '../durable.ts';
import {HEAD, LEDGER} from '../ledger.ts';
import type {Target} from './target.ts';

export function directoryTarget(name: string, place: string): Target {
	return {
		name,
		async putRun(run, folder, files) {
			await openFolder(place, 'The target');
			const copy = join(place, `.${run}`);
			await rm(copy, {recursive: true, force: true});
			await cp(join(folder, run), copy, {recursive: true});
			for (const file of files) await syncFile(copy, file);
			// Of an earlier try that was broken off between here and the end.
			await rm(join(place, run), {recursive: true, force: true});
			await rename(copy, join(place, run));
			await syncFolder(place);
		},
		async putLine() {},
		async finish(folder) {
			await openFolder(place, 'The target');
			const head = await readFile(join(folder, HEAD), 'utf8');
			await writeDurably(join(place, LEDGER), await readFile(join(folder, LEDGER), 'utf8').catch(ifMissing('')));
			await writeDurably(join(place, HEAD), head);
		},
	};
}
