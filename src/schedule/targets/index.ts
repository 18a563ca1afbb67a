/** Copies what is new in a ledger to all targets. A target that fails loses nothing: the next run catches up. */
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {UnreadableError, UsageError} from '../../errors.ts';
import {signIn} from '../../sources/google-cloud/credentials.ts';
import {parseEndpoint} from '../../sources/google-cloud/endpoint.ts';
import {ifMissing, writeDurably} from '../durable.ts';
import {parseLine} from '../entry.ts';
import {readStored} from '../ledger.ts';
import type {TargetRule} from '../settings.ts';
import {bucketTarget} from './bucket.ts';
import {directoryTarget} from './directory.ts';
import type {Target} from './target.ts';

/** Lines that each target has. */
export const DELIVERED = '.delivered.json';

export interface Failure {
	target: string;
	error: string;
}

/** @returns what failed, in words */
export async function deliver(rules: readonly TargetRule[], folder: string): Promise<Failure[]> {
	if (rules.length === 0) return [];
	const done = await readDone(folder);
	const {lines} = await readStored(folder);
	const entries = lines.map(line => parseLine(line.toString('utf8')));
	const pruned = new Set(entries.flatMap(entry => (entry?.kind === 'pruned' ? entry.runs : [])));
	const failures: Failure[] = [];
	for (const rule of rules) {
		const name = nameOf(rule);
		try {
			const target = await open(rule, name);
			for (let at = done[name] ?? 0; at < lines.length; at++) {
				const entry = entries[at];
				if (entry?.kind === 'run' && !pruned.has(entry.run)) {
					await target.putRun(
						entry.run,
						folder,
						entry.files.map(file => file.name),
					);
				}
				await target.putLine(at + 1, lines[at]!);
				done[name] = at + 1;
			}
			await target.finish(folder);
		} catch (error) {
			failures.push({target: name, error: causeOf(error)});
		}
		await writeDurably(join(folder, DELIVERED), `${JSON.stringify(done)}\n`);
	}
	return failures;
}

export function nameOf({name, directory, bucket}: TargetRule): string {
	return name ?? directory ?? bucket!;
}

async function open(rule: TargetRule, name: string): Promise<Target> {
	if (rule.directory !== undefined) return directoryTarget(name, rule.directory);
	const endpoint = rule.apiEndpoint === undefined ? undefined : parseEndpoint(rule.apiEndpoint);
	return bucketTarget(name, rule.bucket, await signIn({endpoint}), endpoint);
}

async function readDone(folder: string): Promise<Record<string, number>> {
	const text = await readFile(join(folder, DELIVERED), 'utf8').catch(ifMissing('{}'));
	try {
		return JSON.parse(text) as Record<string, number>;
	} catch {
		// Everything is offered again; what is there already is left.
		return {};
	}
}

/** What went wrong, without what a library puts around it. */
function causeOf(error: unknown): string {
	if (error instanceof UsageError || error instanceof UnreadableError)
		return [error.message, error.hint].filter(text => text !== undefined).join(' ');
	const {message, code} = error as {message?: string; code?: unknown};
	const http = typeof code === 'number' ? `HTTP ${code}: ` : '';
	return `${http}${(message ?? String(error)).split('\n')[0]!.slice(0, 500)}`;
}
