import {describe, expect, test} from 'vitest';
import {logLines} from '../../bench/log-entries.ts';
import {ABSENT, CODE, DELEGATION, FIELDS, INSERT_ID, METHOD, REQUEST_NAME} from '../../src/evidence/line-fields.ts';
import {LineShapes} from '../../src/evidence/line-shapes.ts';
import {QuickScan} from '../../src/evidence/quick-scan.ts';

/** A reader that was told of some lines, each as one that never saw a line before takes it apart. */
function shapesOf(lines: readonly string[]): LineShapes {
	const shapes = new LineShapes();
	for (const line of lines) {
		const {scan, bytes, view} = scanned(line);
		const ranges = Int32Array.from(FIELDS.flatMap((_, field) => [scan.start(field), scan.end(field)]));
		shapes.learn(bytes, view, 0, bytes.length, ranges);
	}
	return shapes;
}

function scanned(line: string): {scan: QuickScan; bytes: Buffer; view: DataView} {
	const scan = new QuickScan();
	const bytes = Buffer.from(line);
	if (!scan.scan(bytes, 0, bytes.length)) throw new Error(`left to the parser: ${line}`);
	return {scan, bytes, view: scan.view};
}

/** What a field's bytes are by the shape; undefined: the line's shape is not known. */
function found(shapes: LineShapes, line: string): (string | undefined)[] | undefined {
	const bytes = Buffer.from(line);
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const ranges = new Int32Array(FIELDS.length * 2).fill(ABSENT);
	if (!shapes.find(bytes, view, 0, bytes.length, ranges)) return undefined;
	return FIELDS.map((_, field) =>
		ranges[field * 2] === ABSENT ? undefined : bytes.toString('latin1', ranges[field * 2], ranges[field * 2 + 1]),
	);
}

const LINE =
	'{"insertId":"a1","logName":"projects/p/logs/cloudaudit.googleapis.com%2Factivity","timestamp":"2026-08-01T00:00:00Z",' +
	'"n":[-1.5e3,{"x":null,"y":true}],"protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog",' +
	'"methodName":"SignJwt","status":{"code":7},"authenticationInfo":{"principalEmail":"ann@example.com",' +
	'"serviceAccountDelegationInfo":[{"principalSubject":"user:\u00eb\\n"},{}]},"request":{"name":""}}}';

test('a line of a known shape says what taking it apart says, whatever stands in its values', () => {
	const shapes = shapesOf([LINE]);
	const other = LINE.replace('"a1"', '"0123456789abcdef"')
		.replace('SignJwt', '')
		.replace('-1.5e3', '0')
		.replace('"code":7', '"code":16')
		.replace('user:\u00eb\\n', 'b\\"c')
		.replace('"name":""', '"name":"projects/-/serviceAccounts/x"');
	const fields = found(shapes, other)!;
	expect(fields[INSERT_ID]).toBe('0123456789abcdef');
	expect(fields[METHOD]).toBe('');
	expect(fields[CODE]).toBe('16');
	expect(fields[DELEGATION]).toBe('[{"principalSubject":"b\\"c"},{}]');
	expect(fields[REQUEST_NAME]).toBe('projects/-/serviceAccounts/x');
	expect(fields).toEqual(found(shapesOf([other]), other));
});

describe('no line has a known shape', () => {
	test.each<[string, (line: string) => string]>([
		['whose key is another one', line => line.replace('"insertId"', '"insertIx"')],
		['that is cut off', line => line.slice(0, -1)],
		['that goes on', line => `${line} `],
		['with an escape where there must be none', line => line.replace('SignJwt', 'Sign\\u004awt')],
		['with other letters where there must be none', line => line.replace('SignJwt', 'Sign\u00e9')],
		['with a bad escape', line => line.replace('\\n', '\\x')],
		['with a control character', line => line.replace('\\n', '\u0001')],
		['with a number that is none', line => line.replace('-1.5e3', '01')],
		['with a text for a number', line => line.replace('-1.5e3', '"1"')],
		['with a code that is not whole', line => line.replace('"code":7', '"code":7.5')],
		['with one element more', line => line.replace(',{}]', ',{},{}]')],
		['with another word', line => line.replace('null', 'true')],
	])('%s', (_, change) => {
		const shapes = shapesOf([LINE]);
		expect(found(shapes, LINE)).toBeDefined();
		expect(change(LINE)).not.toBe(LINE);
		expect(found(shapes, change(LINE))).toBeUndefined();
	});
});

test('shapes that begin alike are told apart, and numbers from what else stands in their place', () => {
	const lines = [
		LINE,
		LINE.replace(',"status":{"code":7}', ''),
		LINE.replace('-1.5e3', 'null'),
		LINE.replace('-1.5e3', '"1"'),
		LINE.replace(',{}]', ']'),
		`${LINE}\r`,
	];
	const shapes = shapesOf(lines);
	for (const line of [...lines, ...lines.toReversed()])
		expect(found(shapes, line), line).toEqual(found(shapesOf([line]), line));
});

test('lines as sinks write them are nearly all of known shapes soon', () => {
	const lines = [...logLines({entries: 4000, seed: 6})];
	const shapes = shapesOf(lines.slice(0, 2000));
	const unknown = lines.slice(2000).filter(line => found(shapes, line) === undefined);
	expect(unknown.length).toBeLessThan(20);
});

test('where no two lines are alike, few are learned from, and shapes that come again later are known', () => {
	const shapes = shapesOf(
		Array.from({length: 30_000}, (_, index) => LINE.replace('"request":{', `"request":{"key${index}":1,`)),
	);
	expect(found(shapes, LINE)).toBeUndefined();
	const {scan, bytes, view} = scanned(LINE);
	const ranges = Int32Array.from(FIELDS.flatMap((_, field) => [scan.start(field), scan.end(field)]));
	let tries = 0;
	for (; tries < 100 && found(shapes, LINE) === undefined; tries++) shapes.learn(bytes, view, 0, bytes.length, ranges);
	expect(tries).toBeGreaterThan(0);
	expect(tries).toBeLessThan(100);
});
