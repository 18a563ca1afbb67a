/** The shape of `data/compliance/*.json`, for the tests and the published JSON Schema. */
import {z} from 'zod';

const text = z.string().trim().min(1);

export const frameworkSchema = z
	.strictObject({
		$schema: text.optional(),
		id: z
			.string()
			.regex(/^[A-Z0-9]+(?:[.-][A-Z0-9]+)*$/)
			.describe('Upper case; the file is named so in lower case.'),
		title: text,
		covers: text.describe('Which part of the framework is in the file.'),
		url: z.url({protocol: /^https$/}),
		controls: z.array(
			z.strictObject({
				number: z.string().regex(/^[\w.()-]+$/),
				title: text,
				says: text.describe('What it demands, in own words: the reason why these checks stand under it.'),
				checks: z.array(z.string().regex(/^[a-z]+(?:-[a-z]+)*$/)),
				note: text.optional().describe('What of it no check looks at.'),
			}),
		),
	})
	.meta({title: 'sa-audit compliance framework'});
