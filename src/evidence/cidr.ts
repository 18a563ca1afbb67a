/** Networks in CIDR form as ranges of numbers; an address counts as a network of one. */

interface Range {
	/** 4 or 6. */
	version: number;
	from: bigint;
	to: bigint;
}

/** @returns undefined if the text is neither an address nor a network */
export function parseCidr(text: string): Range | undefined {
	const [address = '', length] = text.split('/') as [string, string?];
	const parts = address.includes(':') ? groupsOf(address) : octetsOf(address);
	if (!parts) return undefined;
	const [width, version] = address.includes(':') ? [16n, 6] : [8n, 4];
	const bits = BigInt(parts.length) * width;
	const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? BigInt(length) : -1n;
	if (prefix < 0n || prefix > bits) return undefined;
	const value = parts.reduce((sum, part) => (sum << width) | BigInt(part), 0n);
	const size = 1n << (bits - prefix);
	const from = (value / size) * size;
	return {version, from, to: from + size - 1n};
}

/** Whether two networks have an address in common. */
export function overlaps(a: Range, b: Range): boolean {
	return a.version === b.version && a.from <= b.to && b.from <= a.to;
}

function octetsOf(address: string): number[] | undefined {
	const parts = address.split('.');
	const isAddress = parts.length === 4 && parts.every(part => /^\d{1,3}$/.test(part) && Number(part) < 256);
	return isAddress ? parts.map(Number) : undefined;
}

function groupsOf(address: string): number[] | undefined {
	const [left = '', right, more] = address.split('::') as [string?, string?, string?];
	if (more !== undefined) return undefined;
	const split = (text: string): string[] => (text === '' ? [] : text.split(':'));
	const [before, after] = [split(left), split(right ?? '')];
	const missing = 8 - before.length - after.length;
	if (right === undefined ? missing !== 0 : missing < 1) return undefined;
	const all = [...before, ...Array.from({length: missing}, () => '0'), ...after];
	return all.every(group => /^[0-9a-f]{1,4}$/i.test(group)) ? all.map(group => Number.parseInt(group, 16)) : undefined;
}
