import type {Grant} from '../src/access/grants.ts';
import {defineCheck, type Hit} from '../src/check.ts';
import {DIRECT} from '../src/graph/escalations.ts';
import type {Range} from '../src/graph/order.ts';
import {CONFIDENCE, type Sureness} from '../src/graph/rights.ts';
import type {Container, ServiceAccount} from '../src/inventory/model.ts';
import type {Principal} from '../src/inventory/principals.ts';
import {lowerBound} from '../src/queries/lower-bound.ts';
import {ownedRanges, sizeOf, without} from '../src/queries/owned.ts';
import {sourcesOf} from '../src/queries/sources.ts';
import {enforcing} from '../src/queries/unenforced.ts';
import {canGain} from '../src/queries/who.ts';
import type {World} from '../src/world.ts';

const bitOf = (id: string): number => 1 << DIRECT.findIndex(escalation => escalation.id === id);
const CREATE = bitOf('sa-key-create');
const UPLOAD = bitOf('sa-key-upload');
const PERMISSION = 'iam.serviceAccountKeys.create';
const WAYS: readonly (readonly [bit: number, verb: string, constraint: string])[] = [
	[CREATE, 'create', 'iam.disableServiceAccountKeyCreation'],
	[UPLOAD, 'upload', 'iam.disableServiceAccountKeyUpload'],
];

/** One member of one binding that can make keys. */
interface Holder {
	grant: Grant;
	member: Principal;
	ranges: Range[];
	ways: number;
	sure: Sureness;
}

export default defineCheck({
	id: 'key-creation-allowed',
	title: 'Somebody who does not own the project can create or upload service account keys',
	severity: 'medium; high if one of the accounts is owner-like',
	on: 'the project, folder or organization in which the right is granted; all who have it there are one finding',
	needs: ['allowPolicies', 'roles', 'groups', 'serviceAccounts'],
	threats: ['privilege escalation', 'impersonation', 'repudiation'],
	practice: [22],
	why: 'A key is access that stays when the access of its maker is taken away, works from anywhere, and names nobody in the logs. Editor is enough to make one.',
	fix: 'Enforce iam.disableServiceAccountKeyCreation and iam.disableServiceAccountKeyUpload, or take the roles away.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys#create-key-permission',
		'https://cloud.google.com/resource-manager/docs/organization-policy/restricting-service-accounts',
	],
	example: {
		fires: 'Developers are Editors of a project in which no constraint stops keys.',
		silent: 'Both constraints are enforced, or only owners of the project hold the permission.',
	},
	inspect(world) {
		const owners = ownerNumbers(world);
		const places = new Map<Container, Holder[]>();
		const examined = new Set<Container>();
		for (const grant of world.grants.grants) {
			if (!grant.cls.watched.has(PERMISSION)) continue;
			const {resource} = grant.binding;
			const place = resource.account ? resource.account.project : resource.container;
			if (!place) continue;
			examined.add(place);
			for (const member of new Set(grant.binding.members)) {
				const holder = canGain(world, member) ? holderOf(world, grant, member) : undefined;
				if (!holder) continue;
				const holders = places.get(place);
				if (holders) holders.push(holder);
				else places.set(place, [holder]);
			}
		}
		return {
			examined: examined.size,
			hits: [...places].map(([place, holders]) => hitOf(world, place, holders, owners)),
			unknown: [],
		};
	},
});

function holderOf(world: World, grant: Grant, member: Principal): Holder | undefined {
	const owned = ownedRanges(world, member);
	const ranges: Range[] = [];
	let ways = 0;
	let sure: Sureness = 0;
	for (const {lo, hi, masks} of world.rights.reachable(member, grant, CREATE | UPLOAD)) {
		const here = (masks[0] | masks[1] | masks[2]) & (CREATE | UPLOAD);
		if (here === 0) continue;
		const left = without({lo, hi}, owned).filter(range => isInScope(world, range));
		if (left.length === 0) continue;
		ranges.push(...left);
		ways |= here;
		const best = masks[2] & here ? 2 : masks[1] & here ? 1 : 0;
		if (best > sure) sure = best;
	}
	return ranges.length > 0 ? {grant, member, ranges, ways, sure} : undefined;
}

function isInScope({inventory, order}: World, {lo, hi}: Range): boolean {
	if (inventory.scopes.length === 0) return true;
	for (let number = lo; number < hi; number++) if (order.accounts[number]!.project?.inScope ?? true) return true;
	return false;
}

/** Numbers of accounts that are owner-like somewhere, ascending. */
function ownerNumbers(world: World): Int32Array {
	const {order, powers} = world;
	return sourcesOf(world).powered.filter(
		number => powers.of(order.accounts[number]!.principal).possible[0]?.level === 'owner-like',
	);
}

function ownerIn({order}: World, owners: Int32Array, holders: readonly Holder[]): ServiceAccount | undefined {
	let first: number | undefined;
	for (const {lo, hi} of holders.flatMap(({ranges}) => ranges)) {
		const number = owners[lowerBound(owners, lo)];
		if (number !== undefined && number < hi && (first === undefined || number < first)) first = number;
	}
	return first === undefined ? undefined : order.accounts[first];
}

/** About the place: who comes or goes among those who can makes no new finding. */
function hitOf(world: World, place: Container, holders: readonly Holder[], owners: Int32Array): Hit {
	const owner = ownerIn(world, owners, holders);
	const sure = Math.max(...holders.map(holder => holder.sure)) as Sureness;
	return {
		severity: owner ? 'high' : 'medium',
		confidence: CONFIDENCE[sure]!,
		resource: place.name,
		detail() {
			const ways = holders.reduce((mask, holder) => mask | holder.ways, 0);
			const open = WAYS.filter(([bit]) => ways & bit);
			const members = [...new Set(holders.map(({member}) => member.member))].toSorted();
			const accounts = sizeOf(holders.flatMap(({ranges}) => ranges));
			const verbs = open.map(([, verb]) => verb).join(' and ');
			const who = members.length === 1 ? members[0]! : `${members[0]!} and ${members.length - 1} more`;
			const pair = owner && world.powers.of(owner.principal).possible[0]!;
			return {
				message:
					`${who} can ${verbs} keys for ${accounts === 1 ? 'a service account' : `${accounts} service accounts`} of ${place.key}` +
					(pair ? `, among them ${owner.email}, which is owner-like on ${pair.container.key}.` : '.'),
				evidence: {
					principals: members.length,
					targets: accounts,
					ways: open.map(([, verb]) => verb),
					bindings: holders.slice(0, 20).map(({grant: {binding}, member}) => ({
						resource: binding.resource.name,
						role: binding.role,
						member: member.member,
						...(binding.condition && {condition: binding.condition.expression}),
					})),
					...(owner && {ownerLike: owner.email}),
				},
				fix: {
					summary: `Enforce ${open.map(([, , constraint]) => constraint).join(' and ')} on ${place.key}. Where keys are in use this also stops their rotation: replace them first, or take the roles away instead.`,
					changes: open.flatMap(([, , constraint]) => enforcing(world, constraint, place)),
				},
			};
		},
	};
}
