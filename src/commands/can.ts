/** `can`: allow, deny or unknown, with the proof. */
import type {Readable} from 'node:stream';
import {createInterface} from 'node:readline';
import {checks as catalogue} from '../../checks/index.ts';
import type {Answer} from '../access/evaluate.ts';
import {v1Name} from '../access/deny-permissions.ts';
import {loadConfig} from '../config.ts';
import {UsageError} from '../errors.ts';
import {PLAIN_FORMATS} from '../formats.ts';
import type {Io} from '../io.ts';
import {openOutput, type Output} from '../output.ts';
import {prepareWorld} from '../prepare.ts';
import {roleData} from '../role-data.ts';
import {resolvePrincipal, resolveResource} from '../resolve.ts';
import {textFile} from '../sources/text-file.ts';
import {safeJson, safeLine} from '../text.ts';
import type {World} from '../world.ts';
import type {CanFlags} from './flags.ts';
import {proofText} from './path-text.ts';
import {readInventory} from './read.ts';

/** One answer as the contract prints it. */
interface Printed {
	decision: Answer['decision'];
	undecided?: Answer['undecided'];
	principal: string;
	permission: string;
	resource: string;
	proof: Answer['proof'];
	reason: string;
}

/** @returns the exit code */
export async function runCan(words: readonly (string | undefined)[], flags: CanFlags, io: Io): Promise<number> {
	const [principal, permission, resource] = words;
	if (flags.queries === undefined && (principal === undefined || permission === undefined || resource === undefined)) {
		throw new UsageError(
			'can needs three words: PRINCIPAL PERMISSION RESOURCE.',
			'Or give --queries FILE with one question a line.',
		);
	}
	if (flags.queries !== undefined && principal !== undefined) {
		throw new UsageError(
			'can takes three words or --queries, not both.',
			'Put the question into the file as one more line.',
		);
	}
	if (flags.queries === '-' && flags.assets.includes('-')) {
		throw new UsageError('--assets and --queries cannot both be standard input.', 'Give one of them as a file.');
	}
	const targets = PLAIN_FORMATS.targets(flags.format, flags.output);
	const {config} = await loadConfig({file: flags.config}, catalogue);
	const outputs: Output[] = [];
	try {
		for (const target of targets) outputs.push(await openOutput(target.file, io));
		const {inventory} = await readInventory(flags, io);
		const world = await prepareWorld(inventory, config, {predefined: roleData(io.env).data});
		if (flags.queries !== undefined) {
			const lines = flags.queries === '-' ? io.stdin : textFile(flags.queries);
			return await answerAll(world, lines, flags.queries, outputs);
		}
		const printed = answer(world, principal!, permission!, resource!);
		for (const [index, {format}] of targets.entries()) {
			await outputs[index]!.write(format === 'table' ? textOf(printed) : [`${safeJson(printed)}\n`]);
		}
		return 0;
	} finally {
		for (const output of outputs) await output.discard();
	}
}

function answer(world: World, principal: string, permission: string, resource: string): Printed {
	if (!/^[\w.-]+(?:\.googleapis\.com\/)?[\w./-]+$/.test(permission) || !permission.includes('.')) {
		throw new UsageError(
			`${safeLine(permission)} is no permission.`,
			'Write it like iam.serviceAccounts.actAs, or in the v2 spelling of deny policies.',
		);
	}
	const who = resolvePrincipal(world.inventory, principal);
	const what = resolveResource(world.inventory, resource);
	const v1 = v1Name(permission);
	const {decision, undecided, proof, reason} = world.access.can(who, v1, what);
	return {
		decision,
		...(undecided !== undefined && {undecided}),
		principal: who.member,
		permission: v1,
		resource: what.name,
		proof,
		reason,
	};
}

/** NDJSON in, NDJSON out, in order; a bad line gets its error in its place and exit 2 at the end. */
async function answerAll(world: World, input: Readable, name: string, outputs: readonly Output[]): Promise<number> {
	const answers: string[] = [];
	let bad = 0;
	try {
		for await (const line of createInterface({input, crlfDelay: Infinity})) {
			// `trim` takes a byte order mark away, too.
			const text = line.trim();
			if (text === '') continue;
			const found = answerLine(world, text);
			if ('error' in found) bad++;
			answers.push(`${safeJson(found)}\n`);
		}
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code;
		if (code === undefined) throw error;
		throw new UsageError(
			`${name} cannot be read (${code}).`,
			'Give a file with one {"principal", "permission", "resource"} a line, or - for standard input.',
		);
	}
	for (const output of outputs) await output.write(answers);
	return bad > 0 ? 2 : 0;
}

function answerLine(world: World, line: string): Printed | {decision: 'unknown'; error: string} {
	try {
		const query = JSON.parse(line) as Record<string, unknown>;
		const {principal, permission, resource} = query ?? {};
		if (typeof principal !== 'string' || typeof permission !== 'string' || typeof resource !== 'string') {
			return {decision: 'unknown', error: 'a question needs principal, permission and resource as strings'};
		}
		return answer(world, principal, permission, resource);
	} catch (error) {
		if (error instanceof UsageError)
			return {decision: 'unknown', error: [error.message, error.hint].filter(Boolean).join(' ')};
		if (error instanceof SyntaxError) return {decision: 'unknown', error: 'the line is no JSON object'};
		throw error;
	}
}

function* textOf({decision, undecided, principal, permission, resource, proof, reason}: Printed): Generator<string> {
	const why = undecided === undefined ? '' : ` (a ${undecided} is undecided)`;
	yield `${decision.toUpperCase()}${why}\n`;
	yield `${safeLine(principal)}\n  ${safeLine(permission)}\n  on ${safeLine(resource)}\n`;
	yield `${safeLine(reason)}\n`;
	for (const item of proof) yield `  ${item.effect.padEnd(9)} ${proofText(item)}\n`;
}
