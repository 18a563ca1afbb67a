/** Groups with their members, as they are read, and what it means that one was not. */
import type {Asset, Json} from '../../sources/asset.ts';
import {compare, type CoverageLedger} from '../coverage.ts';
import {object, text, WrongType} from '../fields.ts';
import type {AllowPolicy, Container, Group} from '../model.ts';
import type {Principal} from '../principals.ts';
import {contentsOf, type Reading} from './reading.ts';

export class GroupDrafts {
	readonly #reading: Reading;
	/** By e-mail. */
	readonly #drafts = new Map<string, Group & {time: number}>();

	constructor(reading: Reading) {
		this.#reading = reading;
	}

	take(asset: Asset, data: Json, stamp: number): void {
		const reading = this.#reading;
		const email =
			reading.try(text, reading.try(object, data, 'groupKey') ?? {}, 'id') ?? reading.try(text, data, 'email');
		if (!email) throw new WrongType('groupKey.id is missing');
		const principal = reading.principals.of(`group:${email}`);
		// Without its members a group was not read.
		if (data['members'] === undefined || data['members'] === null) throw new WrongType('members is missing');
		const stated = reading.try(text, data, 'joining');
		const joining = (['open', 'ask', 'invited'] as const).find(known => known === stated);
		if (stated !== undefined && !joining) reading.wrong('joining is none of open, ask, invited');
		const of = (field: string): Principal[] => reading.texts(data, field).map(one => reading.principals.of(one));
		const owners = reading.attempt(() => of('owners')) ?? [];
		const managers = reading.attempt(() => of('managers')) ?? [];
		const listed = of('members');
		const group = {
			name: asset.name,
			principal,
			// `members` lists everybody, but a writer who forgets owners must not lose them.
			members: [...new Set([...listed, ...owners, ...managers])],
			owners,
			managers,
			unlisted: [...new Set([...owners, ...managers])].filter(leader => !listed.includes(leader)),
			...(joining !== undefined && {joining}),
			time: stamp,
		};
		const known = this.#drafts.get(principal.value);
		if (known) {
			const before = new Set(known.members);
			const same = before.size === group.members.length && group.members.every(member => before.has(member));
			const contents = contentsOf(groupParts(known), groupParts(group));
			if (!reading.isNewer(stamp, known.time, `group ${principal.value}`, same, contents)) return;
		}
		this.#drafts.set(principal.value, group);
	}

	finish(): Map<string, Group> {
		return new Map([...this.#drafts].toSorted((a, b) => compare(a[0], b[0])));
	}

	/**
	 * A group is read only if its own asset is there: bound ones that are not are holes, whatever else was read.
	 * @param stated whether the input itself says something about groups
	 */
	cover(
		ledger: CoverageLedger,
		containers: readonly Container[],
		policies: Iterable<AllowPolicy>,
		stated: boolean,
	): void {
		// A collection says itself why it could not read a group.
		const unread = [...this.#wanted(policies)]
			.filter(email => !this.#drafts.has(email) && !ledger.stated('groups', nameOf(email)))
			.toSorted();
		const fix = 'Add the group and its members as a cloudidentity.googleapis.com/Group asset';
		const roots = containers.filter(container => !container.parent);
		if (this.#drafts.size === 0 && unread.length > 0 && !stated) {
			const reason = `${unread.length} ${unread.length === 1 ? 'group is' : 'groups are'} bound and no group was read`;
			for (const {key} of roots)
				ledger.addHole({fact: 'groups', scope: key, status: 'missing', records: 0, reason, fix});
			return;
		}
		for (const email of unread) {
			const reason = `the members of group:${email} were not read`;
			ledger.addHole({fact: 'groups', scope: nameOf(email), status: 'missing', records: 0, reason, fix});
		}
		if (unread.length > 0 || stated) return;
		for (const {key} of roots)
			ledger.addHole({fact: 'groups', scope: key, status: 'complete', records: this.#drafts.size});
	}

	/** E-mails of groups that policies and other groups name. */
	#wanted(policies: Iterable<AllowPolicy>): Set<string> {
		const wanted = new Set<string>();
		const want = (members: Iterable<Principal>): void => {
			for (const member of members) if (member.kind === 'group') wanted.add(member.value);
		};
		for (const policy of policies) for (const binding of policy.bindings) want(binding.members);
		for (const group of this.#drafts.values()) want(group.members);
		return wanted;
	}
}

const nameOf = (email: string): string => `//cloudidentity.googleapis.com/groups/${email}`;

function groupParts({name, members, owners, managers, joining}: Group): unknown[] {
	const lists = [members, owners, managers].map(list => list.map(({member}) => member));
	return [...lists, joining ?? '', name];
}
