/** Rules of a provider out of its condition, for tests of the analysis alone. */
import * as cel from '../../src/federation/cel.ts';
import {oidcIssuer} from '../../src/federation/issuers.ts';
import {Rules} from '../../src/federation/rules.ts';
import {GITHUB, MAPPING} from '../worlds/federation.ts';

export function rulesFor(
	condition: string | undefined,
	issuer = GITHUB,
	mapping: Readonly<Record<string, string>> = MAPPING,
): Rules {
	return new Rules({issuer: oidcIssuer(issuer), mapping: new Map(Object.entries(mapping)), condition}, cel);
}
