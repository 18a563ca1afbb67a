/** Projects whose default account is gone although the API that needs it is on. */
import {DEFAULT_ACCOUNT_APIS, type DefaultAccountApi, defaultAccountApi, SERVICE} from '../inventory/services.ts';
import type {Container} from '../inventory/model.ts';
import type {World} from '../world.ts';

export interface MissingDefault {
	project: Container;
	api: DefaultAccountApi;
	email: string;
	/** How it is known that the API is on. */
	because: string;
}

/** Facts: e-mails of default accounts, iam-semantics section 4 [seen]. */
const EMAIL: Record<DefaultAccountApi, (project: Container) => string | undefined> = {
	'compute.googleapis.com': ({number}) => number && `${number}-compute@developer.gserviceaccount.com`,
	'appengine.googleapis.com': ({key}) => {
		const id = key.slice('projects/'.length);
		// A domain-scoped project `example.com:app` has the account `app.example.com@appspot...` [recalled].
		const [domain, name] = id.includes(':') ? id.split(':') : [undefined, id];
		return `${domain === undefined ? name : `${name}.${domain}`}@appspot.gserviceaccount.com`;
	},
};

export function missingDefaults({inventory}: World): MissingDefault[] {
	const on = new Map<Container, Map<DefaultAccountApi, string>>();
	const note = (project: Container, api: DefaultAccountApi, because: string): void => {
		let apis = on.get(project);
		if (!apis) on.set(project, (apis = new Map()));
		if (!apis.has(api)) apis.set(api, because);
	};
	for (const {name, container, data} of inventory.documents.get(SERVICE) ?? []) {
		const api = defaultAccountApi(name);
		if (api && container && data['state'] !== 'DISABLED') note(container, api, `${api} is enabled`);
	}
	for (const {assetType, project, name} of inventory.workloads) {
		const api = DEFAULT_ACCOUNT_APIS.find(known => assetType.startsWith(`${known}/`));
		if (api && project) note(project, api, `${name} is there`);
	}
	const found: MissingDefault[] = [];
	for (const [project, apis] of on) {
		if (!project.inScope || !project.active || !project.read || /^projects\/\d+$/.test(project.key)) continue;
		if (inventory.coverage.standing('serviceAccounts', project).status !== 'complete') continue;
		for (const [api, because] of apis) {
			const email = EMAIL[api](project);
			if (email !== undefined && !inventory.accounts.get(email)?.read) found.push({project, api, email, because});
		}
	}
	return found.toSorted((a, b) => a.project.order - b.project.order || (a.api < b.api ? -1 : 1));
}
