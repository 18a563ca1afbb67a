/** Actions of others, by the full id of one commit: a tag can be moved, a commit cannot. */

const ACTIONS = {
	checkout: ['actions/checkout', '08c6903cd8c0fde910a37f88322edcfb5dd907a8', 'v5.0.0'],
	setupNode: ['actions/setup-node', '2028fbc5c25fe9cf00d9f06a71cc4710d4507903', 'v6.0.0'],
	auth: ['google-github-actions/auth', '7c6bc770dae815cd3e89ee6cdf493a5fab2cc093', 'v3.0.0'],
	cacheRestore: ['actions/cache/restore', '0057852bfaa89a56745cba8c7296529d2fc39830', 'v4.3.0'],
	cacheSave: ['actions/cache/save', '0057852bfaa89a56745cba8c7296529d2fc39830', 'v4.3.0'],
	upload: ['actions/upload-artifact', 'ea165f8d65b6e75b540449e92b4886f43607fa02', 'v4.6.2'],
	download: ['actions/download-artifact', 'fa0a91b85d4f404e444e00e005971372dc801d16', 'v4.1.8'],
	uploadSarif: ['github/codeql-action/upload-sarif', 'f443b600d91635bebf5b0d9ebc620189c0d6fba5', 'v4.30.8'],
} as const;

/** `owner/name@COMMIT # version`, as `uses:` takes it. */
export function pinned(action: keyof typeof ACTIONS): string {
	const [name, commit, version] = ACTIONS[action];
	return `${name}@${commit} # ${version}`;
}
