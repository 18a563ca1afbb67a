/** Audits for the tests of the terminal UI: the demo with its world, and reports alone. */
import {checks} from '../../checks/index.ts';
import {audit} from '../../src/audit.ts';
import type {Check} from '../../src/check.ts';
import {questionsOf} from '../../src/commands/audit-terminal.ts';
import {DEFAULTS} from '../../src/config/schema.ts';
import {InventoryBuilder} from '../../src/inventory/build.ts';
import {notesOf} from '../../src/notes.ts';
import {prepareWorld} from '../../src/prepare.ts';
import type {Report} from '../../src/report.ts';
import {DEMO_NOW, DEMO_SCOPE, readDemo} from '../../src/sources/demo.ts';
import {type AuditData, auditData, type Questions} from '../../src/tui/data.ts';
import {reduce, type Command} from '../../src/tui/reduce.ts';
import {initialState, type State} from '../../src/tui/state.ts';

const notes = notesOf(checks);

/** Checks whose findings in the demo the tests rely on: new ones come and would stand in between. */
const STEADY = new Set([
	'default-service-account-editor',
	'impersonation-chain',
	'lateral-movement',
	'privilege-escalation',
	'unused-service-account',
	'user-managed-key',
]);

/** The built-in organization, audited as `audit --demo` does, by these checks. */
export async function demoData(chosen: readonly Check[] = checks.filter(({id}) => STEADY.has(id))): Promise<AuditData> {
	const now = Date.parse(DEMO_NOW);
	const builder = new InventoryBuilder({now});
	readDemo(builder);
	const world = await prepareWorld(builder.finish({scopes: []}), DEFAULTS);
	const time = new Date(now).toISOString();
	const run = {
		id: '00000000-0000-0000-0000-000000000000',
		startedAt: time,
		finishedAt: time,
		now: time,
		sources: [{kind: 'demo' as const, scope: [...DEMO_SCOPE]}],
		roles: {from: 'shipped' as const, date: '2026-08-22'},
	};
	return auditData(audit(world, {checks: chosen, run, version: '0.1.0'}), questionsOf(world, notes));
}

const SILENT: Questions = {
	note: check => notes.get(check),
	escalation: () => undefined,
	look: () => undefined,
	route: () => undefined,
	accounts: () => [],
};

/** A report without a world behind it. */
export function reportData(report: Report, questions: Partial<Questions> = {}): AuditData {
	return auditData(report, {...SILENT, accounts: () => report.accounts, ...questions});
}

export function opened(data: AuditData, columns = 80, rows = 24, linear = false): State {
	return reduce(initialState({columns, rows}, linear), {type: 'data', data});
}

/** The state after keys, named as in `keypress.ts`, or single letters of a longer word after `type:`. */
export function after(state: State, ...keys: string[]): State {
	return keys
		.flatMap(key =>
			key.startsWith('type:')
				? Array.from(key.slice('type:'.length), letter => (letter === ' ' ? 'space' : letter))
				: [key],
		)
		.reduce((now, key) => run(now, {type: 'key', key}), state);
}

/** One command; its effect stays to be looked at until the next one. */
export function run(state: State, command: Command): State {
	return reduce({...state, effect: undefined}, command);
}
