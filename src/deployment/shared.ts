/** Files that several deployments have in common. */
import {ROLE_DESCRIPTION, ROLE_ID, ROLE_TITLE, rolePermissions, roleText} from '../sources/google-cloud/custom-role.ts';
import type {DeployedFile, Values} from './values.ts';

/** @param formats of reports beside JSON */
export function configFile({organization, cron, timeZone}: Values, formats: readonly string[]): DeployedFile {
	return {
		path: 'sa-audit.yaml',
		isConfig: true,
		text: `# What sa-audit audits, and how. Its shape: schema/config.schema.json in the package; docs/scheduled-runs.md explains it.
# sa-audit config check --config=sa-audit.yaml prints every effective value.

# The organization's own domains, beside its display name.
domains: []

schedules:
  - name: organization
    organization: ["${organization}"]
    # Counts for sa-audit watch without --once; elsewhere the outside scheduler decides.
    cron: "${cron}"
    timeZone: ${timeZone}
    # Exit 1 if a run has findings of this severity that the run before did not have.
    failOnNew: high

watch:
  formats: [${formats.join(', ')}]
  # A run that finds another under way waits this long, and is skipped then; the ledger says so.
  overlap: wait
  waitAtMost: 10m
  timeout: 3h

retention:
  # Kept: the newest 30 runs, and whatever is younger than a year. The ledger keeps the numbers of all.
  runs: 30
  days: 365

# Who hears of what changed. URLs and secrets are named here, never written here.
# notices:
#   - kind: slack
#     url: {env: SA_AUDIT_SLACK_URL}
#     minSeverity: high
#   - kind: webhook
#     url: {env: SA_AUDIT_WEBHOOK_URL}
#     secret: {env: SA_AUDIT_WEBHOOK_SECRET}

# Where each run is copied. Needs storage.objects.create on the bucket, and nothing else.
# targets:
#   - bucket: gs://BUCKET/sa-audit
`,
	};
}

export function roleFile({organization}: Values): DeployedFile {
	return {path: 'role.yaml', text: roleText(`organizations/${organization}`).join('')};
}

/** The same role, and its only holder, for Terraform. @param member a Terraform expression */
export function roleTerraform(member: string): string {
	const permissions = rolePermissions(undefined).map(permission => `    "${permission}",\n`);
	return `# Exactly what sa-audit reads (sa-audit doctor --role), and nothing that changes anything.
resource "google_organization_iam_custom_role" "sa_audit" {
  org_id      = var.organization_id
  role_id     = "${ROLE_ID}"
  title       = "${ROLE_TITLE}"
  description = "${ROLE_DESCRIPTION}"
  permissions = [
${permissions.join('')}  ]
}

# Grants of others on the organization are left alone: this is a member, not a policy.
resource "google_organization_iam_member" "sa_audit" {
  org_id = var.organization_id
  role   = google_organization_iam_custom_role.sa_audit.id
  member = ${member}
}
`;
}

export function variablesTerraform({organization, project}: Values, more = ''): string {
	return `terraform {
  required_version = ">= 1.5"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.0"
    }
  }
}

variable "organization_id" {
  description = "The organization to audit."
  type        = string
  default     = "${organization}"
}

variable "project_id" {
  description = "Where what is made here lies; its quotas count."
  type        = string
  default     = "${project}"
}
${more}
`;
}
