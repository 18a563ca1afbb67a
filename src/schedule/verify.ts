/** Is a ledger, with all that it vouches for, as it was written? Names the first line that is not. */
import type {KeyObject} from 'node:crypto';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {UsageError} from '../errors.ts';
import {codeOf, ifMissing} from './durable.ts';
import {type Entry, NO_LINE, parseLine, type RunEntry, sha256, splitSignature} from './entry.ts';
import {hashFile} from './hash-file.ts';
import {HEAD, LEDGER, readStored, type Stored} from './ledger.ts';
import {PENDING, type Pending} from './pending.ts';
import {isSignedBy} from './signature.ts';

export interface VerifyOptions {
	/** SHA-256 of a line that must be in the ledger. */
	head?: string;
	/** All lines from the first signed one on must be signed by it. */
	key?: KeyObject;
}

export interface Break {
	/** Counts from 1; one behind the last if something is missing there. */
	line: number;
	message: string;
}

export interface Verdict {
	intact: boolean;
	lines: number;
	runs: number;
	/** Runs whose folders the retention deleted. */
	pruned: number;
	/** SHA-256 of the last line. */
	head: string;
	/** The line that `--head` named. */
	headLine?: number;
	signed: number;
	/** The first. */
	broken?: Break;
	/** What is no break: a run under way, say. */
	notes: string[];
}

/**
 * @throws UsageError there is no ledger
 */
export async function verifyLedger(folder: string, options: VerifyOptions = {}): Promise<Verdict> {
	for (let tries = 0; ; tries++) {
		const stored = await readStored(folder);
		if (stored.head === undefined && stored.lines.length === 0 && stored.rest.length === 0) throw noLedger(folder);
		const verdict = await judge(folder, stored, options);
		if (verdict.intact || tries === 3) return verdict;
		// A run may have ended, or been pruned, while its files were looked at.
		const {head} = await readStored(folder);
		if (JSON.stringify(head) === JSON.stringify(stored.head)) return verdict;
	}
}

async function judge(folder: string, stored: Stored, {head: wanted, key}: VerifyOptions): Promise<Verdict> {
	const {lines} = stored;
	const hashes = lines.map(sha256);
	const head = hashes.at(-1) ?? NO_LINE;
	const pending = await readPending(folder);
	const verdict: Verdict = {intact: false, lines: lines.length, runs: 0, pruned: 0, head, signed: 0, notes: []};
	const entries: Entry[] = [];
	const breaks: Break[] = [];
	const add = (line: number, message: string): void => void breaks.push({line, message});

	const parsed = lines.map(line => parseLine(line.toString('utf8')));
	for (const [index, entry] of parsed.entries()) {
		const number = index + 1;
		const problem = misplaced(parsed, hashes, index, stored.head);
		if (problem !== undefined) {
			breaks.push(problem);
			break;
		}
		const {signed, signature} = splitSignature(lines[index]!.toString('latin1'));
		if (signature !== undefined) verdict.signed++;
		if (key !== undefined && signature === undefined && (verdict.signed > 0 || number === lines.length))
			add(number, 'it is not signed');
		else if (key !== undefined && signature !== undefined && !isSignedBy(Buffer.from(signed, 'latin1'), signature, key))
			add(number, 'its signature is not of this key');
		entries.push(entry!);
	}
	const isChain = entries.length === lines.length;
	const ending = endOf(stored, hashes, wanted !== undefined, verdict.notes);
	if (ending !== undefined) add(ending.line, ending.message);
	if (wanted !== undefined) {
		const at = hashes.indexOf(wanted);
		if (at < 0) add(1, `no line has the hash ${wanted}: the chain was rewritten or cut`);
		else {
			verdict.headLine = at + 1;
			if (at + 1 < lines.length) verdict.notes.push(`--head is line ${at + 1}; it says nothing of the lines after it`);
		}
	}
	const pruned = new Set(parsed.flatMap(entry => (entry?.kind === 'pruned' ? entry.runs : [])));
	const folders = await foldersIn(folder);
	for (const entry of entries) {
		if (entry.kind !== 'run') continue;
		verdict.runs++;
		if (pruned.has(entry.run)) verdict.pruned++;
		else {
			const problem = await changedFiles(join(folder, entry.run), entry, folders.has(entry.run));
			if (problem !== undefined) add(entry.number, problem);
		}
		folders.delete(entry.run);
	}
	for (const name of folders) {
		if (pending?.run === name) verdict.notes.push(`${name} is under way, or was killed: the next start records it`);
		else if (isChain)
			add(lines.length + 1, `no line tells of the folder ${name}: the line was removed, or the folder put in`);
	}
	const [first] = breaks.toSorted((a, b) => a.line - b.line);
	return first === undefined ? {...verdict, intact: true} : {...verdict, broken: first};
}

/** Is this line one, in its place, and behind the one that it says? */
function misplaced(
	entries: readonly (Entry | undefined)[],
	hashes: readonly string[],
	index: number,
	head: Stored['head'],
): Break | undefined {
	const entry = entries[index];
	const line = index + 1;
	if (entry === undefined) return {line, message: 'it is no line of a ledger'};
	if (entry.number !== line) {
		return {line, message: `it says that it is line ${entry.number}: a line before it was removed or put in`};
	}
	if (entry.previous === (hashes[index - 1] ?? NO_LINE)) return undefined;
	if (index === 0) return {line, message: 'it is not the first line: others were before it'};
	// Whoever comes next vouches for this line: then it is the one before that was changed.
	const next =
		entries[index + 1]?.previous ?? (typeof head === 'object' && line === head.number ? head.hash : undefined);
	if (next === hashes[index]) return {line: index, message: 'it was changed'};
	return {line, message: `it does not follow line ${index}: one of the two was changed`};
}

/** Does it end where it should? A line that was written ahead may be there, in part, or not yet. */
function endOf({lines, rest, head}: Stored, hashes: string[], isNamed: boolean, notes: string[]): Break | undefined {
	const last = lines.length;
	if (head === 'broken') return {line: last, message: `${HEAD}, which tells the last line, was changed`};
	if (head === undefined) {
		if (!isNamed) {
			return {line: last, message: `${HEAD}, which tells the last line, is missing; name the last hash with --head`};
		}
		return rest.length > 0 ? {line: last + 1, message: 'half a line'} : undefined;
	}
	if (head.next !== undefined) {
		const next = Buffer.from(`${head.next}\n`);
		const isPart = rest.equals(next.subarray(0, rest.length));
		const isThere = last === head.number + 1 && rest.length === 0 && hashes[last - 1] === sha256(head.next);
		const isAhead = last === head.number && isPart && (hashes[last - 1] ?? NO_LINE) === head.hash;
		if (isThere || isAhead) {
			notes.push('a line was about to be written: the next start finishes that');
			return undefined;
		}
	}
	if (rest.length > 0) return {line: last + 1, message: 'half a line'};
	if (last < head.number) return {line: last + 1, message: `it is missing: there were ${head.number} lines`};
	if (last > head.number) return {line: head.number + 1, message: 'it was added by something else'};
	if ((hashes[last - 1] ?? NO_LINE) !== head.hash) return {line: last, message: 'it was changed'};
	return undefined;
}

async function changedFiles(folder: string, {run, files}: RunEntry, isThere: boolean): Promise<string | undefined> {
	if (!isThere) return files.length === 0 ? undefined : `the folder ${run} is missing`;
	const left = new Set(await readdir(folder));
	for (const file of files) {
		if (!left.delete(file.name)) return `${run}/${file.name} is missing`;
		const found = await hashFile(folder, file.name).catch(unreadable);
		if (found === undefined) return `${run}/${file.name} cannot be read`;
		if (found.sha256 !== file.sha256) return `${run}/${file.name} was changed`;
	}
	const [stranger] = left;
	return stranger === undefined ? undefined : `${run}/${stranger} was put in`;
}

function unreadable(error: unknown): undefined {
	if (codeOf(error) === undefined) throw error;
}

/** Of runs: dot folders are work under way, and a fresh volume may have one of its own. */
export async function foldersIn(folder: string): Promise<Set<string>> {
	const entries = await readdir(folder, {withFileTypes: true});
	const ours = entries.filter(entry => !entry.isFile() && !entry.name.startsWith('.') && entry.name !== 'lost+found');
	return new Set(ours.map(entry => entry.name));
}

async function readPending(folder: string): Promise<Pending | undefined> {
	const text = await readFile(join(folder, PENDING), 'utf8').catch(ifMissing(undefined));
	try {
		return text === undefined ? undefined : (JSON.parse(text) as Pending);
	} catch {
		return undefined;
	}
}

function noLedger(folder: string): UsageError {
	return new UsageError(
		`There is no run ledger in ${folder}.`,
		`Name the directory of sa-audit watch, in which ${LEDGER} lies.`,
	);
}
