import {defineCheck} from '../src/check.ts';
import {codeHoles} from '../src/queries/code-holes.ts';
import {gainedText, openingHits, othersText} from '../src/queries/opening-hits.ts';
import {openings} from '../src/queries/openings.ts';

export default defineCheck({
	id: 'privilege-escalation',
	title: 'A principal can become a service account with power that it does not have itself',
	severity:
		'by gained power: critical for owner-like on a project or above; high for editor-like, policy rewriting or becoming further accounts; else medium',
	on: 'the strongest account that can be become',
	needs: ['allowPolicies', 'roles', 'groups', 'serviceAccounts'],
	threats: ['privilege escalation', 'impersonation'],
	practice: [20],
	why: 'Whoever may mint tokens, sign or create keys for an account holds all of its power, although no policy names him beside the roles.',
	fix: 'Remove the binding that the finding names, or take the power from the account.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#privilege-escalation',
		'https://cloud.google.com/iam/docs/service-account-permissions',
	],
	example: {
		fires: 'A developer group has Service Account Token Creator on an account that is Owner of the project.',
		silent: 'The same group is Owner of that project already, or the account holds no power on any project.',
	},
	inspect: world => ({
		examined: openings(world).length,
		hits: openingHits(world, 'privilege-escalation', (opening, gains) => {
			const {account} = gains.best!;
			return `${opening.member.member} can become ${account.email}${othersText(gains)} by ${opening.grant.binding.role} on ${opening.grant.binding.resource.name} and gains ${gainedText(gains)}.`;
		}),
		unknown: [...codeHoles(world)],
	}),
});
