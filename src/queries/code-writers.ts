/** Who can replace code: by permissions on the bucket, repository or policy that holds it, and on what is above it. */
import type {Target} from '../access/evaluate.ts';
import type {SourceKind} from '../inventory/code-sources.ts';
import type {Binding, Container} from '../inventory/model.ts';
import type {Principal} from '../inventory/principals.ts';
import type {BindingRef} from '../remediation/change.ts';
import type {Confidence} from '../report.ts';
import type {World} from '../world.ts';
import {canGain} from './who.ts';

export type HolderKind = SourceKind | 'VM Manager policy';

/** Something that holds code. */
export interface CodeHolder {
	kind: HolderKind;
	/** Full resource name. */
	name: string;
	/** The project that it lies in; undefined: not known. */
	container: Container | undefined;
	/** New objects in it run as well as replaced ones. */
	takesNew: boolean;
}

export interface CodeWriter {
	principal: Principal;
	/** The bindings that have to go, first the one that decides. */
	bindings: readonly BindingRef[];
	confidence: Confidence;
}

/** Of the first permissions one does; without it all of the second. The last of those decides. */
interface Needs {
	alone: readonly string[];
	together: readonly string[];
}

const NEEDS: Readonly<Record<HolderKind, Needs>> = {
	// Writing over an object takes deleting the old one. Facts: Cloud Storage, IAM permissions for JSON methods. [seen]
	bucket: {alone: ['storage.buckets.setIamPolicy'], together: ['storage.objects.create', 'storage.objects.delete']},
	'artifact repository': {
		alone: ['artifactregistry.repositories.setIamPolicy'],
		together: ['artifactregistry.repositories.uploadArtifacts'],
	},
	'source repository': {alone: ['source.repos.setIamPolicy'], together: ['source.repos.update']},
	// A token that pushes, or the proxy that has one. Facts: escalations.json, `source-push-to-trigger`. [seen]
	'connected repository': {alone: [], together: ['cloudbuild.repositories.accessReadWriteToken']},
	'repository link': {
		alone: ['developerconnect.gitRepositoryLinks.fetchReadWriteToken'],
		together: ['developerconnect.gitRepositoryLinks.gitProxyWrite'],
	},
	'VM Manager policy': {alone: [], together: ['osconfig.osPolicyAssignments.update']},
};
const ASSET_TYPE: Readonly<Record<HolderKind, string>> = {
	bucket: 'storage.googleapis.com/Bucket',
	'artifact repository': 'artifactregistry.googleapis.com/Repository',
	'source repository': 'sourcerepo.googleapis.com/Repository',
	'connected repository': 'cloudbuild.googleapis.com/Repository',
	'repository link': 'developerconnect.googleapis.com/GitRepositoryLink',
	'VM Manager policy': 'osconfig.googleapis.com/OSPolicyAssignment',
};

export class CodeWriters {
	readonly #world: World;
	/** Bindings of one policy by the permission that they grant, by policy name and permission. */
	readonly #granting = new Map<string, readonly Binding[]>();

	constructor(world: World) {
		this.#world = world;
	}

	/** Everybody who can replace what a holder has, by name; service agents and Google's own left out. */
	of(holder: CodeHolder): CodeWriter[] {
		const {alone, together} = needsOf(holder);
		const target: Target = {name: holder.name, assetType: ASSET_TYPE[holder.kind], container: holder.container};
		const writers = new Map<Principal, CodeWriter>();
		// Who lacks the permission that decides cannot write: only its holders have to be looked at.
		for (const permissions of [together, ...alone.map(permission => [permission])]) {
			const deciding = permissions.at(-1)!;
			for (const binding of this.#bindings(target, deciding)) {
				for (const principal of binding.members) {
					if (!canGain(this.#world, principal)) continue;
					const confidence = this.#holds(principal, permissions, target);
					if (confidence) note(writers, principal, refOf(binding, principal), confidence);
				}
			}
		}
		return [...writers.values()].toSorted((a, b) => (a.principal.member < b.principal.member ? -1 : 1));
	}

	#holds(principal: Principal, permissions: readonly string[], target: Target): Confidence | undefined {
		let weakest: Confidence = 'certain';
		for (const permission of permissions) {
			const {decision, undecided} = this.#world.access.can(principal, permission, target);
			if (decision === 'deny') return undefined;
			if (decision === 'unknown')
				weakest = undecided === 'fact' ? 'unverified' : weakest === 'certain' ? 'conditional' : weakest;
		}
		return weakest;
	}

	/** Bindings on the target and above that grant a permission, whatever their conditions. */
	*#bindings(target: Target, permission: string): Generator<Binding> {
		for (const {resource, bindings} of this.#world.access.policiesOn(target)) {
			const key = `${permission} ${resource.name}`;
			let granting = this.#granting.get(key);
			if (!granting) {
				const {access} = this.#world;
				granting = bindings.filter(({role}) => access.grants(access.roles.get(role), permission) === 'true');
				this.#granting.set(key, granting);
			}
			yield* granting;
		}
	}
}

function needsOf({kind, takesNew}: CodeHolder): Needs {
	const needs = NEEDS[kind];
	return takesNew ? {alone: needs.alone, together: needs.together.slice(0, 1)} : needs;
}

function refOf({resource, role, condition}: Binding, {member}: Principal): BindingRef {
	return {resource: resource.name, role, member, ...(condition && {condition})};
}

function note(
	writers: Map<Principal, CodeWriter>,
	principal: Principal,
	ref: BindingRef,
	confidence: Confidence,
): void {
	const known = writers.get(principal);
	if (!known) {
		writers.set(principal, {principal, bindings: [ref], confidence});
		return;
	}
	const same = known.bindings.some(
		other =>
			other.resource === ref.resource &&
			other.role === ref.role &&
			other.condition?.expression === ref.condition?.expression,
	);
	if (!same) writers.set(principal, {...known, bindings: [...known.bindings, ref]});
}
