/**
 * From a caller's address to the network it counts as: /24 of IPv4, /48 of IPv6, private and Google's own as one each.
 */
import {GOOGLE_NETWORK, PRIVATE_NETWORK} from './usage.ts';

/** What the logs have in place of an address inside Google's network [seen]. */
const INSIDE = new Set(['private', 'gce-internal-ip']);

const PRIVATE_V4 = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', '127.0.0.0/8'];

/**
 * Addresses that Google announces, virtual machines of its customers included (goog.json, a snapshot: whatever is
 * younger counts as an ordinary network). All are /24 or wider: the engines may drop the last byte first.
 */
const GOOGLE_V4 = (
	'8.8.4.0/24 8.8.8.0/24 8.34.208.0/20 8.35.192.0/20 23.236.48.0/20 23.251.128.0/19 34.0.0.0/10 34.64.0.0/10 ' +
	'34.128.0.0/10 35.184.0.0/13 35.192.0.0/12 35.208.0.0/12 35.224.0.0/12 35.240.0.0/13 64.233.160.0/19 ' +
	'66.102.0.0/20 66.249.64.0/19 70.32.128.0/19 72.14.192.0/18 74.125.0.0/16 104.154.0.0/15 104.196.0.0/14 ' +
	'104.237.160.0/19 107.167.160.0/19 107.178.192.0/18 108.59.80.0/20 108.170.192.0/18 108.177.0.0/17 130.211.0.0/16 ' +
	'136.112.0.0/12 142.250.0.0/15 146.148.0.0/17 162.216.148.0/22 162.222.176.0/21 172.110.32.0/21 172.217.0.0/16 ' +
	'172.253.0.0/16 173.194.0.0/16 173.255.112.0/20 192.158.28.0/22 192.178.0.0/15 193.186.4.0/24 199.36.154.0/23 ' +
	'199.192.112.0/22 199.223.232.0/21 207.223.160.0/20 208.65.152.0/22 208.68.108.0/22 208.81.188.0/22 ' +
	'208.117.224.0/19 209.85.128.0/17 216.58.192.0/19 216.73.80.0/20 216.239.32.0/19'
).split(' ');
const GOOGLE_V6 = (
	'2001:4860::/32 2404:6800::/32 2404:f340::/32 2600:1900::/28 2605:ef80::/32 2606:40::/32 2606:73c0::/32 ' +
	'2607:f8b0::/32 2800:3f0::/32 2a00:1450::/32 2c0f:fb50::/32'
).split(' ');

/** In CIDR form: what `google` stands for. */
export const GOOGLE_NETWORKS: readonly string[] = [...GOOGLE_V4, ...GOOGLE_V6];

interface Range {
	from: number;
	to: number;
}

const privateV4 = PRIVATE_V4.map(rangeOf);
const googleV4 = GOOGLE_V4.map(rangeOf);
const googleV6 = GOOGLE_V6.map(cidr => {
	const [address = '', bits] = cidr.split('/');
	return {head: headOf(address)!, bits: Number(bits)};
});

/** @returns the network, or empty for what is no address (nothing logged, a proxy's own word) */
export function networkOf(address: string): string {
	if (address === '') return '';
	if (INSIDE.has(address)) return PRIVATE_NETWORK;
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
	const v4 = v4Of(mapped ?? address);
	if (v4 !== undefined) {
		if (isIn(privateV4, v4)) return PRIVATE_NETWORK;
		if (isIn(googleV4, v4)) return GOOGLE_NETWORK;
		return `${v4 >>> 24}.${(v4 >>> 16) & 255}.${(v4 >>> 8) & 255}.0/24`;
	}
	const head = headOf(address);
	if (head === undefined) return '';
	if (isPrivateV6(address, head)) return PRIVATE_NETWORK;
	if (googleV6.some(range => sameHead(head, range.head, range.bits))) return GOOGLE_NETWORK;
	return `${head.map(group => group.toString(16)).join(':')}::/48`.replace(/(?::0)+::/, '::');
}

/** The network that a record names by an address or in CIDR form: never finer than what logs tell apart. */
export function placeOf(text: string): string {
	const [address = '', length] = text.split('/') as [string, string?];
	const network = networkOf(address);
	if (network === '') return text;
	const isWider = length !== undefined && Number(length) < (address.includes(':') ? 48 : 24);
	return isWider && network.includes('/') ? text : network;
}

function v4Of(address: string): number | undefined {
	const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
	if (!match) return undefined;
	const [a, b, c, d] = match.slice(1).map(Number) as [number, number, number, number];
	// The engines drop the last number before they come here.
	return Math.max(a, b, c) > 255 ? undefined : ((a * 256 + b) * 256 + c) * 256 + Math.min(d, 255);
}

function rangeOf(cidr: string): Range {
	const [address = '', bits] = cidr.split('/');
	const from = v4Of(address)!;
	return {from, to: from + 2 ** (32 - Number(bits)) - 1};
}

function isIn(ranges: readonly Range[], address: number): boolean {
	return ranges.some(({from, to}) => address >= from && address <= to);
}

/** The first three groups of an IPv6 address; undefined if it is none. */
function headOf(address: string): [number, number, number] | undefined {
	if (!/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(address)) return undefined;
	const [left = '', right, more] = address.split('::');
	if (more !== undefined) return undefined;
	const groups = left === '' ? [] : left.split(':');
	const behind = right === undefined || right === '' ? [] : right.split(':');
	const missing = 8 - groups.length - behind.length;
	if (right === undefined ? missing !== 0 : missing < 1) return undefined;
	const all = [...groups, ...Array.from({length: Math.max(0, missing)}, () => '0'), ...behind];
	const head = all.slice(0, 3).map(group => (/^[0-9a-f]{1,4}$/i.test(group) ? Number.parseInt(group, 16) : NaN));
	return head.some(Number.isNaN) ? undefined : (head as [number, number, number]);
}

/** Loopback and unspecified, unique local (fc00::/7), link local (fe80::/10). */
function isPrivateV6(address: string, [first]: readonly number[]): boolean {
	return /^[0:]*::?[01]$/.test(address) || (first! & 0xfe00) === 0xfc00 || (first! & 0xffc0) === 0xfe80;
}

function sameHead(a: readonly number[], b: readonly number[], bits: number): boolean {
	for (let index = 0, left = bits; left > 0; index++, left -= 16) {
		const mask = left >= 16 ? 0xffff : (0xffff << (16 - left)) & 0xffff;
		if ((a[index]! & mask) !== (b[index]! & mask)) return false;
	}
	return true;
}
