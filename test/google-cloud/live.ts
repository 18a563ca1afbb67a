/** Runs commands against a stand-in, inside the test process: the real clients over a real socket. */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {getCACertificates, setDefaultCACertificates} from 'node:tls';
import {vi} from 'vitest';
import {type Ended, sa} from '../commands/run.ts';
import {makeCertificate} from './certificate.ts';
import {demoOrganization, type Organization} from './organization.ts';
import {StandIn, type Switches} from './stand-in.ts';

export const ORGANIZATION = '481205739164';

// The clients take their time to load, and a busy machine makes that seconds.
vi.setConfig({testTimeout: 90_000});

/** One for the whole process: gRPC reads the file that its variable names once, when it is loaded. */
const certificate = makeCertificate();
const certificates = mkdtempSync(join(tmpdir(), 'sa-audit-certificate-'));
export const CERTIFICATE_FILE = join(certificates, 'stand-in.pem');
writeFileSync(CERTIFICATE_FILE, certificate.cert);
process.env['GRPC_DEFAULT_SSL_ROOTS_FILE_PATH'] = CERTIFICATE_FILE;
setDefaultCACertificates([...getCACertificates('default'), certificate.cert]);
process.on('exit', () => rmSync(certificates, {recursive: true, force: true}));

export interface Live {
	standIn: StandIn;
	/** A folder of its own: outputs, state, cache. */
	folder: string;
	/** `sa-audit ...args --api-endpoint=...`, with quotas that nothing waits for. */
	run(args: readonly string[], env?: Record<string, string>, pace?: readonly string[]): Promise<Ended>;
	path(name: string): string;
	close(): Promise<void>;
}

export async function live(switches: Switches = {}, world: Organization = demoOrganization()): Promise<Live> {
	const standIn = await new StandIn(world, switches, certificate).listen();
	const folder = mkdtempSync(join(tmpdir(), 'sa-audit-live-'));
	writeFileSync(join(folder, 'token'), 'a token of somebody');
	writeFileSync(join(folder, 'credentials.json'), JSON.stringify(standIn.credentialFile(join(folder, 'token'))));
	return {
		standIn,
		folder,
		path: name => join(folder, name),
		run: (args, env = {}, pace = ['--quota-factor=1000000']) => {
			// google-auth-library reads the process itself.
			process.env['GOOGLE_APPLICATION_CREDENTIALS'] = join(folder, 'credentials.json');
			return sa([...args, `--api-endpoint=${standIn.endpoint}`, ...pace], '', {
				HOME: folder,
				XDG_STATE_HOME: join(folder, 'state'),
				XDG_CACHE_HOME: join(folder, 'cache'),
				...env,
			});
		},
		async close() {
			await standIn.close();
			rmSync(folder, {recursive: true, force: true});
		},
	};
}
