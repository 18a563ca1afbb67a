/**
 * What other tools build: a graphology graph with one edge for each pair of a principal and an account that a
 * binding lets it become. Only what one permission opens counts, so it is the smallest such graph. It stops where
 * the library does, at 2^24 edges, or before the memory ends, and says so.
 * `node --max-old-space-size=8192 bench/pairwise.ts FILE` prints one JSON object.
 */
import {DirectedGraph} from 'graphology';
import {DEFAULTS} from '../src/config/defaults.ts';
import {FULL} from '../src/graph/escalations.ts';
import {InventoryBuilder} from '../src/inventory/build.ts';
import {prepareWorld} from '../src/prepare.ts';
import {readAssetPaths} from '../src/sources/asset-export.ts';
import {peakMemory} from './peak.ts';

/** A Map of V8 ends there. */
const MOST_EDGES = 2 ** 24 - 1;
const MOST_BYTES = 7 * 2 ** 30;

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node bench/pairwise.ts FILE');
const builder = new InventoryBuilder({now: Date.parse('2026-11-01T00:00:00Z')});
await readAssetPaths([file], builder, {stdin: process.stdin});
const world = await prepareWorld(builder.finish(), DEFAULTS);

const started = performance.now();
const graph = new DirectedGraph({allowSelfLoops: false});
let stopped: string | undefined;
for (const grant of world.grants.grants) {
	if (stopped !== undefined) break;
	for (const member of grant.binding.members) {
		const people = [member, ...world.access.memberships.membersOf(member)];
		for (const {lo, hi, masks} of world.rights.reachable(member, grant, FULL)) {
			if (((masks[0] | masks[1] | masks[2]) & FULL) === 0) continue;
			for (let number = lo; number < hi; number++) {
				const account = world.order.accounts[number]!.principal.member;
				for (const {member: from} of people) {
					if (from !== account) graph.mergeEdge(from, account, {role: grant.binding.role});
				}
			}
			if (graph.size >= MOST_EDGES) stopped = 'the library ends at 2^24 edges';
			else if (process.memoryUsage().rss > MOST_BYTES) stopped = '7 GiB of memory';
			if (stopped !== undefined) break;
		}
	}
}
const ms = Math.round(performance.now() - started);
process.stdout.write(
	`${JSON.stringify({edges: graph.size, nodes: graph.order, ms, peakMiB: Math.round(peakMemory() / 2 ** 20), stopped})}\n`,
);
