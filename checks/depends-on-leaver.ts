import {defineCheck, type Hit} from '../src/check.ts';
import type {Binding, ServiceAccount, ServiceAccountKey} from '../src/inventory/model.ts';
import type {Principal} from '../src/inventory/principals.ts';
import {absenceWords, areAbsencesKnown, isLeaver, type Leaver, leavers} from '../src/queries/leavers.ts';
import {disableKey, liveKeys} from '../src/queries/live-keys.ts';
import type {Change} from '../src/remediation/change.ts';
import type {World} from '../src/world.ts';

export default defineCheck({
	id: 'depends-on-leaver',
	title: 'A service account depends on somebody who has left',
	severity: 'medium',
	on: 'the account',
	needs: ['serviceAccounts', 'serviceAccountKeys', 'allowPolicies'],
	threats: ['impersonation', 'repudiation'],
	practice: [8],
	why: 'Whoever made the key may have kept a copy, and nobody is left who knows what the account is for.',
	fix: 'Find a new owner, rotate the key, and remove the grants of whoever left.',
	references: ['https://cloud.google.com/iam/docs/best-practices-service-accounts#manage-service-accounts'],
	example: {
		fires:
			'Logs show that a user whom policies name as deleted, or whom the directory has as suspended, created the account’s key.',
		silent: 'The key was made by a pipeline, or whoever left is only one of several who may become the account.',
	},
	inspect(world) {
		const gone = leavers(world);
		const keys = liveKeys(world);
		const made = new Map<ServiceAccount, Made[]>();
		const isTold = areAbsencesKnown(world);
		/** People on whom an account depends, if nobody tells whether they are suspended. */
		const untold = new Set<string>();
		let unknown = 0;
		for (const key of keys) {
			const event = world.evidence.creatorOf(key);
			if (!event?.by) unknown++;
			else if (gone.has(event.by)) {
				const known = made.get(key.account);
				if (known) known.push({key, event});
				else made.set(key.account, [{key, event}]);
			} else if (!isTold && event.by.startsWith('user:')) untold.add(event.by);
		}
		const orphaned = new Map<ServiceAccount, Held[]>();
		const unread = new Set<string>();
		/** Custom roles that were not read, and by which perhaps only somebody who left may become an account. */
		const roles = new Set<string>();
		if (gone.size > 0 || !isTold) {
			for (const {resource, bindings} of world.inventory.policies.values()) {
				const {account} = resource;
				if (!account || account.disabled || !(account.project?.inScope ?? true)) continue;
				const holders = holdersOf(world, bindings);
				const perhaps = bindings.filter(({role}) => world.access.roles.get(role).knowledge !== 'known');
				if (perhaps.length > 0) {
					const all = [...holders.map(({member}) => member), ...perhaps.flatMap(({members}) => members)];
					const mayDecide = all.every(member => isLeaver(world, member) !== false) || (!isTold && isOnePerson(all));
					if (mayDecide) for (const {role} of perhaps) roles.add(role);
				}
				const left = onlyLeavers(world, holders, unread);
				if (left.length > 0) orphaned.set(account, left);
				else if (!isTold) {
					const members = holders.map(({member}) => member);
					if (isOnePerson(members)) untold.add(members[0]!.member);
				}
			}
		}
		const accounts = new Set([...made.keys(), ...orphaned.keys()]);
		return {
			examined: world.inventory.accounts.size,
			hits: [...accounts].map(account => hitOf(world, account, made.get(account) ?? [], orphaned.get(account) ?? [])),
			unknown: [
				...(unknown > 0
					? [`who created ${unknown === 1 ? 'one key' : `${unknown} keys`} is not in the logs that were read`]
					: []),
				...[...unread].map(group => `the members of ${group} were not all read`),
				...[...roles].map(role => `the permissions of ${role} were not read`),
				...(untold.size > 0 ? [untoldWords(untold.size)] : []),
			],
		};
	},
});

/** A key, and who made it when. */
interface Made {
	key: ServiceAccountKey;
	event: {by?: string; at: number};
}

/** A grant, and one of its members. */
interface Held {
	binding: Binding;
	member: Principal;
}

/** Who may become an account by its own policy. */
function holdersOf(world: World, bindings: readonly Binding[]): Held[] {
	const opening = bindings.filter(({role}) => world.classes.of(role).escalates);
	return opening.flatMap(binding => binding.members.map(member => ({binding, member})));
}

const isOnePerson = (members: readonly Principal[]): boolean =>
	members[0]?.kind === 'user' && members.every(member => member === members[0]);

function untoldWords(people: number): string {
	const who =
		people === 1 ? 'one person on whom an account depends is' : `${people} people on whom accounts depend are`;
	return `whether ${who} suspended was not read: add users of the directory, or leavers to the configuration`;
}

/**
 * Grants of those who left, where nobody else may become the account by its own policy.
 * @param unread takes groups whose members would decide it
 */
function onlyLeavers(world: World, held: Held[], unread: Set<string>): Held[] {
	const answers = held.map(({member}) => isLeaver(world, member));
	if (answers.includes(false)) return [];
	if (!answers.includes(undefined)) return held;
	for (const [index, {member}] of held.entries()) if (answers[index] === undefined) unread.add(member.member);
	return [];
}

function hitOf(world: World, account: ServiceAccount, made: readonly Made[], orphaned: readonly Held[]): Hit {
	const changes: Change[] = [
		...made.flatMap(({key}) => disableKey(key)),
		...orphaned.map(({binding, member}): Change => {
			const {resource, role, condition} = binding;
			return {
				op: 'remove-binding',
				resource: resource.name,
				role,
				member: member.member,
				...(condition && {condition}),
			};
		}),
	];
	return {
		severity: 'medium',
		confidence: 'certain',
		resource: account.name,
		detail: () => {
			const gone = leavers(world);
			const creators = [...new Set(made.map(({event}) => event.by!))].toSorted();
			const those = creators.map(creator => `${creator}, who ${absenceWords(gone.get(creator)!)}`).join(', and ');
			const holders = [...new Set(orphaned.map(({member}) => nameOf(gone, member)))].join(', ');
			const parts = [
				...(made.length > 0
					? [
							`${made.length === 1 ? 'A key' : `${made.length} keys`} of ${account.email} ${made.length === 1 ? 'was' : 'were'} created by ${those}`,
						]
					: []),
				...(orphaned.length > 0
					? [`${made.length > 0 ? 'nobody' : 'Nobody'} but ${holders} may become ${account.email} by its own policy`]
					: []),
			];
			return {
				message: `${parts.join('; ')}.`,
				evidence: {
					account: account.email,
					keys: made.map(({key, event}) => ({
						key: key.id,
						createdBy: event.by,
						creator: gone.get(event.by!),
						createdAt: new Date(event.at).toISOString(),
					})),
					bindings: orphaned.map(({binding, member}) => ({role: binding.role, member: member.member})),
					...(!areAbsencesKnown(world) && {
						notSeen:
							'Only people whom some policy names as deleted are known to have left: no users of the directory were read, and no leavers are configured.',
					}),
				},
				fix: {
					summary:
						'Find out who needs the account now and record an owner. Replace the key and disable the old one; remove the bindings of whoever left.',
					changes,
				},
			};
		},
	};
}

/** A deleted member is spelled so; of others it is said how they left. */
function nameOf(gone: ReadonlyMap<string, Leaver>, {kind, member}: Principal): string {
	const leaver = gone.get(member);
	if (kind === 'group') return `${member}, whose members have all left,`;
	return kind === 'deleted' || !leaver ? member : `${member}, who ${absenceWords(leaver)},`;
}
