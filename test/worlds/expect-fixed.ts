/**
 * Every fix works: its printed commands are read back as a shell and gcloud would, applied to the assets, and the
 * finding is gone with nothing of the same or a higher severity opened, by any check.
 */
import {expect} from 'vitest';
import {checks} from '../../checks/index.ts';
import type {Fix} from '../../src/check.ts';
import {fingerprint} from '../../src/fingerprint.ts';
import {CRM} from '../../src/inventory/names.ts';
import type {Change} from '../../src/remediation/change.ts';
import {renderFix} from '../../src/remediation/render.ts';
import {SEVERITIES, type Severity} from '../../src/report.ts';
import type {Asset} from '../../src/sources/asset.ts';
import type {World} from '../../src/world.ts';
import {applyChanges, applyToConfig} from '../apply.ts';
import {parseGcloud} from '../gcloud.ts';
import {type OpenOptions, openWorld} from './world.ts';

/** How a summary says that the finding has no fix of one step. */
export const NO_SINGLE_CHANGE = /\bno single change\b/i;

interface Known {
	fingerprint: string;
	severity: Severity;
	fix: () => Fix;
	/** Check, principal and the binding that opens it: one problem, whatever its strongest target is. */
	problem: string;
	/** Of a setting that is missing on a container: what is the same below it, and the container with all above it, by name. */
	setting: {key: string; within: readonly string[]} | undefined;
}

async function hitsOf(assets: readonly Asset[], options: OpenOptions): Promise<Known[]> {
	const world = await openWorld(assets, options);
	return checks.flatMap(({id, inspect}) =>
		[...inspect(world).hits].map((hit): Known => {
			const {resource: on, principal, cause, severity} = hit;
			return {
				severity,
				fingerprint: fingerprint(id, on, principal, cause),
				fix: () => hit.detail().fix,
				problem: JSON.stringify([id, principal, cause ?? on]),
				setting:
					on.startsWith(CRM) && cause === undefined && principal === undefined
						? {key: `${id} ${severity}`, within: chainOf(world, on)}
						: undefined,
			};
		}),
	);
}

/** A container and those above it, itself first, by name. */
function chainOf({inventory}: World, name: string): string[] {
	const names = [name];
	for (let at = inventory.container(name)?.parent; at; at = at.parent) names.push(at.name);
	return names;
}

/** The fixes of one world, which is judged once before them. */
export class Fixes {
	readonly #assets: readonly Asset[];
	readonly #options: OpenOptions;
	readonly #before: readonly Known[];

	private constructor(assets: readonly Asset[], options: OpenOptions, before: readonly Known[]) {
		this.#assets = assets;
		this.#options = options;
		this.#before = before;
	}

	static async of(assets: readonly Asset[], options: OpenOptions = {}): Promise<Fixes> {
		return new Fixes(assets, options, await hitsOf(assets, options));
	}

	async expectFixed(id: string): Promise<void> {
		const found = this.#before.filter(known => known.fingerprint === id);
		expect(found, `there is one finding ${id}`).toHaveLength(1);
		const [finding] = found as [Known];
		const fix = finding.fix();
		if (fix.changes.length === 0) {
			expect(fix.summary, `${finding.problem} has a change that ends it, or says that none does`).toMatch(
				NO_SINGLE_CHANGE,
			);
			return;
		}
		const changes = asPrinted(fix);
		const config = applyToConfig(this.#options.config, changes);
		const after = await hitsOf(applyChanges(this.#assets, changes), {...this.#options, config});
		expect(after.map(known => known.fingerprint)).not.toContain(finding.fingerprint);
		expect(after.map(known => known.problem)).not.toContain(finding.problem);
		expect(opened(this.#before, after, finding.severity)).toEqual([]);
	}
}

export async function expectFixed(
	assets: readonly Asset[],
	options: OpenOptions,
	wanted: ReadonlySet<string>,
): Promise<void> {
	const fixes = await Fixes.of(assets, options);
	for (const id of wanted) await fixes.expectFixed(id);
}

/**
 * What somebody changes who runs the printed commands, and does by hand what has none. Every command must be one that
 * the reader of commands knows; each way back must undo something, each look must only look.
 */
function asPrinted(fix: Fix): Change[] {
	const changes: Change[] = [];
	for (const change of fix.changes) {
		const {gcloud, undo, verify, terraform} = renderFix({summary: '', changes: [change]});
		expect(terraform, JSON.stringify(change)).not.toBe('');
		for (const command of verify) expect(parseGcloud(command)).toBe('read-only');
		for (const command of undo) expect(parseGcloud(command)).not.toBe('read-only');
		// A command does not say what was there before; the way back, which the applier holds against it, does.
		const parsed = gcloud
			.map(parseGcloud)
			.map(one =>
				one !== 'read-only' && 'op' in one && one.op === 'update-provider' && change.op === one.op
					? {...one, before: change.before}
					: one,
			);
		for (const one of parsed)
			if (one === 'read-only' || 'undoes' in one) throw new Error(`no change: ${gcloud.join()}`);
		changes.push(...(parsed.length > 0 ? (parsed as Change[]) : [change]));
	}
	expect(renderFix(fix).gcloud).toEqual(
		fix.changes.flatMap(change => renderFix({summary: '', changes: [change]}).gcloud),
	);
	return changes;
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/**
 * Problems of a severity or above that were not there, or not that severe, before. Where one setting covers many, the
 * finding stands at the highest container below which it is nowhere in force or needless. So ended for a part, it stands
 * at those below that are left; and where what stood in its way is gone, those below are one with it. Nowhere else.
 */
function opened(before: readonly Known[], after: readonly Known[], from: Severity): string[] {
	const old = new Map(before.map(known => [known.problem, known.severity]));
	const left = new Set(after.map(known => known.problem));
	const ended = before.flatMap(({problem, setting}) => (setting && !left.has(problem) ? [setting] : []));
	const isRegrouped = ({setting}: Known): boolean =>
		ended.some(
			({key, within}) =>
				key === setting?.key && (setting.within.includes(within[0]!) || within.includes(setting.within[0]!)),
		);
	return after
		.filter(known => {
			if (isRegrouped(known)) return false;
			const was = old.get(known.problem);
			return rank(known.severity) <= rank(from) && (was === undefined || rank(was) > rank(known.severity));
		})
		.map(({problem, severity}) => `${severity} ${problem}`);
}
