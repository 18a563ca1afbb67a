/** Names that carry another name URL-encoded inside: deny policies their attachment point, tags their resource. */

/** Decodes the inner name; malformed escapes stay as they are (then the text names nothing). */
export function decodedName(encoded: string): string {
	try {
		return decodeURIComponent(encoded);
	} catch {
		return encoded;
	}
}
