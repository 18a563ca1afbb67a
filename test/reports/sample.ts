/**
 * Reports for the tests of the formats: a small one that has every field and every kind of proof, what a hostile
 * project could make of it, and arbitrary ones.
 */
import fc from 'fast-check';
import {
	type Baseline,
	CONFIDENCES,
	type Drift,
	type Finding,
	type GoneFinding,
	type Proof,
	type Report,
	type ReportDiff,
	SEVERITIES,
	type Step,
} from '../../src/report.ts';

/** The same cases in every run; a search for new ones is a matter of another seed. */
fc.configureGlobal({seed: 20_261_122});

const PROJECT = '//cloudresourcemanager.googleapis.com/projects/shop';
const ACCOUNTS = '//iam.googleapis.com/projects/shop/serviceAccounts';

const proofs: Proof[] = [
	{
		effect: 'allows',
		kind: 'binding',
		resource: PROJECT,
		role: 'roles/iam.serviceAccountTokenCreator',
		member: 'group:devs@example.com',
		permission: 'iam.serviceAccounts.getAccessToken',
		condition: 'request.time < timestamp("2027-01-01T00:00:00Z")',
		selfGranted: true,
	},
	{effect: 'allows', kind: 'membership', member: 'user:ann@example.com', of: 'group:devs@example.com'},
	{effect: 'undecided', kind: 'role', role: 'roles/retired', permission: 'iam.serviceAccounts.actAs'},
	{effect: 'undecided', kind: 'condition', expression: 'resource.name == "x"', value: 'unknown'},
	{effect: 'denies', kind: 'deny', policy: 'policies/shop/denypolicies/no-tokens', rule: 0},
	{effect: 'denies', kind: 'boundary', policy: 'organizations/1/principalAccessBoundaryPolicies/b', rule: 1},
	{effect: 'denies', kind: 'constraint', constraint: 'iam.disableServiceAccountKeyCreation', resource: PROJECT},
	{
		effect: 'allows',
		kind: 'workload',
		resource: '//compute.googleapis.com/projects/shop/zones/europe-west1-b/instances/web',
		runsAs: 'serviceAccount:web@shop.iam.gserviceaccount.com',
	},
	{effect: 'undecided', kind: 'gap', fact: 'denyPolicies', scope: 'organizations/1'},
];

const steps: Step[] = [
	{
		from: 'user:ann@example.com',
		to: 'serviceAccount:ci@shop.iam.gserviceaccount.com',
		escalation: 'sa-get-access-token',
		alsoBy: ['sa-sign-jwt'],
		confidence: 'certain',
		used: {count: 12, first: '2026-10-01T08:00:00Z', last: '2026-11-20T17:30:00Z'},
		blockedBy: [],
		because: proofs.slice(0, 4),
	},
	{
		from: 'serviceAccount:ci@shop.iam.gserviceaccount.com',
		to: 'serviceAccount:web@shop.iam.gserviceaccount.com',
		escalation: 'compute-set-metadata',
		alsoBy: [],
		confidence: 'conditional',
		used: 'not observable',
		blockedBy: proofs.slice(4, 7),
		because: proofs.slice(7),
		temporary: true,
	},
	{
		from: 'serviceAccount:web@shop.iam.gserviceaccount.com',
		to: 'serviceAccount:root@shop.iam.gserviceaccount.com',
		escalation: 'sa-act-as-run',
		alsoBy: [],
		confidence: 'certain',
		used: 'not seen',
		blockedBy: [],
		because: [],
	},
];

/** A finding with every field. */
export const finding: Finding = {
	check: 'impersonation-chain',
	fingerprint: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
	severity: 'critical',
	confidence: 'conditional',
	message: 'group:devs@example.com becomes root@shop.iam.gserviceaccount.com, an owner of projects/shop, in three hops',
	resource: `${ACCOUNTS}/root@shop.iam.gserviceaccount.com`,
	project: 'shop',
	principal: 'group:devs@example.com',
	path: steps,
	evidence: {bindingOn: PROJECT, principals: 14, targets: 3, examples: ['user:ann@example.com'], last: null},
	remediation: {
		summary: 'Remove the group from the role on the project; grant it on the one account that needs it.',
		gcloud: [
			'gcloud projects remove-iam-policy-binding shop --member=group:devs@example.com ' +
				'--role=roles/iam.serviceAccountTokenCreator ' +
				`--condition='expression=request.time < timestamp("2027-01-01T00:00:00Z"),title=until 2027'`,
			'gcloud iam service-accounts add-iam-policy-binding ci@shop.iam.gserviceaccount.com ' +
				'--member=group:devs@example.com --role=roles/iam.serviceAccountTokenCreator',
		],
		terraform: '# remove google_project_iam_member for group:devs@example.com\n',
		undo: ['gcloud projects add-iam-policy-binding shop --member=group:devs@example.com --role=roles/viewer'],
		verify: ['gcloud projects get-iam-policy shop --format=json'],
	},
	practice: [19, 20],
	compliance: ['CIS-GCP-4.0:1.6'],
};

/** A finding with only what it must have. */
export const plainFinding: Finding = {
	check: 'user-managed-key',
	fingerprint: 'a1b2c3d4e5f60718',
	severity: 'medium',
	confidence: 'certain',
	message: 'ci@shop.iam.gserviceaccount.com has the user-managed key 3f9a, created 2026-01-02',
	resource: `${ACCOUNTS}/ci@shop.iam.gserviceaccount.com/keys/3f9a`,
	evidence: {},
	remediation: {
		summary: 'No single command ends this: move the workload to an attached account first.',
		gcloud: [],
		terraform: '',
		undo: [],
		verify: [],
	},
	practice: [],
	compliance: [],
};

export const sample: Report = {
	version: 1,
	tool: {name: 'sa-audit', version: '0.1.0'},
	run: {
		id: '01hf-sample',
		startedAt: '2026-11-22T10:00:00Z',
		finishedAt: '2026-11-22T10:00:03.250Z',
		now: '2026-11-22T10:00:00Z',
		sources: [
			{kind: 'assets', scope: ['organizations/1', 'organizations/2']},
			{kind: 'logs', scope: []},
		],
	},
	summary: {
		findings: {critical: 1, high: 0, medium: 1, low: 0},
		suppressed: 1,
		inventory: {projects: 12, serviceAccounts: 1040, keys: 7, bindings: 93, principals: 1},
	},
	coverage: [
		{fact: 'allowPolicies', scope: 'organizations/1', status: 'complete', records: 41},
		{
			fact: 'workloads',
			scope: 'projects/shop',
			status: 'partial',
			assetType: 'run.googleapis.com/Service',
			records: 2,
			reason: 'line 17 of runs.ndjson is no JSON',
			fix: 'Export the file again.',
		},
		{
			fact: 'serviceAccountKeys',
			scope: 'projects/legacy',
			status: 'missing',
			records: 0,
			reason: 'iam.serviceAccountKeys.list was denied',
			fix: 'gcloud projects add-iam-policy-binding legacy --member=user:ann@example.com --role=roles/iam.securityReviewer',
		},
	],
	checks: [
		{id: 'impersonation-chain', status: 'fail', examined: 40, findings: 1},
		{id: 'naming-convention', status: 'pass', examined: 12, findings: 0},
		{
			id: 'unused-service-account',
			status: 'unknown',
			examined: 0,
			findings: 0,
			reason: 'activity was not collected for projects/shop',
		},
		{id: 'user-managed-key', status: 'fail', examined: 8, findings: 2},
	],
	chokePoints: [
		{
			binding: {
				resource: PROJECT,
				role: 'roles/iam.serviceAccountTokenCreator',
				member: 'group:devs@example.com',
				condition: 'request.time < timestamp("2027-01-01T00:00:00Z")',
			},
			pathsClosed: 412,
			ofPaths: 1033,
			used: 'last seen 2026-11-20',
		},
		{
			binding: {resource: '//iam.googleapis.com/projects/shop/roles/deployer', role: 'roles/owner', member: 'allUsers'},
			pathsClosed: 1,
			ofPaths: 1,
		},
	],
	accounts: [
		{
			resource: `${ACCOUNTS}/root@shop.iam.gserviceaccount.com`,
			kind: 'user-managed',
			disabled: false,
			power: [{level: 'owner-like', scope: 'projects/shop'}],
			keys: 1,
			lastUsed: '2026-11-20T00:00:00Z',
			reachedBy: 14,
			reaches: 0,
		},
		{
			resource: `${ACCOUNTS}/1-compute@developer.gserviceaccount.com`,
			kind: 'default',
			disabled: true,
			power: [],
			keys: 0,
			lastUsed: null,
			reachedBy: 0,
			reaches: 2,
		},
	],
	graph: {
		nodes: [
			{id: 'user:ann@example.com', kind: 'user', label: 'ann@example.com'},
			{id: 'serviceAccount:ci@shop.iam.gserviceaccount.com', kind: 'serviceAccount', label: 'ci', project: 'shop'},
		],
		edges: [
			{
				from: 'user:ann@example.com',
				to: 'serviceAccount:ci@shop.iam.gserviceaccount.com',
				escalation: 'sa-get-access-token',
				confidence: 'certain',
			},
		],
		truncated: false,
	},
	findings: [
		finding,
		plainFinding,
		{
			...plainFinding,
			fingerprint: 'b1b2c3d4e5f60718',
			suppressed: {reason: 'legacy partner', owner: 'ann@example.com', until: '2027-01-31'},
		},
	],
};

const gone: GoneFinding = {
	check: 'user-managed-key',
	fingerprint: 'c1b2c3d4e5f60718',
	severity: 'medium',
	message: 'old@shop.iam.gserviceaccount.com has the user-managed key 77aa',
	resource: `${ACCOUNTS}/old@shop.iam.gserviceaccount.com/keys/77aa`,
	project: 'shop',
	principal: 'user:ann@example.com',
	suppressed: {reason: 'legacy partner', owner: 'ann@example.com', until: '2027-01-31'},
};
const drift: Drift[] = [
	{
		change: 'added',
		certain: false,
		kind: 'binding',
		resource: PROJECT,
		role: 'roles/owner',
		member: 'user:ann@example.com',
		condition: 'request.time < timestamp("2027-01-01T00:00:00Z")',
	},
	{change: 'removed', certain: true, kind: 'membership', member: 'user:ann@example.com', of: 'group:devs@example.com'},
	{
		change: 'changed',
		certain: true,
		kind: 'workload',
		resource: `${PROJECT}/x`,
		runsAs: 'ci@shop.iam.gserviceaccount.com',
	},
];

/** The sample with everything that a report has only with suppressions and a baseline. */
export const compared: Report & {baseline: Baseline} = {
	...sample,
	run: {...sample.run, sources: [{kind: 'assets', scope: ['organizations/1'], files: ['export/a b#1.ndjson']}]},
	suppressions: [
		{
			fingerprint: 'b1b2c3d4e5f60718',
			check: 'user-managed-key',
			resource: '*',
			principal: '*',
			reason: 'legacy partner',
			owner: 'ann@example.com',
			until: '2027-01-31',
			status: 'active',
			findings: 1,
		},
		{check: 'user-managed-key', resource: '*/gone', reason: 'r', owner: 'o', status: 'unused', findings: 0},
		{fingerprint: '0123456789abcdef', reason: 'r', owner: 'o', until: '2026-01-01', status: 'expired', findings: 2},
	],
	baseline: {
		run: {id: 'before', now: '2026-11-01T00:00:00Z'},
		summary: {
			new: 1,
			unchanged: 2,
			fixed: 1,
			unknown: 1,
			newBySeverity: {critical: 1, high: 0, medium: 0, low: 0},
		},
		fixed: [{...gone, drift}],
		unknown: [{...gone, reason: 'serviceAccountKeys of projects/shop was not read'}],
	},
	findings: [
		{...finding, baseline: 'new', drift},
		...[...sample.findings].slice(1).map(each => ({...each, baseline: 'unchanged' as const})),
	],
};

/** As `diff` would compare two reports that have all of this. */
export function diffWith(report: Report & {baseline: Baseline}): ReportDiff {
	const {run, baseline} = report;
	const [first] = report.findings;
	const {check, fingerprint, severity, confidence, message, resource, principal} = first!;
	const fresh = {check, fingerprint, severity, message, resource, principal, drift: first!.drift, reason: message};
	return {
		old: baseline.run,
		new: {id: run.id, now: run.now},
		summary: {...baseline.summary, changed: 1},
		fresh: [fresh],
		fixed: baseline.fixed,
		unknown: baseline.unknown,
		changed: [{...fresh, confidence, was: {severity: 'low', confidence: 'unverified', suppressed: true}}],
		coverage: [{fact: 'groups', scope: resource, assetType: message, old: 'complete', new: 'missing'}],
	};
}

/** The sample with other findings, and a summary that counts them. */
export function withFindings(findings: Finding[]): Report {
	const counts = {critical: 0, high: 0, medium: 0, low: 0};
	for (const {severity, suppressed} of findings) if (suppressed === undefined) counts[severity]++;
	const suppressed = findings.filter(each => each.suppressed !== undefined).length;
	return {...sample, summary: {...sample.summary, findings: counts, suppressed}, findings};
}

/**
 * The report with every string in it, but for the few that a schema fixes, replaced by `text`:
 * what a hostile project could make of it.
 */
export function withText<Of extends Report>(report: Of, text: string): Of {
	const fixed = new Set(
		'name kind status severity confidence fingerprint effect baseline change now startedAt finishedAt'.split(' '),
	);
	const replaced = (value: unknown, key: string): unknown => {
		if (typeof value === 'string') return fixed.has(key) ? value : text;
		if (Array.isArray(value)) return value.map(item => replaced(item, key));
		if (value === null || typeof value !== 'object') return value;
		return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replaced(inner, name)]));
	};
	return replaced(report, '') as Of;
}

/** Line feeds aside, what no text format may hold. Written out, so that it does not agree with the code by sharing it. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
export const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;
/** Colours. */
// oxlint-disable-next-line no-control-regex -- likewise
export const SGR = /\u001b\[[\d;]+m/g;

/** Text that must reach no terminal, file or screen reader as it is. */
export const HOSTILE = {
	'an escape sequence': 'a\u001b[2J\u001b[31mb',
	'OSC 52, which writes the clipboard': '\u001b]52;c;cm0gLXJmIH4=\u0007',
	'a C1 control sequence': '\u009b31m\u0085\u007f',
	'right-to-left marks': 'user:\u202egro.elpmaxe@nna\u202c \u2066x\u2069 \u061c\u200f',
	'zero-width characters': 'ad\u200bmin\ufeff\u200d',
	'line breaks': 'one\ntwo\r\nthree\rfour\u2028five\u2029six\tseven\u000beight',
	'tag characters': 'x\u{e0041}\u{e0042}',
	'lone surrogates': 'a\ud800b\udc00',
	'markup and quotes': `<script>alert("1")</script> & 'it' \\u{1b} $(id) \`id\``,
	'a name of 10 kB': 'n'.repeat(10_000),
	'a name of 10 kB, wide': '監査'.repeat(2_500),
	'combining characters': 'e\u0301'.repeat(100) + '\u0301'.repeat(500),
	'nothing at all': '',
};

const hostileText = fc.oneof(
	fc.string({unit: 'binary', maxLength: 60}),
	fc.string({unit: 'grapheme', maxLength: 200}),
	fc.stringMatching(/^[a-z:@./ -]{0,300}$/),
	fc.constantFrom(...Object.values(HOSTILE)),
);

const arbitraryFinding: fc.Arbitrary<Finding> = fc
	.record({
		base: fc.constantFrom(finding, plainFinding),
		text: hostileText,
		command: hostileText,
		severity: fc.constantFrom(...SEVERITIES),
		confidence: fc.constantFrom(...CONFIDENCES),
		evidence: fc.dictionary(fc.string(), fc.jsonValue()),
	})
	.map(({base, text, command, severity, confidence, evidence}) => ({
		...base,
		severity,
		confidence,
		message: `m${text}`,
		resource: `//x/${text}`,
		principal: text,
		evidence,
		remediation: {...base.remediation, summary: text, gcloud: [`gcloud x ${command}`]},
		path: base.path?.map(step => ({...step, to: text})),
	}));

/** Reports that the schema admits, with hostile text wherever a name or a sentence stands. */
export const arbitraryReport: fc.Arbitrary<Report> = fc
	.tuple(fc.array(arbitraryFinding, {maxLength: 6}), hostileText, fc.nat())
	.map(([findings, text, records]) => ({
		...withFindings(findings),
		coverage: [...sample.coverage, {fact: 'groups', scope: text, status: 'missing', records, reason: text, fix: text}],
		checks: [...sample.checks, {id: 'x', status: 'unknown', examined: records, findings: 0, reason: text}],
		chokePoints: [
			{binding: {resource: text, role: text, member: text, condition: text}, pathsClosed: 1, ofPaths: records},
		],
	}));
