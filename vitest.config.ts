import {defineConfig} from 'vitest/config';

/** Tests of whole programs, clients of Google Cloud, a browser and a terminal, which change the environment. */
const OUTSIDE = [
	'test/google-cloud/**/*.test.ts',
	'test/schedule/**/*.test.ts',
	'test/reports/html/browser*.test.ts',
	'test/tui/tmux*.test.ts',
];

export default defineConfig({
	test: {
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
		projects: [
			// Pure code keeps no state between files: starting a process and loading all modules for each would take longer
			// than the tests.
			{extends: true, test: {name: 'core', include: ['test/**/*.test.ts'], exclude: OUTSIDE, isolate: false}},
			{extends: true, test: {name: 'outside', include: OUTSIDE}},
		],
	},
});
