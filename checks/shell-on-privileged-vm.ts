import {defineCheck, type Hit} from '../src/check.ts';
import {type Machine, machinesOf, osLoginOf, shellKeys, switchOf} from '../src/queries/machines.ts';
import {concealsAccount, type NodePool, nodePoolsOf} from '../src/queries/node-pools.ts';
import {powerText, type Runner, runnerOf, runnersOf, unreadTypes} from '../src/queries/runs-as.ts';
import {execHolders, type ShellHolder, tunnelHolders} from '../src/queries/shell-holders.ts';
import type {Change} from '../src/remediation/change.ts';
import type {Confidence} from '../src/report.ts';
import type {World} from '../src/world.ts';

const EXAMPLES = 20;
const PROJECT = 'compute.googleapis.com/Project';

/** What lets people onto a machine without anybody asking whether they may act as its account. */
interface Openings {
	keys: ReturnType<typeof shellKeys>;
	serialPort: boolean;
	holders: readonly ShellHolder[];
	confidence: Confidence;
}

export default defineCheck({
	id: 'shell-on-privileged-vm',
	title: 'People get a shell on a machine with a privileged account, and with it the account, without a check of IAM',
	severity: 'high',
	on: 'the VM, or the node pool',
	needs: ['allowPolicies', 'roles', 'groups', 'serviceAccounts'],
	threats: ['privilege escalation', 'impersonation', 'repudiation'],
	practice: [25],
	why: 'A shell on the machine is its account: the metadata server hands a token to every process, and the log then names the account only.',
	fix: 'Turn OS Login on, which asks whether somebody may act as the account, and the serial port off; or take from the account what the machine does not need.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#shell-access',
		'https://cloud.google.com/compute/docs/oslogin/set-up-oslogin',
		'https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-using-serial-console',
	],
	example: {
		fires: 'A VM whose account is Editor takes the SSH keys of its project’s metadata, or its serial port is on.',
		silent:
			'OS Login is on for the project and no machine turns it off, project keys are blocked and there are no others, or the account has no power over a project.',
	},
	inspect(world) {
		const machines = machinesOf(world);
		const pools = nodePoolsOf(world).filter(pool => !concealsAccount(pool));
		const unknown = unreadTypes(world, ['compute.googleapis.com/Instance', 'container.googleapis.com/Cluster']);
		const unread = new Set<string>();
		const hits: Hit[] = [];
		for (const machine of machines) {
			const [runner] = runnersOf(world, machine.workload);
			if (!runner) continue;
			if (!machine.above) unread.add(machine.workload.project?.key ?? machine.workload.name);
			const openings = openingsOf(world, machine, runner);
			if (openings) hits.push(machineHit(machine, runner, openings));
		}
		for (const pool of pools) {
			const runner = runnerOf(world, pool.email);
			const holders = runner ? execHolders(world, pool.workload.project, runner.account) : [];
			if (runner && holders.length > 0) hits.push(poolHit(pool, runner, holders));
		}
		if (unread.size > 0)
			unknown.push(`${PROJECT} of ${[...unread].slice(0, 3).join(', ')} was not read: its metadata may let people in`);
		return {examined: machines.length + pools.length, hits, unknown};
	},
});

function openingsOf(world: World, machine: Machine, {account, confidence}: Runner): Openings | undefined {
	const login = osLoginOf(machine);
	const keys = login === true ? [] : shellKeys(machine, world.inventory.now);
	const serialPort = switchOf(machine, 'serialPort', false) === true;
	const holders = login === true ? [] : tunnelHolders(world, machine, account);
	if (keys.length === 0 && !serialPort && holders.length === 0) return undefined;
	// Metadata of the project that was not read might turn OS Login on: a hit, but not a sure one.
	const isOpen = serialPort || login === false;
	const sureHolder = keys.length > 0 || serialPort || holders.some(holder => holder.confidence === 'certain');
	const sure = sureHolder ? confidence : (holders[0]?.confidence ?? confidence);
	return {keys, serialPort, holders, confidence: isOpen ? weaker(confidence, sure) : 'unverified'};
}

const ORDER: readonly Confidence[] = ['certain', 'conditional', 'unverified'];
const weaker = (a: Confidence, b: Confidence): Confidence => (ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b);
const shortName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

function machineHit(machine: Machine, {account, pair}: Runner, openings: Openings): Hit {
	const {workload, facts, members, group} = machine;
	const {keys, serialPort, holders} = openings;
	return {
		severity: 'high',
		confidence: openings.confidence,
		resource: workload.name,
		detail: () => ({
			message: `On the VM ${shortName(workload.name)}, which runs as ${account.email} (${powerText(pair)}), ${reasons(openings).join('; ')}.`,
			evidence: {
				account: account.email,
				power: powerText(pair),
				osLogin: osLoginOf(machine) ?? 'not read',
				...(facts.windows && {windows: true}),
				shellKeys: {
					onMachine: keys.filter(({on}) => on === 'machine').length,
					onProject: keys.filter(({on}) => on === 'project').length,
					users: [...new Set(keys.flatMap(({key}) => (key.user === '' ? [] : [key.user])))].slice(0, EXAMPLES),
				},
				serialPort,
				...(holders.length > 0 && {tunnels: holders.slice(0, EXAMPLES).map(evidenceOf)}),
				...(group !== undefined && {managedGroup: group, machines: members.length}),
			},
			fix: {
				summary: summaryOf(machine, openings),
				changes: machineChanges(machine, openings),
			},
		}),
	};
}

function reasons({keys, serialPort, holders}: Openings): string[] {
	const found: string[] = [];
	if (keys.length > 0) {
		const from = keys.every(({on}) => on === 'project') ? 'the project’s' : 'its';
		found.push(
			`OS Login is not on and ${keys.length === 1 ? 'a key' : `${keys.length} keys`} in ${from} metadata let people in`,
		);
	}
	if (serialPort) found.push('the interactive serial port is on');
	const [first] = holders;
	if (first) {
		const more = holders.length > 1 ? ` and ${holders.length - 1} more` : '';
		found.push(`${first.ref.member}${more} can tunnel to it without being allowed to act as that account`);
	}
	return found;
}

function summaryOf({facts}: Machine, {holders}: Openings): string {
	if (!facts.windows)
		return 'See who uses these ways, give those who need them roles/compute.osLogin and act-as on the account, then turn OS Login on and the serial port off.';
	return `Windows knows no OS Login: take the keys out of the metadata, and remove the accounts that they made on the machine${holders.length > 0 ? '; take the tunnel from those who may not act as the account' : ''}.`;
}

function machineChanges(machine: Machine, {keys, serialPort, holders}: Openings): Change[] {
	const {facts, above, members, workload} = machine;
	const changes: Change[] = [];
	const set = (key: string, value: string, was: string | undefined): void => {
		const group = groupName(machine);
		if (group !== undefined) changes.push({op: 'set-metadata', resource: group, key, value});
		for (const {name} of members)
			changes.push({op: 'set-metadata', resource: name, key, value, ...(was !== undefined && {was})});
	};
	if (facts.windows) {
		for (const field of ['windows-keys', 'ssh-keys'] as const) {
			const has = (from: Machine['above']): boolean =>
				((field === 'ssh-keys' ? from?.sshKeys : from?.windowsKeys) ?? []).length > 0;
			const wanted =
				field === 'windows-keys' ||
				keys.some(({key}) => facts.metadata.sshKeys.includes(key) || above?.sshKeys.includes(key));
			if (!wanted) continue;
			if (has(facts.metadata))
				for (const {name} of members) changes.push({op: 'remove-metadata', resource: name, key: field});
			if (keys.some(({on}) => on === 'project') && has(above) && workload.project)
				changes.push({op: 'remove-metadata', resource: projectMetadata(workload.project.key), key: field});
		}
		for (const {ref} of holders) changes.push({op: 'remove-binding', ...ref});
	} else if (keys.length > 0 || holders.length > 0) {
		set('enable-oslogin', 'TRUE', facts.metadata.osLogin === false ? 'FALSE' : undefined);
	}
	if (serialPort) set('serial-port-enable', 'FALSE', facts.metadata.serialPort === true ? 'TRUE' : undefined);
	return changes;
}

const projectMetadata = (key: string): string => `//compute.googleapis.com/${key}`;

/** Canonical name of the managed group, in the spelling of its machines' project. */
function groupName({group, workload}: Machine): string | undefined {
	const place = /\/((?:zones|regions)\/.*)$/.exec(group ?? '')?.[1];
	return place === undefined || !workload.project ? undefined : `${projectMetadata(workload.project.key)}/${place}`;
}

const evidenceOf = ({ref}: ShellHolder): Record<string, unknown> => ({
	member: ref.member,
	role: ref.role,
	bindingOn: ref.resource,
	...(ref.condition && {condition: ref.condition.expression}),
});

function poolHit(
	{name, cluster, pool}: NodePool,
	{account, pair, confidence}: Runner,
	holders: readonly ShellHolder[],
): Hit {
	const [first] = holders;
	return {
		severity: 'high',
		confidence: holders.some(holder => holder.confidence === 'certain')
			? confidence
			: weaker(confidence, first!.confidence),
		resource: name,
		detail: () => ({
			message: `${first!.ref.member}${holders.length > 1 ? ` and ${holders.length - 1} more` : ''} can open a shell in pods on node pool ${pool.name} of the GKE cluster ${shortName(cluster)}, which get tokens of ${account.email} (${powerText(pair)}), without being allowed to act as it.`,
			evidence: {
				account: account.email,
				power: powerText(pair),
				metadataMode: pool.mode ?? 'not set',
				holders: holders.slice(0, EXAMPLES).map(evidenceOf),
			},
			fix: {
				summary:
					'Take pod exec from those who may not act as the account of the nodes, or let the pool conceal its metadata.',
				changes: holders.map(({ref}): Change => ({op: 'remove-binding', ...ref})),
			},
		}),
	};
}
