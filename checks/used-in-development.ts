import {defineCheck, type Hit} from '../src/check.ts';
import {isLogged} from '../src/evidence/evidence.ts';
import type {Use} from '../src/evidence/uses.ts';
import {isByHand, usesEvidence} from '../src/evidence/whence.ts';
import type {ServiceAccount, ServiceAccountKey} from '../src/inventory/model.ts';
import {disableKey, liveKeys, unusedSince} from '../src/queries/live-keys.ts';
import {wayHoles, waysIn} from '../src/queries/ways-in.ts';
import type {BindingRef} from '../src/remediation/change.ts';
import type {World} from '../src/world.ts';

/** How people use one account by hand, as long as they still can. */
interface ByHand {
	keys: ServiceAccountKey[];
	people: {member: string; ways: BindingRef[]}[];
	uses: Use[];
}

export default defineCheck({
	id: 'used-in-development',
	title: 'People use a service account from their own tools',
	severity: 'medium',
	on: 'the account',
	needs: ['serviceAccounts', 'serviceAccountKeys'],
	threats: ['impersonation', 'repudiation', 'information disclosure'],
	practice: [7],
	why: 'What a developer does as the account cannot be told from what the workload does, and its key lies on laptops.',
	fix: 'Let developers use their own credentials, with what roles they need in a project for development.',
	references: ['https://cloud.google.com/iam/docs/best-practices-service-accounts#development'],
	example: {
		fires: 'gcloud or Terraform signed in with the account’s key, or a person impersonates it from gcloud.',
		silent: 'Terraform ran in GitHub Actions and says so, or the key was disabled since.',
	},
	inspect(world) {
		const {inventory, evidence} = world;
		const live = Map.groupBy(liveKeys(world), key => key.account);
		const hits: Hit[] = [];
		const unknown = new Set<string>();
		const unclear = new Set<ServiceAccount>();
		let examined = 0;
		for (const account of inventory.accounts.values()) {
			if (!account.read || account.disabled || account.kind === 'service-agent' || !(account.project?.inScope ?? true))
				continue;
			examined++;
			const hole = evidence.logHole(account.project);
			if (hole !== undefined) unknown.add(hole);
			const byHand = usedByHand(world, account, live.get(account) ?? [], unclear);
			if (byHand) hits.push(hitOf(account, byHand));
		}
		if (unclear.size > 0) for (const hole of wayHoles(world)) unknown.add(hole);
		return {examined, hits, unknown: [...unknown]};
	},
});

/** @param unclear takes the account if somebody used it so and no way is known by which he still could */
function usedByHand(
	world: World,
	account: ServiceAccount,
	live: readonly ServiceAccountKey[],
	unclear: Set<ServiceAccount>,
): ByHand | undefined {
	const since = unusedSince(world);
	const uses = world.evidence.usesOf(account).filter(use => use.last > since && isLogged(use) && isByHand(use));
	if (uses.length === 0) return undefined;
	const keys = live.filter(({id}) => uses.some(use => use.keyId === id));
	const all = [...new Set(uses.map(personOf).filter(person => person !== undefined))]
		.toSorted()
		.map(member => ({member, ways: waysIn(world, world.inventory.principals.of(member), account)}));
	// Who cannot do it any more is no problem any more.
	const people = all.filter(({ways}) => ways.length > 0);
	if (people.length < all.length) unclear.add(account);
	if (keys.length === 0 && people.length === 0) return undefined;
	const named = new Set(people.map(({member}) => member));
	const still = uses.filter(use => keys.some(({id}) => id === use.keyId) || named.has(personOf(use) ?? ''));
	return {keys, people, uses: still};
}

/** The person who became the account directly. */
function personOf({chain}: Use): string | undefined {
	const before = chain.at(-2);
	return before?.startsWith('user:') ? before : undefined;
}

function hitOf(account: ServiceAccount, {keys, people, uses}: ByHand): Hit {
	const ways = [...new Map(people.flatMap(({ways: of}) => of).map(way => [JSON.stringify(way), way])).values()];
	return {
		severity: 'medium',
		confidence: 'certain',
		resource: account.name,
		detail: () => {
			const tools = [...new Set(uses.map(({client}) => client))].toSorted().join(', ');
			const [first, ...others] = people;
			const more = others.length > 0 ? ` and ${others.length} more` : '';
			const who = first ? `${first.member}${more} by impersonation` : '';
			const how = keys.length > 0 ? `with ${keys.length === 1 ? 'a key' : `${keys.length} keys`}` : '';
			return {
				message: `${account.email} is used from people’s tools (${tools}): ${[how, who].filter(Boolean).join(', and ')}.`,
				evidence: {
					account: account.email,
					keys: keys.map(({id}) => id),
					people: people.slice(0, 20).map(({member}) => member),
					uses: usesEvidence(uses),
					notSeen:
						'A user agent is what the client says of itself; a CI system that does not name itself looks like a person.',
				},
				fix: {
					summary:
						'Give the people roles of their own in a project for development. Then disable the key that their tools have, and remove the binding that lets them impersonate the account.',
					changes: [...keys.flatMap(disableKey), ...ways.map(way => ({op: 'remove-binding' as const, ...way}))],
				},
			};
		},
	};
}
