/** A notice as the request that each kind of receiver takes. Pure. */
import {createHmac} from 'node:crypto';
import {safeJson} from '../../text.ts';
import type {NoticeRule} from '../settings.ts';
import type {Notice} from './notice.ts';
import {noticeText} from './text.ts';

/** Longest text that Slack and Google Chat take well. */
const LONGEST = 3900;

/**
 * Text that Slack does not take for mentions and links (https://api.slack.com/reference/surfaces/formatting, "Escaping
 * text"), and Google Chat, which has no escapes, neither.
 */
const ESCAPES: Readonly<Record<NoticeRule['kind'], (text: string) => string>> = {
	webhook: text => text,
	slack: text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
	'google-chat': text => text.replaceAll('<', '‹').replaceAll('>', '›'),
};

/** The body; the same notice gives the same bytes. */
export function bodyOf({kind, template}: Pick<NoticeRule, 'kind' | 'template'>, notice: Notice): string {
	const text = noticeText(notice, template, ESCAPES[kind]);
	if (kind === 'webhook') return safeJson({...notice, text});
	const short = text.length > LONGEST ? `${text.slice(0, LONGEST).replace(/&[a-z]*$/, '')}…` : text;
	return safeJson({text: short});
}

/**
 * `X-SA-Audit-Signature: t=SECONDS,v1=HEX`, the HMAC-SHA-256 of `SECONDS.BODY`: the time is signed too, so an old
 * request cannot be sent again for a new one.
 * @param now epoch milliseconds
 */
export function signatureHeader(body: string, secret: string, now: number): string {
	const seconds = Math.floor(now / 1000);
	const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
	return `t=${seconds},v1=${mac}`;
}
