/** The data that stands in the page. */
import type {Finding, PageData} from '../data.ts';

export interface Page {
	data: PageData;
	/** Worst first. */
	findings: Finding[];
	byFingerprint: ReadonlyMap<string, Finding>;
}

export function readPage(): Page {
	const parse = (element: Element): unknown => JSON.parse(element.textContent);
	const data = parse(document.querySelector('#data')!) as PageData;
	const chunks = [...document.querySelectorAll('script.findings')];
	const findings = chunks.flatMap(chunk => parse(chunk) as Finding[]);
	return {data, findings, byFingerprint: new Map(findings.map(finding => [finding.fingerprint, finding]))};
}
