/**
 * Users of Cloud Identity or Workspace, as the Directory API has them: of each only whether the person is still there.
 * Facts: Admin SDK Directory v1 `User` (`primaryEmail`, `aliases`, `suspended`, `archived`, `deletionTime`) [seen].
 */
import type {Json} from '../sources/asset.ts';
import {flag, strings, text, WrongType} from './fields.ts';
import type {Inventory} from './model.ts';

export const DIRECTORY_USER = 'admin.googleapis.com/User';

export const ABSENCES = ['deleted', 'suspended', 'archived'] as const;
export type Absence = (typeof ABSENCES)[number];

/** What is kept of a user; nothing else of a person is. @throws WrongType */
export function userFacts(data: Json): Json {
	const email = text(data, 'primaryEmail');
	if (!email) throw new WrongType('primaryEmail is missing');
	const deleted = text(data, 'deletionTime');
	const absence: Absence | undefined =
		deleted !== undefined && deleted !== ''
			? 'deleted'
			: flag(data, 'suspended')
				? 'suspended'
				: flag(data, 'archived')
					? 'archived'
					: undefined;
	const emails = [email, ...strings(data, 'aliases'), ...strings(data, 'nonEditableAliases')];
	return {emails: emails.map(one => one.toLowerCase()), ...(absence && {absence})};
}

/** Every address of a user that was read, lower-case, and whether that user is gone. */
export function* directoryUsers({documents}: Inventory): Generator<{email: string; absence: Absence | undefined}> {
	for (const {data} of documents.get(DIRECTORY_USER) ?? []) {
		const absence = ABSENCES.find(known => known === data['absence']);
		for (const email of data['emails'] as string[]) yield {email, absence};
	}
}
