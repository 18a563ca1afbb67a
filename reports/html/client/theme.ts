/** Light, dark, or what the system says. CSS does the rest; canvases ask for their colours and repaint. */
import {button} from './dom.ts';

const THEMES = ['auto', 'light', 'dark'] as const;
const repaints = new Set<() => void>();

/** Called after the colours have changed. */
export function onTheme(repaint: () => void): void {
	repaints.add(repaint);
}

export function themeButton(): HTMLButtonElement {
	let at = 0;
	const toggle = button('Theme: auto', () => {
		at = (at + 1) % THEMES.length;
		const theme = THEMES[at]!;
		toggle.textContent = `Theme: ${theme}`;
		if (theme === 'auto') delete document.documentElement.dataset['theme'];
		else document.documentElement.dataset['theme'] = theme;
		for (const repaint of repaints) repaint();
	});
	toggle.classList.add('quiet');
	matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
		for (const repaint of repaints) repaint();
	});
	return toggle;
}

/** What a colour token of the style is now, as `rgb(...)`. */
export function colorOf(token: string): string {
	const probe = document.createElement('span');
	probe.style.color = `var(--${token})`;
	document.body.append(probe);
	const color = getComputedStyle(probe).color;
	probe.remove();
	return color;
}
