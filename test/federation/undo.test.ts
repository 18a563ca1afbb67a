/** The way back of each fix of a provider: after it everything is as it was. */
import {expect, test} from 'vitest';
import {checks} from '../../checks/index.ts';
import type {Change} from '../../src/remediation/change.ts';
import {renderFix} from '../../src/remediation/render.ts';
import type {Asset, Json} from '../../src/sources/asset.ts';
import {applyChanges} from '../apply.ts';
import {parseGcloud} from '../gcloud.ts';
import {bound, GITLAB, MAPPING, pool, POOLS_READ, provider, WORKLOAD_USER} from '../worlds/federation.ts';
import {openWorld, world} from '../worlds/world.ts';

/** Everything that a provider can have wrong, by provider. */
const given = world(
	...POOLS_READ,
	pool(),
	provider('open', {mapping: {...MAPPING, 'google.groups': "assertion.actor == 'x' ? ['a', 'b'] : ['c']"}}),
	provider('named', {
		condition: "assertion.repository_owner in ['acme', 'labs']",
		audiences: ['sts.amazonaws.com', 'acme,inc'],
	}),
	provider('gitlab', {issuer: GITLAB, condition: "assertion.namespace_path == 'acme'"}),
	[bound('*'), WORKLOAD_USER, 'ci@shop'],
);

const dataOf = (assets: readonly Asset[]): Json[] =>
	assets.flatMap((asset): Json[] => (asset.resource?.data ? [asset.resource.data] : []));
/** An absent setting and an empty one say the same. */
const plain = (value: Json): Json =>
	JSON.parse(
		JSON.stringify(value, (_, inner: unknown) =>
			inner === '' || inner === false || (Array.isArray(inner) && inner.length === 0) ? undefined : inner,
		),
	) as Json;

test('brings back what was there', async () => {
	const at = await openWorld(given);
	const fixes = checks
		.filter(({id}) => id.startsWith('federation-'))
		.flatMap(({inspect}) => [...inspect(at).hits].map(hit => hit.detail().fix))
		.filter(({changes}) => changes.some(({op}) => op === 'update-provider'));
	expect(fixes.length).toBeGreaterThan(5);
	for (const fix of fixes) {
		const {gcloud, undo} = renderFix(fix);
		const forth = applyChanges(given, gcloud.map(parseGcloud) as Change[]);
		expect(dataOf(forth)).not.toEqual(dataOf(given));
		const back = applyChanges(forth, undo.map(parseGcloud) as Change[]);
		expect(dataOf(back).map(plain)).toEqual(dataOf(given).map(plain));
	}
});
