/** Values worth trying for each variable of a platform's tokens, found from what a condition asks. */
import type {Hint} from './hints.ts';
import {samplesOfPattern} from './pattern.ts';
import {type Form, type Platform, text as freeText, type Variable} from './platform.ts';
import {pinned, type Sample, Template} from './template.ts';

/** How a claim's value is made. */
export interface Shape {
	template: Template;
	kind: 'text' | 'list' | 'flag';
}

/** One kind of token with all its claims. */
export interface Kind {
	context: Form['context'];
	shapes: ReadonlyMap<string, Shape>;
}

/** A platform's tokens, ready to be made. */
export interface Mint {
	platform: Platform;
	variables: Readonly<Record<string, Variable>>;
	kinds: readonly Kind[];
	/** Claims that differ between kinds. */
	varying: ReadonlySet<string>;
	/** What a claim may be made of, kept once it was asked for. */
	templates: Map<string, readonly Template[]>;
}

/** Values of a variable; those that are pinned (nothing of them is ours) apart. */
export type Pool = Map<string, {whole: boolean}>;

export interface Candidates {
	mint: Mint;
	pools: ReadonlyMap<string, Pool>;
	/** Exact constants that no token of the platform is known to have, by claim. */
	foreign: ReadonlyMap<string, readonly string[]>;
	/** Claims that are asked about. */
	asked: ReadonlySet<string>;
	/** Patterns that could not be played through. */
	unread: boolean;
}

/** Values of a variable that one constant gives and that are partly ours. */
const MOST_OURS = 4;
/** Values per variable that are partly ours. */
const MOST_VALUES = 24;

const minted = new WeakMap<Platform, Mint>();

/** @param more claims beside those of the platform, where any may be there */
export function mintOf(platform: Platform, more: readonly string[]): Mint {
	if (more.length > 0) return makeMint(withClaims(platform, more));
	let mint = minted.get(platform);
	if (!mint) minted.set(platform, (mint = makeMint(platform)));
	return mint;
}

function makeMint(platform: Platform): Mint {
	const {variables} = platform;
	const common = shapesOf(platform.claims, variables);
	return {
		platform,
		variables,
		kinds: platform.forms.map(({context, claims}) => ({
			context,
			shapes: new Map([...common, ...shapesOf(claims, variables)]),
		})),
		varying: new Set(platform.forms.flatMap(({claims}) => Object.keys(claims))),
		templates: new Map(),
	};
}

function shapesOf(
	claims: Readonly<Record<string, string>>,
	variables: Readonly<Record<string, Variable>>,
): Map<string, Shape> {
	return new Map(
		Object.entries(claims).map(([claim, text]) => {
			const kind = text.startsWith('[]') ? 'list' : text.startsWith('?') ? 'flag' : 'text';
			const bare = kind === 'list' ? text.slice(2) : kind === 'flag' ? text.slice(1) : text;
			return [claim, {template: new Template(bare, variables), kind}];
		}),
	);
}

/** Of an issuer of the owner's own any claim may be there, and be anything. */
function withClaims(platform: Platform, more: readonly string[]): Platform {
	const variables: Record<string, Variable> = {...platform.variables};
	const claims: Record<string, string> = {...platform.claims};
	for (const [index, claim] of more.entries()) {
		variables[`claim${index}`] = freeText('run', 'outsider');
		claims[claim] = `{claim${index}}`;
	}
	return {...platform, variables, claims};
}

/** @param fixed values that the issuer fixes */
export function candidatesOf(
	platform: Platform,
	hints: readonly Hint[],
	fixed: Readonly<Record<string, string>>,
): Candidates {
	const more = platform.anyClaim
		? [...new Set(hints.map(hint => hint.claim))].filter(claim => platform.claims[claim] === undefined)
		: [];
	const mint = withSubjects(mintOf(platform, more), hints);
	const found = new Finder(mint, fixed);
	for (const hint of hints) found.take(hint);
	return found.candidates();
}

class Finder {
	readonly #mint: Mint;
	readonly #fixed: Readonly<Record<string, string>>;
	readonly #pools = new Map<string, Pool>();
	readonly #foreign = new Map<string, string[]>();
	readonly #asked = new Set<string>();
	#unread = false;

	constructor(mint: Mint, fixed: Readonly<Record<string, string>>) {
		this.#mint = mint;
		this.#fixed = fixed;
	}

	take({claim, by, constant}: Hint): void {
		this.#asked.add(claim);
		const templates = this.#templatesOf(claim);
		for (const template of templates) {
			for (const variable of template.variables) this.#pool(variable);
			if (by === 'present') continue;
			if (by === 'part') {
				for (const wanted of template.withPart(constant)) this.#keep(wanted);
				for (const where of ['equals', 'starts', 'ends', 'contains'] as const)
					this.#try(template, completed(constant, where, template));
				continue;
			}
			if (by === 'matches') {
				const pattern = samplesOfPattern(constant);
				if (!pattern) this.#unread = true;
				else for (const sample of pattern.samples) this.#try(template, around(sample, pattern.anchored, template));
				continue;
			}
			const isRead = this.#try(template, completed(constant, by, template));
			if (by === 'equals' && !isRead && templates.every(one => !one.read(pinned(constant)))) {
				const list = this.#foreign.get(claim) ?? [];
				this.#foreign.set(claim, [...new Set([...list, constant])]);
			}
		}
	}

	candidates(): Candidates {
		return {
			mint: this.#mint,
			pools: this.#pools,
			foreign: this.#foreign,
			asked: this.#asked,
			unread: this.#unread,
		};
	}

	#templatesOf(claim: string): readonly Template[] {
		const {templates, kinds} = this.#mint;
		let known = templates.get(claim);
		if (!known) {
			const found = kinds.flatMap(({shapes}) => shapes.get(claim)?.template ?? []);
			known = [...new Map(found.map(template => [JSON.stringify(template.tokens), template])).values()];
			templates.set(claim, known);
		}
		return known;
	}

	#try(template: Template, samples: Iterable<Sample>): boolean {
		let isRead = false;
		/** Values that are partly ours, by variable: a few of them stand for all. */
		const ours = new Map<string, Set<string>>();
		for (const sample of samples) {
			const wanted = template.read(sample);
			if (!wanted) continue;
			isRead = true;
			for (const one of wanted) {
				if (!one.whole) {
					const known = ours.get(one.variable) ?? new Set();
					ours.set(one.variable, known);
					if (known.size >= MOST_OURS && !known.has(one.value)) continue;
					known.add(one.value);
				}
				this.#keep(one);
			}
		}
		return isRead;
	}

	#pool(variable: string): Pool {
		let pool = this.#pools.get(variable);
		if (!pool) {
			const {fresh, values} = this.#mint.variables[variable]!;
			const fixed = this.#fixed[variable];
			const start = fixed === undefined ? (values ?? [fresh]) : [fixed];
			pool = new Map(start.map(value => [value, {whole: fixed !== undefined}]));
			this.#pools.set(variable, pool);
		}
		return pool;
	}

	#keep({variable, value, whole}: {variable: string; value: string; whole: boolean}): void {
		const pool = this.#pool(variable);
		if (this.#fixed[variable] !== undefined) return;
		const known = pool.get(value);
		// Pinned by one constant, it is pinned; but what outsiders have by default stays theirs, if it is anything at all.
		if (known) known.whole ||= whole && (value === '' || this.#mint.variables[variable]!.fresh !== value);
		else if (whole || pool.size < MOST_VALUES) pool.set(value, {whole});
	}
}

/** A constant as a whole text of the template: with whatever may stand before or behind it. */
function* completed(
	constant: string,
	by: 'equals' | 'starts' | 'ends' | 'contains',
	template: Template,
): Generator<Sample> {
	yield* around(
		pinned(constant),
		{start: by === 'equals' || by === 'starts', end: by === 'equals' || by === 'ends'},
		template,
	);
}

function* around(sample: Sample, anchored: {start: boolean; end: boolean}, {ends}: Template): Generator<Sample> {
	const pieces = anchored.start || anchored.end ? ends : ends.both;
	const heads = anchored.start ? [''] : pieces.heads;
	const tails = anchored.end ? [''] : pieces.tails;
	if (anchored.start && anchored.end) {
		yield sample;
		return;
	}
	const inner = sample.wild.length > 0 ? sample.wild : Array.from({length: sample.text.length}, () => false);
	for (const head of heads) {
		for (const tail of tails) {
			yield {
				text: head + sample.text + tail,
				wild: [...filled(head.length), ...inner, ...filled(tail.length)],
			};
		}
	}
}

const filled = (length: number): boolean[] => Array.from({length}, () => true);

/** Subjects of a tenant's own making, `repository_owner:acme:environment:prod`, if a constant looks like one. */
function withSubjects(mint: Mint, hints: readonly Hint[]): Mint {
	const {subjectKeys: keys} = mint.platform;
	if (!keys) return mint;
	const made = new Map<string, Kind>();
	for (const {claim, constant, by} of hints) {
		if (claim !== 'sub' || by === 'present' || by === 'matches') continue;
		if (mint.kinds.some(({shapes}) => shapes.get('sub')!.template.read(pinned(constant)))) continue;
		const used = [...constant.matchAll(/(?:^|:)(\w+)(?=:)/g)].flatMap(([, key]) =>
			keys[key!] === undefined ? [] : [key!],
		);
		const isOwn = used.length > 0 && constant.startsWith(`${used[0]!}:`) && !(used.length === 1 && used[0] === 'repo');
		if (!isOwn) continue;
		const text = used.map(key => `${key}:${keys[key]!}`).join(':');
		for (const whole of [text, `${text}:${used.includes('environment') ? 'ref:{ref}' : 'environment:{environment}'}`]) {
			const hasEnvironment = whole.includes('{environment}');
			const shapes = new Map(
				mint.kinds.find(kind => kind.context === (hasEnvironment ? 'environment' : 'ref'))!.shapes,
			);
			shapes.set('sub', {template: new Template(whole, mint.variables), kind: 'text'});
			made.set(whole, {context: hasEnvironment ? 'environment' : 'ref', shapes});
		}
	}
	return made.size === 0 ? mint : {...mint, kinds: [...mint.kinds, ...made.values()], templates: new Map()};
}
