/** Ed25519 signatures of ledger lines: they tell a ledger that was rewritten from its beginning. */
import {createPrivateKey, createPublicKey, type KeyObject, sign, verify} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {UsageError} from '../errors.ts';

/** So that a signature of a line can be none of anything else. */
const CONTEXT = 'sa-audit ledger line, version 1\n';

/** @throws UsageError the file is missing or holds no Ed25519 private key in PEM */
export function signingKey(file: string): KeyObject {
	return ed25519(file, 'private', createPrivateKey);
}

/** @throws UsageError the file is missing or holds no Ed25519 public key in PEM */
export function publicKey(file: string): KeyObject {
	return ed25519(file, 'public', createPublicKey);
}

/** @returns base64 */
export function signLine(line: string, key: KeyObject): string {
	return sign(null, Buffer.from(CONTEXT + line), key).toString('base64');
}

/** @param line the bytes that were signed, without their signature */
export function isSignedBy(line: Buffer, signature: string, key: KeyObject): boolean {
	return verify(null, Buffer.concat([Buffer.from(CONTEXT), line]), key, Buffer.from(signature, 'base64'));
}

function ed25519(file: string, kind: string, parse: (pem: Buffer) => KeyObject): KeyObject {
	const hint = 'Make a pair with openssl genpkey -algorithm ed25519 -out key.pem; openssl pkey -in key.pem -pubout.';
	let key: KeyObject;
	try {
		key = parse(readFileSync(file));
	} catch (error) {
		const {code, syscall} = error as NodeJS.ErrnoException;
		// What the parser says may quote the key.
		const why = syscall === undefined ? `it holds no ${kind} key in PEM` : code;
		throw new UsageError(`The ${kind} key ${file} cannot be read: ${why}.`, hint);
	}
	if (key.asymmetricKeyType === 'ed25519') return key;
	throw new UsageError(`${file} holds a key of type ${key.asymmetricKeyType}, not Ed25519.`, hint);
}
