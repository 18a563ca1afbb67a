/**
 * What is known about those who issue tokens: which claims a token has, what they are made of, and which of it
 * somebody may choose. All of it is data; `search.ts` plays the attackers on it.
 */

/**
 * Whose a variable is. `tenant`: the organization at the platform. `group`: what a tenant divides itself into.
 * `unit`: the repository, project or workspace. `context`: branch, environment, phase. `run`: whatever whoever
 * starts a run has at will.
 */
export type Level = 'tenant' | 'group' | 'unit' | 'context' | 'run';

export interface Variable {
	level: Level;
	/**
	 * `name`: whoever comes first has it, and it is free again when its owner leaves. `id`: assigned once, never again.
	 * `choice`: one of `values`. `text`: anything that fits.
	 */
	kind: 'name' | 'id' | 'choice' | 'text';
	/** What a value looks like, as the source of a regular expression. */
	pattern: string;
	/** What somebody has who has nothing in common with the trusted one. */
	fresh: string;
	/** Of a choice; the first is the usual one. */
	values?: readonly string[];
	/** A name that nobody gets hold of when it becomes free (a domain under contract). */
	stable?: true;
	/** Somebody else's name, which one gets into one's token by using something public of his. */
	borrowed?: true;
	/** What it stands for in questions about refs. */
	role?: 'ref' | 'environment' | 'protected';
}

/** One kind of token: claims that differ from the common ones. Templates as in `Platform.claims`. */
export interface Form {
	context: 'ref' | 'environment' | 'pull request';
	claims: Readonly<Record<string, string>>;
}

export interface Platform {
	id: string;
	title: string;
	/** `any GitHub repository`: everybody with a token of a shared issuer. */
	everybody: string;
	/** What one unit and one tenant are called. */
	unit: string;
	tenant: string;
	variables: Readonly<Record<string, Variable>>;
	/**
	 * Claim -> what it is made of, `{variable}` for what varies. In front, `[]`: a list of such; `?`: a boolean. Parts
	 * of nested claims are joined by `\0`.
	 */
	claims: Readonly<Record<string, string>>;
	/** At least one. */
	forms: readonly Form[];
	/** Claims that a subject may be made of at the tenant's wish, as `key:value:key:value`. */
	subjectKeys?: Readonly<Record<string, string>>;
	/** The claim that names the tenant and is never assigned again. */
	tenantClaim?: string;
	/** Claims that name the unit, and the tenant, the telling ones first. */
	unitClaims: readonly string[];
	tenantClaims: readonly string[];
	/** Tokens tell a branch or an environment. */
	refs: boolean;
	/** Any claim may be there: the issuer is the owner's own. */
	anyClaim?: true;
	/** Audiences that tokens of this platform are given for many services. */
	commonAudiences?: readonly RegExp[];
	/** Claims that a user sets for himself. */
	editable: readonly string[];
}

/** Joins the parts of a nested claim. */
export const PATH = '\0';

/** A claim as people write it. */
export const claimText = (claim: string): string => claim.split(PATH).join('.');

export const name = (level: Level, fresh: string, pattern = '[^/:@]+'): Variable => ({
	level,
	kind: 'name',
	pattern,
	fresh,
});
export const id = (level: Level, fresh: string, pattern = '[A-Za-z0-9_-]+'): Variable => ({
	level,
	kind: 'id',
	pattern,
	fresh,
});
export const text = (level: Level, fresh: string, pattern = '[^]+'): Variable => ({
	level,
	kind: 'text',
	pattern,
	fresh,
});
/** What git allows in the name of a ref, as far as delimiters go (`git check-ref-format`). */
export const REF_NAME = '[^:~^?*[\\\\\\s]+';

export const choice = (level: Level, ...values: [string, ...string[]]): Variable => ({
	level,
	kind: 'choice',
	pattern: '[^]+',
	fresh: values[0],
	values,
});
