/**
 * Changes that differ in nothing but names. A report has tens of thousands of the same fix, for one account or key
 * after another; what they have in common is their shape. A name of plain spelling stands in every text of a
 * fix as it is, so the texts of a shape need to be made only once.
 */
import type {Change} from './change.ts';

export interface Shape {
	/** Equal for changes that differ in `names` only. */
	key: string;
	/** The names in a change, in the order in which it has them. */
	names: string[];
}

/** Operations whose texts take the names in them as they are. */
const REGULAR: ReadonlySet<string> = new Set<Change['op']>([
	'remove-binding',
	'add-binding',
	'remove-group-member',
	'disable-key',
	'delete-key',
	'disable-account',
	'delete-account',
	'enforce-constraint',
]);

/**
 * Means nothing to a shell, HCL, JSON or gcloud, is no flag, and has no other spelling. Digits alone are no name: texts
 * speak differently of numbers.
 */
const NAME = /^(?!\d+$)[a-z0-9][a-z0-9_.-]*$/;
const NAMES = /[a-z0-9][a-z0-9_.-]*/g;
const PRINTABLE = /^[ -~]*$/;
/** What shapes have between fields, and for a name; no printable text has either. */
const [BETWEEN, A_NAME] = ['\u0000', '\u0001'];
const ACCOUNTS = '.iam.gserviceaccount.com';

/** Undefined: a change whose texts may say more than its names, or have to escape them. */
export function shapeOf(change: Change): Shape | undefined {
	if (!REGULAR.has(change.op)) return undefined;
	const names: string[] = [];
	const take = (name: string): string => {
		names.push(name);
		return A_NAME;
	};
	let key = '';
	for (const field in change) {
		const value: unknown = change[field as keyof Change];
		if (value === undefined) continue;
		const text = typeof value === 'string' ? value : JSON.stringify(value);
		if (!PRINTABLE.test(text)) return undefined;
		key += field + BETWEEN + mapNames(field, text, take) + BETWEEN;
	}
	return {key, names};
}

/** The change with other names in it. @param nameAt by number, from 0 */
export function withNames(change: Change, nameAt: (index: number) => string): Change {
	let at = 0;
	const next = (): string => nameAt(at++);
	return Object.fromEntries(
		Object.entries(change).map(([field, value]: [string, unknown]) => [
			field,
			typeof value === 'string' ? mapNames(field, value, next) : value,
		]),
	) as unknown as Change;
}

/** A field's value with each name in it replaced. */
function mapNames(field: string, value: string, replace: (name: string) => string): string {
	if (field === 'resource') return mapResource(value, replace);
	if (field !== 'member' && field !== 'group') return value;
	// Nothing looks into what stands behind the kind.
	const colon = value.indexOf(':') + 1;
	return value.slice(0, colon) + value.slice(colon).replace(NAMES, replace);
}

/** What stands behind these in full resource names is a name. */
const COLLECTIONS: ReadonlySet<string> = new Set(['projects', 'serviceAccounts', 'keys']);

function mapResource(resource: string, replace: (name: string) => string): string {
	let mapped = '';
	let before = '';
	for (let start = 0; ;) {
		const end = resource.indexOf('/', start);
		const part = end < 0 ? resource.slice(start) : resource.slice(start, end);
		mapped += COLLECTIONS.has(before) ? mapName(part, replace) : part;
		if (end < 0) return mapped;
		mapped += '/';
		before = part;
		start = end + 1;
	}
}

/** A name, or those in an e-mail. Of hosts only accounts' own have a name in them. */
function mapName(text: string, replace: (name: string) => string): string {
	const at = text.indexOf('@');
	if (at < 0) return NAME.test(text) ? replace(text) : text;
	const local = text.slice(0, at);
	const host = text.endsWith(ACCOUNTS) ? text.slice(at + 1, -ACCOUNTS.length) : '';
	return (
		(NAME.test(local) ? replace(local) : local) + (NAME.test(host) ? `@${replace(host)}${ACCOUNTS}` : text.slice(at))
	);
}
