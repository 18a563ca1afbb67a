/** A systemd timer and its service. */
import {onCalendar} from './calendar.ts';
import {configFile, roleFile} from './shared.ts';
import type {Deployment, Values} from './values.ts';

export function systemd(values: Values): Deployment {
	return {
		files: [
			{path: 'sa-audit.service', text: service()},
			{path: 'sa-audit.timer', text: timer(values)},
			configFile(values, ['html']),
			roleFile(values),
		],
		steps: [
			`npm install --global --ignore-scripts sa-audit@${values.version}`,
			`gcloud iam roles create saAuditCollector --organization=${values.organization} --file=role.yaml, then grant it to the account of the machine`,
			'install -D -m 0644 sa-audit.yaml /etc/sa-audit/sa-audit.yaml',
			'install -m 0644 sa-audit.service sa-audit.timer /etc/systemd/system/',
			'systemctl daemon-reload && systemctl enable --now sa-audit.timer',
		],
	};
}

function service(): string {
	return `# One run of sa-audit; sa-audit.timer starts it. The ledger lies in /var/lib/sa-audit:
#   sa-audit verify /var/lib/sa-audit
[Unit]
Description=Audit of Google Cloud service accounts
Documentation=man:systemd.timer(5)
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=/usr/local/bin/sa-audit watch --once --config=/etc/sa-audit/sa-audit.yaml --directory=/var/lib/sa-audit
# Secrets that the configuration names by variable, one NAME=VALUE a line; readable by root only.
EnvironmentFile=-/etc/sa-audit/environment
Environment=XDG_STATE_HOME=/var/lib/sa-audit/.state XDG_CACHE_HOME=/var/cache/sa-audit
# A graceful stop takes less than ten seconds, and what ran is recorded as interrupted.
TimeoutStopSec=15
TimeoutStartSec=4h

# An account that exists only while it runs, with one place to write.
DynamicUser=yes
StateDirectory=sa-audit
StateDirectoryMode=0700
CacheDirectory=sa-audit
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateUsers=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
# MemoryDenyWriteExecute stays off: the JavaScript engine compiles code.
`;
}

function timer({cron, timeZone}: Values): string {
	return `# When sa-audit.service runs (cron: ${cron}, ${timeZone}).
[Unit]
Description=Regular audit of Google Cloud service accounts

[Timer]
OnCalendar=${onCalendar(cron, timeZone)}
# Not all machines at once.
RandomizedDelaySec=10min
# One run for what was missed while the machine was off.
Persistent=true

[Install]
WantedBy=timers.target
`;
}
