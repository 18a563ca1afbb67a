import {defineCheck, type Hit} from '../src/check.ts';
import {overlaps, parseCidr} from '../src/evidence/cidr.ts';
import {usesEvidence} from '../src/evidence/whence.ts';
import {GOOGLE_NETWORKS} from '../src/evidence/network.ts';
import {GOOGLE_NETWORK, PRIVATE_NETWORK} from '../src/evidence/usage.ts';
import type {Use} from '../src/evidence/uses.ts';
import {disableKey, keyEvidence, liveKeys, logHoles, recentUses} from '../src/queries/live-keys.ts';

export default defineCheck({
	id: 'key-used-outside-network',
	title: 'A key is used from outside the networks from which keys may be used',
	severity: 'high',
	on: 'the key',
	needs: ['serviceAccountKeys', 'serviceAccounts'],
	threats: ['impersonation', 'information disclosure'],
	practice: [5],
	why: 'Somebody holds a copy of it where none should be.',
	fix: 'Disable the key at once if nobody can say who it was; else add the network to allowedNetworks.',
	references: ['https://cloud.google.com/iam/docs/best-practices-for-managing-service-account-keys'],
	example: {
		fires: 'allowedNetworks names the office, and a key was used from somewhere else.',
		silent: 'allowedNetworks is not set, or the key was used from a private address, which no network tells apart.',
	},
	inspect(world) {
		const allowed = world.config.allowedNetworks.flatMap(text => parseCidr(text) ?? []);
		if (allowed.length === 0) return {examined: 0, hits: [], unknown: []};
		const hits: Hit[] = [];
		const keys = liveKeys(world);
		/** What was logged may be wider than what is allowed: only what has no address in common is surely outside. */
		const allowsGoogle = GOOGLE_NETWORKS.flatMap(text => parseCidr(text) ?? []).some(range =>
			allowed.some(one => overlaps(one, range)),
		);
		const isOutside = ({network, origin}: Use): boolean => {
			if (network === '' || network === PRIVATE_NETWORK) return false;
			const range = parseCidr(origin);
			return range ? !allowed.some(one => overlaps(one, range)) : network === GOOGLE_NETWORK && !allowsGoogle;
		};
		const unclear: string[] = [];
		for (const key of keys) {
			const recent = recentUses(world, key);
			if (allowsGoogle && recent.some(({origin}) => origin === GOOGLE_NETWORK))
				unclear.push(
					`whether the key ${key.id} was used from the networks of Google that are allowed is not in the logs`,
				);
			const uses = recent.filter(isOutside);
			if (uses.length === 0) continue;
			const networks = [...new Set(uses.map(({origin}) => origin))].toSorted();
			const more = networks.length > 1 ? ` and ${networks.length - 1} more networks` : '';
			hits.push({
				severity: 'high',
				confidence: 'certain',
				resource: key.name,
				detail: () => ({
					message: `The key ${key.id} of ${key.account.email} was used from ${networks[0]}${more}, which allowedNetworks does not name.`,
					evidence: {
						...keyEvidence(world, key),
						networks: networks.slice(0, 20),
						allowedNetworks: world.config.allowedNetworks,
						uses: usesEvidence(uses),
						notSeen: 'Private addresses cannot be told apart; App Engine and Compute Engine do not log the key.',
					},
					fix: {
						summary:
							'Find out who used it there. Unless that is a network to be added to allowedNetworks, disable the key now and look at what was done with it.',
						changes: disableKey(key),
					},
				}),
			});
		}
		return {examined: keys.length, hits, unknown: [...logHoles(world, keys), ...unclear]};
	},
});
