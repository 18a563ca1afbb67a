/** Data files that ship beside the code, found from `src/` in a checkout and from `dist/` in the package. */
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

/**
 * Reads one file of the package's `data/` folder.
 * @param name path inside `data/`, such as `demo.ndjson`; never from outside the program
 * @throws Error with the path if the file is not there: a broken installation, nothing a user typed
 */
export function readDataFile(name: string): Buffer {
	const path = join(packageFolder(dirname(fileURLToPath(import.meta.url))), 'data', name);
	try {
		return readFileSync(path);
	} catch (error) {
		throw new Error(`The data file ${path} of sa-audit cannot be read; reinstall the package`, {cause: error});
	}
}

/**
 * Names of the files in one folder of the package's `data/`, sorted.
 * @param folder its name inside `data/`
 * @param extension with the dot
 */
export function listDataFiles(folder: string, extension: string): string[] {
	const path = join(packageFolder(dirname(fileURLToPath(import.meta.url))), 'data', folder);
	try {
		const names = readdirSync(path).filter(name => name.endsWith(extension));
		return names.toSorted().map(name => `${folder}/${name}`);
	} catch (error) {
		throw new Error(`The data folder ${path} of sa-audit cannot be read; reinstall the package`, {cause: error});
	}
}

/**
 * Reads one file that the build made, as text.
 * @param name file name inside `dist/`
 * @throws Error with what to do: a checkout that was not built, or a broken installation
 */
export function readBuiltFile(name: string): string {
	const path = join(packageFolder(dirname(fileURLToPath(import.meta.url))), 'dist', name);
	try {
		return readFileSync(path, 'utf8');
	} catch (error) {
		throw new Error(`The built file ${path} of sa-audit cannot be read; run npm ci`, {cause: error});
	}
}

/** The nearest folder with a package.json. Walking up is what makes bundling into chunks of any depth harmless. */
function packageFolder(from: string): string {
	for (let folder = from; ; folder = dirname(folder)) {
		if (existsSync(join(folder, 'package.json'))) return folder;
		if (dirname(folder) === folder) throw new Error(`No package.json above ${from}: sa-audit is not installed whole`);
	}
}
