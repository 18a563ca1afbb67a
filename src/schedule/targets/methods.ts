/**
 * Every call by which this program writes anywhere but on the local disk. It only ever creates objects: that needs
 * `storage.objects.create` and no right to read, replace or delete what is there. `test/schedule/targets.test.ts` holds
 * what is sent against it.
 */
export interface WriteMethod {
	/** Verb and path, as the API's discovery document has them. */
	name: string;
	permissions: readonly string[];
}

export const WRITE_METHODS = {
	/** With `ifGenerationMatch=0`: an object that exists is never replaced, and a repeated call does no harm. */
	insertObject: {name: 'POST upload/storage/v1/b/{bucket}/o', permissions: ['storage.objects.create']},
} as const satisfies Record<string, WriteMethod>;
