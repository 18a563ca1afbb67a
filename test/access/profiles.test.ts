/** Profiles: principals whom deny rules and boundaries see alike are judged alike, so that searches share what they find. */
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {resolvePrincipal, resolveResource} from '../../src/resolve.ts';
import type {Asset, Json} from '../../src/sources/asset.ts';
import {DEFAULTS} from '../../src/config/schema.ts';
import {prepareWorld} from '../../src/prepare.ts';
import {accountAsset, denyPolicy, group, world} from './guard-world.ts';
import {PRINCIPALS, smallWorld, TARGETS} from './naive/arbitrary.ts';
import {open} from './naive/compare.ts';
import {PERMISSION_NAMES} from './naive/tables.ts';
import {OTHER_RESOURCES} from './naive/world.ts';

const SEED = 41;
const RUNS = 30;

test(`principals of one profile are barred alike (seed ${SEED})`, async () => {
	let pairs = 0;
	await fc.assert(
		fc.asyncProperty(smallWorld, async small => {
			const {access, inventory} = await open(small);
			const targets = TARGETS.filter(name => OTHER_RESOURCES.every(other => other.name !== name)).map(name =>
				resolveResource(inventory, name),
			);
			const byProfile = Map.groupBy(
				PRINCIPALS.map(name => resolvePrincipal(inventory, name)),
				principal => access.profile(principal),
			);
			for (const [profile, [first, ...others]] of byProfile) {
				for (const permission of PERMISSION_NAMES) {
					for (const target of targets) {
						const expected = access.barred(first!, permission, target);
						if (profile === 0) expect(expected.value).toBe('false');
						const hasGap = expected.proof.some(({kind}) => kind === 'gap');
						for (const other of others) {
							const {value, proof} = access.barred(other, permission, target);
							expect([other.member, value]).toEqual([other.member, expected.value]);
							expect(proof.some(({kind}) => kind === 'gap')).toBe(hasGap);
							pairs++;
						}
					}
				}
			}
		}),
		{seed: SEED, numRuns: RUNS},
	);
	expect(pairs).toBeGreaterThan(10_000);
});

describe('whom rules do not name', () => {
	const rule = (deniedPrincipals: string[], exceptionPrincipals: string[] = []): Json => ({
		deniedPrincipals,
		exceptionPrincipals,
		deniedPermissions: ['iam.googleapis.com/serviceAccounts.actAs'],
	});
	const profiles = async (names: readonly string[], ...assets: Asset[]): Promise<number[]> => {
		const inventory = world(assets);
		const {access} = await prepareWorld(inventory, DEFAULTS);
		return names.map(name => access.profile(resolvePrincipal(inventory, name)));
	};
	const NAMES = ['user:ann@example.com', 'user:bob@example.com', 'user:eve@example.com'];
	const ROBOTS = ['shop', 'lab'].map(project => `serviceAccount:sa@${project}.iam.gserviceaccount.com`);
	const ACCOUNTS = 'principalSet://cloudresourcemanager.googleapis.com/projects/10/type/ServiceAccount';
	const devs = group('devs@example.com', ['user:ann@example.com']);

	test.each<[string, Json[], Asset[], number[]]>([
		['is barred by nothing', [rule(['principal://goog/subject/ann@example.com'])], [], [1, 0, 0]],
		[
			'nor is who is in no group that is named',
			[rule(['principalSet://goog/group/devs@example.com'])],
			[devs],
			[1, 0, 0],
		],
		[
			'a group that was not read may hold anybody',
			[rule(['principalSet://goog/group/who@example.com'])],
			[],
			[1, 1, 1],
		],
		[
			'everybody but one',
			[rule(['principalSet://goog/public:all'], ['principal://goog/subject/ann@example.com'])],
			[],
			[0, 1, 1],
		],
		[
			'everybody but a group that was not read',
			[rule(['principalSet://goog/public:all'], ['principalSet://goog/group/who@example.com'])],
			[],
			[1, 1, 1],
		],
		[
			'accounts of a project',
			[rule([ACCOUNTS])],
			[accountAsset('shop', 'sa'), accountAsset('lab', 'sa')],
			[0, 0, 0, 1, 0],
		],
		[
			'everybody but accounts of a project',
			[rule(['principalSet://goog/public:all'], [ACCOUNTS])],
			[accountAsset('shop', 'sa'), accountAsset('lab', 'sa')],
			[1, 1, 1, 0, 1],
		],
		[
			'several rules',
			[
				rule(['principalSet://goog/public:all'], ['principal://goog/subject/ann@example.com']),
				rule(['principal://goog/subject/bob@example.com']),
			],
			[],
			[0, 1, 2],
		],
	])('%s', async (_, rules, assets, expected) => {
		const names = [...NAMES, ...ROBOTS].slice(0, expected.length);
		expect(await profiles(names, denyPolicy('projects/10', rules), ...assets)).toEqual(expected);
	});
});
