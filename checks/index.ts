/** Every check there is, by id. Adding one: CONTRIBUTING.md. */
import type {Check} from '../src/check.ts';
import accessScopesAsLimit from './access-scopes-as-limit.ts';
import adminServiceAccount from './admin-service-account.ts';
import agentRoleHeld from './agent-role-held.ts';
import auditLogMutable from './audit-log-mutable.ts';
import automaticGrantsNotDisabled from './automatic-grants-not-disabled.ts';
import brokerNotSeparated from './broker-not-separated.ts';
import buildTriggerOpen from './build-trigger-open.ts';
import defaultServiceAccountEditor from './default-service-account-editor.ts';
import defaultServiceAccountInUse from './default-service-account-in-use.ts';
import domainWideDelegation from './domain-wide-delegation.ts';
import federationAnyRef from './federation-any-ref.ts';
import federationAudienceShared from './federation-audience-shared.ts';
import federationBindingNeverMatches from './federation-binding-never-matches.ts';
import federationBindingTooWide from './federation-binding-too-wide.ts';
import federationKeyPinned from './federation-key-pinned.ts';
import federationOpenToAll from './federation-open-to-all.ts';
import federationPoolMixed from './federation-pool-mixed.ts';
import federationTrustsMutableName from './federation-trusts-mutable-name.ts';
import impersonationChain from './impersonation-chain.ts';
import keyConstraintsNotEnforced from './key-constraints-not-enforced.ts';
import keyCreationAllowed from './key-creation-allowed.ts';
import keyLifetimeNotLimited from './key-lifetime-not-limited.ts';
import keyNeverExpires from './key-never-expires.ts';
import keyRotationOverdue from './key-rotation-overdue.ts';
import lateralMovement from './lateral-movement.ts';
import lessProtectedCodeSource from './less-protected-code-source.ts';
import lingeringIdentity from './lingering-identity.ts';
import metadataServerOpen from './metadata-server-open.ts';
import namingConvention from './naming-convention.ts';
import nodePoolWithoutWorkloadIdentity from './node-pool-without-workload-identity.ts';
import orphanedServiceAccount from './orphaned-service-account.ts';
import policyTakeover from './policy-takeover.ts';
import privilegeEscalation from './privilege-escalation.ts';
import projectWideImpersonation from './project-wide-impersonation.ts';
import publicImpersonation from './public-impersonation.ts';
import revealingEmail from './revealing-email.ts';
import serviceAccountInGroup from './service-account-in-group.ts';
import sharedServiceAccount from './shared-service-account.ts';
import shellOnPrivilegedVm from './shell-on-privileged-vm.ts';
import unusedServiceAccount from './unused-service-account.ts';
import userDataWithoutConsent from './user-data-without-consent.ts';
import userManagedKey from './user-managed-key.ts';

export const checks: readonly Check[] = [
	accessScopesAsLimit,
	adminServiceAccount,
	agentRoleHeld,
	auditLogMutable,
	automaticGrantsNotDisabled,
	brokerNotSeparated,
	buildTriggerOpen,
	defaultServiceAccountEditor,
	defaultServiceAccountInUse,
	domainWideDelegation,
	federationAnyRef,
	federationAudienceShared,
	federationBindingNeverMatches,
	federationBindingTooWide,
	federationKeyPinned,
	federationOpenToAll,
	federationPoolMixed,
	federationTrustsMutableName,
	impersonationChain,
	keyConstraintsNotEnforced,
	keyCreationAllowed,
	keyLifetimeNotLimited,
	keyNeverExpires,
	keyRotationOverdue,
	lateralMovement,
	lessProtectedCodeSource,
	lingeringIdentity,
	metadataServerOpen,
	namingConvention,
	nodePoolWithoutWorkloadIdentity,
	orphanedServiceAccount,
	policyTakeover,
	privilegeEscalation,
	projectWideImpersonation,
	publicImpersonation,
	revealingEmail,
	serviceAccountInGroup,
	sharedServiceAccount,
	shellOnPrivilegedVm,
	unusedServiceAccount,
	userDataWithoutConsent,
	userManagedKey,
];
