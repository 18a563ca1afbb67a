/**
 * Resource Manager: what was asked for, everything above it and everything below it. Projects and folders are listed
 * parent by parent; where listing is not allowed, a search finds what the caller can see, and a hole says so.
 */
import type {Json} from '../asset.ts';
import type {Caller} from './caller.ts';
import {CallFailure} from './failure.ts';
import type {Ledger} from './ledger.ts';
import {METHODS, type MethodName} from './methods.ts';
import {containerBody, type ContainerBody, type Place, placeOf} from './shape.ts';

export interface Found {
	body: ContainerBody;
	place: Place;
}

/** What was asked for and what stands above it. */
export interface Climbed {
	/** From the top down; the last is what was asked for. */
	chain: Found[];
	/** An ancestor that is known by name only, and why. */
	broken?: {place: Place; failure: CallFailure};
}

const GET: Record<string, MethodName> = {
	projects: 'getProject',
	folders: 'getFolder',
	organizations: 'getOrganization',
};

/**
 * @param key `projects/ID`, `folders/N`, `organizations/N`
 * @throws CallFailure it could not be read itself
 */
export async function climb(caller: Caller, key: string): Promise<Climbed> {
	const bodies: ContainerBody[] = [];
	let broken: {key: string; failure: CallFailure} | undefined;
	let next: string | undefined = key;
	while (next !== undefined) {
		const at: string = next;
		const name: MethodName = GET[at.slice(0, at.indexOf('/'))]!;
		try {
			const body: ContainerBody | undefined = containerBody(await caller.call(name, {name: at}));
			if (!body)
				throw new CallFailure(METHODS[name], 'unsupported', `the answer about ${at} is none that Google gives`);
			bodies.unshift(body);
			next = body.parent;
		} catch (error) {
			if (!(error instanceof CallFailure) || bodies.length === 0) throw error;
			broken = {key: at, failure: error};
			break;
		}
	}
	const top = broken && unreadPlace(broken.key);
	let above = top;
	const chain = bodies.map(body => {
		const place = placeOf(body, above);
		above = place;
		return {body, place};
	});
	return {chain, ...(broken && top && {broken: {place: top, failure: broken.failure}})};
}

function unreadPlace(key: string): Place {
	const kind = key.startsWith('folders/') ? 'folder' : 'organization';
	return {kind, key, path: key, ancestors: [key], active: true};
}

/**
 * Everything below a folder or organization, handed over as it is found.
 * @param found called once per folder and project
 */
export async function descend(
	caller: Caller,
	top: Place,
	ledger: Ledger,
	found: (found: Found) => void,
): Promise<void> {
	if (top.kind === 'project' || !top.active) return;
	const [folders, projects] = await Promise.all([
		children(caller, top, ledger, FOLDERS),
		children(caller, top, ledger, PROJECTS),
	]);
	for (const child of [...folders, ...projects]) found(child);
	await Promise.all(folders.map(folder => descend(caller, folder.place, ledger, found)));
}

interface Listing {
	list: MethodName;
	search: MethodName;
	field: string;
}

const FOLDERS: Listing = {list: 'listFolders', search: 'searchFolders', field: 'folders'};
const PROJECTS: Listing = {list: 'listProjects', search: 'searchProjects', field: 'projects'};

async function children(
	caller: Caller,
	parent: Place,
	ledger: Ledger,
	{list, search, field}: Listing,
): Promise<Found[]> {
	try {
		return foundIn(await caller.list(list, {parent: parent.key, pageSize: 300, showDeleted: true}, field), parent);
	} catch (error) {
		if (!(error instanceof CallFailure)) throw error;
		// It vanished, and whatever was in it.
		if (error.kind === 'gone') return [];
		try {
			const seen = foundIn(await caller.list(search, {query: `parent:${parent.key}`, pageSize: 300}, field), parent);
			// A server without the list method is searched in full; a caller without the permission sees what he may.
			if (error.kind === 'unsupported') return seen;
			const reason = `only those ${field} in ${parent.key} that the caller can get were found: ${error.reason}`;
			ledger.hole('resources', parent.key, {status: 'partial', reason, fix: error.fix});
			return seen;
		} catch (second) {
			if (!(second instanceof CallFailure)) throw second;
			ledger.failed('resources', parent.key, error);
			return [];
		}
	}
}

function foundIn(answers: Json[], parent: Place): Found[] {
	const found = new Map<string, Found>();
	for (const answer of answers) {
		const body = containerBody(answer);
		if (body) found.set(body.name, {body, place: placeOf(body, parent)});
	}
	return [...found.values()];
}
