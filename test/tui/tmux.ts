/** A real terminal: tmux, on a socket of its own, with nothing of the user's configuration. */
import {execFileSync, spawnSync} from 'node:child_process';
import {setTimeout} from 'node:timers/promises';

/** Without tmux its tests are left out, except where it is demanded (`.ci/run` does). */
export const hasTmux = spawnSync('tmux', ['-V']).status === 0;
export const isDemanded = process.env['SA_AUDIT_TMUX'] === 'required';

export class Tmux {
	readonly #socket: string;

	/** @param command run by a shell when the window opens */
	constructor(name: string, columns: number, rows: number, {cwd, env}: {cwd: string; env: Record<string, string>}) {
		this.#socket = `sa-audit-${process.pid}-${name}`;
		const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`);
		const shell = ['env', '-i', ...variables, 'sh'];
		this.#run(['-f', '/dev/null', 'new-session', '-d', '-x', String(columns), '-y', String(rows), '-c', cwd, ...shell]);
		// So that what an application copies can be looked at.
		this.#run(['set-option', '-g', 'set-clipboard', 'on']);
		this.#run(['set-option', '-g', 'escape-time', '0']);
	}

	/** Keys by tmux's names (`Enter`, `Escape`, `C-c`, ...), or text. */
	keys(...keys: string[]): void {
		for (const key of keys) this.#run(['send-keys', ...(/^(?:[A-Z][a-z]+|C-.)$/.test(key) ? [key] : ['-l', key])]);
	}

	/** Bytes as a terminal would send them. */
	bytes(text: string): void {
		this.#run(['send-keys', '-H', ...Array.from(Buffer.from(text), byte => byte.toString(16).padStart(2, '0'))]);
	}

	resize(columns: number, rows: number): void {
		this.#run(['resize-window', '-x', String(columns), '-y', String(rows)]);
	}

	screen(): string {
		return this.#run(['capture-pane', '-p']);
	}

	/** What an application copied last. */
	clipboard(): string {
		return this.#run(['show-buffer']);
	}

	/** tmux's own view of the terminal, such as `#{alternate_on}`. */
	ask(format: string): string {
		return this.#run(['display-message', '-p', format]).trim();
	}

	/** Waits until the screen shows it. @throws Error with the screen, if it never does */
	async until(wanted: string | RegExp): Promise<string> {
		for (let tries = 0; tries < 600; tries++) {
			const screen = this.screen();
			if (typeof wanted === 'string' ? screen.includes(wanted) : wanted.test(screen)) return screen;
			await setTimeout(50);
		}
		throw new Error(`${String(wanted)} never came:\n${this.screen()}`);
	}

	close(): void {
		spawnSync('tmux', ['-L', this.#socket, 'kill-server']);
	}

	#run(args: string[]): string {
		return execFileSync('tmux', ['-L', this.#socket, ...args], {encoding: 'utf8'});
	}
}
