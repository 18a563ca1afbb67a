/**
 * `npm run bench:tui -- --findings 100000`: the terminal UI over a report with many findings, drawn by Ink to a stream
 * that goes nowhere. It judges nothing: figures are read by people, and no test fails by a timer.
 */
import {PassThrough, Writable} from 'node:stream';
import {parseArgs} from 'node:util';
import {render} from 'ink';
import {createElement as h} from 'react';
import type {Finding, FindingBrief, FindingList, Report, Severity} from '../src/report.ts';
import {App} from '../src/tui/app.ts';
import {type AuditData, auditData} from '../src/tui/data.ts';
import {initialState} from '../src/tui/state.ts';
import {Store} from '../src/tui/store.ts';
import {median} from './run.ts';

const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];
const CHECKS = [
	'impersonation-chain',
	'lateral-movement',
	'privilege-escalation',
	'user-managed-key',
	'unused-service-account',
];
const MIB = 1 << 20;

/** Findings as an audit has them: facts at hand, words on demand. Their texts are as varied as in a large organization. */
class ManyFindings implements FindingList {
	readonly length: number;
	/** How often words were asked for. */
	worded = 0;

	constructor(length: number) {
		this.length = length;
	}

	brief(index: number): FindingBrief {
		const project = `project-${(index * 7919) % 1000}`;
		const email = `account-${(index * 104_729) % 40_000}@${project}.iam.gserviceaccount.com`;
		const resource = `//iam.googleapis.com/projects/${project}/serviceAccounts/${email}`;
		const check = CHECKS[index % CHECKS.length]!;
		const isKey = check === 'user-managed-key';
		const member = `group:team-${(index * 31) % 5000}@example.com`;
		return {
			check,
			fingerprint: index.toString(16).padStart(32, '0'),
			severity: SEVERITIES[Math.floor((index * 4) / this.length)]!,
			confidence: index % 9 === 0 ? 'conditional' : 'certain',
			resource: isKey ? `${resource}/keys/${index.toString(16).padStart(40, 'a')}` : resource,
			project,
			...(!isKey && {
				principal: member,
				cause: {resource, role: 'roles/iam.serviceAccountTokenCreator', member},
			}),
		};
	}

	whole(index: number): Finding {
		this.worded++;
		const {cause, ...brief} = this.brief(index);
		const from = cause?.member ?? 'user:a@example.com';
		const command = `gcloud iam service-accounts remove-iam-policy-binding ${brief.resource} --member=${from}`;
		return {
			...brief,
			message: `${from} becomes ${brief.resource} and gains owner-like on projects/${brief.project}.`,
			path: [
				{
					from,
					to: brief.resource,
					escalation: 'sa-get-access-token',
					alsoBy: ['sa-sign-jwt'],
					confidence: 'certain',
					used: null,
					blockedBy: [],
					because: [],
				},
			],
			evidence: {targets: 4, examples: [brief.resource]},
			remediation: {summary: 'Remove it.', gcloud: [command], terraform: '', undo: [], verify: []},
			practice: [20],
			compliance: [],
		};
	}

	*[Symbol.iterator](): Generator<Finding> {
		for (let index = 0; index < this.length; index++) yield this.whole(index);
	}
}

function dataOf(findings: ManyFindings): AuditData {
	const time = '2026-11-01T00:00:00Z';
	const quarter = findings.length / 4;
	const report: Report = {
		version: 1,
		tool: {name: 'sa-audit', version: '0.0.0'},
		run: {
			id: 'bench',
			startedAt: time,
			finishedAt: time,
			now: time,
			sources: [{kind: 'assets', scope: ['organizations/1']}],
		},
		summary: {
			findings: {critical: quarter, high: quarter, medium: quarter, low: quarter},
			suppressed: 0,
			inventory: {projects: 1000, serviceAccounts: 40_000, keys: 30_000, bindings: 100_000, principals: 50_000},
		},
		coverage: [],
		checks: CHECKS.map(id => ({id, status: 'fail', examined: 40_000, findings: findings.length / 5})),
		chokePoints: [],
		accounts: Array.from({length: 40_000}, (_, index) => ({
			resource: `//iam.googleapis.com/projects/project-${index % 1000}/serviceAccounts/account-${index}@project-${index % 1000}.iam.gserviceaccount.com`,
			kind: 'user-managed' as const,
			disabled: false,
			power: index % 10 === 0 ? [{level: 'owner-like', scope: `projects/project-${index % 1000}`}] : [],
			keys: index % 3,
			lastUsed: time,
			reachedBy: index % 100,
			reaches: index % 7,
		})),
		graph: {nodes: [], edges: [], truncated: false},
		findings,
	};
	return auditData(report, {
		note: () => undefined,
		escalation: () => undefined,
		look: () => undefined,
		route: () => undefined,
		accounts: () => report.accounts,
	});
}

/** A terminal that is fast: what is measured is what we and Ink do. */
class Screen extends Writable {
	readonly isTTY = true;
	readonly columns: number;
	readonly rows: number;
	/** Told when a frame, or the part of it that changed, is written. */
	onFrame: () => void = () => {};

	constructor(columns: number, rows: number) {
		super({decodeStrings: false});
		this.columns = columns;
		this.rows = rows;
	}

	override _write(chunk: string, _: BufferEncoding, done: () => void): void {
		// The first and the last write of a frame only mark it (synchronized output).
		if (chunk.length > 10) this.onFrame();
		done();
	}
}

class Keyboard extends PassThrough {
	readonly isTTY = true;
	setRawMode(): this {
		return this;
	}
	ref(): this {
		return this;
	}
	unref(): this {
		return this;
	}
}

const percentile = (values: number[], share: number): number =>
	values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]!;

const used = (): number => {
	globalThis.gc?.();
	globalThis.gc?.();
	return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
};

interface Sample {
	/** On the clock. */
	ms: number;
	/** Of the processor: what the clock would show on a machine that does nothing else. */
	cpuMs: number;
}

/** Milliseconds of the processor so far, all threads of this process. */
function cpu(): number {
	const {user, system} = process.cpuUsage();
	return (user + system) / 1000;
}

async function measure(count: number, columns: number, rows: number): Promise<void> {
	const findings = new ManyFindings(count);
	const screen = new Screen(columns, rows);
	const keyboard = new Keyboard();
	const before = used();
	const store = new Store(initialState({columns, rows}, false));
	const ink = render(h(App, {store, color: true, onReady: () => {}}), {
		stdout: screen as unknown as NodeJS.WriteStream,
		stdin: keyboard as unknown as NodeJS.ReadStream,
		interactive: true,
		alternateScreen: true,
		incrementalRendering: true,
		exitOnCtrlC: false,
		patchConsole: false,
		maxFps: 60,
	});
	const frame = (): Promise<void> => new Promise(done => (screen.onFrame = done));
	// As in an audit: the screen is there while facts are read and judged.
	const reading = {doing: 'Judging', sources: [], assets: 1_000_000, since: 60_000, said: [], canJudge: false};
	store.dispatch({type: 'reading', reading});
	await ink.waitUntilRenderFlush();
	const started = performance.now();
	const data = dataOf(findings);
	const [made, cpuMade] = [performance.now(), cpu()];
	let drawn = frame();
	store.dispatch({type: 'data', data});
	await drawn;
	const first = performance.now() - made;
	const firstCpu = cpu() - cpuMade;
	await ink.waitUntilRenderFlush();
	// What the terminal does between keys.
	while (data.table.read());

	/** From the bytes of a key to the frame that answers it. */
	const press = async (key: string): Promise<Sample> => {
		// People press keys further apart than Ink draws frames.
		await new Promise(done => setTimeout(done, 25));
		drawn = frame();
		const [at, cpuAt] = [performance.now(), cpu()];
		keyboard.write(key);
		await drawn;
		return {ms: performance.now() - at, cpuMs: cpu() - cpuAt};
	};
	const timesOf = async (keys: readonly string[]): Promise<Sample[]> => {
		const times: Sample[] = [];
		for (const key of keys) times.push(await press(key));
		return times;
	};
	const moves = [
		'2',
		...Array<string>(60).fill('j'),
		...Array<string>(20).fill('\u001b[6~'),
		'G',
		'g',
		'\r',
		'\u001b[6~',
		'\u001b[D',
		'1',
		'3',
		...Array<string>(20).fill('j'),
		'4',
		'2',
	];
	const keys = await timesOf(moves);
	const typing = await timesOf(['/', ...'team-42 severity:high !check:lateral']);
	await press('\r');
	const sorting = await timesOf(['s', 's', 's', 'r', 'b', 'b', 'b', 'b', 'b']);
	const memory = used() - before;
	ink.unmount();
	const line = (name: string, samples: Sample[]): string => {
		const figures = (times: number[]): string =>
			`median ${median(times).toFixed(1)} ms, p95 ${percentile(times, 0.95).toFixed(1)} ms, worst ${Math.max(...times).toFixed(1)} ms`;
		const [wall, own] = [samples.map(({ms}) => ms), samples.map(({cpuMs}) => cpuMs)];
		return `${name.padEnd(34)} ${figures(wall)}; of the processor ${figures(own)} (${samples.length})`;
	};
	process.stdout.write(
		`${[
			`${count.toLocaleString('en-US')} findings, ${columns} x ${rows}`,
			`${'report in hand to first screen'.padEnd(34)} ${first.toFixed(0)} ms; of the processor ${firstCpu.toFixed(0)} ms`,
			line('key to frame', keys),
			line('letter of a filter to frame', typing),
			line('sorting and grouping to frame', sorting),
			`${'memory beyond the report'.padEnd(34)} ${(memory / MIB).toFixed(0)} MiB (40,000 accounts of the bench's own report included)`,
			`${'findings whose words were made'.padEnd(34)} ${findings.worded}`,
			`${'making the bench report'.padEnd(34)} ${(made - started).toFixed(0)} ms`,
		].join('\n')}\n\n`,
	);
}

if (import.meta.main) {
	const {values} = parseArgs({options: {findings: {type: 'string', default: '100000'}}});
	const count = Number(values.findings);
	if (!Number.isInteger(count) || count < 20) throw new Error('--findings takes a whole number from 20');
	// What a user's first key meets as well: code that has not run yet. Then the figures once more.
	await measure(count, 80, 24);
	await measure(count, 200, 60);
}
