/** What was read and what was not: what the input says itself, what was counted, and what is broken in it. */
import type {Json} from '../../sources/asset.ts';
import {brokenInput} from '../broken-input.ts';
import {CoverageLedger, FACTS, partsOf, type StatedLine} from '../coverage.ts';
import {text, time, WrongType} from '../fields.ts';
import type {Container} from '../model.ts';
import {containerKey, parseAccountName, projectInName} from '../names.ts';
import type {Accounts} from './accounts.ts';
import type {Reading} from './reading.ts';

export class CoverageDrafts {
	readonly #reading: Reading;
	readonly #lines: StatedLine[] = [];

	constructor(reading: Reading) {
		this.#reading = reading;
	}

	/** A `sa-audit/Coverage` asset. */
	take(data: Json): void {
		const reading = this.#reading;
		const fact = FACTS.find(known => known === data['fact']);
		if (!fact) throw new WrongType('fact is no known fact');
		const status = (['complete', 'partial', 'missing'] as const).find(known => known === data['status']);
		if (!status) throw new WrongType('status is none of complete, partial, missing');
		const scope = text(data, 'scope');
		if (!scope) throw new WrongType('scope is missing');
		const key = containerKey(scope);
		// Logs may be of more than what is audited.
		if (key && fact !== 'auditLogs') reading.registry.note(key);
		this.state({
			fact,
			status,
			scope: key ?? scope,
			// A type that cannot be read must not make the line speak for all types.
			assetType: text(data, 'assetType'),
			reason: reading.free(data, 'reason'),
			from: reading.try(time, data, 'from'),
			to: reading.try(time, data, 'to'),
			fix: reading.free(data, 'fix'),
		});
	}

	state(line: StatedLine): void {
		this.#lines.push(line);
	}

	/** Whether the input itself says anything about groups. */
	get saysGroups(): boolean {
		return this.#lines.some(line => line.fact === 'groups');
	}

	/** The ledger of all that was counted and stated. */
	ledger(
		containers: readonly Container[],
		container: (key: string | undefined) => Container | undefined,
		accounts: Accounts,
	): CoverageLedger {
		const ledger = new CoverageLedger(containers);
		for (const [key, tally] of this.#reading.tallies) {
			const [fact, type] = partsOf(key);
			for (const [at, records] of tally) {
				const where = container(at);
				if (where) ledger.count(fact, where, records, type);
			}
		}
		for (const stated of this.#lines) {
			const where = container(stated.scope);
			if (where) ledger.state(stated, where);
			else if (stated.fact !== 'auditLogs' || containerKey(stated.scope) === undefined) {
				const owner = accounts.find(stated.scope);
				const key = parseAccountName(stated.scope)?.key;
				const name = owner && (key === undefined ? owner.name : `${owner.name}/keys/${key}`);
				ledger.stateResource(stated, name ?? stated.scope, owner?.project ?? container(projectInName(stated.scope)));
			}
		}
		return ledger;
	}

	/** Holes for input that could not be read. */
	addBroken(ledger: CoverageLedger): void {
		for (const [file, {count, first}] of this.#reading.problems) {
			ledger.addHole({
				fact: 'input',
				scope: file,
				status: 'partial',
				records: count,
				reason: brokenInput(count, first),
				fix: 'Mend or export the file again; --strict makes this an error',
			});
		}
	}
}
