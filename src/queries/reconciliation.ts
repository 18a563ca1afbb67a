/**
 * Our findings beside Google's own insights: agreed, ours only, theirs only, and why. Theirs are one hop across projects,
 * by bindings that name the account itself. Facts: documentation of lateral-movement and service-account insights [seen].
 */
import {accountTarget} from '../access/evaluate.ts';
import type {InactiveInsight, MovementInsight} from '../evidence/google-insights.ts';
import {day, SOURCE_TITLES} from '../evidence/views.ts';
import {ACT_AS, DIRECT} from '../graph/escalations.ts';
import type {Container, ServiceAccount} from '../inventory/model.ts';
import type {Reconciled} from '../report.ts';
import type {World} from '../world.ts';
import {unusedSince} from './live-keys.ts';

export type GoogleView = Pick<Reconciled, 'verdict' | 'reason' | 'insight'>;

const MOVEMENT = 'google.iam.policy.LateralMovementInsight';
const INACTIVE = 'google.iam.serviceAccount.Insight';
/** Days without use after which Google lists an account. [seen] */
const GOOGLE_DAYS = 90;

/** The binding that opens a lateral movement, and how it goes on. */
export interface Movement {
	resource: string;
	role: string;
	member: string;
	container: Container | undefined;
	hops: number;
	/** The surest way over the first hop is one that Google counts. */
	isCounted: boolean;
}

/** What Google says to a movement that we found; undefined: its insights were not collected. */
export function movementView(world: World, movement: Movement): GoogleView | undefined {
	const {resource, role, member, container, hops} = movement;
	const {google} = world.evidence;
	const spoken = container && world.inventory.coverage.speaksOf('insights', container);
	if (google.movements.length === 0 && !spoken) return undefined;
	const same = google.movementBy(resource, role, member);
	if (same) return {verdict: 'agreed', insight: same.name};
	const ours = (reason: string): GoogleView => ({verdict: 'ours only', reason});
	const standing = container && world.inventory.coverage.standing('insights', container, MOVEMENT);
	if (standing?.status !== 'complete')
		return ours(standing?.reason ?? `lateral-movement insights of ${container?.key ?? resource} were not read`);
	if (hops > 1) return ours(`it takes ${hops} hops, and Google looks at one`);
	if (!member.startsWith('serviceAccount:'))
		return ours('the account is not bound itself, and Google looks at bindings that name it');
	if (!movement.isCounted) return ours('Google counts act-as, delegation, tokens and signatures only');
	return ours('Google had not listed it when it looked last; insights are a day old or more');
}

/** What Google says to an account that we found unused; undefined: its insights were not collected. */
export function inactiveView(world: World, account: ServiceAccount): GoogleView | undefined {
	const {inventory, evidence, config} = world;
	const same = evidence.google.inactive.get(account);
	if (same) return {verdict: 'agreed', insight: same.name};
	const {project} = account;
	if (!project || !inventory.coverage.speaksOf('insights', project)) return undefined;
	const standing = inventory.coverage.standing('insights', project, INACTIVE);
	const reason =
		standing.status !== 'complete'
			? (standing.reason ?? `service-account insights of ${project.key} were not read`)
			: config.thresholds.unusedDays < GOOGLE_DAYS
				? `unused for ${config.thresholds.unusedDays} days is enough here, and Google waits ${GOOGLE_DAYS}`
				: 'Google had not listed it when it looked last; insights are a day old or more';
	return {verdict: 'ours only', reason};
}

/** What the engine knows of a finding. */
export interface Found {
	check: string;
	resource: string;
	principal: string | undefined;
	/** As the finding's evidence has it. */
	google: GoogleView | undefined;
}

/** Every finding that Google could have made too, and every insight that we have no finding for. In total order. */
export function reconcile(world: World, found: Iterable<Found>): Reconciled[] {
	const {movements, inactive} = world.evidence.google;
	const lines: Reconciled[] = [];
	const agreed = new Set<string>();
	for (const {check, resource, principal, google} of found) {
		if (!google) continue;
		if (google.insight !== undefined) agreed.add(google.insight);
		lines.push({check, resource, ...(principal !== undefined && {principal}), ...google});
	}
	for (const insight of movements) {
		if (agreed.has(insight.name)) continue;
		const target = world.inventory.accounts.get(insight.targets[0] ?? '');
		lines.push({
			check: 'lateral-movement',
			resource: target?.name ?? insight.resource,
			principal: `serviceAccount:${insight.source}`,
			verdict: 'theirs only',
			insight: insight.name,
			reason: whyNoMovement(world, insight),
		});
	}
	for (const insight of inactive.values()) {
		if (agreed.has(insight.name)) continue;
		lines.push({
			check: 'unused-service-account',
			resource: insight.account.name,
			verdict: 'theirs only',
			insight: insight.name,
			reason: whyNotInactive(world, insight),
		});
	}
	const keyOf = ({check, resource, principal = '', insight = ''}: Reconciled): string =>
		[check, resource, principal, insight].join('\u0000');
	return lines.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

const memberOf = ({member, source}: MovementInsight): string => member ?? `serviceAccount:${source}`;

function whyNoMovement(world: World, insight: MovementInsight): string {
	const {inventory, access, powers, classes} = world;
	const member = memberOf(insight);
	const source = inventory.accounts.get(insight.source);
	const policy = inventory.policies.get(insight.resource);
	const binding = policy?.bindings.find(
		({role, members}) => role === insight.role && members.some(one => one.member === member),
	);
	if (!binding)
		return `the binding is not in what was read${insight.refreshed === undefined ? '' : `: changed since ${day(insight.refreshed)}`}`;
	if (!(binding.resource.container?.inScope ?? true)) return 'it lies outside of what was looked at';
	if (source?.disabled) return `${insight.source} is disabled`;
	const targets = insight.targets.flatMap(email => inventory.accounts.get(email) ?? []);
	if (targets.length > 0 && targets.every(({disabled}) => disabled))
		return 'the accounts that it leads to are disabled';
	const container = binding.resource.container;
	const principal = inventory.principals.of(`serviceAccount:${insight.source}`);
	const owns =
		container &&
		powers
			.of(principal)
			.certain.some(
				({level, container: at}) => level === 'owner-like' && container.order >= at.order && container.order < at.end,
			);
	if (owns) return `${insight.source} is owner-like there anyway, which admin-service-account says`;
	const {watched} = classes.of(binding.role);
	const permissions = DIRECT.map(({permission}) => permission).filter(permission => watched.has(permission));
	if (permissions.length === 0 && watched.has(ACT_AS))
		return 'act-as alone takes no account over: no way to run something as it was found';
	const [target] = targets;
	const refused =
		target && permissions.length > 0 && permissions.map(one => access.can(principal, one, accountTarget(target)));
	if (refused && refused.every(({decision}) => decision === 'deny')) return refused[0]!.reason;
	return 'what it leads to has no power, or none beyond that of the source, or is of one project with it';
}

function whyNotInactive(world: World, {account, to}: InactiveInsight): string {
	const {inventory, evidence} = world;
	if (account.disabled) return 'it is disabled already';
	if (account.kind === 'service-agent') return 'it is a service agent, which Google uses';
	if (!(account.project?.inScope ?? true)) return 'it lies outside of what was looked at';
	if (!account.read) return 'the account is not in what was read';
	const since = unusedSince(world);
	const {last, contradictions} = evidence.account(account);
	if (last !== undefined && last > since)
		return contradictions.find(text => text.startsWith(SOURCE_TITLES.insights)) ?? `it was used on ${day(last)}`;
	const {created} = evidence.ageOf(account);
	if (created !== undefined && created > since) return `it was made on ${day(created)}, within the window`;
	if (to !== undefined && to < since)
		return `the insight is of ${day(to)}, before the window of ${day(since)} to ${day(inventory.now)}`;
	return 'its age is not known, or not all of the window was observed';
}
