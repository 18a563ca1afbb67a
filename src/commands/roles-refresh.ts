/** `roles refresh`: the predefined roles as they are today, into the user's cache, which then wins over the shipped copy. */
import {unpackRoleData} from '../access/roles.ts';
import {readDataFile} from '../data-file.ts';
import {UnreadableError} from '../errors.ts';
import type {Io} from '../io.ts';
import {Caller} from '../sources/google-cloud/caller.ts';
import {CallFailure} from '../sources/google-cloud/failure.ts';
import {fetchPredefinedRoles} from '../sources/google-cloud/roles.ts';
import {mergeRoles, writeRefreshedRoles} from '../sources/role-cache.ts';
import {safeLine} from '../text.ts';
import type {LiveFlags} from './flags.ts';
import {connect} from './live.ts';

/**
 * @returns the exit code
 * @throws UnreadableError the API does not answer
 */
export async function runRolesRefresh(flags: LiveFlags, io: Io): Promise<number> {
	const {clients, quotaFactor} = await connect(flags, io);
	const caller = new Caller({
		clients,
		clock: () => io.clock(),
		sleep: milliseconds => io.sleep(milliseconds),
		random: () => io.random(),
		quotaFactor,
	});
	try {
		const roles = await fetchPredefinedRoles(caller);
		if (roles.length === 0)
			throw new UnreadableError('iam.googleapis.com lists no predefined role.', 'Nothing was changed.');
		const shipped = unpackRoleData(readDataFile('predefined-roles.json.gz'));
		const date = new Date(io.clock()).toISOString();
		const file = writeRefreshedRoles(io.env, mergeRoles(shipped, roles, date));
		if (!flags.quiet)
			io.stderr.write(`${safeLine(`Wrote ${roles.length.toLocaleString('en-US')} predefined roles to ${file}.`)}\n`);
		return 0;
	} catch (error) {
		if (!(error instanceof CallFailure)) throw error;
		throw new UnreadableError(
			`The predefined roles cannot be read: ${error.reason}`,
			error.fix ?? 'The shipped ones are used.',
			{cause: error},
		);
	} finally {
		await clients.close();
	}
}
