/** From a small world to the assets that an export of it would hold. */
import type {Asset, Json} from '../../../src/sources/asset.ts';
import {accountName, chainOf, CRM, homeOf, OTHER_RESOURCES, type SmallWorld, type Tree, type WhoTest} from './world.ts';

/** CEL of a tree, as an administrator would write it. */
export function cel(tree: Tree): string {
	switch (tree.is) {
		case 'all':
		case 'any':
			return tree.of.map(part => `(${cel(part)})`).join(tree.is === 'all' ? ' && ' : ' || ');
		case 'not':
			return `!(${cel(tree.of)})`;
		case 'before':
			return `request.time < timestamp("${new Date(tree.time).toISOString()}")`;
		case 'after':
			return `request.time > timestamp("${new Date(tree.time).toISOString()}")`;
		case 'resource':
			return `resource.${tree.attribute} ${tree.equal ? '==' : '!='} "${tree.value}"`;
		case 'nameStarts':
			return `resource.name.startsWith("${tree.prefix}")`;
		case 'tag':
			return `resource.matchTag("1/env", "${tree.value}")`;
		case 'grantsOnly':
			return `api.getAttribute("iam.googleapis.com/modifiedGrantsByRole", []).hasOnly(["${tree.role}"])`;
		case 'accessLevel':
			return '"accessPolicies/7/accessLevels/office" in request.auth.access_levels';
		case 'broken':
			return 'request.time <';
	}
}

function whoCel(test: WhoTest, negated: boolean): string {
	if (test === 'broken') return 'principal.type ==';
	const text =
		'type' in test
			? `principal.type == "${test.type}"`
			: 'subject' in test
				? `principal.subject == "${test.subject}"`
				: `principal.subject.endsWith("${test.subjectEnds}")`;
	return negated ? `!(${text})` : text;
}

const CONTAINER_TYPE: Record<string, string> = {projects: 'Project', folders: 'Folder', organizations: 'Organization'};

/** Every asset, in no meaningful order. Projects are named by number, as exports do. */
export function render(world: SmallWorld): Asset[] {
	const assets: Asset[] = [];
	const written = (key: string): string => {
		const number = world.containers.find(container => container.key === key)?.number;
		return number === undefined ? key : `projects/${number}`;
	};
	const ancestors = (key: string): string[] => chainOf(world, key).map(written);
	const add = (assetType: string, name: string, data: Json, home?: string): void => {
		assets.push({name, assetType, ...(home !== undefined && {ancestors: ancestors(home)}), resource: {data}});
	};
	const nameOf = (name: string): string => (name.startsWith(CRM) ? CRM + written(name.slice(CRM.length)) : name);

	for (const {key, number, domain, customer} of world.containers) {
		const type = CONTAINER_TYPE[key.slice(0, key.indexOf('/'))]!;
		const data: Json = number
			? {projectId: key.slice('projects/'.length), projectNumber: number, lifecycleState: 'ACTIVE'}
			: {
					name: key,
					displayName: domain ?? key,
					...(customer !== undefined && {owner: {directoryCustomerId: customer}}),
				};
		add(`cloudresourcemanager.googleapis.com/${type}`, CRM + written(key), data, key);
	}
	for (const account of world.accounts) {
		const {email, project, disabled} = account;
		const data = {name: accountName(account).slice(2), projectId: project.slice('projects/'.length), email, disabled};
		add('iam.googleapis.com/ServiceAccount', accountName(account), data, project);
	}
	for (const {email, state, members} of world.groups) {
		if (state === 'unread') continue;
		const name = `//cloudidentity.googleapis.com/groups/${email}`;
		add('cloudidentity.googleapis.com/Group', name, {groupKey: {id: email}, members});
		if (state === 'partial')
			add('sa-audit/Coverage', `//sa-audit/coverage/${name}/groups`, {fact: 'groups', scope: name, status: 'partial'});
	}
	for (const {name, permissions, state} of world.roles) {
		const data = {
			name,
			includedPermissions: permissions,
			stage: state === 'disabled' ? 'DISABLED' : 'GA',
			deleted: state === 'deleted',
		};
		add('iam.googleapis.com/Role', `//iam.googleapis.com/${name}`, data, name.slice(0, name.indexOf('/roles/')));
	}
	for (const on of new Set(world.bindings.map(binding => binding.on))) {
		const bindings = world.bindings
			.filter(binding => binding.on === on)
			.map(({role, members, condition}) => ({
				role,
				members,
				...(condition && {condition: {expression: cel(condition)}}),
			}));
		assets.push({
			name: nameOf(on),
			assetType: typeOf(on),
			ancestors: ancestors(homeOf(world, on)),
			iamPolicy: {bindings},
		});
	}
	for (const [on, value] of Object.entries(world.tags ?? {})) {
		const tag =
			value === null
				? {namespacedTagKey: '1/other', namespacedTagValue: '1/other/x'}
				: {namespacedTagKey: '1/env', namespacedTagValue: `1/env/${value}`};
		add('cloudresourcemanager.googleapis.com/EffectiveTag', `${nameOf(on)}/effectiveTags/x`, tag, homeOf(world, on));
	}
	for (const [number, {attached, rules}] of world.denies.entries()) {
		const name = `policies/${encodeURIComponent(`cloudresourcemanager.googleapis.com/${written(attached)}`)}/denypolicies/d${number}`;
		const wrapped = rules.map(({denied, excepted, permissions, exceptedPermissions, condition}) => ({
			denyRule: {
				deniedPrincipals: denied,
				exceptionPrincipals: excepted,
				deniedPermissions: permissions,
				exceptionPermissions: exceptedPermissions,
				...(condition && {denialCondition: {expression: cel(condition)}}),
			},
		}));
		add('iam.googleapis.com/DenyPolicy', `//iam.googleapis.com/${name}`, {name, kind: 'DenyPolicy', rules: wrapped});
	}
	const inOrganization = 'organizations/1/locations/global';
	for (const [number, {resources, version, bound}] of world.boundaries.entries()) {
		const policy = `${inOrganization}/principalAccessBoundaryPolicies/p${number}`;
		const rules = [{effect: 'ALLOW', resources: resources.map(key => CRM + written(key))}];
		add('iam.googleapis.com/PrincipalAccessBoundaryPolicy', `//iam.googleapis.com/${policy}`, {
			name: policy,
			uid: `uid-${number}`,
			details: {rules, enforcementVersion: String(version)},
		});
		for (const [index, {set, condition}] of bound.entries()) {
			const name = `${inOrganization}/policyBindings/p${number}-${index}`;
			add('iam.googleapis.com/PolicyBinding', `//iam.googleapis.com/${name}`, {
				name,
				target: {principalSet: set},
				policyKind: 'PRINCIPAL_ACCESS_BOUNDARY',
				policy,
				policyUid: `uid-${number}`,
				...(condition && {condition: {expression: whoCel(condition.test, condition.negated)}}),
			});
		}
	}
	for (const pool of world.disabledPools) {
		add('iam.googleapis.com/WorkloadIdentityPool', `//iam.googleapis.com/${pool}`, {
			name: pool,
			state: 'ACTIVE',
			disabled: true,
		});
	}
	if (world.unreadPolicies) {
		for (const {key} of world.containers) {
			const status = world.unreadPolicies.includes(CRM + key) ? 'missing' : 'complete';
			add('sa-audit/Coverage', `//sa-audit/coverage/${key}/allowPolicies`, {
				fact: 'allowPolicies',
				scope: written(key),
				status,
			});
		}
		for (const scope of world.unreadPolicies) {
			if (scope.startsWith(CRM)) continue;
			add('sa-audit/Coverage', `//sa-audit/coverage/${scope}/allowPolicies`, {
				fact: 'allowPolicies',
				scope,
				status: 'partial',
			});
		}
	}
	return assets;
}

function typeOf(name: string): string {
	if (name.startsWith(CRM))
		return `cloudresourcemanager.googleapis.com/${CONTAINER_TYPE[name.slice(CRM.length, name.lastIndexOf('/'))]!}`;
	return OTHER_RESOURCES.find(resource => resource.name === name)?.type ?? 'iam.googleapis.com/ServiceAccount';
}
