/** How to end it, how to undo that, how to see that it worked: each command can be copied as it is. */
import type {Finding} from '../data.ts';
import {announce, button, type Child, el} from './dom.ts';

/** What `text.ts` leaves where a character was not safe to show; such a command is not the one to run. */
const ESCAPED = /\\u\{[0-9a-f]+\}/;

export function fix({summary, gcloud, terraform, undo, verify}: Finding['remediation']): Child {
	return [
		el('p', {}, summary),
		block('gcloud', gcloud),
		block('Terraform', terraform === '' ? [] : [terraform]),
		block('Undo', undo),
		block('Verify', verify),
	];
}

function block(title: string, texts: readonly string[]): Child {
	if (texts.length === 0) return null;
	return el(
		'div',
		{class: 'commands'},
		el('h4', {}, title),
		texts.map(text => command(title, text)),
	);
}

function command(title: string, text: string): HTMLElement {
	const pre = el('pre', {tabindex: 0, 'aria-label': title}, el('code', {}, text));
	if (ESCAPED.test(text)) {
		const note = 'Holds characters that are shown escaped here: take it from the JSON report.';
		return el('div', {class: 'command'}, pre, el('p', {class: 'note'}, note));
	}
	const copy = button('Copy', () => void copied(text, pre, copy), {class: 'quiet', 'aria-label': `Copy ${title}`});
	return el('div', {class: 'command'}, pre, copy);
}

/** A page from disk may have no clipboard: then the text is selected, one key away from being copied. */
async function copied(text: string, pre: HTMLElement, copy: HTMLButtonElement): Promise<void> {
	try {
		await navigator.clipboard.writeText(text);
		copy.textContent = 'Copied';
		announce('Copied');
	} catch {
		getSelection()?.selectAllChildren(pre);
		copy.textContent = 'Selected';
		announce('Selected, copy it with the keyboard');
	}
	setTimeout(() => (copy.textContent = 'Copy'), 2_000);
}
