/** `keys`: the credential inventory, or who became which account. */
import {checks as catalogue} from '../../checks/index.ts';
import {loadConfig} from '../config.ts';
import {UsageError} from '../errors.ts';
import {KEY_FORMATS} from '../formats.ts';
import type {Io} from '../io.ts';
import {didYouMean} from '../nearest.ts';
import {openOutput, type Output} from '../output.ts';
import {prepareWorld} from '../prepare.ts';
import {type KeyRow, keyRows} from '../queries/credentials.ts';
import {type Impersonation, impersonations} from '../queries/impersonations.ts';
import {roleData} from '../role-data.ts';
import {safeLine} from '../text.ts';
import type {World} from '../world.ts';
import {type Column, type Listing, listingText, sorted} from './columns.ts';
import type {KeysFlags} from './flags.ts';
import {readInventory} from './read.ts';

const COLUMNS = 120;
const SCHEMA = 'https://raw.githubusercontent.com/sa-audit/sa-audit/main/schema/keys.schema.json';
/** Reasons that are named. */
const HOLES = 10;

/** @returns the exit code */
export async function runKeys(flags: KeysFlags, io: Io): Promise<number> {
	const targets = KEY_FORMATS.targets(flags.format, flags.output);
	// A column that is not there is told before anything is read.
	const column = flags.impersonations ? columnOf(IMPERSONATION_COLUMNS, flags.sort) : columnOf(KEY_COLUMNS, flags.sort);
	const {config} = await loadConfig({file: flags.config}, catalogue);
	const outputs: Output[] = [];
	try {
		for (const target of targets) outputs.push(await openOutput(target.file, io));
		const {inventory} = await readInventory(flags, io);
		const world = await prepareWorld(inventory, config, {predefined: roleData(io.env).data});
		const reverse = flags.reverse ?? false;
		const texts = flags.impersonations
			? written(impersonationListing(world), column as Column<Impersonation> | undefined, reverse)
			: written(keyListing(world, flags.history ?? false), column as Column<KeyRow> | undefined, reverse);
		for (const [index, {format}] of targets.entries()) {
			const output = outputs[index]!;
			await output.write(texts(format, output.terminal?.columns ?? COLUMNS));
		}
		return 0;
	} finally {
		for (const output of outputs) await output.discard();
	}
}

type Texts = (format: Parameters<typeof listingText>[1], columns: number) => Iterable<string>;

function written<Row>(listing: Listing<Row>, column: Column<Row> | undefined, reverse: boolean): Texts {
	const rows = column ? sorted(listing.rows, column, reverse) : reverse ? listing.rows.toReversed() : listing.rows;
	return (format, columns) => listingText({...listing, rows}, format, columns);
}

/** @throws UsageError there is no such column */
function columnOf<Row>(columns: readonly Column<Row>[], id: string | undefined): Column<Row> | undefined {
	if (id === undefined) return undefined;
	const wanted = id.replaceAll('_', '-').toLowerCase();
	const found = columns.find(column => column.id === wanted);
	if (found) return found;
	const ids = columns.map(column => column.id);
	throw new UsageError(
		`--sort: there is no column "${safeLine(id)}"${didYouMean(wanted, ids)}.`,
		`It can be ${ids.join(', ')}.`,
	);
}

const day = (time: string | null): string => time?.slice(0, 10) ?? '';
const number = (value: number | null): string => (value === null ? '' : String(value));
const yes = (value: boolean): string => (value ? 'yes' : '');
const shortEmail = (email: string): string => email.replace(/\.iam\.gserviceaccount\.com$/, '');
/** The strongest thing, and how many more. */
const strongest = ({power}: KeyRow): string => {
	const [first] = power;
	if (!first) return '';
	return `${first.level} on ${first.scope}${power.length > 1 ? ` and ${power.length - 1} more` : ''}`;
};

const KEY_COLUMNS: readonly Column<KeyRow>[] = [
	{id: 'account', title: 'ACCOUNT', text: row => row.account, short: row => shortEmail(row.account)},
	{id: 'key', title: 'KEY', text: row => row.id, short: row => row.id.slice(0, 12)},
	{id: 'state', title: 'STATE', text: row => row.state},
	{id: 'age', title: 'AGE', text: row => number(row.ageDays), value: row => row.ageDays ?? undefined, right: true},
	{
		id: 'expires',
		title: 'EXPIRES',
		text: row =>
			row.expiresAt === null && row.state !== 'deleted' && row.state !== 'gone' ? 'never' : day(row.expiresAt),
		value: row => row.expiresAt ?? undefined,
	},
	{
		id: 'last-used',
		title: 'LAST USED',
		text: row => (row.lastUsed === null ? row.use : day(row.lastUsed)),
		value: row => row.lastUsed ?? undefined,
	},
	{id: 'from', title: 'FROM', text: row => row.networks.join(' ')},
	{
		id: 'becomes',
		title: 'BECOMES',
		text: row => number(row.becomes),
		value: row => row.becomes,
		right: true,
	},
	{id: 'power', title: 'POWER', text: strongest},
	{id: 'created-by', title: 'CREATED BY', text: row => `${row.createdBy ?? ''}${row.creatorLeft ? ' (left)' : ''}`},
	{id: 'project', title: 'PROJECT', text: row => row.project ?? '', wide: true},
	{id: 'origin', title: 'ORIGIN', text: row => row.origin ?? '', wide: true},
	{id: 'created', title: 'CREATED', text: row => row.createdAt ?? '', wide: true},
	{id: 'last-used-by', title: 'SEEN BY', text: row => row.lastUsedBy ?? '', wide: true},
	{id: 'uses', title: 'USES', text: row => number(row.uses), value: row => row.uses, right: true, wide: true},
	{id: 'clients', title: 'CLIENTS', text: row => row.clients.join(' '), wide: true},
	{id: 'rotation-unfinished', title: 'ROTATION UNFINISHED', text: row => yes(row.rotationUnfinished), wide: true},
	{id: 'replaceable-by', title: 'REPLACEABLE BY', text: row => row.replaceableBy ?? '', wide: true},
	{id: 'contradictions', title: 'CONTRADICTIONS', text: row => row.contradictions.join('; '), wide: true},
	{
		id: 'events',
		title: 'EVENTS',
		text: row =>
			(row.events ?? []).map(({event, at, by}) => `${event} ${day(at)}${by === null ? '' : ` by ${by}`}`).join('; '),
		wide: true,
	},
	{id: 'resource', title: 'RESOURCE', text: row => row.resource, wide: true},
];

function keyListing(world: World, history: boolean): Listing<KeyRow> {
	const rows = keyRows(world, {history});
	const holes = new Set<string>();
	for (const project of world.inventory.containers) {
		if (project.kind !== 'project' || !project.inScope || !project.active) continue;
		const {status, reason} = world.inventory.coverage.standing('serviceAccountKeys', project);
		if (status !== 'complete') holes.add(reason ?? `keys of ${project.key} were not read`);
		const hole = history ? world.evidence.logHole(project, ['activity']) : undefined;
		if (hole !== undefined) holes.add(hole);
	}
	for (const {account} of world.inventory.keys) {
		if (!account.project?.inScope) continue;
		const standing = world.inventory.coverage.standing(
			'activity',
			account.project,
			'serviceAccountKeyLastAuthentication',
		);
		if (standing.status !== 'complete')
			holes.add(standing.reason ?? `use of keys of ${account.project.key} was not read`);
	}
	return {
		name: 'keys',
		title: 'Keys',
		columns: KEY_COLUMNS,
		rows,
		holes: shortened(holes),
		empty: 'No user-managed key was found.',
		schema: SCHEMA,
	};
}

const IMPERSONATION_COLUMNS: readonly Column<Impersonation>[] = [
	{id: 'person', title: 'PERSON', text: row => row.person},
	{id: 'account', title: 'ACCOUNT', text: row => row.account, short: row => shortEmail(row.account)},
	{id: 'through', title: 'THROUGH', text: row => row.through.join(' ')},
	{id: 'method', title: 'HOW', text: row => row.method},
	{id: 'count', title: 'TIMES', text: row => number(row.count), value: row => row.count, right: true},
	{id: 'first', title: 'FIRST', text: row => day(row.first), value: row => row.first},
	{id: 'last', title: 'LAST', text: row => day(row.last), value: row => row.last},
	{id: 'from', title: 'FROM', text: row => row.networks.join(' ')},
	{id: 'clients', title: 'CLIENTS', text: row => row.clients.join(' ')},
];

function impersonationListing(world: World): Listing<Impersonation> {
	const holes = new Set<string>();
	for (const project of world.inventory.containers) {
		if (project.kind !== 'project' || !project.inScope || !project.active || project.accounts.length === 0) continue;
		const hole = world.evidence.logHole(project);
		if (hole !== undefined) holes.add(hole);
	}
	return {
		name: 'impersonations',
		title: 'Impersonations by people',
		columns: IMPERSONATION_COLUMNS,
		rows: impersonations(world),
		holes: shortened(holes),
		empty: 'The logs show nobody who impersonated a service account.',
		schema: SCHEMA,
	};
}

function shortened(holes: ReadonlySet<string>): string[] {
	const all = [...holes];
	return all.length > HOLES ? [...all.slice(0, HOLES), `and ${all.length - HOLES} more`] : all;
}
