/**
 * Which findings the configuration accepts, and which of its rules accept nothing: those that have expired, and
 * those that no finding fits any more.
 */
import type {SuppressionRule} from './config/defaults.ts';
import type {SuppressionOutcome} from './report.ts';

/** What a rule is held against. */
export interface Candidate {
	check: string;
	fingerprint: string;
	resource: string;
	principal?: string;
}

interface Entry {
	rule: SuppressionRule;
	order: number;
	expired: boolean;
	findings: number;
	fits(candidate: Candidate): boolean;
}

export class Suppressions {
	readonly #entries: readonly Entry[];
	readonly #byFingerprint = new Map<string, Entry[]>();
	readonly #byCheck = new Map<string, Entry[]>();

	/** @param now epoch milliseconds; a rule holds until the end of its last day (UTC) */
	constructor(rules: readonly SuppressionRule[], now: number) {
		this.#entries = rules.map((rule, order) => ({
			rule,
			order,
			expired: rule.until !== undefined && now >= Date.parse(`${rule.until}T24:00:00Z`),
			findings: 0,
			fits: fitting(rule),
		}));
		for (const entry of this.#entries) {
			const {fingerprint, check} = entry.rule;
			const [index, key] =
				fingerprint === undefined ? [this.#byCheck, check ?? ''] : [this.#byFingerprint, fingerprint];
			const known = index.get(key);
			if (known) known.push(entry);
			else index.set(key, [entry]);
		}
	}

	/** The first rule in force that covers a finding. Every rule that fits counts it, expired ones too. */
	covering(candidate: Candidate): SuppressionRule | undefined {
		let first: Entry | undefined;
		for (const entries of [this.#byFingerprint.get(candidate.fingerprint), this.#byCheck.get(candidate.check)]) {
			for (const entry of entries ?? []) {
				if (!entry.fits(candidate)) continue;
				entry.findings++;
				if (!entry.expired && (first === undefined || entry.order < first.order)) first = entry;
			}
		}
		return first?.rule;
	}

	/**
	 * What became of each rule, in the order of the configuration. Call after all findings were held against it.
	 * @param isJudged whether silence about a rule means anything: all that it could fit was looked for
	 */
	outcomes(isJudged: (rule: SuppressionRule) => boolean): SuppressionOutcome[] {
		return this.#entries.map(({rule, expired, findings}) => ({
			...rule,
			status: expired ? 'expired' : findings > 0 ? 'active' : isJudged(rule) ? 'unused' : 'not judged',
			findings,
		}));
	}
}

function fitting({fingerprint, check, resource, principal}: SuppressionRule): Entry['fits'] {
	const onResource = resource === undefined ? undefined : glob(resource);
	const onPrincipal = principal === undefined ? undefined : glob(principal);
	return candidate =>
		(fingerprint === undefined || fingerprint === candidate.fingerprint) &&
		(check === undefined || check === candidate.check) &&
		(onResource?.(candidate.resource) ?? true) &&
		(onPrincipal?.(candidate.principal ?? '') ?? true);
}

/** A pattern in which `*` stands for any text, none included; everything else for itself. */
function glob(pattern: string): (text: string) => boolean {
	const [first = '', ...rest] = pattern.split('*');
	const last = rest.pop();
	if (last === undefined) return text => text === pattern;
	return text => {
		if (!text.startsWith(first)) return false;
		let at = first.length;
		for (const part of rest) {
			const found = text.indexOf(part, at);
			if (found < 0) return false;
			at = found + part.length;
		}
		return text.length - last.length >= at && text.endsWith(last);
	};
}
