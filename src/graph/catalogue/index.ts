/** The escalation catalogue: every known way to become someone else on Google Cloud. */
import {ACCOUNTS} from './accounts.ts';
import {ANALYTICS} from './analytics.ts';
import {APP_ENGINE} from './appengine.ts';
import {BUILDS} from './builds.ts';
import {COMPUTE} from './compute.ts';
import {CONTAINERS} from './containers.ts';
import {CREDENTIALS} from './credentials.ts';
import {DATA} from './data.ts';
import {DEPLOYMENT} from './deployment.ts';
import {FEDERATION} from './federation.ts';
import {FUNCTIONS} from './functions.ts';
import {GUARDRAILS} from './guardrails.ts';
import {HIERARCHY} from './hierarchy.ts';
import {INSTANCES} from './instances.ts';
import {KUBERNETES} from './kubernetes.ts';
import {KUBERNETES_RBAC} from './kubernetes-rbac.ts';
import {RUN} from './run.ts';
import {SECRETS} from './secrets.ts';
import {TRIGGERS} from './triggers.ts';
import {VERTEX} from './vertex.ts';
import type {Escalation} from './types.ts';

/** Version of the data: minor for new or corrected entries, major if a field changes its meaning. */
export const CATALOGUE_VERSION = '1.1.0';

/** A field of the catalogue, as the document groups it. */
export interface Field {
	title: string;
	entries: readonly Escalation[];
}

/** All fields in catalogue order: where a hop has several escalations, the surest is named, then the first. */
export const FIELDS: readonly Field[] = [
	{title: 'Service accounts', entries: ACCOUNTS},
	{title: 'Dormant accounts and narrow credentials', entries: CREDENTIALS},
	{title: 'Policies and roles', entries: CONTAINERS},
	{title: 'Guardrails and tags', entries: GUARDRAILS},
	{title: 'Entitlements and the hierarchy', entries: HIERARCHY},
	{title: 'Federation, groups and Workspace', entries: FEDERATION},
	{title: 'Virtual machines', entries: INSTANCES},
	{title: 'Fleets, disks and other machines', entries: COMPUTE},
	{title: 'Functions', entries: FUNCTIONS},
	{title: 'Cloud Run', entries: RUN},
	{title: 'App Engine', entries: APP_ENGINE},
	{title: 'Services that call with a token', entries: TRIGGERS},
	{title: 'Builds and repositories', entries: BUILDS},
	{title: 'Deployment and integration', entries: DEPLOYMENT},
	{title: 'Dataflow, Dataproc and Composer', entries: DATA},
	{title: 'Notebooks and Vertex AI', entries: VERTEX},
	{title: 'Analytics and workstations', entries: ANALYTICS},
	{title: 'Kubernetes Engine', entries: KUBERNETES},
	{title: 'Kubernetes RBAC and bound accounts', entries: KUBERNETES_RBAC},
	{title: 'Secrets, buckets and the rest', entries: SECRETS},
];

/** Every entry, in catalogue order; ids are unique. */
export const CATALOGUE: readonly Escalation[] = FIELDS.flatMap(field => field.entries);

const byId: ReadonlyMap<string, Escalation> = new Map(CATALOGUE.map(entry => [entry.id, entry]));

/** The entry of an id, undefined if there is none. */
export function escalation(id: string): Escalation | undefined {
	return byId.get(id);
}
