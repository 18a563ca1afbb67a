/** Every check there is, by id. Adding one: CONTRIBUTING.md. */
import type {Check} from '../src/check.ts';
import adminServiceAccount from './admin-service-account.ts';
import agentRoleHeld from './agent-role-held.ts';
import automaticGrantsNotDisabled from './automatic-grants-not-disabled.ts';
import brokerNotSeparated from './broker-not-separated.ts';
import defaultServiceAccountEditor from './default-service-account-editor.ts';
import domainWideDelegation from './domain-wide-delegation.ts';
import impersonationChain from './impersonation-chain.ts';
import keyConstraintsNotEnforced from './key-constraints-not-enforced.ts';
import keyCreationAllowed from './key-creation-allowed.ts';
import lateralMovement from './lateral-movement.ts';
import policyTakeover from './policy-takeover.ts';
import privilegeEscalation from './privilege-escalation.ts';
import projectWideImpersonation from './project-wide-impersonation.ts';
import publicImpersonation from './public-impersonation.ts';
import serviceAccountInGroup from './service-account-in-group.ts';
import unusedServiceAccount from './unused-service-account.ts';
import userManagedKey from './user-managed-key.ts';

export const checks: readonly Check[] = [
	adminServiceAccount,
	agentRoleHeld,
	automaticGrantsNotDisabled,
	brokerNotSeparated,
	defaultServiceAccountEditor,
	domainWideDelegation,
	impersonationChain,
	keyConstraintsNotEnforced,
	keyCreationAllowed,
	lateralMovement,
	policyTakeover,
	privilegeEscalation,
	projectWideImpersonation,
	publicImpersonation,
	serviceAccountInGroup,
	unusedServiceAccount,
	userManagedKey,
];
