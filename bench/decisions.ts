/**
 * How fast the evaluator decides, and what the phases of an audit cost: one process over one export.
 * `node bench/decisions.ts FILE` prints one JSON object; `run.ts` starts it for the largest size.
 */
import {InventoryBuilder} from '../src/inventory/build.ts';
import {accountTarget, containerTarget, type Target} from '../src/access/evaluate.ts';
import {DEFAULTS} from '../src/config/defaults.ts';
import {DIRECT} from '../src/graph/escalations.ts';
import {prepareWorld} from '../src/prepare.ts';
import {accountSummaries} from '../src/queries/account-summaries.ts';
import {chokePoints} from '../src/queries/choke-points.ts';
import {openings} from '../src/queries/openings.ts';
import {pathsBetween} from '../src/queries/paths.ts';
import {sourcesOf} from '../src/queries/sources.ts';
import {readAssetPaths} from '../src/sources/asset-export.ts';
import {randomOf} from './random.ts';

const QUESTIONS = 100_000;
const QUERIES = 500;

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node bench/decisions.ts FILE');
const phases: Record<string, number> = {};
let at = performance.now();
const lap = (name: string): void => {
	const now = performance.now();
	phases[name] = Math.round(now - at);
	at = now;
};

const builder = new InventoryBuilder({now: Date.parse('2026-11-01T00:00:00Z')});
await readAssetPaths([file], builder, {stdin: process.stdin});
lap('read');
const inventory = builder.finish();
lap('inventory');
const world = await prepareWorld(inventory, DEFAULTS);
lap('compile');

const {pick} = randomOf('decisions', 1);
const principals = inventory.principals.all;
const targets: Target[] = [
	...[...inventory.accounts.values()].map(accountTarget),
	...inventory.containers.map(containerTarget),
];
const permissions = DIRECT.map(escalation => escalation.permission);
const tally = {allow: 0, deny: 0, unknown: 0};
for (let i = 0; i < QUESTIONS; i++)
	tally[world.access.can(pick(principals), pick(permissions), pick(targets)).decision]++;
const elapsed = performance.now() - at;
lap('decisions');
sourcesOf(world);
lap('reach');
openings(world);
lap('openings');
accountSummaries(world, new Set());
lap('accounts');
chokePoints(world);
lap('chokePoints');

// Queries with both ends, between principals that act and accounts that can be become.
const acting = principals.filter(principal => world.arcs.mayAct(principal));
const times: number[] = [];
for (let i = 0; i < QUERIES; i++) {
	const [from, account] = [pick(acting), pick(world.order.accounts)];
	const begun = performance.now();
	pathsBetween(world, from, {account}, 10, {});
	times.push(performance.now() - begun);
}
times.sort((a, b) => a - b);
const query = {median: times[QUERIES >> 1]!, p99: times[Math.floor(QUERIES * 0.99)]!, worst: times.at(-1)!};
const queryMs = Object.fromEntries(Object.entries(query).map(([name, ms]) => [name, Number(ms.toFixed(2))]));
process.stdout.write(
	`${JSON.stringify({decisionsPerSecond: Math.round(QUESTIONS / (elapsed / 1000)), tally, phases, queryMs})}\n`,
);
