/** A Kubernetes CronJob, for GKE by Workload Identity without a key. */
import {configFile, roleFile} from './shared.ts';
import type {Deployment, Values} from './values.ts';

export function kubernetes(values: Values): Deployment {
	const {organization, project} = values;
	const pool = `principal://iam.googleapis.com/projects/PROJECT_NUMBER/locations/global/workloadIdentityPools/${project}.svc.id.goog`;
	return {
		files: [{path: 'sa-audit.k8s.yaml', text: manifest(values)}, roleFile(values)],
		steps: [
			'sa-audit init docker, build the image, and put its name with its digest in the place of IMAGE',
			`gcloud iam roles create saAuditCollector --organization=${organization} --file=role.yaml`,
			`gcloud organizations add-iam-policy-binding ${organization} --role=organizations/${organization}/roles/saAuditCollector --condition=None --member=${pool}/subject/ns/sa-audit/sa/sa-audit`,
			'kubectl apply --filename=sa-audit.k8s.yaml',
		],
	};
}

function manifest(values: Values): string {
	const {cron, timeZone} = values;
	const config = configFile(values, ['html'])
		.text.split('\n')
		.map(line => (line === '' ? '' : `    ${line}`))
		.join('\n');
	return `# sa-audit as a CronJob. The ledger lies on the volume claim sa-audit, which outlives every pod.
apiVersion: v1
kind: Namespace
metadata:
  name: sa-audit
  labels:
    pod-security.kubernetes.io/enforce: restricted
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: sa-audit
  namespace: sa-audit
# The pod asks Google Cloud, not Kubernetes.
automountServiceAccountToken: false
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: sa-audit
  namespace: sa-audit
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 20Gi
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: sa-audit
  namespace: sa-audit
data:
  sa-audit.yaml: |
${config}---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: sa-audit
  namespace: sa-audit
spec:
  schedule: "${cron}"
  timeZone: ${timeZone}
  # sa-audit has a lock of its own as well; a second pod would only wait for it.
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  successfulJobsHistoryLimit: 3
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      # A failed run is a run: it is in the ledger, and the next one comes by itself.
      backoffLimit: 0
      activeDeadlineSeconds: 14400
      template:
        spec:
          serviceAccountName: sa-audit
          automountServiceAccountToken: false
          restartPolicy: Never
          # A graceful stop takes less than ten seconds.
          terminationGracePeriodSeconds: 15
          securityContext:
            runAsNonRoot: true
            runAsUser: 65532
            runAsGroup: 65532
            fsGroup: 65532
            seccompProfile:
              type: RuntimeDefault
          containers:
            - name: sa-audit
              image: IMAGE
              args: [watch, --once, --config=/config/sa-audit.yaml, --directory=/ledger]
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities:
                  drop: [ALL]
              resources:
                requests:
                  cpu: 500m
                  memory: 512Mi
                limits:
                  memory: 2Gi
              volumeMounts:
                - name: ledger
                  mountPath: /ledger
                - name: config
                  mountPath: /config
                  readOnly: true
                - name: tmp
                  mountPath: /tmp
          volumes:
            - name: ledger
              persistentVolumeClaim:
                claimName: sa-audit
            - name: config
              configMap:
                name: sa-audit
            - name: tmp
              emptyDir:
                sizeLimit: 4Gi
`;
}
