import {defineCheck} from '../src/check.ts';
import {codeHoles} from '../src/queries/code-holes.ts';
import {openingHits, othersText} from '../src/queries/opening-hits.ts';
import {openings} from '../src/queries/openings.ts';

export default defineCheck({
	id: 'lateral-movement',
	title: 'A service account of one project can become a service account of another',
	severity: 'high; critical if the target is owner-like',
	on: 'the strongest account of another project',
	needs: ['allowPolicies', 'roles', 'groups', 'serviceAccounts'],
	threats: ['privilege escalation', 'impersonation'],
	practice: [19],
	why: 'A workload that is taken over in one project becomes a foothold in the next: the border between projects holds nobody.',
	fix: 'Remove the grant, or move both workloads into one project if they are one system.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#lateral-movement',
		'https://cloud.google.com/policy-intelligence/docs/lateral-movement-insights',
	],
	example: {
		fires:
			'A build account of the CI project has Service Account Token Creator on a deployer of the production project.',
		silent: 'Both accounts are in one project, or the source is Owner of the target’s project anyway.',
	},
	inspect: world => ({
		examined: openings(world).filter(
			opening => opening.lateral.sources.length > 0 || opening.member.kind === 'serviceAccount',
		).length,
		hits: openingHits(world, 'lateral-movement', (opening, gains) => {
			const {account, reached} = gains.best!;
			const [source, ...rest] = opening.lateral.sources;
			const who =
				rest.length > 0 ? `${source!.email} and ${rest.length} more through ${opening.member.member}` : source!.email;
			const from = source!.project;
			const hops = reached.hops === 1 ? '' : ` in ${reached.hops} hops`;
			return `${who} of ${from} can become ${account.email} of ${account.project?.key ?? 'an unknown project'}${othersText(gains)}${hops}, by ${opening.grant.binding.role} on ${opening.grant.binding.resource.name}.`;
		}),
		unknown: [...codeHoles(world)],
	}),
});
