/** Every entry of the catalogue in a world where it fires and in worlds where one thing is missing. */
import {describe, expect, test} from 'vitest';
import {blockable} from '../../src/access/boundary-permissions.ts';
import {shippedDeniablePermissions} from '../../src/access/deny-permissions.ts';
import {CATALOGUE} from '../../src/graph/catalogue/index.ts';
import type {Escalation} from '../../src/graph/catalogue/types.ts';
import {DIRECT} from '../../src/graph/escalations.ts';
import {endName, pathsFrom} from '../../src/queries/paths.ts';
import {accountKind} from '../../src/inventory/account-kind.ts';
import {WORKLOAD_TYPES} from '../../src/inventory/workloads.ts';
import {CONFIDENCES, type Confidence, type Path} from '../../src/report.ts';
import {resolvePrincipal} from '../../src/resolve.ts';
import {account, constraint, disabled, openWorld, type OpenOptions, world} from '../worlds/world.ts';
import {
	bounded,
	containerOf,
	denied,
	entryWorld,
	hasHolder,
	hopId,
	needsActAs,
	permissionsOf,
	RUNS,
	type Setting,
	yieldOf,
} from './entry-world.ts';

const EXPIRED = 'request.time < timestamp("2020-01-01T00:00:00Z")';
const ENDING = 'request.time < timestamp("2030-01-01T00:00:00Z")';
const UNDECIDABLE = '"accessPolicies/1/accessLevels/office" in request.auth.access_levels';
const CROSS_PROJECT = 'iam.disableCrossProjectServiceAccountUsage';
const ALL_BITS = (1 << DIRECT.length) - 1;
const BOUNDARY_VERSION = '4';

const MODELLED = CATALOGUE.filter(entry => entry.modelled);
type Outcome = Confidence | 'none';

/** The path to the entry's end, if its first step is of that escalation. */
async function pathBy(entry: Escalation, setting: Setting, options: OpenOptions): Promise<Path | undefined> {
	const {pieces, from, to} = entryWorld(entry, setting);
	const limited = entry.strength === 'limited' ? {wanted: ALL_BITS} : {};
	const opened = await openWorld(world(...pieces), {...limited, ...options});
	const start = resolvePrincipal(opened.inventory, from);
	const [path] = pathsFrom(opened, start, {includeServiceAgents: true}, end => endName(end) === to);
	const step = path?.steps[0];
	return step && [step.escalation, ...step.alsoBy].includes(hopId(entry)) ? path : undefined;
}

/** Asserts how sure the entry's step is. Behind a surer escalation it is only known to be no surer. */
async function expectOutcome(
	entry: Escalation,
	setting: Setting,
	outcome: Outcome,
	options: OpenOptions = {},
): Promise<void> {
	const step = (await pathBy(entry, setting, options))?.steps[0];
	if (outcome === 'none' || step === undefined || step.escalation === hopId(entry)) {
		expect(step?.confidence ?? 'none').toBe(outcome);
	} else expect(CONFIDENCES.indexOf(step.confidence)).toBeLessThanOrEqual(CONFIDENCES.indexOf(outcome));
}

/** How sure the entry is where everything is there. */
const firm = (entry: Escalation): Confidence => (entry.precondition === undefined ? 'certain' : 'conditional');
/** Rewritten policies and memberships stand above projects, or in none. */
const isInProject = (entry: Escalation): boolean =>
	entry.requires.length > 0 && entry.requires.every(({on}) => containerOf(on) === 'shop');

type Case = [title: string, entry: Escalation, setting: Setting, outcome: Outcome, options: OpenOptions];
type Draft = readonly [title: string, setting: Setting, outcome: Outcome, options?: OpenOptions];
const cases = (make: (entry: Escalation) => readonly Draft[]): Case[] =>
	MODELLED.flatMap(entry =>
		make(entry).map(([title, setting, outcome, options = {}]): Case => [
			`${entry.id}: ${title}`,
			entry,
			setting,
			outcome,
			options,
		]),
	);
const check = (_: string, entry: Escalation, setting: Setting, outcome: Outcome, options: OpenOptions): Promise<void> =>
	expectOutcome(entry, setting, outcome, options);

describe('fires', () => {
	test.each(MODELLED.map(entry => [entry.id, entry] as const))('%s', async (_, entry) => {
		const path = await pathBy(entry, {}, {});
		expect(path, 'no path').toBeDefined();
		const [step] = path!.steps;
		if (step!.escalation !== hopId(entry)) return;
		expect(step!.confidence).toBe(firm(entry));
		const {bindings, from} = entryWorld(entry);
		const needed = bindings.filter(({permission}) => !entry.expects?.includes(permission));
		for (const {permission, role, resource} of needed) {
			expect(step!.because).toContainEqual({
				kind: 'binding',
				effect: 'allows',
				resource,
				role,
				member: from,
				permission,
			});
		}
		if (entry.yields === 'group') {
			expect(step!.because).toContainEqual({kind: 'membership', effect: 'allows', member: from, of: path!.to});
		}
		if (entry.workloads && RUNS.has(entry.yields))
			expect(step!.because).toContainEqual(expect.objectContaining({kind: 'workload', effect: 'allows'}));
	});

	test.each(cases(entry => (entry.alsoYields ? [[`also ${entry.alsoYields}`, {also: true}, firm(entry)]] : [])))(
		'%s',
		check,
	);

	test.each(
		cases(entry =>
			entry.requires.flatMap(({anyOf}) =>
				(anyOf ?? [])
					.slice(1)
					.map((list, index) => [`by ${list.join(' and ')}`, {alternative: index + 1}, firm(entry)] as const),
			),
		),
	)('%s', check);

	test.each(
		cases(entry => {
			const inherits = isInProject(entry) && !['custom role', 'container', 'delegation'].includes(entry.yields);
			return inherits
				? [
						['held on the project', {heldOn: 'shop'}, firm(entry)],
						['held on the folder', {heldOn: 'folder'}, firm(entry)],
					]
				: [];
		}),
	)('%s', check);

	test.each(
		cases(entry => (entry.expects ? [['without what it usually needs too', {unexpected: true}, 'conditional']] : [])),
	)('%s', check);

	test.each(cases(entry => (hasHolder(entry) ? [] : [['by an account', {actor: 'ci@lab'}, firm(entry)]])))('%s', check);
});

describe('does not fire', () => {
	test.each(
		cases(entry =>
			entry.requires.flatMap(requirement =>
				permissionsOf(requirement).map(permission => [`without ${permission}`, {without: permission}, 'none'] as const),
			),
		),
	)('%s', check);

	test.each(
		cases(entry =>
			entry.requires.flatMap(({on, all, anyOf}, misplaced) => {
				const what = `${[...all, ...(anyOf?.[0] ?? [])].join(', ')} not on the ${on} but elsewhere`;
				return [[what, {misplaced}, 'none'] as const];
			}),
		),
	)('%s', check);

	test.each(
		cases(entry => {
			if (!isInProject(entry)) return [];
			// What is checked on the account is held on its neighbours' project; act-as on the very account.
			const held: Setting = entry.requires.some(({on}) => on === 'account')
				? {heldOn: 'shop'}
				: {workloadHeldOn: 'shop'};
			return [['the target is in another project', {...held, target: 'lab'}, 'none']];
		}),
	)('%s', check);

	test.each(
		cases(entry => {
			const isAccount =
				RUNS.has(entry.yields) ||
				entry.yields === 'account' ||
				entry.yields === 'delegation' ||
				entry.yields === 'pool identities';
			return isAccount ? [['the account is disabled', {extra: [disabled('root@shop')]}, 'none']] : [];
		}),
	)('%s', async (_, entry, setting) => {
		const {pieces, from, to} = entryWorld(entry, setting);
		const opened = await openWorld(world(...pieces), {wanted: ALL_BITS});
		expect(pathsFrom(opened, resolvePrincipal(opened.inventory, from), {}).map(path => path.to)).not.toContain(to);
	});

	test.each(
		cases(entry =>
			hasHolder(entry) ? [] : [['the actor is disabled', {actor: 'ci@lab', extra: [disabled('ci@lab')]}, 'none']],
		),
	)('%s', check);

	test.each(
		cases(entry => (entry.requires.length > 0 ? [['the condition is false', {condition: EXPIRED}, 'none']] : [])),
	)('%s', check);

	test.each(
		cases(entry => (entry.yields === 'delegation' ? [['no minting hop at the end', {deadEnd: true}, 'none']] : [])),
	)('%s', check);
	test.each(
		cases(entry =>
			entry.yields === 'group' || entry.yields === 'custom role'
				? [["it is somebody else's", {deadEnd: true}, 'none']]
				: [],
		),
	)('%s', check);

	test.each(
		cases(entry =>
			entry.strength === 'limited' ? [['limited ways were not asked for', {}, 'none', {wanted: undefined}]] : [],
		),
	)('%s', check);
});

describe('is as sure as its conditions', () => {
	const withBindings = MODELLED.filter(({requires}) => requires.length > 0);
	test.each(withBindings.map(entry => [entry.id, entry] as const))('%s: nobody can decide it', async (_, entry) => {
		await expectOutcome(entry, {condition: UNDECIDABLE}, 'conditional');
	});

	test.each(withBindings.map(entry => [entry.id, entry] as const))('%s: it will end', async (_, entry) => {
		const step = (await pathBy(entry, {condition: ENDING}, {}))?.steps[0];
		expect(step?.temporary).toBe(true);
		expect((await pathBy(entry, {}, {}))?.steps[0]).not.toHaveProperty('temporary');
	});
});

describe('what blocks', () => {
	const deniable = shippedDeniablePermissions();
	const blocked: Case[] = [
		...cases(entry =>
			entry.requires.flatMap(requirement =>
				permissionsOf(requirement).map(permission => {
					const extra = [denied(containerOf(requirement.on), permission)];
					const applies = deniable.deniable(permission);
					return [`${applies ? '' : 'no '}deny of ${permission}`, {extra}, applies ? 'none' : firm(entry)] as const;
				}),
			),
		),
		...cases(entry =>
			entry.constraints.map(name => [`enforced ${name}`, {extra: [constraint('shop', name)]}, 'none'] as const),
		),
	];
	// Uploading a key takes the permission of creating one: a hop that is open by one of them is open.
	const others = DIRECT.flatMap(({constraints}) => constraints.slice(0, 1)).map(name => constraint('shop', name));
	test.each(blocked)('%s', check);
	test.each(blocked.filter(([, , , outcome]) => outcome === 'none'))(
		'%s: shown if asked for',
		async (_, entry, setting) => {
			const extra = entry.constraints.length > 0 ? [...setting.extra!, ...others] : setting.extra!;
			const path = await pathBy(entry, {...setting, extra}, {includeBlocked: true});
			expect(path?.steps[0]!.blockedBy.map(({effect}) => effect)).toContain('denies');
		},
	);

	test('the catalogue and the list of deniable permissions agree', () => {
		for (const {requires, notDeniable} of MODELLED) {
			for (const permission of requires.flatMap(({all, anyOf}) => [...all, ...(anyOf ?? []).flat()])) {
				expect([permission, deniable.deniable(permission)]).toEqual([permission, !notDeniable.includes(permission)]);
			}
		}
	});

	const outside = MODELLED.filter(
		({id, requires}) => requires.length > 0 && id !== 'service-agent-as-stepping-stone',
	).map(entry => {
		const permissions = entry.requires.flatMap(one => permissionsOf(one));
		const values = new Set(permissions.map(permission => blockable(BOUNDARY_VERSION, permission)));
		const blocks = values.has('true') ? 'surely' : values.has('unknown') ? 'perhaps' : 'not';
		return [entry.id, blocks, entry] as const;
	});
	test.each(outside)('%s: outside the boundary, which blocks it %s', async (_, blocks, entry) => {
		const step = (await pathBy(entry, {extra: [bounded(BOUNDARY_VERSION)]}, {}))?.steps[0];
		// Whose workforce pool it is was not read: then the boundary may hold or not, but ann is of the organization.
		if (blocks === 'surely') expect(step).toBeUndefined();
		else if (blocks === 'not') expect(step?.confidence).toBe(firm(entry));
		else expect(['conditional', 'unverified']).toContain(step?.confidence);
	});
	test('boundaries surely block most of them', () => {
		expect(outside.filter(([, blocks]) => blocks === 'surely').length).toBeGreaterThan(60);
	});
});

describe('existing workloads', () => {
	const existing = MODELLED.filter(({workloads}) => workloads !== undefined);
	const running = existing.filter(({yields, alsoYields}) => RUNS.has(alsoYields ?? yields));
	const also = ({alsoYields}: Escalation): Setting => (alsoYields ? {also: true} : {});
	const table = (entries: readonly Escalation[]): (readonly [string, Escalation])[] =>
		entries.map(entry => [entry.id, entry] as const);

	const types = existing.flatMap(entry =>
		entry.workloads!.filter(type => WORKLOAD_TYPES.has(type)).map(type => [entry.id, type, entry] as const),
	);
	test.each(types)('%s: through a %s', (_, type, entry) =>
		expectOutcome({...entry, workloads: [type]}, also(entry), firm(entry)),
	);
	test.each(table(existing))('%s: read, and there is none', (_, entry) =>
		expectOutcome(entry, {workload: 'none'}, 'none'),
	);
	// Which bucket or repository its code would lie in nobody knows: not every writer of a project is meant.
	test.each(table(existing))('%s: not read', (_, entry) =>
		expectOutcome(entry, {workload: 'unread', heldOn: 'shop'}, entry.code ? 'none' : 'unverified'),
	);
	test.each(table(running.filter(({code}) => !code)))('%s: not read, which accounts', async (_, entry) => {
		const {pieces, from} = entryWorld(entry, {...also(entry), workload: 'unread'});
		const held = needsActAs(entry) && entry.requires.some(({on}) => on === 'attached account');
		const inherited = entryWorld(entry, {...also(entry), workload: 'unread', heldOn: 'shop'});
		const reached = async (given: typeof pieces): Promise<string[]> => {
			const opened = await openWorld(world(...given, account('root@web'), account('root@lab')), {wanted: ALL_BITS});
			return pathsFrom(opened, resolvePrincipal(opened.inventory, from), {}).map(
				path => `${path.to} ${path.confidence}`,
			);
		};
		const names = ['other', 'root'].map(name => `serviceAccount:${name}@shop.iam.gserviceaccount.com unverified`);
		// With act-as those that the principal may act as; without, those of the project.
		expect(await reached(inherited.pieces)).toEqual(names);
		if (held && entry.requires.every(({on}) => on !== 'workload')) expect(await reached(pieces)).toEqual([names[1]]);
	});
	test.each(table(running))('%s: it runs as another account', (_, entry) => {
		const attaches = yieldOf(entry, also(entry)) === 'attached or actable account';
		return expectOutcome(entry, {...also(entry), workload: 'runs as another'}, attaches ? firm(entry) : 'none');
	});
	test.each(table(running.filter(entry => entry.id !== 'gce-project-common-metadata')))(
		'%s: it runs as an account of another project',
		(_, entry) => expectOutcome(entry, {...also(entry), workload: 'in shop', target: 'lab'}, firm(entry)),
	);
	test('project metadata takes act-as on the project, not on an account', async () => {
		const entry = MODELLED.find(({id}) => id === 'gce-project-common-metadata')!;
		const {requires} = entry;
		const split = {
			...entry,
			requires: [
				{...requires[0]!, all: ['compute.projects.setCommonInstanceMetadata']},
				{on: 'attached account' as const, all: ['iam.serviceAccounts.actAs']},
			],
		};
		await expectOutcome(split, {}, 'none');
		await expectOutcome(split, {heldOn: 'shop'}, 'conditional');
	});
});

describe('where a workload lies', () => {
	const entry = MODELLED.find(({id}) => id === 'dataproc-job-submit')!;
	const onFolder: Setting = {heldOn: 'folder', target: 'web'};
	test('a project beside one in which it is denied', async () => {
		const deny = [denied('web', 'dataproc.jobs.create')];
		await expectOutcome(entry, onFolder, 'certain');
		await expectOutcome(entry, {...onFolder, extra: deny}, 'none');
		await expectOutcome(entry, {heldOn: 'folder', extra: deny}, 'certain');
	});

	test('a role on one workstation opens the account of its configuration', async () => {
		const use = MODELLED.find(({id}) => id === 'workstation-use')!;
		await expectOutcome(use, {workloadHeldOn: 'workstation'}, 'certain');
		await expectOutcome(use, {workloadHeldOn: 'workstation', workload: 'none'}, 'none');
	});
});

describe('accounts of other projects', () => {
	const attaching = MODELLED.filter(entry => entry.yields === 'actable account');
	const table = attaching.map(entry => [entry.id, entry] as const);
	test.each(table)('%s: allowed where the account is', (_, entry) =>
		expectOutcome(entry, {target: 'lab', extra: [constraint('lab', CROSS_PROJECT, false)]}, firm(entry)),
	);
	test.each(table)('%s: allowed elsewhere only', (_, entry) =>
		expectOutcome(entry, {target: 'lab', extra: [constraint('shop', CROSS_PROJECT, false)]}, 'none'),
	);
	test.each(table)('%s: act-as missing', (_, entry) =>
		expectOutcome(
			entry,
			{target: 'lab', without: 'iam.serviceAccounts.actAs', extra: [constraint('lab', CROSS_PROJECT, false)]},
			'none',
		),
	);
});

describe('identities that a service brings along', () => {
	const table = MODELLED.filter(({yields}) => yields === 'project identity').map(entry => [entry.id, entry] as const);
	test.each(table)('%s: agents are ends only if asked for, default accounts always', async (_, entry) => {
		const {pieces, from, to} = entryWorld(entry);
		const opened = await openWorld(world(...pieces));
		const ends = pathsFrom(opened, resolvePrincipal(opened.inventory, from), {}).map(path => path.to);
		expect(ends.includes(to)).toBe(accountKind(to.slice('serviceAccount:'.length)) !== 'service-agent');
	});
});

describe('services that skip act-as', () => {
	const entry = MODELLED.find(({exemptions}) => exemptions !== undefined)!;
	const services = entry.exemptions!.map(
		({permission, constraint: name}, alternative) => [permission, name, alternative] as const,
	);
	test.each(services)('%s: only where %s is off', async (_, name, alternative) => {
		await expectOutcome(entry, {alternative}, 'certain');
		await expectOutcome(entry, {alternative, deadEnd: true}, 'none');
		await expectOutcome(entry, {alternative, deadEnd: true, extra: [constraint('shop', name)]}, 'none');
		await expectOutcome(entry, {alternative, deadEnd: true, extra: [constraint('lab', name, false)]}, 'none');
		const other = services[(alternative + 1) % services.length]![1];
		await expectOutcome(entry, {alternative, deadEnd: true, extra: [constraint('shop', other, false)]}, 'none');
		await expectOutcome(
			entry,
			{alternative, heldOn: 'folder', deadEnd: true, extra: [constraint('org', name, false)]},
			'certain',
		);
	});

	test('nor as a disabled account', async () => {
		await expectOutcome(entry, {extra: [disabled('appspot@shop')]}, 'none');
		const legacy = MODELLED.find(({id}) => id === 'cloudbuild-default-sa')!;
		await expectOutcome(legacy, {extra: [account('cloudbuild@shop')]}, 'conditional');
		await expectOutcome(legacy, {extra: [disabled('cloudbuild@shop')]}, 'none');
	});
});

describe('not modelled', () => {
	const ids = new Set(CATALOGUE.filter(entry => !entry.modelled).map(entry => entry.id));
	test('no hop has the id of an entry that the graph does not model', async () => {
		const everything = CATALOGUE.filter(entry => !entry.modelled).flatMap(({requires}) =>
			requires.flatMap(({all, anyOf}) => [...all, ...(anyOf ?? []).flat()]),
		);
		const owner: Escalation = {
			...MODELLED[0]!,
			requires: [
				{
					on: 'organization',
					all: [...new Set([...everything, 'iam.serviceAccounts.actAs', 'resourcemanager.projects.setIamPolicy'])],
				},
			],
		};
		const {pieces, from} = entryWorld(owner);
		const opened = await openWorld(world(...pieces), {wanted: ALL_BITS, includeBlocked: true});
		const paths = pathsFrom(opened, resolvePrincipal(opened.inventory, from), {includeServiceAgents: true});
		expect(paths.length).toBeGreaterThan(3);
		for (const {steps} of paths)
			for (const step of steps) for (const id of [step.escalation, ...step.alsoBy]) expect(ids).not.toContain(id);
	});
});
