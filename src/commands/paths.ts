/** `paths`: chains of becoming, with reasons. */
import {decideColor} from '../color.ts';
import {DEFAULTS} from '../config/defaults.ts';
import {UsageError} from '../errors.ts';
import {parseTargets} from '../formats.ts';
import type {Inventory} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {Io} from '../io.ts';
import {byLength, type End, endName, endsOf, type PathFilter, pathsBetween, pathsFrom, sources} from '../graph/paths.ts';
import {DIRECT} from '../graph/escalations.ts';
import {CONFIDENCE} from '../graph/rights.ts';
import {openOutput, type Output} from '../output.ts';
import {prepareWorld} from '../prepare.ts';
import type {Path} from '../report.ts';
import {resolvePrincipal, resolveResource} from '../resolve.ts';
import {safeJson, safeLine} from '../text.ts';
import type {World} from '../world.ts';
import {pathLines} from './path-text.ts';
import type {PathsFlags} from './flags.ts';
import {readInventory} from './read.ts';

/** @returns the exit code */
export async function runPaths(flags: PathsFlags, io: Io): Promise<number> {
	if (!flags.all && flags.from === undefined && flags.to === undefined) {
		throw new UsageError('paths needs an end.', 'Give --from PRINCIPAL, --to TARGET, both, or --all for every pair.');
	}
	const targets = parseTargets(flags.format, flags.output);
	const outputs: Output[] = [];
	try {
		for (const target of targets) outputs.push(await openOutput(target.file, io));
		const {inventory} = await readInventory(flags, io);
		const from = flags.from === undefined ? undefined : resolvePrincipal(inventory, flags.from);
		const to = flags.to === undefined ? undefined : endOf(inventory, flags.to);
		const wanted = flags.includeLimited ? (1 << DIRECT.length) - 1 : undefined;
		const world = await prepareWorld(inventory, DEFAULTS, {wanted, includeBlocked: flags.includeBlocked});
		const filter: PathFilter = flags;
		for (const [index, {format}] of targets.entries()) {
			const output = outputs[index]!;
			if (format === 'ndjson') {
				await output.write(pairLines(world, from, to, filter));
				continue;
			}
			const {paths, truncated} = find(world, from, to, flags.limit, filter);
			if (format === 'json') await output.write(jsonText(paths, truncated));
			else {
				const color = decideColor(flags.color, io.env, output.terminal?.isTTY ?? false);
				await output.write(pathLines(paths, truncated, {color, columns: output.terminal?.columns ?? 100}));
			}
		}
		return 0;
	} finally {
		for (const output of outputs) await output.discard();
	}
}

/** A target: an account in any spelling, or a container. */
function endOf(inventory: Inventory, text: string): End {
	const target = resolveResource(inventory, text);
	if (target.account) return {account: target.account};
	if (target.container?.name === target.name) return {container: target.container};
	throw new UsageError(`${safeLine(text)} is nothing that a path can end at.`, 'Give a service account, project, folder or organization.');
}

function find(world: World, from: Principal | undefined, to: End | undefined, limit: number, filter: PathFilter): {paths: Path[]; truncated: boolean} {
	if (from && to) return pathsBetween(world, from, to, limit, filter);
	if (from) return {paths: pathsFrom(world, from, filter), truncated: false};
	const paths: Path[] = [];
	for (const source of sources(world, filter)) {
		const found = pathsFrom(world, source, filter, to && (end => endName(end) === endName(to)));
		for (const path of found) paths.push(path);
	}
	return {paths: paths.sort(byLength), truncated: false};
}

/** One line a pair; nothing is kept, so that the memory of `--all` does not follow its output. */
function* pairLines(world: World, from: Principal | undefined, to: End | undefined, filter: PathFilter): Generator<string> {
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
function* jsonText(paths: readonly Path[], truncated: boolean): Generator<string> {
	yield '{\n  "paths": [';
	for (const [index, path] of paths.entries()) yield `${index === 0 ? '\n' : ',\n'}    ${safeJson(path)}`;
	yield `${paths.length > 0 ? '\n  ' : ''}],\n  "truncated": ${truncated}\n}\n`;
}
