/**
 * One export file, from its unpacked bytes to assets and problems: finds out what it is, reads it that way, and
 * says once what is wrong with the whole of it instead of once a line.
 */
import type {Asset, AssetSink, Problem} from './asset.ts';
import type {ByteConsumer} from './byte-window.ts';
import {denyPoliciesOf} from './deny-yaml.ts';
import {fileKind} from './file-kind.ts';
import type {FileKind} from './file-kind.ts';
import {JsonStream} from './json-stream.ts';
import type {ValueSink} from './json-values.ts';
import {LineReader} from './read-lines.ts';
import {unwrap} from './wrapper.ts';
import type {WrapperSink} from './wrapper.ts';

/** Problems kept back until a file has proved to be an export. */
const HELD = 100;

export class ExportFile implements ByteConsumer, ValueSink, WrapperSink {
	/** JSON values read, assets or not. */
	values = 0;
	readonly #file: string;
	readonly #sink: AssetSink;
	readonly #maxLineBytes: number;
	#kind: FileKind | undefined;
	#reader: LineReader | JsonStream | undefined;
	#line = 1;
	/** Some asset carried more than its name. */
	#content = false;
	#binary = false;
	/** Undefined once the file has given an asset: from then on problems go straight to the sink. */
	#held: Problem[] | undefined = [];
	#unsaid = {count: 0, line: 1};
	readonly #remarks = new Set<string>();
	#seen = 0;
	#yaml = '';

	constructor(file: string, sink: AssetSink, maxLineBytes: number) {
		this.#file = file;
		this.#sink = sink;
		this.#maxLineBytes = maxLineBytes;
	}

	/** True once more bytes could not change anything: the file is no export. */
	get hopeless(): boolean {
		return this.#kind?.kind === 'other' || (this.#seen > this.#maxLineBytes && !this.#looksLikeJson);
	}

	take(bytes: Buffer, final: boolean): number {
		this.#kind ??= this.#recognize(bytes, final);
		if (this.#kind.kind === 'yaml') this.#yaml = bytes.toString();
		const taken = this.#reader?.take(bytes, final) ?? bytes.length;
		this.#seen += taken;
		return taken;
	}

	value(value: unknown, line: number): void {
		this.values++;
		this.#line = line;
		unwrap(value, this);
	}

	asset(asset: Asset): void {
		if (this.#held !== undefined) this.#release(this.#held);
		this.#content ||= (asset.resource ?? asset.iamPolicy ?? asset.orgPolicy) !== undefined;
		this.#sink.asset(asset, {file: this.#file, line: this.#line});
	}

	problem(message: string, line = this.#line, kind: Problem['kind'] = 'broken'): void {
		const problem: Problem = {file: this.#file, line, message, kind};
		if (this.#held === undefined) this.#sink.problem(problem);
		else if (this.#held.length < HELD) this.#held.push(problem);
		else this.#unsaid = {count: this.#unsaid.count + 1, line};
	}

	remark(message: string): void {
		if (this.#remarks.has(message)) return;
		this.#remarks.add(message);
		this.problem(message);
	}

	/**
	 * Says what is left to say about the file.
	 * @param failure why its bytes ended early, if they did
	 */
	async finish(failure?: string): Promise<void> {
		if (this.#yaml !== '') await this.#readYaml();
		const line = this.#reader?.line;
		if (this.#held !== undefined) this.#sayWhatItIs(this.#held, failure);
		else if (!this.#content && failure === undefined) {
			const message = 'no asset carries resource data or a policy; export with --content-type=resource and iam-policy';
			this.problem(message, 1);
		}
		if (failure !== undefined) this.#sink.problem({file: this.#file, line, kind: 'broken', message: failure});
	}

	#recognize(head: Buffer, whole: boolean): FileKind {
		const kind = fileKind(head, whole);
		if (kind.kind === 'lines') this.#reader = new LineReader(this, this.#maxLineBytes);
		if (kind.kind === 'json') this.#reader = new JsonStream(this, this.#maxLineBytes);
		this.#binary = head.includes(0) && !/^[\s\uFEFF]*[{[]/.test(head.toString('utf8', 0, 512));
		return kind;
	}

	#sayWhatItIs(held: Problem[], failure: string | undefined): void {
		const kind = this.#kind ?? {kind: 'empty'};
		this.#held = undefined;
		const whole = (message: string, line?: number): void =>
			this.#sink.problem({file: this.#file, line, kind: 'broken', message});

		if (kind.kind === 'other') whole(`not an asset export, but ${kind.what}`);
		else if (kind.kind === 'empty') {
			if (failure === undefined) whole('the file is empty');
		} else if (held.length === 0 || this.#looksLikeJson) this.#release(held);
		else if (this.#binary) whole('not an asset export, but binary data');
		else whole('not an asset export: no line of it is a JSON object', held[0]?.line);
	}

	get #looksLikeJson(): boolean {
		return this.values > 0 || (!this.#binary && this.#reader?.looksLikeJson === true);
	}

	#release(held: Problem[]): void {
		this.#held = undefined;
		for (const problem of held) this.#sink.problem(problem);
		const {count, line} = this.#unsaid;
		if (count === 0) return;
		this.#sink.problem({file: this.#file, line, kind: 'broken', message: `${count} more problems up to this line`});
	}

	async #readYaml(): Promise<void> {
		for (const {value, line} of await denyPoliciesOf(this.#yaml)) {
			if (value === undefined) this.problem('not valid YAML', line);
			else this.value(value, line);
		}
	}
}
