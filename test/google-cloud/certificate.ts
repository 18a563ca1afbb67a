/**
 * A certificate for 127.0.0.1 and localhost, made on the spot: nothing in the repository is a key, and no other program
 * is needed. X.509 in DER by hand, RFC 5280; the certificate is its own authority.
 */
import {generateKeyPairSync, randomBytes, sign} from 'node:crypto';

export interface Certificate {
	/** PEM. */
	cert: string;
	key: string;
}

export function makeCertificate(): Certificate {
	const {privateKey, publicKey} = generateKeyPairSync('ec', {namedCurve: 'prime256v1'});
	const algorithm = sequence(oid(1, 2, 840, 10045, 4, 3, 2));
	const name = sequence(set(sequence(oid(2, 5, 4, 3), tagged(0x0c, Buffer.from('sa-audit stand-in')))));
	const names = sequence(tagged(0x82, Buffer.from('localhost')), tagged(0x87, Buffer.from([127, 0, 0, 1])));
	const extensions = sequence(
		sequence(oid(2, 5, 29, 19), tagged(0x01, Buffer.from([0xff])), octets(sequence(tagged(0x01, Buffer.from([0xff]))))),
		sequence(oid(2, 5, 29, 17), octets(names)),
	);
	const body = sequence(
		tagged(0xa0, integer(Buffer.from([2]))),
		integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
		algorithm,
		name,
		sequence(tagged(0x17, Buffer.from('200101000000Z')), tagged(0x17, Buffer.from('491231235959Z'))),
		name,
		publicKey.export({type: 'spki', format: 'der'}),
		tagged(0xa3, extensions),
	);
	const signature = Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]);
	const der = sequence(body, algorithm, tagged(0x03, signature));
	const lines = der.toString('base64').replace(/.{64}/g, '$&\n');
	return {
		cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
		key: privateKey.export({type: 'pkcs8', format: 'pem'}) as string,
	};
}

function tagged(tag: number, content: Buffer): Buffer {
	const {length} = content;
	const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
	return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts));
const set = (...parts: Buffer[]): Buffer => tagged(0x31, Buffer.concat(parts));
const octets = (content: Buffer): Buffer => tagged(0x04, content);
const integer = (content: Buffer): Buffer => tagged(0x02, content);

function oid(first: number, second: number, ...rest: number[]): Buffer {
	const bytes = [first * 40 + second];
	for (const number of rest) {
		const digits = [number & 127];
		for (let high = number >> 7; high > 0; high >>= 7) digits.unshift((high & 127) | 128);
		bytes.push(...digits);
	}
	return tagged(0x06, Buffer.from(bytes));
}
