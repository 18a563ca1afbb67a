/** Last uses that Policy Analyzer tells, as they are read. */
import type {Json} from '../../sources/asset.ts';
import type {StatedLine} from '../coverage.ts';
import {object, text, time, WrongType} from '../fields.ts';
import type {Activity} from '../model.ts';
import {parseAccountName} from '../names.ts';
import type {Accounts} from './accounts.ts';
import type {Place, Reading} from './reading.ts';

export class ActivityDrafts {
	readonly #reading: Reading;
	/** Told of subjects whose last use cannot be read. */
	readonly #state: (line: StatedLine) => void;
	readonly #drafts: Activity[] = [];

	constructor(reading: Reading, state: (line: StatedLine) => void) {
		this.#reading = reading;
		this.#state = state;
	}

	take(data: Json, {container}: Place): void {
		const reading = this.#reading;
		const type = text(data, 'activityType');
		if (!type) throw new WrongType('activityType is missing');
		const activity = reading.try(object, data, 'activity');
		const period = reading.try(object, data, 'observationPeriod') ?? {};
		const inner =
			activity &&
			(reading.try(object, activity, 'serviceAccountKey') ?? reading.try(object, activity, 'serviceAccount'));
		const subject =
			reading.try(text, data, 'fullResourceName') ?? (inner && reading.try(text, inner, 'fullResourceName'));
		if (!subject) throw new WrongType('fullResourceName is missing');
		const parts = parseAccountName(subject);
		const own = parts && parts.project !== '-' ? `projects/${parts.project}` : undefined;
		const number = inner && reading.try(text, inner, 'projectNumber');
		const at = own ?? container ?? (number ? `projects/${number}` : undefined);
		if (at) reading.registry.note(at);
		this.#drafts.push({
			type: reading.words.of(type),
			subject,
			account: undefined,
			keyId: undefined,
			last: this.#lastOf(activity, type, subject),
			from: reading.try(time, period, 'startTime'),
			to: reading.try(time, period, 'endTime'),
		});
		reading.count('activity', at, subject, type);
	}

	/** Last use; where it cannot be read, the subject gets a hole, since absence would mean that it was not used. */
	#lastOf(activity: Json | undefined, type: string, subject: string): number | undefined {
		try {
			if (activity === undefined) throw new WrongType('activity is no object');
			return time(activity, 'lastAuthenticatedTime');
		} catch (error) {
			if (!(error instanceof WrongType)) throw error;
			this.#reading.wrong(error.message);
			const reason = `the last use of ${subject} could not be read`;
			this.#state({fact: 'activity', scope: subject, status: 'missing', assetType: type, reason});
			return undefined;
		}
	}

	/** By type, then by subject. Call once. */
	finish(accounts: Accounts): Map<string, Map<string, Activity>> {
		const byType = new Map<string, Map<string, Activity>>();
		for (const activity of this.#drafts) {
			const parts = parseAccountName(activity.subject);
			const owner = parts && accounts.find(parts.account);
			if (owner) {
				const key = parts.key === undefined ? undefined : owner.keys.find(({id}) => id === parts.key);
				activity.subject = key?.name ?? owner.name + (parts.key === undefined ? '' : `/keys/${parts.key}`);
				activity.account = owner;
				activity.keyId = key?.id ?? parts.key;
			}
			let ofType = byType.get(activity.type);
			if (!ofType) byType.set(activity.type, (ofType = new Map()));
			const known = ofType.get(activity.subject);
			// The most recent use wins; periods unite to what both saw.
			if (known) {
				known.last = latest(known.last, activity.last);
				known.to = latest(known.to, activity.to);
				known.from = activity.from === undefined ? known.from : Math.min(known.from ?? Infinity, activity.from);
			} else ofType.set(activity.subject, activity);
		}
		this.#drafts.length = 0;
		return byType;
	}
}

function latest(a: number | undefined, b: number | undefined): number | undefined {
	return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}
