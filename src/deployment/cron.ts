/** A line for cron. */
import {configFile, roleFile} from './shared.ts';
import type {Deployment, Values} from './values.ts';

export function cron(values: Values): Deployment {
	const {cron: when, timeZone, organization, version} = values;
	const text = `# sa-audit on a schedule: copy to /etc/cron.d/sa-audit (owned by root, mode 0644).
# It runs as the user sa-audit, who needs: useradd --system --create-home sa-audit
#   install -d -m 0700 -o sa-audit /var/lib/sa-audit
# Two runs never overlap: the second waits or is skipped, and the ledger in /var/lib/sa-audit says so.
# What fails is mailed to MAILTO, and is in the ledger: sa-audit history /var/lib/sa-audit
SHELL=/bin/sh
PATH=/usr/local/bin:/usr/bin:/bin
MAILTO=root
# Only cronie reads this; Debian's cron goes by the machine's own time zone.
CRON_TZ=${timeZone}
# minute hour day month weekday user command
${when} sa-audit sa-audit watch --once --quiet --config=/etc/sa-audit/sa-audit.yaml --directory=/var/lib/sa-audit > /dev/null
`;
	return {
		files: [{path: 'sa-audit.cron', text}, configFile(values, ['html']), roleFile(values)],
		steps: [
			`npm install --global --ignore-scripts sa-audit@${version}`,
			`gcloud iam roles create saAuditCollector --organization=${organization} --file=role.yaml, then grant it to the account of the machine`,
			'install -D -m 0644 sa-audit.yaml /etc/sa-audit/sa-audit.yaml',
			'install -m 0644 sa-audit.cron /etc/cron.d/sa-audit',
		],
	};
}
