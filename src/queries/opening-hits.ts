/**
 * Findings about openings: the words, evidence and fix that the three impersonation checks share.
 */
import type {Fix, Hit} from '../check.ts';
import {fingerprint} from '../fingerprint.ts';
import type {BindingRef} from '../remediation/change.ts';
import type {World} from '../world.ts';
import type {Gains} from './gains.ts';
import {type Opening, openings} from './openings.ts';
import {movementView} from './reconciliation.ts';
import {CONFIDENCE} from '../graph/rights.ts';

type Question = 'privilege-escalation' | 'impersonation-chain' | 'lateral-movement';

const GAINS: Record<Question, (opening: Opening) => Gains> = {
	'privilege-escalation': opening => opening.direct,
	'impersonation-chain': opening => opening.chained,
	'lateral-movement': opening => opening.lateral,
};
const QUESTIONS = Object.keys(GAINS) as Question[];

/** The binding of an opening as a change names it. */
export function bindingOf(opening: Opening): BindingRef {
	const {binding} = opening.grant;
	return {
		resource: binding.resource.name,
		role: binding.role,
		member: opening.member.member,
		...(binding.condition && {condition: binding.condition}),
	};
}

/** The cause that goes into fingerprints. */
export function causeOf(opening: Opening): NonNullable<Hit['cause']> {
	const {binding} = opening.grant;
	return {
		resource: binding.resource.name,
		role: binding.role,
		member: opening.member.member,
		...(binding.condition && {condition: binding.condition.expression}),
	};
}

/**
 * Hits of one question: one per binding and member.
 * @param sentence the message, given the opening and how the strongest target is reached
 */
export function openingHits(
	world: World,
	question: Question,
	sentence: (opening: Opening, gains: Gains) => string,
): Hit[] {
	const hits: Hit[] = [];
	for (const opening of openings(world)) {
		const gains = GAINS[question](opening);
		const {best} = gains;
		if (!best) continue;
		const cause = causeOf(opening);
		const google = question === 'lateral-movement' ? googleOn(world, opening, gains) : undefined;
		hits.push({
			severity: best.severity,
			confidence: CONFIDENCE[best.sure]!,
			resource: best.account.name,
			principal: opening.member.member,
			cause,
			...(google && {google}),
			path: () => world.explainer.path(best.reached.from, best.account, {grant: opening.grant}),
			detail: () => ({
				message: sentence(opening, gains),
				evidence: {...evidenceOf(world, question, opening, gains), ...(google && {google})},
				fix: fixOf(opening, gains),
			}),
		});
	}
	return hits;
}

/** Google counts what one binding that names the account lets it do to accounts, making keys and rewriting apart. */
function googleOn(world: World, {grant, member}: Opening, gains: Gains): Hit['google'] {
	const {resource, role} = grant.binding;
	const {watched} = grant.cls;
	return movementView(world, {
		resource: resource.name,
		role,
		member: member.member,
		container: resource.container,
		hops: gains.best!.reached.hops,
		isCounted: COUNTED.some(permission => watched.has(permission)),
	});
}

const COUNTED = ['actAs', 'getAccessToken', 'getOpenIdToken', 'implicitDelegation', 'signBlob', 'signJwt'].map(
	verb => `iam.serviceAccounts.${verb}`,
);

function evidenceOf(world: World, question: Question, opening: Opening, gains: Gains): Record<string, unknown> {
	const best = gains.best!;
	const members = opening.member.kind === 'group' ? world.access.memberships.membersOf(opening.member).length : 1;
	const sameAs = QUESTIONS.filter(other => other !== question).flatMap(other => {
		const sibling = GAINS[other](opening).best;
		if (!sibling) return [];
		return [
			{check: other, fingerprint: fingerprint(other, sibling.account.name, opening.member.member, causeOf(opening))},
		];
	});
	return {
		bindingOn: opening.grant.binding.resource.name,
		role: opening.grant.binding.role,
		principals: question === 'lateral-movement' ? opening.lateral.sources.length : members,
		targets: gains.count,
		examples: gains.examples,
		hops: best.reached.hops,
		gains: best.gained.slice(0, 5).map(pair => ({level: pair.level, scope: pair.container.key})),
		...(question === 'lateral-movement' && {sources: opening.lateral.sources.slice(0, 20).map(source => source.email)}),
		...(sameAs.length > 0 && {sameAs}),
	};
}

function fixOf(opening: Opening, gains: Gains): Fix {
	const {binding, entitlement} = opening.grant;
	if (entitlement) {
		const summary = `Take ${opening.member.member} off the eligible users of the entitlement ${entitlement.name}, or require approval for it.`;
		return {summary: `${summary} gcloud has no command for just that: edit the entitlement.`, changes: []};
	}
	const {resource} = binding;
	const others =
		gains.count > 1
			? ` It also closes the way to ${gains.count - 1} other ${gains.count === 2 ? 'account' : 'accounts'}.`
			: '';
	const advice = resource.account
		? 'If the access is needed, grant it to a dedicated account with no more power than its users have.'
		: resource.isContainer
			? 'If some of it is needed, grant the role on the one account instead of the whole container.'
			: 'If the access is needed, let what runs there run as an account with no more power than its users have.';
	return {
		summary: `Remove ${binding.role} from ${opening.member.member} on ${resource.name}.${others} ${advice}`,
		changes: [{op: 'remove-binding', ...bindingOf(opening)}],
	};
}

/** `owner-like on projects/x` of the strongest thing gained. */
export function gainedText(gains: Gains): string {
	const pair = gains.best?.gained[0];
	return pair ? `${pair.level} on ${pair.container.key}` : 'no power of its own';
}

/** `and 12 other accounts`, or nothing. */
export function othersText(gains: Gains): string {
	if (gains.count < 2) return '';
	return ` and ${gains.count - 1} other ${gains.count === 2 ? 'account' : 'accounts'}`;
}
