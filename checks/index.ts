/** Every check there is, by id. Adding one: CONTRIBUTING.md. */
import type {Check} from '../src/check.ts';
import adminServiceAccount from './admin-service-account.ts';
import agentRoleHeld from './agent-role-held.ts';
import automaticGrantsNotDisabled from './automatic-grants-not-disabled.ts';
import brokerNotSeparated from './broker-not-separated.ts';
import changesNotTraceable from './changes-not-traceable.ts';
import defaultServiceAccountEditor from './default-service-account-editor.ts';
import deletedWithoutDisabling from './deleted-without-disabling.ts';
import dependsOnLeaver from './depends-on-leaver.ts';
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
import impersonationNotLogged from './impersonation-not-logged.ts';
import keyConstraintsNotEnforced from './key-constraints-not-enforced.ts';
import keyCreationAllowed from './key-creation-allowed.ts';
import keyExpiring from './key-expiring.ts';
import keyLifetimeNotLimited from './key-lifetime-not-limited.ts';
import keyNeverExpires from './key-never-expires.ts';
import keyReplaceable from './key-replaceable.ts';
import keyRotationOverdue from './key-rotation-overdue.ts';
import keyRotationUnfinished from './key-rotation-unfinished.ts';
import keyUsedFromManyPlaces from './key-used-from-many-places.ts';
import keyUsedOutsideNetwork from './key-used-outside-network.ts';
import lateralMovement from './lateral-movement.ts';
import lingeringIdentity from './lingering-identity.ts';
import namingConvention from './naming-convention.ts';
import policyTakeover from './policy-takeover.ts';
import privilegeEscalation from './privilege-escalation.ts';
import projectWideImpersonation from './project-wide-impersonation.ts';
import publicImpersonation from './public-impersonation.ts';
import revealingEmail from './revealing-email.ts';
import serviceAccountInGroup from './service-account-in-group.ts';
import tokenNotDownscoped from './token-not-downscoped.ts';
import unusedKey from './unused-key.ts';
import unusedPermissions from './unused-permissions.ts';
import unusedServiceAccount from './unused-service-account.ts';
import usedInDevelopment from './used-in-development.ts';
import userManagedKey from './user-managed-key.ts';

export const checks: readonly Check[] = [
	adminServiceAccount,
	agentRoleHeld,
	automaticGrantsNotDisabled,
	brokerNotSeparated,
	changesNotTraceable,
	defaultServiceAccountEditor,
	deletedWithoutDisabling,
	dependsOnLeaver,
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
	impersonationNotLogged,
	keyConstraintsNotEnforced,
	keyCreationAllowed,
	keyExpiring,
	keyLifetimeNotLimited,
	keyNeverExpires,
	keyReplaceable,
	keyRotationOverdue,
	keyRotationUnfinished,
	keyUsedFromManyPlaces,
	keyUsedOutsideNetwork,
	lateralMovement,
	lingeringIdentity,
	namingConvention,
	policyTakeover,
	privilegeEscalation,
	projectWideImpersonation,
	publicImpersonation,
	revealingEmail,
	serviceAccountInGroup,
	tokenNotDownscoped,
	unusedKey,
	unusedPermissions,
	unusedServiceAccount,
	usedInDevelopment,
	userManagedKey,
];
