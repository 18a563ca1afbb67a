import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/**/*.test.ts'],
		// Spawned programs on a busy machine need room; nothing else comes near it.
		testTimeout: 30_000,
		hookTimeout: 60_000,
		// What a developer's shell or a CI sets must not change a result; tests set what they are about.
		env: {
			NO_COLOR: '',
			FORCE_COLOR: '',
			CI: '',
			TERM: 'xterm-256color',
			TZ: 'UTC',
			LC_ALL: 'C.UTF-8',
			SA_AUDIT_DEBUG: '',
		},
		globalSetup: ['test/global-setup.ts'],
		// The default leaves one core idle, which on two is half of the machine.
		maxWorkers: '100%',
		reporters: ['default'],
	},
});
