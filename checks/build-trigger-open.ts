import {defineCheck, type Hit} from '../src/check.ts';
import type {TriggerFacts} from '../src/inventory/trigger-facts.ts';
import type {Workload} from '../src/inventory/workload.ts';
import {isAudited, powerText, type Runner, runnerOf, runnersOf, unreadTypes} from '../src/queries/runs-as.ts';
import type {Change} from '../src/remediation/change.ts';
import type {World} from '../src/world.ts';

const TRIGGER = 'cloudbuild.googleapis.com/BuildTrigger';
const CONTROL = 'COMMENTS_ENABLED_FOR_EXTERNAL_CONTRIBUTORS_ONLY';

export default defineCheck({
	id: 'build-trigger-open',
	title: 'A build trigger runs unreviewed code as a privileged account',
	severity: 'high',
	on: 'the trigger',
	needs: ['allowPolicies', 'roles', 'groups', 'serviceAccounts'],
	threats: ['privilege escalation', 'impersonation'],
	practice: [24],
	why: 'Whoever can open a pull request, or push any branch, has his code run as the build’s account before anybody has looked at it.',
	fix: 'Require a comment of somebody with write access for pull requests, build protected branches only, or require approval; and take from the account what builds do not need.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#code-from-less-protected-sources',
		'https://cloud.google.com/build/docs/automating-builds/github/build-repos-from-github',
		'https://cloud.google.com/build/docs/securing-builds/gate-builds-on-approval',
	],
	example: {
		fires:
			'A trigger with a deployer’s account builds every pull request with COMMENTS_DISABLED, or every push to a branch that matches .*',
		silent:
			'It builds pushes to ^main$ only, requires approval or comments, is disabled, or its account has no power over a project.',
	},
	inspect(world) {
		const triggers = world.inventory.workloads.filter(
			workload => workload.assetType === TRIGGER && workload.facts?.trigger && isAudited(workload),
		);
		return {
			examined: triggers.length,
			hits: triggers.flatMap(trigger => hitOf(world, trigger)),
			unknown: unreadTypes(world, [TRIGGER]),
		};
	},
});

/** Why a trigger is open; undefined: it is not. */
function openingOf({disabled, approval, pullRequest, push}: TriggerFacts): 'pull request' | 'any branch' | undefined {
	if (disabled || approval) return undefined;
	// A value that this version does not know may well be a control.
	if (pullRequest && /^(?:COMMENTS_DISABLED)?$/.test(pullRequest.commentControl)) return 'pull request';
	return push?.branch !== undefined && isAnyBranch(push.branch, push.inverted ?? false) ? 'any branch' : undefined;
}

/** Names that have nothing in common: a pattern for some branches matches some of them. */
const BRANCHES = ['main', 'x', 'feature/a-b', 'zz_9.q', 'Release-7'];

/** Patterns are RE2, unanchored. One that this engine cannot read, or had better not run, counts as narrow. */
function isAnyBranch(pattern: string, inverted: boolean): boolean {
	if (isCostly(pattern)) return false;
	try {
		const matches = new RegExp(pattern);
		return BRANCHES.every(branch => matches.test(branch) !== inverted);
	} catch {
		// RE2 and JavaScript differ in rare groups and flags: such a pattern was written for certain branches.
		return false;
	}
}

/** RE2 takes linear time whatever the pattern; this engine does not, with many or nested repetitions. */
function isCostly(pattern: string): boolean {
	return pattern.length > 200 || /\)[*+{]/.test(pattern) || (pattern.match(/[*+{]/g)?.length ?? 0) > 5;
}

/**
 * Without an account in the body Cloud Build takes its legacy account or the Compute Engine default one, by the
 * project's age and constraints: the stronger of them may be it.
 */
function runnerOfTrigger(world: World, trigger: Workload): Runner | undefined {
	const [known] = runnersOf(world, trigger);
	const {project, unknownAccount} = trigger;
	if (known || !unknownAccount || !project?.number) return known;
	const [either] = [
		`${project.number}@cloudbuild.gserviceaccount.com`,
		`${project.number}-compute@developer.gserviceaccount.com`,
	]
		.flatMap(email => runnerOf(world, email) ?? [])
		.toSorted((a, b) => b.pair.rank - a.pair.rank);
	return either && {...either, confidence: 'unverified'};
}

function hitOf(world: World, trigger: Workload): Hit[] {
	const facts = trigger.facts!.trigger!;
	const opening = openingOf(facts);
	const runner = opening && runnerOfTrigger(world, trigger);
	if (!opening || !runner) return [];
	const {account, pair, confidence} = runner;
	const named = facts.name || trigger.name.slice(trigger.name.lastIndexOf('/') + 1);
	const where = facts.repository === undefined ? '' : ` of ${facts.repository}`;
	const runs =
		opening === 'pull request'
			? `every pull request${where} without comment control`
			: `every branch${where} without approval`;
	return [
		{
			severity: 'high',
			confidence,
			resource: trigger.name,
			detail: () => ({
				message: `The build trigger ${named} builds ${runs} as ${account.email}, ${powerText(pair)}.`,
				evidence: {
					trigger: named,
					account: account.email,
					power: powerText(pair),
					...(trigger.unknownAccount && {accountIs: 'a default: the trigger names none'}),
					...(facts.repository !== undefined && {repository: facts.repository}),
					...(facts.pullRequest && {pullRequest: facts.pullRequest}),
					...(facts.push && {push: facts.push}),
					approvalRequired: false,
				},
				fix: {
					summary:
						opening === 'pull request'
							? 'Let people without write access to the repository wait for a comment of somebody who has it.'
							: 'Require approval of each build, or limit the trigger to protected branches.',
					changes: [changeOf(trigger, facts, named, opening)],
				},
			}),
		},
	];
}

function changeOf(
	trigger: Workload,
	facts: TriggerFacts,
	named: string,
	opening: 'pull request' | 'any branch',
): Change {
	const common = {resource: trigger.name, trigger: named, ...(facts.kind && {kind: facts.kind})};
	return opening === 'pull request'
		? {op: 'set-comment-control', ...common, value: CONTROL, was: 'COMMENTS_DISABLED'}
		: {op: 'require-approval', ...common};
}
