/** From where and with what something was used, and what that tells about how else it could sign in. */
import {GOOGLE_NETWORK, PRIVATE_NETWORK} from './usage.ts';
import type {Use} from './uses.ts';

/** Private and Google's own addresses count as one place (checks.md, defaults). */
export const INSIDE_GOOGLE = 'private or Google';

/** Distinct networks, each /24 or /48 one; what was not logged is none. */
export function placesOf(uses: readonly Use[]): string[] {
	const places = new Set<string>();
	for (const {network} of uses) if (network !== '') places.add(isInside(network) ? INSIDE_GOOGLE : network);
	return [...places].toSorted();
}

/** Distinct kinds of client. */
export function clientsOf(uses: readonly Use[]): string[] {
	return [...new Set(uses.map(({client}) => client).filter(client => client !== ''))].toSorted();
}

export function isInside(network: string): boolean {
	return network === GOOGLE_NETWORK || network === PRIVATE_NETWORK;
}

/** Tools that people run by hand. */
const TOOLS: ReadonlySet<string> = new Set(['gcloud', 'gsutil', 'terraform', 'pulumi', 'kubectl', 'ide']);

/** Whether a person's tool was at work, and no CI system said that it was itself. */
export function isByHand({client, ci}: Use): boolean {
	return TOOLS.has(client) && !ci;
}

/** What would do instead of a key, by where it is used. */
export interface Alternative {
	from: string;
	instead: string;
	uses: Use[];
	/** A private address may be anywhere; only Google's own are surely in Google Cloud. */
	certain: boolean;
}

const PLATFORMS: readonly [RegExp, string, string][] = [
	[/github/i, 'GitHub Actions', 'Workload Identity Federation with GitHub'],
	[/gitlab/i, 'GitLab', 'Workload Identity Federation with GitLab'],
	[/azure|vsts/i, 'Azure', 'Workload Identity Federation with Azure'],
	[/\baws\b|amazon|\bboto3?\b|aws-sdk/i, 'AWS', 'Workload Identity Federation with AWS'],
	[/gke|kubernetes|\bkube/i, 'Kubernetes', 'Workload Identity Federation for GKE, or for the cluster'],
];

/** Alternatives that uses prove, most used first. */
export function alternativesOf(uses: readonly Use[]): Alternative[] {
	const found = new Map<string, Alternative>();
	const note = (use: Use, from: string, instead: string, certain: boolean): void => {
		const known = found.get(from);
		if (known) {
			known.uses.push(use);
			known.certain ||= certain;
		} else found.set(from, {from, instead, uses: [use], certain});
	};
	for (const use of uses) {
		const platform = PLATFORMS.find(([pattern]) => pattern.test(use.agent));
		if (platform) note(use, platform[1], platform[2], true);
		else if (use.ci) note(use, 'a CI system', 'Workload Identity Federation with its ID tokens', true);
		else if (isInside(use.network) || use.client === 'google') {
			const certain = use.network !== PRIVATE_NETWORK;
			note(use, 'Google Cloud', 'the account attached to the workload, or Workload Identity on GKE', certain);
		}
	}
	const count = ({uses: of}: Alternative): number => of.reduce((sum, use) => sum + use.count, 0);
	return [...found.values()].toSorted((a, b) => count(b) - count(a) || (a.from < b.from ? -1 : 1));
}

/** What evidence shows of uses: by network and client, most used first, at most so many. */
export function usesEvidence(uses: readonly Use[], most = 20): Record<string, unknown>[] {
	const rows = new Map<string, {network: string; client: string; count: number; first: number; last: number}>();
	for (const {network, userAgent, count, first, last} of uses) {
		const key = `${network} ${userAgent}`;
		const known = rows.get(key);
		if (!known) rows.set(key, {network, client: userAgent, count, first, last});
		else {
			known.count += count;
			known.first = Math.min(known.first, first);
			known.last = Math.max(known.last, last);
		}
	}
	return [...rows]
		.toSorted(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1))
		.slice(0, most)
		.map(([, {network, client, count, first, last}]) => ({
			...(network !== '' && {network}),
			...(client !== '' && {client}),
			count,
			first: new Date(first).toISOString(),
			last: new Date(last).toISOString(),
		}));
}
