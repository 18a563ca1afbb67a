/**
 * A Cloud Storage bucket: `PREFIX/RUN/FILE`, and each line of the ledger as `PREFIX/ledger/NUMBER.ndjson`, since objects
 * are created and never replaced. `cat ledger/*.ndjson > ledger.ndjson` makes the ledger of them.
 */
import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import type {Bucket} from '@google-cloud/storage';
import {UsageError} from '../../errors.ts';
import {type Endpoint, rootUrl} from '../../sources/google-cloud/endpoint.ts';
import type {Credentials} from '../../sources/google-cloud/credentials.ts';
import type {Target} from './target.ts';

/** Seconds that one object may take with all its retries. */
const PATIENCE = 600;
/**
 * In one request (uploads in parts leave the sign-in out where another endpoint is set), which creates or fails. The
 * server compares the checksum: the client, finding a difference afterwards, would delete the object.
 */
const CREATE_ONLY = {preconditionOpts: {ifGenerationMatch: 0}, resumable: false, validation: false} as const;

/** @param url `gs://BUCKET` or `gs://BUCKET/PREFIX` */
export async function bucketTarget(
	name: string,
	url: string,
	{client}: Pick<Credentials, 'client'>,
	endpoint: Endpoint | undefined,
): Promise<Target> {
	const [, bucketName, prefix = ''] = /^gs:\/\/([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])(?:\/(.*?))?\/*$/.exec(url) ?? [];
	if (bucketName === undefined)
		throw new UsageError(`${url} names no bucket.`, 'Write gs://BUCKET or gs://BUCKET/PREFIX.');
	const {Storage, IdempotencyStrategy} = await import('@google-cloud/storage');
	const root = rootUrl('storage.googleapis.com', endpoint).replace(/\/$/, '');
	const storage = new Storage({
		authClient: client,
		// Nobody is asked for it: it is only for making buckets.
		projectId: 'unused',
		apiEndpoint: root,
		useAuthWithCustomEndpoint: true,
		retryOptions: {
			autoRetry: true,
			maxRetries: 4,
			totalTimeout: PATIENCE,
			idempotencyStrategy: IdempotencyStrategy.RetryConditional,
		},
	});
	const bucket = storage.bucket(bucketName);
	const place = (path: string): string => (prefix === '' ? path : `${prefix}/${path}`);
	return {
		name,
		async putRun(run, folder, files) {
			for (const file of files) await create(upload(bucket, join(folder, run, file), place(`${run}/${file}`)));
		},
		async putLine(number, line) {
			const bytes = Buffer.concat([line, Buffer.from('\n')]);
			const file = bucket.file(place(`ledger/${String(number).padStart(9, '0')}.ndjson`));
			await create(
				file.save(bytes, {...CREATE_ONLY, metadata: {contentType: 'application/x-ndjson', md5Hash: md5Of(bytes)}}),
			);
		},
		async finish() {},
	};
}

async function upload(bucket: Bucket, path: string, destination: string): Promise<void> {
	const hash = createHash('md5');
	await pipeline(createReadStream(path), hash);
	await bucket.upload(path, {...CREATE_ONLY, destination, metadata: {md5Hash: hash.digest('base64')}});
}

/** As Cloud Storage takes checksums; it tells a broken transfer, not an attack. */
function md5Of(bytes: Buffer): string {
	return createHash('md5').update(bytes).digest('base64');
}

/** An object that is there already is one of an earlier try whose answer was lost. */
async function create(upload: Promise<void>): Promise<void> {
	try {
		await upload;
	} catch (error) {
		if (Number((error as {code?: unknown}).code) !== 412) throw error;
	}
}
