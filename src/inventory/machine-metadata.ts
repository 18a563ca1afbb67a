/**
 * Metadata of a machine, a template or a project, reduced to what opens or closes a shell, and to where scripts lie.
 * Values are never kept: they may be passwords. Facts: keys from Compute Engine's list of predefined metadata keys,
 * `expireOn` of SSH and Windows keys from the guest agent's documentation [seen].
 */
import type {Json} from '../sources/asset.ts';
import {parseTime, text} from './fields.ts';
import {objectsAt} from './workload-paths.ts';

/** Who gets in by a key in metadata, without anybody asking IAM. Times are epoch ms, Infinity: for good. */
export interface ShellKey {
	/** Name on the machine, where the entry tells it. */
	user: string;
	expires: number;
}

/** Absent switches were not set here: what stands above, or Google's default, holds. */
export interface MachineMetadata {
	osLogin?: boolean;
	blockProjectKeys?: boolean;
	serialPort?: boolean;
	/** Windows lets in by SSH keys. */
	windowsSsh?: boolean;
	/** `disable-legacy-endpoints`, as written. */
	legacyDisabled?: boolean;
	sshKeys: ShellKey[];
	windowsKeys: ShellKey[];
	/** The deprecated `sshKeys` of an instance replaces the project's keys. */
	ownKeysOnly?: true;
	/** Script that runs at start or stop, by the key that names it, and its address. */
	scripts: {key: string; url: string}[];
	/** Image of a container that the machine starts, from its declaration. */
	images: string[];
	/** A script shows that the guest limits who reaches the metadata server. */
	guarded?: true;
	/** Relative name of the managed group that made the machine. */
	createdBy?: string;
}

const SCRIPT_URLS: ReadonlySet<string> = new Set([
	'startup-script-url',
	'shutdown-script-url',
	'windows-startup-script-url',
	'windows-shutdown-script-url',
	'sysprep-specialize-script-url',
]);
const INLINE_SCRIPTS: ReadonlySet<string> = new Set(['startup-script', 'user-data', 'windows-startup-script-ps1']);
/** A rule of a guest firewall on the metadata server's address. */
const GUARD = /\b(?:iptables|nft|ufw|firewall-cmd|New-NetFirewallRule)\b[^\n]{0,300}169\.254\.169\.254/i;
const IMAGE = /^[ \t]*(?:-[ \t]+)?image:[ \t]*['"]?([^\s'"]+)/gm;

/**
 * @param metadata `metadata` of an instance or template, `commonInstanceMetadata` of a project: `{items: [{key, value}]}`
 * @throws WrongType if it has another shape
 */
export function readMetadata(metadata: Json): MachineMetadata {
	const found: MachineMetadata = {sshKeys: [], windowsKeys: [], scripts: [], images: []};
	for (const item of objectsAt(metadata, 'items[]')) {
		const key = text(item, 'key') ?? '';
		const value = typeof item['value'] === 'boolean' ? String(item['value']) : text(item, 'value');
		if (SCRIPT_URLS.has(key)) found.scripts.push({key, url: value ?? ''});
		else if (INLINE_SCRIPTS.has(key)) {
			if (value !== undefined && GUARD.test(value)) found.guarded = true;
		} else readItem(found, key, value);
	}
	return found;
}

function readItem(found: MachineMetadata, key: string, value: string | undefined): void {
	switch (key) {
		case 'enable-oslogin':
			found.osLogin = isOn(value);
			break;
		case 'block-project-ssh-keys':
			found.blockProjectKeys = isOn(value);
			break;
		case 'serial-port-enable':
			found.serialPort = isOn(value);
			break;
		case 'enable-windows-ssh':
			found.windowsSsh = isOn(value);
			break;
		case 'disable-legacy-endpoints':
			found.legacyDisabled = isOn(value);
			break;
		case 'sshKeys':
			found.ownKeysOnly = true;
			found.sshKeys.push(...sshKeys(value));
			break;
		case 'ssh-keys':
			found.sshKeys.push(...sshKeys(value));
			break;
		case 'windows-keys':
			found.windowsKeys.push(...windowsKeys(value));
			break;
		case 'gce-container-declaration':
			for (const [, image] of (value ?? '').matchAll(IMAGE)) found.images.push(image!);
			break;
		case 'created-by':
			if (value !== undefined) found.createdBy = value;
			break;
	}
}

/** Compute Engine takes TRUE, yes and 1 in any case. */
const isOn = (value: string | undefined): boolean => /^\s*(?:true|y|yes|1)\s*$/i.test(value ?? '');

/** One line a key, `USER:TYPE KEY COMMENT`; a comment `google-ssh {"expireOn": ...}` ends it. Without its value: one. */
function sshKeys(value: string | undefined): ShellKey[] {
	if (value === undefined) return [{user: '', expires: Infinity}];
	return value.split('\n').flatMap(line => {
		const trimmed = line.trim();
		if (trimmed === '' || trimmed.startsWith('#')) return [];
		const colon = trimmed.indexOf(':');
		return [{user: colon > 0 && colon < 64 ? trimmed.slice(0, colon) : '', expires: expiryIn(trimmed)}];
	});
}

/** One object a line. What has expired was taken up already: the account it made on the machine stays. */
function windowsKeys(value: string | undefined): ShellKey[] {
	if (value === undefined) return [{user: '', expires: Infinity}];
	return value.split('\n').flatMap(line => {
		if (line.trim() === '') return [];
		return [{user: /"userName"\s*:\s*"([^"]{1,64})"/.exec(line)?.[1] ?? '', expires: Infinity}];
	});
}

function expiryIn(line: string): number {
	const written = /"expireOn"\s*:\s*"([^"]+)"/.exec(line)?.[1];
	if (written === undefined) return Infinity;
	// The agent writes `+0000` where RFC 3339 has `Z`.
	const time = parseTime(written.replace(/\+0000$/, 'Z'));
	return Number.isNaN(time) ? Infinity : time;
}
