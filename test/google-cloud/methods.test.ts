/** Only read methods: the table against what the clients could change, and everything that is sent against the table. */
import {readdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {afterEach, describe, expect, test} from 'vitest';
import {SETTING_TYPES as REDUCED} from '../../src/inventory/resource-facts.ts';
import {READERS} from '../../src/inventory/workload-types.ts';
import {SETTING_TYPES, UNEXPORTED_TYPES, WORKLOAD_TYPES} from '../../src/sources/google-cloud/asset-types.ts';
import {isGrpc, type Method, METHODS} from '../../src/sources/google-cloud/methods.ts';
import {live, type Live, ORGANIZATION} from './live.ts';

const require = createRequire(import.meta.url);
const methods: Method[] = Object.values(METHODS);

/** Reads that go by POST, since what they ask does not fit into a URL. */
const READS_BY_POST = /(?:^|\.)(?:GetIamPolicy|TestIamPermissions)$|:getIamPolicy$|entries:list$/;

interface Node {
	nested?: Record<string, Node>;
	methods?: Record<string, {options?: Record<string, unknown>}>;
}

/** Full names of all RPCs of a package, with the verb by which they go over HTTP. */
function rpcs(node: Node, path: string[] = []): [name: string, verb: string][] {
	const own = Object.entries(node.methods ?? {}).map(([name, {options = {}}]): [string, string] => {
		const rule = Object.keys(options).find(key => /^\(google\.api\.http\)\.(?:get|post|put|patch|delete)$/.test(key));
		return [[...path, name].join('.'), rule?.slice(rule.lastIndexOf('.') + 1) ?? ''];
	});
	return [...own, ...Object.entries(node.nested ?? {}).flatMap(([name, inner]) => rpcs(inner, [...path, name]))];
}

describe('the table', () => {
	test('holds no RPC that changes anything, of all that the clients have', () => {
		const packages = ['resource-manager', 'iam', 'asset', 'org-policy', 'recommender'];
		const all = packages.flatMap(name => rpcs(require(`@google-cloud/${name}/build/protos/protos.json`) as Node));
		const changing = all.filter(([name, verb]) => verb !== 'get' && !READS_BY_POST.test(name)).map(([name]) => name);
		expect(changing.length).toBeGreaterThan(60);
		expect(changing).toContain('google.iam.v2.Policies.DeletePolicy');
		const verbs = new Map(all);
		for (const method of methods.filter(isGrpc)) {
			expect(verbs.has(method.name), method.name).toBe(true);
			expect(changing).not.toContain(method.name);
		}
	});

	test('holds no HTTP verb but GET, and POST where a read needs it', () => {
		for (const {name} of methods.filter(method => !isGrpc(method))) {
			expect(name.startsWith('GET ') || READS_BY_POST.test(name), name).toBe(true);
		}
	});

	test('needs no permission that changes anything', () => {
		for (const {permissions} of methods) {
			for (const name of permissions) expect(name).toMatch(/\.(?:get|list|search|query)\w*$/i);
		}
	});
});

describe('what is sent', () => {
	let at: Live | undefined;
	afterEach(() => at?.close());

	/** A method of the call log as a pattern of the table allows it. */
	const allowed = (name: string): RegExp =>
		new RegExp(`^${name.replaceAll(/[.()?]/g, '\\$&').replaceAll(/\{\+\w+\}/g, '[^:]+')}$`);

	test('is in the table, by both routes, doctor and roles', async () => {
		at = await live();
		const scope = `--organization=${ORGANIZATION}`;
		for (const via of ['services', 'asset-inventory']) {
			await at.run(['collect', scope, `--via=${via}`, `--output=${at.path('a.ndjson')}`]);
		}
		await at.run(['doctor', scope, '--quota-project=payer']);
		await at.run(['roles', 'refresh']);
		const patterns = methods.map(({name}) => allowed(name));
		const strangers = new Set(at.standIn.methods().filter(name => !patterns.some(pattern => pattern.test(name))));
		expect([...strangers]).toEqual([]);
	});

	test('is sent in one file, and signing in is the other; apart from notices and copies of runs', () => {
		const folder = new URL('../../src/', import.meta.url);
		const files = readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter(name => name.endsWith('.ts'));
		const sending = /\.request[(<]|[^.\w]fetch\(|@googleapis\/|@google-cloud\//;
		const found = files.filter(name => sending.test(withoutComments(readFileSync(new URL(name, folder), 'utf8'))));
		expect(found.toSorted()).toEqual([
			// These ask nothing: what they write has a list and tests of its own (`test/schedule/`).
			'schedule/notices/send.ts',
			'schedule/targets/bucket.ts',
			'sources/google-cloud/clients.ts',
			'sources/google-cloud/credentials.ts',
			// The warehouse has a guard of its own, and its test.
			'sources/logs/warehouse.ts',
		]);
	});
});

function withoutComments(text: string): string {
	return text.replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '');
}

test('the workload types that are asked for are those that are read', () => {
	const read = new Set([...READERS.keys(), ...REDUCED]);
	const asked = [...WORKLOAD_TYPES, ...SETTING_TYPES, ...UNEXPORTED_TYPES];
	expect(asked.filter(type => !read.has(type))).toEqual([]);
	const left = [...read].filter(type => !asked.includes(type));
	// Too many of them: see `asset-types.ts`.
	expect(left.toSorted()).toEqual([
		'bigquery.googleapis.com/Table',
		'compute.googleapis.com/Disk',
		'compute.googleapis.com/Snapshot',
	]);
});
