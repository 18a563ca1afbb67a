/** Every check there is, by id. Adding one: CONTRIBUTING.md. */
import type {Check} from '../src/check.ts';
import changesNotTraceable from './changes-not-traceable.ts';
import defaultServiceAccountEditor from './default-service-account-editor.ts';
import deletedWithoutDisabling from './deleted-without-disabling.ts';
import dependsOnLeaver from './depends-on-leaver.ts';
import impersonationChain from './impersonation-chain.ts';
import impersonationNotLogged from './impersonation-not-logged.ts';
import keyExpiring from './key-expiring.ts';
import keyReplaceable from './key-replaceable.ts';
import keyRotationUnfinished from './key-rotation-unfinished.ts';
import keyUsedFromManyPlaces from './key-used-from-many-places.ts';
import keyUsedOutsideNetwork from './key-used-outside-network.ts';
import lateralMovement from './lateral-movement.ts';
import privilegeEscalation from './privilege-escalation.ts';
import tokenNotDownscoped from './token-not-downscoped.ts';
import unusedKey from './unused-key.ts';
import unusedPermissions from './unused-permissions.ts';
import unusedServiceAccount from './unused-service-account.ts';
import usedInDevelopment from './used-in-development.ts';
import userManagedKey from './user-managed-key.ts';

export const checks: readonly Check[] = [
	changesNotTraceable,
	defaultServiceAccountEditor,
	deletedWithoutDisabling,
	dependsOnLeaver,
	impersonationChain,
	impersonationNotLogged,
	keyExpiring,
	keyReplaceable,
	keyRotationUnfinished,
	keyUsedFromManyPlaces,
	keyUsedOutsideNetwork,
	lateralMovement,
	privilegeEscalation,
	tokenNotDownscoped,
	unusedKey,
	unusedPermissions,
	unusedServiceAccount,
	usedInDevelopment,
	userManagedKey,
];
