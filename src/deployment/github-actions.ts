/** A GitHub Actions workflow that signs in by federation, bound to one repository and a protected environment. */
import {pinned} from './actions.ts';
import {configFile, roleTerraform, variablesTerraform} from './shared.ts';
import type {Deployment, Values} from './values.ts';

const ENVIRONMENT = 'sa-audit';

export function githubActions(values: Values): Deployment {
	return {
		files: [
			{path: '.github/workflows/sa-audit.yml', text: workflow(values)},
			{path: 'sa-audit.tf', text: terraform(values)},
			configFile(values, ['sarif', 'markdown']),
		],
		steps: [
			`In the repository's settings make the environment ${ENVIRONMENT}, deployable from the branch main only, with reviewers if you wish`,
			'terraform init && terraform apply, and put what it prints in the place of WORKLOAD_IDENTITY_PROVIDER',
			'The numeric id of the repository: gh api repos/OWNER/NAME --jq .id',
		],
	};
}

function workflow({cron, project, version}: Values): string {
	return `# sa-audit on a schedule, signed in by federation: no key exists that could be stolen.
# Actions are pinned to commits; each job may do only what it needs.
name: sa-audit
on:
  schedule:
    # In UTC; GitHub starts it when it has room.
    - cron: "${cron}"
  workflow_dispatch:

permissions: {}

concurrency:
  group: sa-audit
  cancel-in-progress: false

jobs:
  audit:
    runs-on: ubuntu-24.04
    timeout-minutes: 240
    # Google Cloud trusts this environment of this repository only; protect it to the branch main.
    environment: ${ENVIRONMENT}
    permissions:
      contents: read
      id-token: write
    steps:
      - uses: ${pinned('checkout')}
        with:
          persist-credentials: false
      - uses: ${pinned('setupNode')}
        with:
          node-version: 24
      - run: npm install --global --ignore-scripts sa-audit@${version}
      - uses: ${pinned('auth')}
        with:
          project_id: ${project}
          # No service account: the workflow itself is the principal.
          workload_identity_provider: WORKLOAD_IDENTITY_PROVIDER
      # The ledger of the runs before. Whoever may read the repository may read its caches and artifacts, and so the
      # findings: for private repositories only. A cache that is not used for a week is dropped: add a bucket to the
      # targets of sa-audit.yaml if the ledger is to be kept for good.
      - uses: ${pinned('cacheRestore')}
        with:
          path: ledger
          key: sa-audit-\${{ github.run_id }}-\${{ github.run_attempt }}
          restore-keys: sa-audit-
      - name: Audit
        run: |
          if [ -e ledger/ledger.ndjson ]; then sa-audit verify ledger; fi
          sa-audit watch --once --config=sa-audit.yaml --directory=ledger
      - name: Summary
        if: always()
        run: |
          run=$(find ledger -mindepth 1 -maxdepth 1 -type d -name '2*' | sort | tail -n 1)
          mkdir -p result
          if [ -e "$run/report.sarif" ]; then cp "$run/report.sarif" result/; fi
          # GitHub shows up to one megabyte.
          if [ -e "$run/report.md" ]; then head -c 1000000 "$run/report.md" >> "$GITHUB_STEP_SUMMARY"; fi
      - uses: ${pinned('cacheSave')}
        if: always()
        with:
          path: ledger
          key: sa-audit-\${{ github.run_id }}-\${{ github.run_attempt }}
      - uses: ${pinned('upload')}
        if: always()
        with:
          name: sarif
          path: result
          if-no-files-found: ignore
          retention-days: 5

  # Apart, so that what reads the organization cannot write here, and the reverse.
  code-scanning:
    needs: audit
    if: always()
    runs-on: ubuntu-24.04
    permissions:
      security-events: write
    steps:
      - uses: ${pinned('download')}
        with:
          name: sarif
      - uses: ${pinned('uploadSarif')}
        with:
          sarif_file: report.sarif
          category: sa-audit
`;
}

function terraform(values: Values): string {
	const more = `
variable "repository_id" {
  description = "Numeric id of the GitHub repository; unlike its name it is never given to another one."
  type        = string
  default     = "${values.repository}"
}
`;
	return `# Lets one environment of one GitHub repository read the organization, without any key.
${variablesTerraform(values, more)}
resource "google_iam_workload_identity_pool" "github" {
  project                   = var.project_id
  workload_identity_pool_id = "sa-audit-github"
  display_name              = "sa-audit on GitHub"
}

resource "google_iam_workload_identity_pool_provider" "github" {
  project                            = var.project_id
  workload_identity_pool_id          = google_iam_workload_identity_pool.github.workload_identity_pool_id
  workload_identity_pool_provider_id = "github"
  attribute_mapping = {
    "google.subject"          = "assertion.sub"
    "attribute.repository_id" = "assertion.repository_id"
  }
  # The id, not the name; the branch; and the environment, whose protection rules GitHub enforces.
  attribute_condition = "assertion.repository_id == '\${var.repository_id}' && assertion.ref == 'refs/heads/main' && assertion.environment == '${ENVIRONMENT}'"
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

${roleTerraform('"principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.github.name}/attribute.repository_id/${var.repository_id}"')}
output "workload_identity_provider" {
  value = google_iam_workload_identity_pool_provider.github.name
}
`;
}
