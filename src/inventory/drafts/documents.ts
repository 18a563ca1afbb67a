/** Small types kept whole, for the stages that compile them: of several assets of one thing the newest. */
import type {Asset, Json} from '../../sources/asset.ts';
import {redactJson} from '../../sources/secrets.ts';
import {compare, type Fact} from '../coverage.ts';
import type {Container, Document} from '../model.ts';
import {containerKey} from '../names.ts';
import {resourceFacts} from '../resource-facts.ts';
import {contentsOf, type Place, type Reading, sameData} from './reading.ts';

const DOCUMENT_TYPES: ReadonlySet<string> = new Set([
	'iam.googleapis.com/DenyPolicy',
	'iam.googleapis.com/PrincipalAccessBoundaryPolicy',
	'iam.googleapis.com/PolicyBinding',
	'iam.googleapis.com/WorkloadIdentityPool',
	'iam.googleapis.com/WorkloadIdentityPoolProvider',
	'iam.googleapis.com/WorkforcePool',
	'iam.googleapis.com/WorkforcePoolProvider',
	'orgpolicy.googleapis.com/Policy',
	'cloudresourcemanager.googleapis.com/TagKey',
	'cloudresourcemanager.googleapis.com/TagValue',
	'cloudresourcemanager.googleapis.com/TagBinding',
	'cloudresourcemanager.googleapis.com/EffectiveTag',
	'privilegedaccessmanager.googleapis.com/Entitlement',
	'recommender.googleapis.com/Insight',
	'recommender.googleapis.com/Recommendation',
	'sa-audit/Usage',
	'sa-audit/LogEvent',
]);

/** Many of one name: each says something of its own. */
const ADDED_UP: ReadonlySet<string> = new Set(['sa-audit/Usage', 'sa-audit/LogEvent']);

/** Type under which the policies of ORG_POLICY content are kept, one by one. */
const ORG_POLICY = 'orgpolicy.v1';

const FACT_OF_DOCUMENT: Record<string, Fact> = {
	'iam.googleapis.com/DenyPolicy': 'denyPolicies',
	'iam.googleapis.com/PrincipalAccessBoundaryPolicy': 'boundaryPolicies',
	'iam.googleapis.com/WorkloadIdentityPool': 'workloadIdentityPools',
	'orgpolicy.googleapis.com/Policy': 'orgPolicies',
	'recommender.googleapis.com/Insight': 'insights',
};

/** Whether assets of a type are kept as documents. */
export function isDocumentType(assetType: string): boolean {
	return DOCUMENT_TYPES.has(assetType);
}

interface DraftDocument {
	assetType: string;
	name: string;
	container: string | undefined;
	data: Json;
	time: number;
}

export class DocumentDrafts {
	readonly #reading: Reading;
	readonly #drafts: DraftDocument[] = [];
	/** When the newest list of ORG_POLICY content is of, by container: it may be empty. */
	readonly #listTimes = new Map<string, number>();

	constructor(reading: Reading) {
		this.#reading = reading;
	}

	take({assetType, name}: Asset, data: Json, {container, stamp}: Place): void {
		this.#drafts.push({assetType, name, container, data: redactJson(data), time: stamp});
		const fact = FACT_OF_DOCUMENT[assetType];
		if (fact) this.#reading.count(fact, container, name);
	}

	/** What checks look at in resources of other types, without the rest. */
	takeFacts({assetType, name}: Asset, data: Json, {container, stamp}: Place): void {
		const facts = resourceFacts(assetType, data);
		if (facts) this.#drafts.push({assetType, name, container, data: redactJson(facts), time: stamp});
	}

	/** ORG_POLICY content: one asset lists all policies of its container. */
	takeOrgPolicies({name}: Asset, policies: readonly Json[], {container, stamp}: Place): void {
		const on = containerKey(name) ?? container;
		for (const data of policies)
			this.#drafts.push({assetType: ORG_POLICY, name, container: on, data: redactJson(data), time: stamp});
		if (on !== undefined) this.#listTimes.set(on, Math.max(stamp, this.#listTimes.get(on) ?? stamp));
		this.#reading.count('orgPolicies', container, name);
	}

	/** By type, in the order of their names. Call once. */
	finish(container: (key: string | undefined) => Container | undefined): Map<string, Document[]> {
		const newest = new Map<string, DraftDocument>();
		const added: DraftDocument[] = [];
		const nameOf = (draft: DraftDocument): string => container(draft.container)?.name ?? draft.name;
		const listTimes = new Map<string, number>();
		for (const [at, time] of this.#listTimes) {
			const name = container(at)?.name ?? at;
			listTimes.set(name, Math.max(time, listTimes.get(name) ?? time));
		}
		for (const draft of this.#drafts) {
			const {assetType, name, data} = draft;
			if (ADDED_UP.has(assetType)) {
				added.push(draft);
				continue;
			}
			let key = `${assetType} ${name}`;
			if (assetType === ORG_POLICY) {
				// Those of an older list are gone. Lists of one time unite.
				if (draft.time < listTimes.get(nameOf(draft))!) continue;
				key = `${ORG_POLICY} ${nameOf(draft)} ${JSON.stringify(data['constraint'])}`;
				const updated = data['updateTime'] ?? data['update_time'];
				draft.time = this.#reading.stampOf(typeof updated === 'string' ? updated : undefined);
			}
			const known = newest.get(key);
			if (known) {
				const contents = contentsOf([known.data, known.container], [data, draft.container]);
				const isSame = sameData(known.data, data);
				if (!this.#reading.isNewer(draft.time, known.time, `${assetType} ${name}`, isSame, contents)) continue;
			}
			newest.set(key, draft);
		}
		this.#drafts.length = 0;
		this.#listTimes.clear();
		const byType = new Map<string, Document[]>();
		for (const draft of [...newest.values(), ...added].toSorted((a, b) => compare(a.name, b.name))) {
			const {assetType, name, data} = draft;
			let documents = byType.get(assetType);
			if (!documents) byType.set(assetType, (documents = []));
			documents.push({assetType, name, container: container(draft.container), data});
		}
		return byType;
	}
}
