/** Accounts of build and deployment pipelines (checks.md: reached from a CI issuer or Cloud Build, or named so). */
import type {Principal} from '../inventory/principals.ts';
import type {World} from '../world.ts';

const NAMED =
	/(?:^|[-_.])(?:ci|cd|cicd|build|builder|builds|deploy|deployer|deployment|release|pipeline|terraform|github|gitlab|jenkins)(?:[-_.]|$)/;

export function isPipeline(world: World, {kind, value}: Principal): boolean {
	if (kind !== 'serviceAccount') return false;
	if (value.endsWith('@cloudbuild.gserviceaccount.com')) return true;
	if (NAMED.test(value.slice(0, value.indexOf('@')))) return true;
	const account = world.inventory.accounts.get(value);
	const policy = account && world.inventory.policies.get(account.name);
	return (policy?.bindings ?? []).some(({members}) =>
		members.some(({member}) => member.startsWith('principal') && !member.includes('.svc.id.goog/')),
	);
}
