/** Every check there is, by id. Adding one: CONTRIBUTING.md. */
import type {Check} from '../src/check.ts';
import defaultServiceAccountEditor from './default-service-account-editor.ts';
import impersonationChain from './impersonation-chain.ts';
import lateralMovement from './lateral-movement.ts';
import privilegeEscalation from './privilege-escalation.ts';
import unusedServiceAccount from './unused-service-account.ts';
import userManagedKey from './user-managed-key.ts';

export const checks: readonly Check[] = [
	defaultServiceAccountEditor,
	impersonationChain,
	lateralMovement,
	privilegeEscalation,
	unusedServiceAccount,
	userManagedKey,
];
