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
import {readAssetPaths} from '../src/sources/asset-export.ts';
import {randomOf} from './random.ts';

const QUESTIONS = 100_000;

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
openings(world);
lap('openings');
accountSummaries(world, new Set());
lap('accounts');
chokePoints(world);
lap('chokePoints');
process.stdout.write(
	`${JSON.stringify({decisionsPerSecond: Math.round(QUESTIONS / (elapsed / 1000)), tally, phases})}\n`,
);
