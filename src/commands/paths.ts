/** `paths`: chains of becoming, with reasons. */
import {checks as catalogue} from '../../checks/index.ts';
import {decideColor} from '../color.ts';
import {type Config, loadConfig} from '../config.ts';
import {UsageError} from '../errors.ts';
import type {Inventory} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Io} from '../io.ts';
import {dotText} from '../graph-export/dot.ts';
import {PATH_FORMATS, type PathFormat} from '../formats.ts';
import type {Steps} from '../graph-export/hops.ts';
import {directHops} from '../graph-export/direct.ts';
import {openGraphText} from '../graph-export/opengraph.ts';
import {explainNot} from '../queries/explain-not.ts';
import {
	byLength,
	type End,
	endName,
	endsOf,
	type PathFilter,
	pathsBetween,
	pathsFrom,
	sources,
} from '../queries/paths.ts';
import {CATALOGUE} from '../graph/catalogue/index.ts';
import {DIRECT} from '../graph/escalations.ts';
import {CONFIDENCE} from '../graph/rights.ts';
import {didYouMean} from '../nearest.ts';
import {openOutput, type Output} from '../output.ts';
import {prepareWorld, type PrepareOptions} from '../prepare.ts';
import type {Path} from '../report.ts';
import {roleData} from '../role-data.ts';
import {resolvePrincipal, resolveResource} from '../resolve.ts';
import {safeJson, safeLine} from '../text.ts';
import type {World} from '../world.ts';
import {explanationLines} from './explanation-text.ts';
import {pathLines} from './path-text.ts';
import type {PathsFlags} from './flags.ts';
import {readInventory} from './read.ts';

/** All escalations count, limited ones too. */
const LIMITED = (1 << DIRECT.length) - 1;
const COLUMNS = 100;

/** @returns the exit code */
export async function runPaths(flags: PathsFlags, io: Io): Promise<number> {
	if (!flags.all && flags.from === undefined && flags.to === undefined) {
		throw new UsageError('paths needs an end.', 'Give --from PRINCIPAL, --to TARGET, both, or --all for every pair.');
	}
	if (flags.escalation !== undefined) checkEscalation(flags.escalation);
	const {format: asked, ...shared} = flags;
	const targets = PATH_FORMATS.targets(asked, flags.output);
	if (flags.explainNot) {
		for (const {format} of targets) checkExplainNot(flags, format);
	}
	const {config} = await loadConfig({file: flags.config}, catalogue);
	const outputs: Output[] = [];
	try {
		for (const target of targets) outputs.push(await openOutput(target.file, io));
		const {inventory} = await readInventory(shared, io);
		const from = flags.from === undefined ? undefined : resolvePrincipal(inventory, flags.from);
		const to = flags.to === undefined ? undefined : endOf(inventory, flags.to);
		const options = {
			wanted: flags.includeLimited ? LIMITED : undefined,
			includeBlocked: flags.includeBlocked,
			predefined: roleData(io.env).data,
		};
		const world = await prepareWorld(inventory, config, options);
		const query: Query = {world, from, to, limit: flags.limit, filter: flags};
		const texts = flags.explainNot ? await explanations(query, config, options) : paths(query);
		for (const [index, {format}] of targets.entries()) {
			const output = outputs[index]!;
			const color = decideColor(flags.color, io.env, output.terminal?.isTTY ?? false);
			await output.write(texts(format, {color, columns: output.terminal?.columns ?? COLUMNS}));
		}
		return 0;
	} finally {
		for (const output of outputs) await output.discard();
	}
}

/** @throws UsageError if the catalogue has no such way */
function checkEscalation(id: string): void {
	const ids = CATALOGUE.map(entry => entry.id);
	if (ids.includes(id)) return;
	throw new UsageError(
		`--escalation: there is no escalation "${safeLine(id)}"${didYouMean(id, ids)}.`,
		'The package lists them all in data/escalations.json.',
	);
}

/** @throws UsageError unless there are two ends, and something to say it in */
function checkExplainNot(flags: PathsFlags, format: PathFormat): void {
	if (flags.all || flags.from === undefined || flags.to === undefined) {
		throw new UsageError('--explain-not needs both ends.', 'Give --from PRINCIPAL and --to TARGET.');
	}
	if (format !== 'table' && format !== 'json') {
		const near = format === 'ndjson' ? 'json' : 'table';
		throw new UsageError(
			`--explain-not cannot be written as ${format}; the nearest format is ${near}.`,
			'It can be table, json.',
		);
	}
}

/** A target: an account in any spelling, a container, or a group that may be taken over. */
function endOf(inventory: Inventory, text: string): End {
	if (text.startsWith('group:')) {
		const principal = resolvePrincipal(inventory, text);
		if (inventory.groups.has(principal.value)) return {principal};
		const names = [...inventory.groups.values()].map(group => group.principal.member);
		throw new UsageError(
			`${safeLine(text)} was not read${didYouMean(text, names)}.`,
			'Add the group and its members as a cloudidentity.googleapis.com/Group asset.',
		);
	}
	const target = resolveResource(inventory, text);
	if (target.account) return {account: target.account};
	if (target.container?.name === target.name) return {container: target.container};
	throw new UsageError(
		`${safeLine(text)} is nothing that a path can end at.`,
		'Give a service account, project, folder, organization or group.',
	);
}

interface Query {
	world: World;
	from: Principal | undefined;
	to: End | undefined;
	limit: number;
	filter: PathFilter;
}

type Page = {color: boolean; columns: number};
type Texts = (format: PathFormat, page: Page) => Iterable<string>;

/** The paths in each format; what must not follow the number of paths in memory streams. */
function paths(query: Query): Texts {
	const {world, from, to, filter} = query;
	return (format, page) => {
		if (format === 'ndjson') return pairLines(query);
		if (!from && !to && (format === 'dot' || format === 'opengraph'))
			return drawn(format, directHops(world, filter), false);
		const {paths: found, truncated} = find(query);
		if (format === 'json') return jsonText(found, truncated);
		return format === 'table' ? pathLines(found, truncated, page) : drawn(format, found, truncated);
	};
}

function drawn(format: 'dot' | 'opengraph', found: Iterable<Steps>, truncated: boolean): Iterable<string> {
	return format === 'dot' ? dotText(found, {truncated}) : openGraphText(found);
}

/** Why there is no path; the wider worlds are compiled only if there is none. */
async function explanations({world, from, to, filter}: Query, config: Config, options: PrepareOptions): Promise<Texts> {
	let explanation = explainNot(world, from!, to!, filter);
	if (!explanation.exists) {
		const wider = (more: PrepareOptions): Promise<World> =>
			prepareWorld(world.inventory, config, {...options, ...more});
		explanation = explainNot(world, from!, to!, filter, {
			...(!options.includeBlocked && {blocked: await wider({includeBlocked: true})}),
			...(options.wanted === undefined && {limited: await wider({wanted: LIMITED})}),
		});
	}
	return (format, page) => (format === 'json' ? [`${safeJson(explanation)}\n`] : explanationLines(explanation, page));
}

function find({world, from, to, limit, filter}: Query): {paths: Path[]; truncated: boolean} {
	if (from && to) return pathsBetween(world, from, to, limit, filter);
	if (from) return {paths: pathsFrom(world, from, filter), truncated: false};
	const found: Path[] = [];
	for (const source of sources(world, filter)) {
		for (const path of pathsFrom(world, source, filter, to && (end => endName(end) === endName(to)))) found.push(path);
	}
	return {paths: found.sort(byLength), truncated: false};
}

/** One line a pair; nothing is kept, so that the memory of `--all` does not follow its output. */
function* pairLines({world, from, to, filter}: Query): Generator<string> {
	for (const source of from ? [from] : sources(world, filter)) {
		if (filter.escalation !== undefined) {
			for (const path of pathsFrom(world, source, filter, to && (end => endName(end) === endName(to)))) {
				yield line(path.from, path.to, path.hops, path.confidence);
			}
			continue;
		}
		for (const {end, hops, sure} of endsOf(world, source, filter)) {
			const name = endName(end);
			if (to && name !== endName(to)) continue;
			yield line(source.member, name, hops, CONFIDENCE[sure]!);
		}
	}
}

function line(from: string, to: string, hops: number, confidence: string): string {
	return `${safeJson({from, to, hops, confidence})}\n`;
}

/** `{"paths": [...], "truncated": false}`, one path a line. */
function* jsonText(found: readonly Path[], truncated: boolean): Generator<string> {
	yield '{\n  "paths": [';
	for (const [index, path] of found.entries()) yield `${index === 0 ? '\n' : ',\n'}    ${safeJson(path)}`;
	yield `${found.length > 0 ? '\n  ' : ''}],\n  "truncated": ${truncated}\n}\n`;
}
