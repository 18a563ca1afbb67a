/**
 * Certificate authorities that gRPC trusts. It takes Node's own, `NODE_EXTRA_CA_CERTS` among them, unless
 * `GRPC_DEFAULT_SSL_ROOTS_FILE_PATH` names a file, which then replaces them all; whoever set both means both. [tried]
 */
import {readFileSync} from 'node:fs';
import {UsageError} from '../../errors.ts';

/** @returns PEM of both files, or undefined: gRPC's own way is right */
export function grpcRoots(env: Readonly<Record<string, string | undefined>>): Buffer | undefined {
	const own = env['GRPC_DEFAULT_SSL_ROOTS_FILE_PATH'];
	const extra = env['NODE_EXTRA_CA_CERTS'];
	if (!own || !extra) return undefined;
	return Buffer.concat([own, extra].flatMap(file => [read(file), Buffer.from('\n')]));
}

function read(file: string): Buffer {
	try {
		return readFileSync(file);
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code ?? String(error);
		throw new UsageError(
			`The certificate file ${file} cannot be read (${code}).`,
			'NODE_EXTRA_CA_CERTS and GRPC_DEFAULT_SSL_ROOTS_FILE_PATH must name PEM files.',
			{cause: error},
		);
	}
}
