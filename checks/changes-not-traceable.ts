import {defineCheck, type Hit} from '../src/check.ts';
import {isLogged} from '../src/evidence/evidence.ts';
import {usesEvidence} from '../src/evidence/whence.ts';
import {unusedSince} from '../src/queries/live-keys.ts';
import {pipelineReason} from '../src/queries/pipelines.ts';

export default defineCheck({
	id: 'changes-not-traceable',
	title: 'Changes by a deployment pipeline cannot be tied to the run that made them',
	severity: 'low',
	on: 'the account',
	needs: ['serviceAccounts'],
	threats: ['repudiation'],
	practice: [29],
	why: 'The log names the pipeline’s account, which all runs share: who started the run and from which commit stays open.',
	fix: 'Let the pipeline send a request reason (CLOUDSDK_CORE_REQUEST_REASON, request_reason) or a user agent that names the run.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#deployment-history',
		'https://cloud.google.com/apis/docs/system-parameters',
	],
	example: {
		fires: 'Logs show that the deployer changed resources and sent neither a reason nor the number of its run.',
		silent: 'Every change carries a request reason such as the URL of the run.',
	},
	inspect(world) {
		const {inventory, evidence} = world;
		const since = unusedSince(world);
		const hits: Hit[] = [];
		const unknown = new Set<string>();
		let examined = 0;
		for (const account of inventory.accounts.values()) {
			if (!account.read || account.disabled || account.kind === 'service-agent' || !(account.project?.inScope ?? true))
				continue;
			const because = pipelineReason(world, account.principal);
			if (because === undefined) continue;
			examined++;
			const hole = evidence.logHole(account.project, ['activity'], true);
			if (hole !== undefined) unknown.add(hole);
			const uses = evidence.usesOf(account).filter(use => use.last > since && isLogged(use) && !use.becoming);
			const untraced = uses.filter(use => use.untraced > 0);
			if (untraced.length === 0) continue;
			const sum = (field: 'changes' | 'untraced'): number => uses.reduce((all, use) => all + use[field], 0);
			hits.push({
				severity: 'low',
				confidence: untraced.every(({isInferred}) => isInferred) ? 'unverified' : 'certain',
				resource: account.name,
				detail: () => ({
					message: `${sum('untraced')} of ${sum('changes')} changes by the pipeline account ${account.email} name neither a reason nor the run that made them.`,
					evidence: {
						account: account.email,
						pipelineBecause: because,
						changes: sum('changes'),
						untraced: sum('untraced'),
						methods: [...new Set(untraced.map(({method}) => method))].toSorted().slice(0, 20),
						uses: usesEvidence(untraced),
					},
					fix: {
						summary:
							'No single change ends this: set CLOUDSDK_CORE_REQUEST_REASON (gcloud), request_reason (Terraform provider, GitHub auth action) or a user agent that names the run in the pipeline; it holds from the next run on.',
						changes: [],
					},
				}),
			});
		}
		return {examined, hits, unknown: [...unknown]};
	},
});
