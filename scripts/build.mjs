/**
 * Builds `dist/`: a tiny entry that any Node can parse, and lazy chunks behind it. Plain JavaScript,
 * because `prepare` may run before the Node that strips types is first on PATH.
 *
 * Runtime dependencies stay external: npm installs them, their licences travel with them, and a security
 * fix in one of them reaches users without a release of ours. All files lie flat in `dist/`, since code
 * finds `data/` as `../data/` from `src/` and from `dist/` alike.
 *
 * The browser's part of the HTML report is the exception: a page is one file, so what it needs is bundled into
 * `html-client.js` and `html-client.css`, and NOTICE carries the licences.
 */
import {chmod, mkdtemp, readFile, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {build} from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Builds beside `dist/` and swaps, so that nobody ever runs half a build.
 * @param {{quiet?: boolean}} [options] quiet: errors are only thrown, not printed too
 */
export async function buildPackage({quiet = false} = {}) {
	const fresh = await mkdtemp(join(root, 'dist-'));
	const old = `${fresh}-old`;
	const dist = join(root, 'dist');
	try {
		await build({
			absWorkingDir: root,
			// What a thread begins with is a file of its own.
			entryPoints: {cli: 'src/cli.ts', 'log-worker': 'src/sources/logs/log-worker.ts'},
			outdir: fresh,
			bundle: true,
			splitting: true,
			packages: 'external',
			format: 'esm',
			platform: 'node',
			target: 'node22',
			charset: 'utf8',
			chunkNames: '[name]-[hash]',
			logLevel: quiet ? 'silent' : 'warning',
		});
		await build({
			absWorkingDir: root,
			entryPoints: {'html-client': 'reports/html/client/main.ts'},
			outdir: fresh,
			bundle: true,
			minify: true,
			format: 'iife',
			platform: 'browser',
			target: ['chrome123', 'firefox120', 'safari17.5'],
			// ASCII: neither the encoding of a page nor a check for invisible characters can go wrong over it.
			charset: 'ascii',
			// A page is passed on without the package: the licences of what is in it go along.
			banner: {js: `/*\n${await bundledLicences()}*/`},
			legalComments: 'none',
			logLevel: quiet ? 'silent' : 'warning',
		});
		await chmod(join(fresh, 'cli.js'), 0o755);
		await chmod(fresh, 0o755);
		// Two renames: whoever reads `dist/` meanwhile finds the one build or the other.
		await rename(dist, old).catch(missing);
		await rename(fresh, dist);
	} finally {
		for (const folder of [fresh, old]) await rm(folder, {recursive: true, force: true});
	}
}

function missing(error) {
	if (error.code !== 'ENOENT') throw error;
}

/** What NOTICE says of the code in the page. */
async function bundledLicences() {
	const notice = await readFile(join(root, 'NOTICE'), 'utf8');
	const [section] = /^dist\/html-client\.js[^]*?\n(?=\S)/m.exec(notice) ?? [];
	if (section === undefined) throw new Error('NOTICE says nothing of dist/html-client.js');
	return section;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await buildPackage();
