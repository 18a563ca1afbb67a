import {defineCheck, type Hit} from '../src/check.ts';
import type {Event} from '../src/evidence/uses.ts';
import {accountKind} from '../src/inventory/account-kind.ts';
import type {Container, Inventory} from '../src/inventory/model.ts';
import {accountName, projectOfEmail} from '../src/inventory/names.ts';
import {type MissingDefault, missingDefaults} from '../src/queries/missing-default.ts';
import {DAY, days} from '../src/time.ts';
import type {World} from '../src/world.ts';

export default defineCheck({
	id: 'deleted-without-disabling',
	title: 'A service account was deleted without being disabled first, or a default account is gone',
	severity: 'low; medium for a default account that is gone while its API is on',
	on: "the account's name, or the project that lacks its default account",
	needs: ['serviceAccounts'],
	threats: ['repudiation'],
	practice: [12],
	why: 'What still needed it fails at once and cannot be brought back after 30 days; a disabled account is enabled again in a moment.',
	fix: 'Undelete it if something fails; from now on disable accounts and wait before deleting them.',
	references: [
		'https://cloud.google.com/iam/docs/best-practices-service-accounts#disable-unused-service-accounts-before-deleting',
		'https://cloud.google.com/iam/docs/service-accounts-delete-undelete',
	],
	example: {
		fires:
			'Logs show an account deleted that nobody had disabled before; a project has VMs and no Compute Engine default account.',
		silent: 'It was disabled two weeks before, or it was undeleted.',
	},
	inspect(world) {
		const {inventory, evidence} = world;
		const deletions = evidence.events.filter(
			event => event.event === 'account-deleted' && isOurs(world, emailOf(event)) && isGone(world, event),
		);
		const missing = missingDefaults(world);
		const unknown = new Set<string>();
		let projects = 0;
		for (const project of inventory.containers) {
			if (project.kind !== 'project' || !project.inScope || !project.active) continue;
			projects++;
			const hole = evidence.logHole(project, ['activity']);
			if (hole !== undefined) unknown.add(hole);
		}
		return {
			examined: projects + deletions.length,
			hits: [
				...deletions.filter(event => !wasDisabled(world, event)).map(event => deletionHit(world, event)),
				...missing.map(one => missingHit(world, one)),
			],
			unknown: [...unknown],
		};
	},
});

const emailOf = ({member}: Event): string => member.replace(/^serviceAccount:/, '');

function isOurs({inventory}: World, email: string): boolean {
	if (!email.includes('@') || accountKind(email) === 'service-agent') return false;
	return projectOf(inventory, email)?.inScope ?? false;
}

function projectOf(inventory: Inventory, email: string): Container | undefined {
	return inventory.container(projectOfEmail(email) ?? '');
}

/** The same account, where both say which; else any of that name. */
function isSame(a: Event, b: Event): boolean {
	return a.uniqueId === undefined || b.uniqueId === undefined || a.uniqueId === b.uniqueId;
}

/** It was not undeleted, and is not there. */
function isGone({evidence, inventory}: World, event: Event): boolean {
	const account = inventory.accounts.get(emailOf(event));
	if (account?.read && (event.uniqueId === undefined || account.uniqueId === event.uniqueId)) return false;
	return !evidence
		.eventsOf(event.member)
		.some(other => other.event === 'account-undeleted' && other.at >= event.at && isSame(event, other));
}

function wasDisabled({evidence}: World, event: Event): boolean {
	const before = evidence.eventsOf(event.member).filter(other => other.at <= event.at && isSame(event, other));
	return (
		before.findLast(({event: kind}) => kind === 'account-disabled' || kind === 'account-enabled')?.event ===
		'account-disabled'
	);
}

function deletionHit(world: World, event: Event): Hit {
	const {inventory, evidence, config} = world;
	const email = emailOf(event);
	const project = projectOf(inventory, email)!;
	const from = evidence.logStanding(project, 'activity').from;
	const wasMade = evidence
		.eventsOf(event.member)
		.some(other => other.event === 'account-created' && other.at <= event.at && isSame(event, other));
	// A disabling may be older than the logs.
	const isWhole = wasMade || (from !== undefined && from <= event.at - config.thresholds.disabledGraceDays * DAY);
	return {
		severity: 'low',
		confidence: isWhole ? 'certain' : 'unverified',
		resource: accountName(project.key.slice('projects/'.length), email),
		detail: () => {
			const ago = days(inventory.now - event.at);
			const undelete =
				ago < 30 && event.uniqueId !== undefined
					? ` If something fails, gcloud beta iam service-accounts undelete ${event.uniqueId} brings it back for ${30 - ago} more days.`
					: '';
			return {
				message: `${email} was deleted on ${new Date(event.at).toISOString().slice(0, 10)}${event.by === undefined ? '' : ` by ${event.by}`} without being disabled first.`,
				evidence: {
					account: email,
					deletedAt: new Date(event.at).toISOString(),
					...(event.by !== undefined && {deletedBy: event.by}),
					...(event.uniqueId !== undefined && {uniqueId: event.uniqueId}),
					...(from !== undefined && {logsFrom: new Date(from).toISOString()}),
				},
				fix: {
					summary: `No single change ends this: it has happened.${undelete} Disable accounts first from now on, and delete them after ${config.thresholds.disabledGraceDays} days without complaint.`,
					changes: [],
				},
			};
		},
	};
}

function missingHit({evidence, inventory}: World, {project, api, email, because}: MissingDefault): Hit {
	return {
		severity: 'medium',
		confidence: 'certain',
		resource: project.name,
		detail: () => {
			const deleted = evidence.eventsOf(`serviceAccount:${email}`).findLast(({event}) => event === 'account-deleted');
			return {
				message: `The default account ${email} of ${project.key} is gone although ${api} is on: ${because}.`,
				evidence: {
					account: email,
					api,
					because,
					...(deleted && {deletedAt: new Date(deleted.at).toISOString(), deletedBy: deleted.by ?? null}),
				},
				fix: {
					summary: `No single change ends this. Undelete the account by its unique id within 30 days${
						deleted?.uniqueId !== undefined && days(inventory.now - deleted.at) < 30
							? ` (gcloud beta iam service-accounts undelete ${deleted.uniqueId})`
							: ''
					}; after that, give everything that runs in the project an account of its own, since services fail that look for the default one.`,
					changes: [],
				},
			};
		},
	};
}
