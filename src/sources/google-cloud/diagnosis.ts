/** What these credentials can collect: permissions tested on each scope, APIs of the project that pays, what was found. */
import type {Caller} from './caller.ts';
import {allPermissions, apisOf, type Collector, COLLECTORS, permissionsOf} from './collectors.ts';
import {CallFailure} from './failure.ts';
import {climb, descend} from './hierarchy.ts';
import {Ledger} from './ledger.ts';
import type {Api, MethodName} from './methods.ts';
import type {Kind, Place} from './shape.ts';

export type Verdict = 'yes' | 'no' | 'unknown';

export interface Diagnosis {
	scope: string;
	collector: Collector;
	can: Verdict;
	/** Missing permissions, APIs that are off, or why nobody knows. */
	reasons: string[];
	/** Commands that mend it. */
	fix: string[];
}

export interface ScopeReport {
	scope: string;
	/** Why it cannot be read at all. */
	failure?: string;
	/** Containers that were found at and below it. */
	found: Record<Kind, number>;
	/** Containers below which not everything could be listed, with the reason. */
	gaps: string[];
	diagnoses: Diagnosis[];
}

const TEST: Record<Kind, MethodName> = {
	project: 'projectPermissions',
	folder: 'folderPermissions',
	organization: 'organizationPermissions',
};

export interface DiagnoseOptions {
	caller: Caller;
	/** `organizations/1`, `folders/2`, `projects/my-project`. */
	scope: string;
	/** Enabled APIs of the project that pays; undefined: not known. */
	enabled: ReadonlySet<string> | undefined;
	quotaProject: string | undefined;
	/** In member syntax, for commands. */
	member: string;
}

/** @throws UnreadableError nobody is signed in */
export async function diagnose(options: DiagnoseOptions): Promise<ScopeReport> {
	const {caller, scope} = options;
	const found: ScopeReport['found'] = {organization: 0, folder: 0, project: 0};
	let top: Place | undefined;
	let failure: string | undefined;
	const ledger = new Ledger();
	try {
		const {chain} = await climb(caller, scope);
		top = chain.at(-1)!.place;
		found[top.kind]++;
		await descend(caller, top, ledger, ({place}) => void found[place.kind]++);
	} catch (error) {
		if (!(error instanceof CallFailure)) throw error;
		failure = error.reason;
	}
	const kind = top?.kind ?? kindOf(scope);
	const tested = await testPermissions(caller, kind, scope, allPermissions(kind));
	const diagnoses = COLLECTORS.map(collector => judge(collector, kind, tested, options));
	return {scope, ...(failure !== undefined && {failure}), found, gaps: ledger.reasons(), diagnoses};
}

/** Which permissions are held; those that cannot be tested here are in neither set. */
interface Tested {
	held: Set<string>;
	untestable: Map<string, string>;
}

async function testPermissions(caller: Caller, kind: Kind, scope: string, permissions: string[]): Promise<Tested> {
	const tested: Tested = {held: new Set(), untestable: new Map()};
	const test = async (some: string[]): Promise<void> => {
		try {
			const answer = await caller.call(TEST[kind], {resource: scope, permissions: some});
			for (const permission of (answer['permissions'] ?? []) as string[]) tested.held.add(permission);
		} catch (error) {
			if (!(error instanceof CallFailure)) throw error;
			// One permission that does not exist at this level spoils all: halves find out which.
			if (error.kind === 'invalid' && some.length > 1) {
				const middle = some.length >> 1;
				await test(some.slice(0, middle));
				await test(some.slice(middle));
			} else for (const permission of some) tested.untestable.set(permission, error.reason);
		}
	};
	await test(permissions);
	return tested;
}

function judge(collector: Collector, kind: Kind, tested: Tested, options: DiagnoseOptions): Diagnosis {
	const {scope, enabled, quotaProject, member} = options;
	const needed = permissionsOf(collector, kind);
	const missing = needed.filter(permission => !tested.held.has(permission) && !tested.untestable.has(permission));
	const unsure = needed.filter(permission => tested.untestable.has(permission));
	const off = enabled === undefined ? [] : apisOf(collector).filter(api => !enabled.has(api));
	const reasons: string[] = [];
	const fix: string[] = [];
	if (missing.length > 0) {
		reasons.push(`missing ${missing.join(', ')}`);
		if (collector.role !== undefined) fix.push(grantCommand(scope, member, collector.role));
	}
	if (off.length > 0) {
		reasons.push(`${off.join(', ')} is off in ${quotaProject}`);
		for (const api of off) fix.push(enableCommand(api, quotaProject!));
	}
	if (unsure.length > 0)
		reasons.push(`not testable: ${[...new Set(unsure.map(one => tested.untestable.get(one)!))].join('; ')}`);
	if (needed.length === 0 && collector.role === undefined) {
		reasons.push(
			'no permission of IAM tells: the caller needs the Groups Reader admin role of Cloud Identity or Workspace',
		);
	}
	const can: Verdict = missing.length > 0 || off.length > 0 ? 'no' : reasons.length > 0 ? 'unknown' : 'yes';
	return {scope, collector, can, reasons, fix};
}

/** The command that grants a role on a scope. */
export function grantCommand(scope: string, member: string, role: string): string {
	const [kind, id] = scope.split('/') as [string, string];
	const group = kind === 'folders' ? 'resource-manager folders' : kind;
	return `gcloud ${group} add-iam-policy-binding ${id} --member=${member} --role=${role} --condition=None`;
}

function enableCommand(api: Api, project: string): string {
	return `gcloud services enable ${api} --project=${project}`;
}

/** APIs that are on in the project that pays; undefined if that cannot be read. */
export async function enabledApis(
	caller: Caller,
	quotaProject: string | undefined,
): Promise<ReadonlySet<string> | undefined> {
	if (quotaProject === undefined) return undefined;
	try {
		const request = {parent: `projects/${quotaProject}`, filter: 'state:ENABLED', pageSize: 200};
		const services = await caller.list('listServices', request, 'services');
		return new Set(
			services.map(service =>
				String((service['config'] as {name?: unknown} | undefined)?.name ?? service['name']).replace(/^.*\//, ''),
			),
		);
	} catch (error) {
		if (!(error instanceof CallFailure)) throw error;
		return undefined;
	}
}

function kindOf(scope: string): Kind {
	return scope.startsWith('projects/') ? 'project' : scope.startsWith('folders/') ? 'folder' : 'organization';
}
