import {accountTarget} from '../src/access/evaluate.ts';
import {defineCheck, type Hit} from '../src/check.ts';
import type {ServiceAccount} from '../src/inventory/model.ts';
import type {Principal} from '../src/inventory/principals.ts';
import {type RunningCode, runningCode} from '../src/queries/code-holders.ts';
import {type CodeWriter, CodeWriters} from '../src/queries/code-writers.ts';
import {pipelineReason} from '../src/queries/pipelines.ts';
import {powerText, RUNNING_TYPES, unreadTypes} from '../src/queries/runs-as.ts';
import {severityOf} from '../src/access/power.ts';
import {canGain} from '../src/queries/who.ts';
import type {BindingRef, Change} from '../src/remediation/change.ts';
import {type Confidence, SEVERITIES, type Severity} from '../src/report.ts';
import type {World} from '../src/world.ts';

const EXAMPLES = 20;

/** One holder of code that a principal can replace, and the account that runs it with power he lacks. */
interface Replaceable {
	code: RunningCode;
	runner: RunningCode['runners'][number];
	writer: CodeWriter;
	confidence: Confidence;
	severity: Severity;
}

export default defineCheck({
	id: 'less-protected-code-source',
	title: 'Code that a privileged account runs can be replaced by somebody with less power than the account',
	severity: 'high; low where a pipeline pushes images for an account that only reads or writes data',
	on: 'the bucket, repository or policy that holds the code',
	needs: ['allowPolicies', 'roles', 'groups', 'serviceAccounts'],
	threats: ['privilege escalation', 'impersonation'],
	practice: [24],
	why: 'Whoever can change a script, image or DAG acts as the account that runs it, without a right to impersonate it and without a trace of his own name.',
	fix: 'Take write access to the source from those who may not act as the account, or name the code by its digest or generation.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#code-from-less-protected-sources',
		'https://cloud.google.com/composer/docs/composer-2/access-control',
		'https://cloud.google.com/artifact-registry/docs/docker/names',
	],
	example: {
		fires:
			'A group with Storage Object Admin on a bucket can replace the start-up script of a VM whose account is Editor; or a tester can push images that a deployer runs.',
		silent:
			'Only those who may act as the account can write there, the image is named by its digest, the repository’s tags are immutable, or the account has no power over a project.',
	},
	inspect(world) {
		const codes = runningCode(world);
		const unknown = unreadTypes(world, RUNNING_TYPES);
		for (const {holder} of codes) {
			if (!holder.container && holder.kind === 'bucket' && !world.inventory.policies.has(holder.name))
				unknown.push(`the policy of ${holder.name}, which holds code, was not read`);
		}
		return {examined: codes.length, hits: hitsOf(world, codes), unknown};
	},
});

/** One finding per member and the binding that lets it, with the strongest account that it opens. */
function hitsOf(world: World, codes: readonly RunningCode[]): Hit[] {
	const writers = new CodeWriters(world);
	const gains = new Gains(world);
	const byCause = new Map<string, Replaceable[]>();
	for (const code of codes) {
		// Nothing is known of other people's registries and buckets.
		if (!code.holder.container && !world.inventory.policies.has(code.holder.name)) continue;
		for (const writer of writers.of(code.holder)) {
			const runner = code.runners.find(one => gains.by(writer.principal, one.runner.account));
			if (!runner) continue;
			const [first] = writer.bindings;
			const key = JSON.stringify([writer.principal.member, first!.resource, first!.role, first!.condition?.expression]);
			const confidence = weakest([writer.confidence, runner.runner.confidence]);
			const found = {code, runner, writer, confidence, severity: severity(world, code, writer, runner.runner.account)};
			const known = byCause.get(key);
			if (known) known.push(found);
			else byCause.set(key, [found]);
		}
	}
	return [...byCause.values()].map(found =>
		hitOf(
			found.toSorted(
				(a, b) =>
					SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
					b.runner.runner.pair.rank - a.runner.runner.pair.rank,
			),
		),
	);
}

/** That a pipeline brings images is what it is for: it is no less protected than they are, unless much is gained. */
function severity(world: World, {holder}: RunningCode, {principal}: CodeWriter, account: ServiceAccount): Severity {
	if (holder.kind !== 'artifact repository' || pipelineReason(world, principal) === undefined) return 'high';
	return severityOf(world.powers.gained(principal, account.principal)) === 'medium' ? 'low' : 'high';
}

const ORDER: readonly Confidence[] = ['certain', 'conditional', 'unverified'];
const weakest = (all: readonly Confidence[]): Confidence =>
	all.toSorted((a, b) => ORDER.indexOf(b) - ORDER.indexOf(a))[0]!;

/** Whether somebody gains power by running code as an account; kept, since groups write to many places. */
class Gains {
	readonly #world: World;
	readonly #known = new Map<Principal, Map<ServiceAccount, boolean>>();

	constructor(world: World) {
		this.#world = world;
	}

	by(principal: Principal, account: ServiceAccount): boolean {
		let known = this.#known.get(principal);
		if (!known) this.#known.set(principal, (known = new Map()));
		let gains = known.get(account);
		if (gains === undefined) known.set(account, (gains = this.#judge(principal, account)));
		return gains;
	}

	#judge(principal: Principal, account: ServiceAccount): boolean {
		if (principal === account.principal) return false;
		// A convenience member stands for those who hold the basic role: one of them has to gain.
		if (principal.kind.startsWith('project') && principal.value !== '') {
			const holders = [...this.#world.access.memberships.holdersOf(principal)];
			return holders.some(holder => canGain(this.#world, holder) && this.by(holder, account));
		}
		const {powers, access} = this.#world;
		if (powers.gained(principal, account.principal).length === 0) return false;
		// Who may act as the account, or mint its tokens, can run code as it anyway.
		const may = (permission: string): boolean =>
			access.can(principal, permission, accountTarget(account)).decision === 'allow';
		return !may('iam.serviceAccounts.actAs') && !may('iam.serviceAccounts.getAccessToken');
	}
}

const shortName = (name: string): string => name.replace(/^\/\/[^/]+\//, '');

function hitOf(found: readonly Replaceable[]): Hit {
	const [{code, runner, writer, confidence, severity}] = found as [Replaceable];
	const [cause] = writer.bindings as [BindingRef];
	const {member} = writer.principal;
	const {account, pair} = runner.runner;
	return {
		severity,
		confidence,
		resource: code.holder.name,
		principal: member,
		cause: {
			resource: cause.resource,
			role: cause.role,
			member,
			...(cause.condition && {condition: cause.condition.expression}),
		},
		detail: () => {
			const others =
				found.length > 1 ? ` and ${found.length - 1} other ${found.length === 2 ? 'source' : 'sources'}` : '';
			return {
				message: `${member} can replace code in the ${code.holder.kind} ${shortName(code.holder.name)}${others}, by ${cause.role} on ${cause.resource}: the ${runner.use.use} of ${shortName(runner.use.workload)} runs as ${account.email}, ${powerText(pair)}.`,
				evidence: {
					bindingOn: cause.resource,
					role: cause.role,
					account: account.email,
					power: powerText(pair),
					sources: found.slice(0, EXAMPLES).map(one => ({
						source: one.code.holder.name,
						kind: one.code.holder.kind,
						runBy: one.runner.runner.account.email,
						uses: one.code.uses.slice(0, 5),
					})),
					...(found.length > EXAMPLES && {moreSources: found.length - EXAMPLES}),
				},
				fix: {
					summary: `Remove ${cause.role} from ${member} on ${cause.resource}. If it is needed, grant it on what holds no code, or let a pipeline that may act as the account bring the code there.`,
					changes: changesOf(found),
				},
			};
		},
	};
}

/** All bindings by which the member itself writes to these places. */
function changesOf(found: readonly Replaceable[]): Change[] {
	const refs = new Map<string, BindingRef>();
	for (const {writer} of found) {
		for (const ref of writer.bindings)
			refs.set(JSON.stringify([ref.resource, ref.role, ref.condition?.expression]), ref);
	}
	return [...refs.values()].map(ref => ({op: 'remove-binding', ...ref}));
}
