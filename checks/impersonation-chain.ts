import {defineCheck} from '../src/check.ts';
import {codeHoles} from '../src/queries/code-holes.ts';
import {gainedText, openingHits, othersText} from '../src/queries/opening-hits.ts';
import {openings} from '../src/queries/openings.ts';

export default defineCheck({
	id: 'impersonation-chain',
	title: 'A chain of impersonations leads to a service account with power that the principal does not have itself',
	severity: 'by gained power; critical when the chain ends at owner-like power over a project or above',
	on: 'the last account of the chain',
	needs: ['allowPolicies', 'roles', 'groups', 'serviceAccounts'],
	threats: ['privilege escalation', 'impersonation', 'repudiation'],
	practice: [20, 19],
	why: 'Each grant of a chain looks harmless by itself; together they hand somebody the power of the last account, and the audit log names only the last hop.',
	fix: 'Remove the binding of the first step, or the one hop that most chains share.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#privilege-escalation',
		'https://cloud.google.com/iam/docs/service-account-impersonation',
	],
	example: {
		fires:
			'A user may mint tokens for a build account, which may mint tokens for a deployer that is Owner of production.',
		silent: 'The chain ends at an account whose power the user has anyway, or one account of it is disabled.',
	},
	inspect: world => ({
		examined: openings(world).length,
		hits: openingHits(world, 'impersonation-chain', (opening, gains) => {
			const {account, reached} = gains.best!;
			return `${opening.member.member} becomes ${account.email}${othersText(gains)} in ${reached.hops} hops, first by ${opening.grant.binding.role} on ${opening.grant.binding.resource.name}, and gains ${gainedText(gains)}.`;
		}),
		unknown: [...codeHoles(world)],
	}),
});
