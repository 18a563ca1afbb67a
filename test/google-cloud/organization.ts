/** An organization as the stand-in serves it, indexed from asset lines of either spelling. */
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import type {Json} from '../../src/sources/asset.ts';

/** One asset line, wrapper keys in camelCase. */
export interface Line {
	name: string;
	assetType: string;
	/** Logs of Workspace have none. */
	ancestors: string[];
	updateTime?: string;
	resource?: {data: Json; parent?: string};
	iamPolicy?: Json;
	orgPolicy?: Json[];
}

/** Types that the services tell and Asset Inventory does not export. */
const UNEXPORTED =
	/DenyPolicy$|PrincipalAccessBoundaryPolicy$|PolicyBinding$|^cloudidentity|^policyanalyzer|^recommender|^sa-audit|EffectiveTag$|WorkforcePool/;

export class Organization {
	readonly lines: Line[];
	/** Resource Manager v3 bodies by `projects/NUMBER`, `folders/N`, `organizations/N`. */
	readonly containers = new Map<string, Json>();
	/** Project number by id. */
	readonly numbers = new Map<string, string>();
	/** Allow policy by resource name, in the spelling of the assets. */
	readonly policies = new Map<string, Json>();
	/** Permissions that the caller does not have. */
	denied: string[] = [];
	/** Enabled APIs of whoever pays. */
	services: string[] = [];
	/** Log entries, as Logging gives them. */
	entries: Json[] = [];
	/** Time series, as Monitoring gives them; `resource.labels.project_number` says whose they are. */
	series: Json[] = [];
	/** Accounts, keys, roles and the like: `assetType container` -> bodies. */
	readonly #bodies = new Map<string, Json[]>();
	readonly #byType = new Map<string, Json[]>();
	readonly #exported: Line[];
	/** Answers that are asked for page by page. */
	readonly #lists = new Map<string, Line[]>();

	constructor(lines: Line[]) {
		this.lines = lines;
		for (const line of lines) this.#take(line);
		this.#exported = lines.filter(line => !UNEXPORTED.test(line.assetType));
	}

	/** `projects/ID` and `projects/NUMBER` alike. */
	path(key: string): string {
		const id = key.startsWith('projects/') ? key.slice('projects/'.length) : '';
		return this.numbers.has(id) ? `projects/${this.numbers.get(id)}` : key;
	}

	/** Resources of a type directly in a container. */
	bodies(assetType: string, container: string): Json[] {
		return this.#bodies.get(`${assetType} ${this.path(container)}`) ?? [];
	}

	/** Resources of a type, wherever they are. */
	allBodies(assetType: string): Json[] {
		return this.#byType.get(assetType) ?? [];
	}

	/** What Asset Inventory would list. */
	exported(scope: string, content: string, types: readonly string[]): Line[] {
		const path = this.path(scope);
		const key = [path, content, ...types].join(' ');
		let list = this.#lists.get(key);
		if (list) return list;
		list = this.#exported.filter(line => {
			if (types.length > 0 && !types.includes(line.assetType)) return false;
			if (!line.ancestors.includes(path)) return false;
			if (content === 'IAM_POLICY') return line.iamPolicy !== undefined;
			if (content === 'ORG_POLICY') return line.orgPolicy !== undefined;
			return line.resource !== undefined;
		});
		this.#lists.set(key, list);
		return list;
	}

	#take(line: Line): void {
		const {assetType, resource, ancestors, name} = line;
		// What logs tell is no API's resource.
		if (assetType === 'sa-audit/LogEvent') return;
		if (line.iamPolicy) this.policies.set(name, line.iamPolicy);
		// The policy's own API gives in its v2 form what Asset Inventory exports in v1.
		for (const {constraint, booleanPolicy} of line.orgPolicy ?? []) {
			const short = String(constraint).replace(/^constraints\//, '');
			const enforce = (booleanPolicy as {enforced?: boolean} | undefined)?.enforced === true;
			const body = {name: `${ancestors[0]}/policies/${short}`, spec: {rules: [{enforce}]}};
			this.#keep(`orgpolicy.googleapis.com/Policy ${ancestors[0]}`, body);
		}
		if (!resource) return;
		if (/^cloudresourcemanager\.googleapis\.com\/(?:Project|Folder|Organization)$/.test(assetType)) {
			this.#takeContainer(resource.data, ancestors);
			return;
		}
		this.#keep(`${assetType} ${ancestors?.[0] ?? ''}`, resource.data);
		const all = this.#byType.get(assetType);
		if (all) all.push(resource.data);
		else this.#byType.set(assetType, [resource.data]);
	}

	#keep(key: string, body: Json): void {
		const bodies = this.#bodies.get(key);
		if (bodies) bodies.push(body);
		else this.#bodies.set(key, [body]);
	}

	#takeContainer(data: Json, ancestors: string[]): void {
		const path = ancestors[0]!;
		const {projectId, lifecycleState, state, displayName, name, createTime, creationTime, labels, owner} = data;
		const customer = (owner as Json | undefined)?.['directoryCustomerId'];
		if (typeof projectId === 'string') this.numbers.set(projectId, path.slice('projects/'.length));
		this.containers.set(path, {
			name: path,
			...(ancestors[1] !== undefined && {parent: ancestors[1]}),
			...(projectId !== undefined && {projectId}),
			displayName: displayName ?? name,
			state: state ?? lifecycleState,
			createTime: createTime ?? creationTime,
			...(labels !== undefined && {labels}),
			...(customer !== undefined && {directoryCustomerId: customer}),
			etag: 'BwAAAAAAAAA=',
		});
	}
}

/** Lines of an export in either spelling. */
export function linesOf(text: string): Line[] {
	return text
		.split('\n')
		.filter(line => line !== '')
		.map(line => camel(JSON.parse(line) as Json));
}

function camel(json: Json): Line {
	const {asset_type, update_time, iam_policy, org_policy, ...rest} = json;
	return {
		...rest,
		...(asset_type !== undefined && {assetType: asset_type}),
		...(update_time !== undefined && {updateTime: update_time}),
		...(iam_policy !== undefined && {iamPolicy: camelPolicy(iam_policy as Json)}),
		...(org_policy !== undefined && {orgPolicy: (org_policy as Json[]).map(camelOrgPolicy)}),
	} as Line;
}

/** A v1 policy; the demo has switches only. */
function camelOrgPolicy({update_time, boolean_policy, ...policy}: Json): Json {
	return {
		...policy,
		...(update_time !== undefined && {updateTime: update_time}),
		...(boolean_policy !== undefined && {booleanPolicy: boolean_policy}),
	};
}

function camelPolicy({audit_configs, ...policy}: Json): Json {
	if (!Array.isArray(audit_configs)) return policy;
	const auditConfigs = (audit_configs as Json[]).map(({service, audit_log_configs}) => ({
		service,
		auditLogConfigs: (audit_log_configs as Json[]).map(({log_type, exempted_members}) => ({
			logType: log_type,
			...(exempted_members !== undefined && {exemptedMembers: exempted_members}),
		})),
	}));
	return {...policy, auditConfigs};
}

/** The built-in organization. */
export function demoOrganization(): Organization {
	const file = fileURLToPath(new URL('../../data/demo.ndjson', import.meta.url));
	return new Organization(linesOf(readFileSync(file, 'utf8')));
}
