/** Small words with a colour. The word always says it; the colour only helps. */
import type {Confidence, Finding, Severity} from '../data.ts';
import {el} from './dom.ts';

export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];
export const CONFIDENCES: readonly Confidence[] = ['certain', 'conditional', 'unverified'];

export const CONFIDENCE_MEANS: Readonly<Record<Confidence, string>> = {
	certain: 'Everything on the way was read and decided.',
	conditional: 'A condition that cannot be decided from the inventory, or a precondition outside IAM.',
	unverified: 'A fact on the way could not be read.',
};

export function severityBadge(severity: Severity): HTMLElement {
	return el('span', {class: `badge ${severity}`}, severity);
}

export function confidenceBadge(confidence: Confidence): HTMLElement {
	return el('span', {class: `confidence ${confidence}`, title: CONFIDENCE_MEANS[confidence]}, confidence);
}

export function statusBadge(status: string): HTMLElement {
	return el('span', {class: `badge status-${status}`}, status);
}

/** Not in the baseline. */
export function newBadge(): HTMLElement {
	return el('span', {class: 'badge new', title: 'Not in the baseline.'}, 'new');
}

/** Who accepted a finding, until when and why. */
export function acceptance({owner, until, reason}: NonNullable<Finding['suppressed']>): string {
	return `Suppressed by ${owner}${until ? ` until ${until}` : ''}: ${reason}`;
}
