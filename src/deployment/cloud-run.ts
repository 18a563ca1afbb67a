/** A Cloud Run job that Cloud Scheduler starts, for Terraform. */
import {dockerfile} from './docker.ts';
import {configFile, roleTerraform, variablesTerraform} from './shared.ts';
import type {Deployment, Values} from './values.ts';

export function cloudRun(values: Values): Deployment {
	return {
		files: [{path: 'main.tf', text: terraform(values)}, configFile(values, ['html']), dockerfile(values)],
		steps: [
			'docker build, push to Artifact Registry, and give its name with its digest as -var=image=...',
			`terraform init && terraform apply -var=image=REGION-docker.pkg.dev/${values.project}/sa-audit/sa-audit@sha256:...`,
			'gcloud run jobs execute sa-audit --wait, to see the first run',
		],
	};
}

function terraform(values: Values): string {
	const {cron, timeZone} = values;
	const more = `
variable "region" {
  description = "Where the job runs and its ledger lies."
  type        = string
  default     = "europe-west1"
}

variable "image" {
  description = "The image, by digest: REGION-docker.pkg.dev/PROJECT/sa-audit/sa-audit@sha256:..."
  type        = string
}
`;
	return `# sa-audit as a Cloud Run job, started by Cloud Scheduler. Three accounts' worth of rights, each as small as can be:
# the job reads the organization and writes its bucket; the scheduler starts this one job; nobody has a key.
${variablesTerraform(values, more)}
resource "google_project_service" "needed" {
  for_each = toset([
    "run.googleapis.com",
    "cloudscheduler.googleapis.com",
    "cloudasset.googleapis.com",
    "cloudidentity.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "iam.googleapis.com",
    "logging.googleapis.com",
    "orgpolicy.googleapis.com",
    "policyanalyzer.googleapis.com",
  ])
  project            = var.project_id
  service            = each.value
  disable_on_destroy = false
}

resource "google_service_account" "job" {
  project      = var.project_id
  account_id   = "sa-audit"
  display_name = "sa-audit job"
}

${roleTerraform('google_service_account.job.member')}
# The ledger. A hierarchical namespace renames folders in one step, which the ledger counts on.
resource "google_storage_bucket" "ledger" {
  project                     = var.project_id
  name                        = "\${var.project_id}-sa-audit"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  hierarchical_namespace {
    enabled = true
  }
  soft_delete_policy {
    # What is deleted or overwritten can be had back for 30 days.
    retention_duration_seconds = 2592000
  }
  lifecycle {
    prevent_destroy = true
  }
}

# On this bucket only, for the job only.
resource "google_storage_bucket_iam_member" "job" {
  bucket = google_storage_bucket.ledger.name
  role   = "roles/storage.objectUser"
  member = google_service_account.job.member
}

resource "google_secret_manager_secret" "config" {
  project   = var.project_id
  secret_id = "sa-audit-config"
  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_version" "config" {
  secret      = google_secret_manager_secret.config.id
  secret_data = file("\${path.module}/sa-audit.yaml")
}

resource "google_secret_manager_secret_iam_member" "config" {
  project   = var.project_id
  secret_id = google_secret_manager_secret.config.secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.job.member
}

resource "google_cloud_run_v2_job" "sa_audit" {
  project             = var.project_id
  name                = "sa-audit"
  location            = var.region
  deletion_protection = false

  template {
    # One at a time, and none again: a failed run is in the ledger, and the next one comes by itself.
    task_count  = 1
    parallelism = 1
    template {
      service_account       = google_service_account.job.email
      max_retries           = 0
      timeout               = "14400s"
      execution_environment = "EXECUTION_ENVIRONMENT_GEN2"
      containers {
        image = var.image
        args  = ["watch", "--once", "--config=/config/sa-audit.yaml", "--directory=/ledger"]
        resources {
          limits = {
            cpu    = "2"
            memory = "4Gi"
          }
        }
        volume_mounts {
          name       = "ledger"
          mount_path = "/ledger"
        }
        volume_mounts {
          name       = "config"
          mount_path = "/config"
        }
      }
      volumes {
        name = "ledger"
        gcs {
          bucket    = google_storage_bucket.ledger.name
          read_only = false
        }
      }
      volumes {
        name = "config"
        secret {
          secret = google_secret_manager_secret.config.secret_id
          items {
            version = google_secret_manager_secret_version.config.version
            path    = "sa-audit.yaml"
          }
        }
      }
    }
  }

  depends_on = [
    google_project_service.needed,
    google_storage_bucket_iam_member.job,
    google_secret_manager_secret_iam_member.config,
  ]
}

# Starts the job, and can do nothing else.
resource "google_service_account" "scheduler" {
  project      = var.project_id
  account_id   = "sa-audit-scheduler"
  display_name = "Starts the sa-audit job"
}

resource "google_cloud_run_v2_job_iam_member" "scheduler" {
  project  = var.project_id
  location = var.region
  name     = google_cloud_run_v2_job.sa_audit.name
  role     = "roles/run.invoker"
  member   = google_service_account.scheduler.member
}

resource "google_cloud_scheduler_job" "sa_audit" {
  project   = var.project_id
  region    = var.region
  name      = "sa-audit"
  schedule  = "${cron}"
  time_zone = "${timeZone}"
  http_target {
    http_method = "POST"
    uri         = "https://run.googleapis.com/v2/projects/\${var.project_id}/locations/\${var.region}/jobs/\${google_cloud_run_v2_job.sa_audit.name}:run"
    oauth_token {
      service_account_email = google_service_account.scheduler.email
    }
  }
  depends_on = [google_cloud_run_v2_job_iam_member.scheduler]
}
`;
}
