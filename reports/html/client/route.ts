/**
 * Where one is, in the fragment of the address: a view with its parameters, or a finding over the view. So the back
 * button works, charts are links, and a place can be sent to somebody who has the file.
 */

export interface Route {
	view: string;
	/** What stands after a slash: a fingerprint. */
	id: string;
	params: URLSearchParams;
}

export function parseRoute(fragment: string): Route {
	const [, view = '', id = '', query = ''] = /^#?([a-z]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(fragment) ?? [];
	return {view, id: decoded(id), params: new URLSearchParams(query)};
}

/** An address that somebody typed may be no encoding of anything. */
function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** The link to a view; parameters without a value are left out. */
export function routeTo(view: string, params: Readonly<Record<string, string | undefined>> = {}): string {
	const query = new URLSearchParams();
	for (const [name, value] of Object.entries(params)) if (value) query.set(name, value);
	const text = query.toString();
	return text === '' ? `#${view}` : `#${view}?${text}`;
}

export const routeToFinding = (fingerprint: string): string => `#finding/${encodeURIComponent(fingerprint)}`;
