/** The stand-in of `bench/collect.ts`, in a process of its own: file, factor and page size come as arguments. */
import {readFileSync} from 'node:fs';
import {linesOf, Organization} from '../test/google-cloud/organization.ts';
import {QuotaGate} from '../test/google-cloud/quota-gate.ts';
import {type Call, StandIn} from '../test/google-cloud/stand-in.ts';

/** What was answered so far. */
export interface Served {
	/** By API or service. */
	calls: Record<string, number>;
	refused: number;
	/** Calls of a question that had been answered already. */
	repeated: number;
	/** Milliseconds. */
	lowerBound: number;
	quota: string;
}

const [file = '', factor = '1', pageSize = '1000'] = process.argv.slice(2);
const gate = new QuotaGate(Number(factor));
const answered = new Set<string>();
let repeated = 0;

const fault = (call: Call) => {
	const refused = gate.check(call, performance.now());
	if (refused) return refused;
	const question = call.method + JSON.stringify(call.request);
	if (answered.has(question)) repeated++;
	answered.add(question);
	return undefined;
};
const standIn = await new StandIn(new Organization(linesOf(readFileSync(file, 'utf8'))), {
	pageSize: Number(pageSize),
	fault,
}).listen();

process.on('message', ([question, argument]: string[]) => {
	if (question === 'credentials') process.send!(standIn.credentialFile(argument!));
	else process.send!(served());
});
process.send!({endpoint: standIn.endpoint, certificate: standIn.certificate.cert});

function served(): Served {
	const calls: Record<string, number> = {};
	for (const {method} of standIn.calls) {
		const name = method.includes(' ') ? method.replaceAll(/\/[^/:]*[0-9@][^/:]*/g, '/*') : method;
		calls[name] = (calls[name] ?? 0) + 1;
	}
	const {milliseconds, quota} = gate.lowerBound();
	return {calls, refused: gate.refused, repeated, lowerBound: milliseconds, quota: quota ?? 'none'};
}
