/** Every check there is, by id. Adding one: CONTRIBUTING.md. */
import type {Check} from '../src/check.ts';
import accessScopesAsLimit from './access-scopes-as-limit.ts';
import auditLogMutable from './audit-log-mutable.ts';
import buildTriggerOpen from './build-trigger-open.ts';
import defaultServiceAccountEditor from './default-service-account-editor.ts';
import defaultServiceAccountInUse from './default-service-account-in-use.ts';
import impersonationChain from './impersonation-chain.ts';
import lateralMovement from './lateral-movement.ts';
import lessProtectedCodeSource from './less-protected-code-source.ts';
import metadataServerOpen from './metadata-server-open.ts';
import nodePoolWithoutWorkloadIdentity from './node-pool-without-workload-identity.ts';
import orphanedServiceAccount from './orphaned-service-account.ts';
import privilegeEscalation from './privilege-escalation.ts';
import sharedServiceAccount from './shared-service-account.ts';
import shellOnPrivilegedVm from './shell-on-privileged-vm.ts';
import unusedServiceAccount from './unused-service-account.ts';
import userDataWithoutConsent from './user-data-without-consent.ts';
import userManagedKey from './user-managed-key.ts';

export const checks: readonly Check[] = [
	accessScopesAsLimit,
	auditLogMutable,
	buildTriggerOpen,
	defaultServiceAccountEditor,
	defaultServiceAccountInUse,
	impersonationChain,
	lateralMovement,
	lessProtectedCodeSource,
	metadataServerOpen,
	nodePoolWithoutWorkloadIdentity,
	orphanedServiceAccount,
	privilegeEscalation,
	sharedServiceAccount,
	shellOnPrivilegedVm,
	unusedServiceAccount,
	userDataWithoutConsent,
	userManagedKey,
];
