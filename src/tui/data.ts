/** What the terminal audit shows: a report, and what can be asked of the world behind it. */
import type {NodeLook} from '../queries/look.ts';
import type {AccountSummary, Path, Report} from '../report.ts';
import {FindingTable} from './findings.ts';

/** The part of a check that is shown beside its findings. */
export interface Note {
	title: string;
	why: string;
	fix: string;
	references: readonly string[];
}

/** Asked when somebody looks, never before. */
export interface Questions {
	note(check: string): Note | undefined;
	/** What an escalation is, in words. */
	escalation(id: string): string | undefined;
	look(node: string): NodeLook | undefined;
	/** The shortest way between two nodes of paths. */
	route(from: string, to: string): Path | undefined;
	/** Every service account, not only those that the report has. */
	accounts(): readonly AccountSummary[];
}

export interface AuditData {
	report: Report;
	table: FindingTable;
	ask: Questions;
	/** The facts were still being read when this was judged. */
	interim: boolean;
	/** Warnings while reading. */
	warnings: readonly string[];
}

export function auditData(
	report: Report,
	ask: Questions,
	{interim = false, warnings = []}: Partial<Pick<AuditData, 'interim' | 'warnings'>> = {},
): AuditData {
	const looks = new Map<string, NodeLook | undefined>();
	const routes = new Map<string, Path | undefined>();
	let accounts: readonly AccountSummary[] | undefined;
	return {
		report,
		table: new FindingTable(report.findings),
		// A screen is drawn with every key: each question is asked once.
		ask: {
			...ask,
			look: node => kept(looks, node, () => ask.look(node)),
			route: (from, to) => kept(routes, `${from}\u0000${to}`, () => ask.route(from, to)),
			accounts: () => (accounts ??= ask.accounts()),
		},
		interim,
		warnings,
	};
}

function kept<Value>(known: Map<string, Value>, key: string, ask: () => Value): Value {
	if (!known.has(key)) known.set(key, ask());
	return known.get(key)!;
}
