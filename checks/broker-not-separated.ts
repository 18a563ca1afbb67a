import type {Pair} from '../src/access/power.ts';
import {covers} from '../src/access/power.ts';
import {defineCheck, type Hit} from '../src/check.ts';
import type {Grant} from '../src/access/grants.ts';
import {CONFIDENCE} from '../src/graph/rights.ts';
import type {Container, ServiceAccount} from '../src/inventory/model.ts';
import type {Workload} from '../src/inventory/workload.ts';
import {bindingsOf, grantsOnContainers, taking} from '../src/queries/account-grants.ts';
import {type Broker, brokers} from '../src/queries/brokers.ts';
import {sizeOf} from '../src/queries/owned.ts';
import {unrelated} from '../src/queries/unrelated-workloads.ts';
import type {World} from '../src/world.ts';

export default defineCheck({
	id: 'broker-not-separated',
	title: 'An account that hands out tokens for others also does other work',
	severity: 'low',
	on: 'the broker account',
	needs: ['allowPolicies', 'roles', 'groups', 'serviceAccounts'],
	threats: ['privilege escalation', 'impersonation'],
	practice: [4],
	why: 'A broker of short-lived tokens is the guard of all the accounts behind it; every other program that runs as it, and every right it has itself, can be had without asking it.',
	fix: 'Give the broker an account of its own that may mint tokens and nothing else.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#credentials-api',
		'https://cloud.google.com/iam/docs/create-short-lived-credentials-direct',
	],
	example: {
		fires: 'The account that mints tokens for two teams’ accounts runs a web shop and a nightly report besides.',
		silent: 'It runs the broker only and can read nothing that the accounts behind it can.',
	},
	inspect(world) {
		const {inventory} = world;
		const hits: Hit[] = [];
		const unread = new Set<Container>();
		let examined = 0;
		let running: ReadonlyMap<string, Workload[]> | undefined;
		for (const broker of brokers(world)) {
			const {account} = broker;
			examined++;
			const data = sharedData(world, broker);
			running ??= workloadsByAccount(world);
			const workloads = unrelated(running.get(account.email) ?? []);
			if (data || workloads.length > 1) hits.push(hitOf(world, broker, data, workloads));
			else if (account.project) unread.add(account.project);
		}
		return {examined, hits, unknown: unread.size > 0 ? inventory.coverage.holes('workloads', unread) : []};
	},
});

function workloadsByAccount({inventory}: World): ReadonlyMap<string, Workload[]> {
	const byAccount = new Map<string, Workload[]>();
	for (const workload of inventory.workloads) {
		for (const email of new Set(workload.runsAs)) {
			const known = byAccount.get(email);
			if (known) known.push(workload);
			else byAccount.set(email, [workload]);
		}
	}
	return byAccount;
}

/** A data right of one of the accounts behind a broker that the broker has itself, by which role. */
interface SharedData {
	target: ServiceAccount;
	pair: Pair;
	own: Grant;
}

/** Its right to mint covers more than data and is no data role: roles decide here, not levels of power. */
function sharedData(world: World, {account, ranges}: Broker): SharedData | undefined {
	const {powers, order} = world;
	const mine = grantsOnContainers(world, account).filter(({cls}) => cls.reads || cls.writes);
	if (mine.length === 0) return undefined;
	for (const {lo, hi} of ranges) {
		for (let number = lo; number < hi; number++) {
			const target = order.accounts[number]!;
			for (const pair of powers.of(target.principal).possible) {
				if (pair.level !== 'reading data' && pair.level !== 'writing data') continue;
				const own = mine.find(
					({cls, binding}) =>
						(cls.writes || pair.level === 'reading data') && covers(binding.resource.container!, pair.container),
				);
				if (own) return {target, pair, own};
			}
		}
	}
	return undefined;
}

function hitOf(
	world: World,
	{account, grants, ranges, sure}: Broker,
	data: SharedData | undefined,
	workloads: readonly Workload[],
): Hit {
	return {
		severity: 'low',
		confidence: CONFIDENCE[sure]!,
		resource: account.name,
		detail() {
			const count = sizeOf(ranges);
			const runs = workloads.length > 1 ? workloads.map(({name}) => name).toSorted() : [];
			const says = [
				...(runs.length > 0 ? [`runs ${runs.length} workloads that have nothing to do with each other`] : []),
				...(data
					? [
							`holds ${data.own.binding.role} on ${data.own.binding.resource.container!.key} itself, which covers what ${data.target.email} may do`,
						]
					: []),
			];
			const minting = bindingsOf(world, account, grants);
			return {
				message: `${account.email} can mint tokens for ${count} other accounts and ${says.join(', and ')}.`,
				evidence: {
					account: account.email,
					targets: count,
					examples: ranges
						.flatMap(({lo, hi}) => world.order.accounts.slice(lo, Math.min(hi, lo + 20)))
						.slice(0, 20)
						.map(({email}) => email),
					...(runs.length > 0 && {workloads: runs.slice(0, 20)}),
					...(data && {sharedWith: data.target.email, level: data.pair.level, scope: data.pair.container.key}),
					bindings: minting.slice(0, 20).map(({resource, role, member}) => ({resource, role, member})),
				},
				fix: {
					// Not the data roles: without them its right to mint would be an escalation.
					summary: `Make an account for the broker alone, grant it the minting roles and run the broker as it; then take them from ${account.email}.`,
					changes: taking(world, account, minting),
				},
			};
		},
	};
}
