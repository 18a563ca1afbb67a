/** What deployment files are filled with: what flags say, else words in capitals that a reader must replace. */
import {UsageError} from '../errors.ts';
import {VERSION} from '../package.ts';

export interface Values {
	organization: string;
	project: string;
	/** Numeric id of the GitHub repository or GitLab project. */
	repository: string;
	cron: string;
	timeZone: string;
	/** Of this program. */
	version: string;
}

export interface DeployedFile {
	/** Relative. */
	path: string;
	text: string;
	/** Left as it is where there is one: it is the user's own. */
	isConfig?: boolean;
}

export interface Deployment {
	files: DeployedFile[];
	/** What is to be done next, a command or sentence each. */
	steps: string[];
}

const SHAPES: readonly [keyof Values, string, RegExp, string][] = [
	['organization', '--organization', /^\d{1,20}$/, '123456789012'],
	['project', '--project', /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, 'my-project'],
	['repository', '--repository', /^\d{1,20}$/, '123456789'],
	['timeZone', '--time-zone', /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/, 'Europe/Berlin'],
	// Five fields, or a word of cron: what all of these schedulers take.
	['cron', '--cron', /^[0-9*,/-]+( [0-9A-Za-z*,/-]+){4}$/, '"17 5 * * *"'],
];

/** @throws UsageError a value that could be none, or that would end the quotes it stands in */
export function valuesOf(flags: Partial<Omit<Values, 'version'>>): Values {
	for (const [key, flag, shape, example] of SHAPES) {
		const value = flags[key as keyof typeof flags];
		if (value !== undefined && !shape.test(value))
			throw new UsageError(`${flag} ${value} cannot be.`, `It looks like ${example}.`);
	}
	return {
		organization: flags.organization ?? 'ORGANIZATION_ID',
		project: flags.project ?? 'PROJECT_ID',
		repository: flags.repository ?? 'REPOSITORY_ID',
		cron: flags.cron ?? '17 5 * * *',
		timeZone: flags.timeZone ?? 'Etc/UTC',
		version: VERSION,
	};
}
