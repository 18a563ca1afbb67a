/** The pace, with a clock that stands still. */
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {Bucket} from '../../src/sources/google-cloud/bucket.ts';
import {QUOTAS, scaledQuota} from '../../src/sources/google-cloud/quotas.ts';

const MINUTE = 60_000;

/** A call that is answered at once. */
function call(bucket: Bucket, now: number): void {
	bucket.start();
	bucket.answered(now);
}

/** Takes so many calls as fast as the bucket allows. @returns when each started */
function starts(bucket: Bucket, calls: number, from = 0): number[] {
	const times: number[] = [];
	let now = from;
	while (times.length < calls) {
		const wait = bucket.wait(now);
		now += wait;
		if (wait > 0) continue;
		times.push(now);
		call(bucket, now);
	}
	return times;
}

test('a full window at once, then each as the one before leaves it', () => {
	const times = starts(new Bucket({limit: 5, window: MINUTE}), 12);
	expect(times).toEqual([0, 0, 0, 0, 0, MINUTE, MINUTE, MINUTE, MINUTE, MINUTE, 2 * MINUTE, 2 * MINUTE]);
});

test('no window ever holds more than the quota, and none of it is wasted', () => {
	const gaps = fc.array(fc.integer({min: 0, max: 30_000}), {minLength: 1, maxLength: 60});
	fc.assert(
		fc.property(fc.integer({min: 1, max: 20}), gaps, (limit, waits) => {
			const bucket = new Bucket({limit, window: MINUTE});
			const times: number[] = [];
			let now = 0;
			for (const gap of waits) {
				now += gap;
				for (let wait = bucket.wait(now); wait > 0; wait = bucket.wait(now)) now += wait;
				call(bucket, now);
				times.push(now);
			}
			for (const [i, time] of times.entries()) {
				const within = times.slice(0, i + 1).filter(other => other > time - MINUTE).length;
				expect(within).toBeLessThanOrEqual(limit);
			}
			const [last] = times.slice(-1);
			const idle = waits.reduce((sum, gap) => sum + gap, 0);
			expect(last).toBeLessThanOrEqual(idle + Math.floor((times.length - 1) / limit) * MINUTE);
		}),
	);
});

test('a call counts from its answer on, since nobody knows when the server counted it', () => {
	const bucket = new Bucket({limit: 2, window: MINUTE});
	bucket.start();
	bucket.start();
	expect(bucket.wait(0)).toBe(Infinity);
	bucket.answered(3000);
	expect(bucket.wait(3000)).toBe(MINUTE);
	expect(bucket.wait(MINUTE)).toBe(3000);
});

test('a server that says no is obeyed, and its pace is learned and forgotten', () => {
	const bucket = new Bucket({limit: 100, window: MINUTE});
	for (let i = 0; i < 20; i++) call(bucket, 1000);
	bucket.start();
	bucket.slowDown(7000, 3000);
	expect(bucket.wait(7000)).toBeGreaterThanOrEqual(3000);
	expect(bucket.limit).toBe(16);
	// What was under way says the same again.
	bucket.slowDown(7100, 3000);
	expect(bucket.limit).toBe(16);
	bucket.wait(7000 + 3 * MINUTE);
	expect(bucket.limit).toBe(46);
	bucket.wait(7000 + 60 * MINUTE);
	expect(bucket.limit).toBe(100);
});

test('the published figures, and as many times as one likes', () => {
	expect(QUOTAS['deny-read']).toMatchObject({limit: 5, window: MINUTE, slow: true});
	expect(QUOTAS['boundary-read']).toMatchObject({limit: 5, window: MINUTE, slow: true});
	expect(QUOTAS['iam-read'].limit).toBe(6000);
	expect(QUOTAS['asset-list'].limit).toBe(100);
	expect(QUOTAS['asset-list-organization'].limit).toBe(800);
	expect(QUOTAS['pool-read'].limit).toBe(600);
	expect(scaledQuota('deny-read', 2.5).limit).toBe(12);
	expect(scaledQuota('deny-read', 0.01).limit).toBe(1);
});
