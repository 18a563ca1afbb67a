/** A GitLab CI pipeline that signs in by federation, bound to one project, a protected branch and environment. */
import {configFile, roleTerraform, variablesTerraform} from './shared.ts';
import type {Deployment, Values} from './values.ts';

const ENVIRONMENT = 'sa-audit';

export function gitlabCi(values: Values): Deployment {
	return {
		files: [
			{path: '.gitlab-ci.yml', text: pipeline(values)},
			{path: 'sa-audit.tf', text: terraform(values)},
			configFile(values, ['sarif', 'markdown']),
		],
		steps: [
			`Protect the branch main and the environment ${ENVIRONMENT} (Settings, CI/CD, Protected environments)`,
			'terraform init && terraform apply, and put what it prints in the place of WORKLOAD_IDENTITY_PROVIDER',
			`Make a pipeline schedule "${values.cron}" (${values.timeZone}) on main (Build, Pipeline schedules)`,
			'The numeric id of the project stands on its front page, and as CI_PROJECT_ID',
		],
	};
}

function pipeline({version}: Values): string {
	return `# sa-audit on a pipeline schedule, signed in by federation: no key exists that could be stolen.
# Merge requests get nothing from here: the job runs for schedules on the protected branch only.
sa-audit:
  # Pin it by digest (node:24-slim@sha256:...) once you have looked at it; a tag may be moved.
  image: node:24-slim
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule" && $CI_COMMIT_REF_PROTECTED == "true"
  # Google Cloud trusts this environment of this project only; protect it.
  environment:
    name: ${ENVIRONMENT}
    action: access
  # One at a time.
  resource_group: sa-audit
  interruptible: false
  timeout: 4 hours
  id_tokens:
    GOOGLE_TOKEN:
      aud: https://iam.googleapis.com/WORKLOAD_IDENTITY_PROVIDER
  variables:
    GIT_DEPTH: "1"
    GOOGLE_APPLICATION_CREDENTIALS: $CI_PROJECT_DIR/.credentials.json
  # The ledger of the runs before, among protected branches only. Caches may be dropped: add a bucket to the targets of
  # sa-audit.yaml if it is to be kept for good.
  cache:
    key: sa-audit
    paths: [ledger/]
    when: always
  before_script:
    - npm install --global --ignore-scripts sa-audit@${version}
    # Names the file with the token; neither is a secret that outlives the job.
    - umask 077
    - printf '%s' "$GOOGLE_TOKEN" > "$CI_PROJECT_DIR/.token"
    - >-
      printf '{"type":"external_account","audience":"//iam.googleapis.com/%s","subject_token_type":"urn:ietf:params:oauth:token-type:jwt","token_url":"https://sts.googleapis.com/v1/token","credential_source":{"file":"%s"}}'
      WORKLOAD_IDENTITY_PROVIDER "$CI_PROJECT_DIR/.token" > "$GOOGLE_APPLICATION_CREDENTIALS"
  script:
    - if [ -e ledger/ledger.ndjson ]; then sa-audit verify ledger; fi
    - sa-audit watch --once --config=sa-audit.yaml --directory=ledger
  after_script:
    - rm -f "$CI_PROJECT_DIR/.token" "$CI_PROJECT_DIR/.credentials.json"
    - cp "$(find ledger -mindepth 1 -maxdepth 1 -type d -name '2*' | sort | tail -n 1)"/report.* . || true
  artifacts:
    when: always
    access: developer
    expire_in: 90 days
    paths: [report.json, report.md, report.sarif]
`;
}

function terraform(values: Values): string {
	const more = `
variable "gitlab_url" {
  description = "Of the GitLab instance, as its tokens have it."
  type        = string
  default     = "https://gitlab.com"
}

variable "gitlab_project_id" {
  description = "Numeric id of the GitLab project; unlike its path it is never given to another one."
  type        = string
  default     = "${values.repository}"
}
`;
	return `# Lets one protected environment of one GitLab project read the organization, without any key.
${variablesTerraform(values, more)}
resource "google_iam_workload_identity_pool" "gitlab" {
  project                   = var.project_id
  workload_identity_pool_id = "sa-audit-gitlab"
  display_name              = "sa-audit on GitLab"
}

resource "google_iam_workload_identity_pool_provider" "gitlab" {
  project                            = var.project_id
  workload_identity_pool_id          = google_iam_workload_identity_pool.gitlab.workload_identity_pool_id
  workload_identity_pool_provider_id = "gitlab"
  attribute_mapping = {
    "google.subject"       = "assertion.sub"
    "attribute.project_id" = "assertion.project_id"
  }
  # The id, not the path; a protected branch; and the environment, which must be protected too.
  attribute_condition = "assertion.project_id == '\${var.gitlab_project_id}' && assertion.ref_protected == 'true' && assertion.ref == 'main' && assertion.environment == '${ENVIRONMENT}' && assertion.environment_protected == 'true'"
  oidc {
    issuer_uri = var.gitlab_url
  }
}

${roleTerraform('"principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.gitlab.name}/attribute.project_id/${var.gitlab_project_id}"')}
output "workload_identity_provider" {
  value = google_iam_workload_identity_pool_provider.gitlab.name
}
`;
}
