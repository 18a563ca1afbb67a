/**
 * Accounts that somebody could become, in depth-first order of their containers: everything below a
 * container is one range, so a project-wide grant over two thousand accounts stays one object.
 */
import type {Container, Inventory, ServiceAccount} from '../inventory/model.ts';

/** A half-open range of account numbers. */
export interface Range {
	lo: number;
	hi: number;
}

export class AccountOrder {
	/** Enabled accounts; service agents live in Google's projects and are nobody's to become by a grant here. */
	readonly accounts: ServiceAccount[] = [];
	/** By the account's index in the inventory; -1: nobody can become it. */
	readonly #numbers: Int32Array;
	/** First account number at or after each container's depth-first position. */
	readonly #first: Int32Array;

	constructor(inventory: Inventory) {
		const {containers} = inventory;
		this.#numbers = new Int32Array(inventory.accounts.size).fill(-1);
		this.#first = new Int32Array(containers.length + 1);
		for (const container of containers) {
			this.#first[container.order] = this.accounts.length;
			for (const account of container.accounts) if (canBeBecome(account)) this.#add(account);
		}
		this.#first[containers.length] = this.accounts.length;
		for (const account of inventory.accounts.values()) if (!account.project && canBeBecome(account)) this.#add(account);
	}

	#add(account: ServiceAccount): void {
		this.#numbers[account.index] = this.accounts.length;
		this.accounts.push(account);
	}

	/** Number of an account, undefined if nobody can become it (disabled, service agent). */
	numberOf(account: ServiceAccount): number | undefined {
		const number = this.#numbers[account.index]!;
		return number < 0 ? undefined : number;
	}

	/** Accounts in the containers at depth-first positions [from, to). */
	span(from: number, to: number): Range {
		return {lo: this.#first[from]!, hi: this.#first[to]!};
	}

	/** Accounts in a container and everything below it. */
	below(container: Container): Range {
		return this.span(container.order, container.end);
	}
}

function canBeBecome(account: ServiceAccount): boolean {
	return !account.disabled && account.kind !== 'service-agent';
}
