/** The built package in a real terminal, from the first key to the last, and the terminal as it was before. */
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, describe, expect, inject, test} from 'vitest';
import {CLI} from '../start.ts';
import {hasTmux, isDemanded, Tmux} from './tmux.ts';

if (!hasTmux) process.stderr.write('tmux is not installed: the terminal UI is not tried in a real terminal.\n');

let terminal: Tmux | undefined;
let folder = '';

afterEach(() => {
	terminal?.close();
	if (folder !== '') rmSync(folder, {recursive: true, force: true});
});

/** A shell whose terminal settings are known. */
async function shell(name: string, env: Record<string, string> = {}): Promise<Tmux> {
	const failure = inject('buildFailure');
	if (failure !== '') throw new Error(failure);
	folder = mkdtempSync(join(tmpdir(), 'sa-audit-tmux-'));
	const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
	const basic = {PATH: path, HOME: folder, TERM: 'screen-256color', LANG: 'C.UTF-8', PS1: '$ '};
	terminal = new Tmux(name, 100, 30, {cwd: folder, env: {...basic, ...env}});
	await terminal.until('$');
	terminal.keys('stty -g > before; echo "the shell is here"', 'Enter');
	await terminal.until(/^the shell is here/m);
	return terminal;
}

/** What a program must leave as it found it. */
async function expectRestored(tmux: Tmux): Promise<void> {
	tmux.keys('stty -g > after; echo "and $((6 * 7)) again"', 'Enter');
	await tmux.until('and 42 again');
	expect(readFileSync(join(folder, 'after'), 'utf8')).toBe(readFileSync(join(folder, 'before'), 'utf8'));
	expect(tmux.ask('#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{mouse_sgr_flag}')).toBe('0 1 0 0');
	// The history of the shell is still there.
	expect(tmux.screen()).toContain('the shell is here');
}

const AUDIT = `node ${CLI} audit --demo --profile=essential`;

// Each starts programs and waits for what they draw.
describe.skipIf(!hasTmux && !isDemanded)('in a real terminal', {timeout: 120_000}, () => {
	test('filter, path, node, copy, accept, resize, quit', async () => {
		const tmux = await shell('walk');
		tmux.keys(`${AUDIT}; echo "exit $?"`, 'Enter');
		await tmux.until('FIX FIRST');
		expect(tmux.ask('#{alternate_on} #{cursor_flag} #{mouse_any_flag}')).toBe('1 0 1');

		tmux.keys('2');
		await tmux.until('findings, by severity');
		tmux.keys('/', 'check:impersonation severity:critical');
		await tmux.until(/ \/check:impersonation severity:critical +\d of \d+ findings/);
		tmux.keys('Enter', 'p');
		await tmux.until('START group:shop-developers');
		tmux.keys('j', 'Enter');
		await tmux.until('Who can become it');

		tmux.keys('Escape', 'Escape');
		await tmux.until('filter check:impersonation');
		tmux.keys('c');
		await tmux.until('Copied the fix');
		expect(tmux.clipboard()).toMatch(/^gcloud projects remove-iam-policy-binding tidewick-shop-dev /);
		tmux.keys('P');
		await tmux.until('(Enter goes back)');
		expect(tmux.screen()).toContain('gcloud projects remove-iam-policy-binding');
		tmux.keys('Enter');
		await tmux.until('filter check:impersonation');

		tmux.keys('a');
		await tmux.until('Accept this finding');
		tmux.keys('on purpose', 'Enter', 'ann@example.com', 'Enter', '2020-01-01', 'Enter');
		await tmux.until('is over');
		tmux.keys('C-u', '2099-01-31', 'Enter');
		await tmux.until('sa-audit.yaml accepts impersonation-chain');
		expect(readFileSync(join(folder, 'sa-audit.yaml'), 'utf8')).toContain('reason: on purpose');

		tmux.keys('e');
		await tmux.until('Write what is shown');
		tmux.keys('shown.json', 'Enter');
		await tmux.until('to shown.json (json)');
		const written = JSON.parse(readFileSync(join(folder, 'shown.json'), 'utf8')) as {
			summary: {suppressed: number};
			findings: {check: string; severity: string; suppressed?: {owner: string}}[];
		};
		for (const {check, severity} of written.findings)
			expect([check, severity]).toEqual(['impersonation-chain', 'critical']);
		expect(written.summary.suppressed).toBe(1);
		expect(written.findings[0]!.suppressed?.owner).toBe('ann@example.com');

		tmux.resize(80, 24);
		await tmux.until(/^─{80}$/m);
		tmux.resize(59, 24);
		await tmux.until('This terminal is too small.');
		tmux.resize(140, 40);
		await tmux.until(/RESOURCE.*│/);
		tmux.keys('Escape');
		await tmux.until(/\d findings, by severity/);
		tmux.bytes('\u001b[<65;10;10M');
		await tmux.until(/^> .*\n(?:.*\n)*/m);
		await tmux.until(/(?:^ {2}(?:CRIT|HIGH) .*\n){3}> /m);

		tmux.keys('q');
		const left = await tmux.until('exit 0');
		expect(left).toMatch(/sa-audit: \d+ findings \(\d+ critical/);
		await expectRestored(tmux);
	});

	test('Ctrl+C leaves at once, with 130', async () => {
		const tmux = await shell('interrupt');
		tmux.keys(`${AUDIT}; echo "exit $?"`, 'Enter');
		await tmux.until('FIX FIRST');
		tmux.keys('2', '/', 'x', 'C-c');
		await tmux.until('exit 130');
		await expectRestored(tmux);
	});

	test('a signal from outside gives the terminal back as well', async () => {
		const tmux = await shell('killed');
		tmux.keys(`${AUDIT} & echo $! > pid; fg; echo "exit $?"`, 'Enter');
		await tmux.until('FIX FIRST');
		process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGTERM');
		await tmux.until('exit 143');
		await expectRestored(tmux);
	});

	test('for screen readers: on the normal screen, in numbered lines', async () => {
		const tmux = await shell('linear', {INK_SCREEN_READER: 'true', NO_COLOR: '1'});
		tmux.keys(`${AUDIT}; echo "exit $?"`, 'Enter');
		await tmux.until('(selected) 1. critical');
		expect(tmux.ask('#{alternate_on} #{mouse_any_flag}')).toBe('0 0');
		tmux.keys('1');
		await tmux.until('Findings: ');
		tmux.keys('q', 'q');
		await tmux.until('exit 0');
		await expectRestored(tmux);
	});

	test('with --no-ui it is the batch report', async () => {
		const tmux = await shell('batch');
		tmux.keys(`${AUDIT} --no-ui | tail -1; echo "exit $?"; ${AUDIT} --no-ui > /dev/null; echo "then $?"`, 'Enter');
		await tmux.until('then 0');
		expect(tmux.screen()).toMatch(/in what was read\.[^]*exit 0/);
	});
});
