/**
 * `npm run stand-in`: the tests' stand-in for Google Cloud, started by hand with the demo organization. It prints the
 * command that audits it; nothing leaves this machine.
 */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {demoOrganization} from '../test/google-cloud/organization.ts';
import {StandIn} from '../test/google-cloud/stand-in.ts';

const PORT = 8443;
const ORGANIZATION = '481205739164';

const folder = mkdtempSync(join(tmpdir(), 'sa-audit-stand-in-'));
const standIn = await new StandIn(demoOrganization()).listen(Number(process.argv[2] ?? PORT));
const file = (name: string): string => join(folder, name);
writeFileSync(file('certificate.pem'), standIn.certificate.cert);
writeFileSync(file('token'), 'anybody');
writeFileSync(file('credentials.json'), JSON.stringify(standIn.credentialFile(file('token')), null, '\t'));

console.log(`A stand-in for Google Cloud listens on ${standIn.endpoint}. In another terminal:

export NODE_EXTRA_CA_CERTS=${file('certificate.pem')}
export GOOGLE_APPLICATION_CREDENTIALS=${file('credentials.json')}
npm exec -- node dist/cli.js audit --organization=${ORGANIZATION} --api-endpoint=${standIn.endpoint} --quota-factor=100

Ctrl-C ends it.`);

process.on('SIGINT', () => {
	rmSync(folder, {recursive: true, force: true});
	const calls = standIn.calls.length;
	console.log(`\n${calls} ${calls === 1 ? 'call was' : 'calls were'} answered.`);
	process.exit(0);
});
