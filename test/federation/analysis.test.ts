/** Issuers, patterns and single questions of the analysis, as tables. */
import {describe, expect, test} from 'vitest';
import {awsIssuer, oidcIssuer} from '../../src/federation/issuers.ts';
import {samplesOfPattern} from '../../src/federation/pattern.ts';
import type {Attacker} from '../../src/federation/search.ts';
import {GITHUB, GITLAB, TERRAFORM} from '../worlds/federation.ts';
import {rulesFor} from './rules-for.ts';

describe('issuers', () => {
	test.each([
		['https://token.actions.githubusercontent.com', 'github', true, true],
		['https://token.actions.githubusercontent.com/', 'github', true, true],
		['HTTPS://Token.Actions.GitHubUserContent.com', 'github', true, true],
		['https://token.actions.githubusercontent.com/acme-inc', 'github', false, true],
		['https://token.actions.acme.ghe.com', 'github', false, true],
		['https://github.example.com/_services/token', 'github', false, false],
		['https://gitlab.com', 'gitlab', true, true],
		['https://gitlab.example.com', 'gitlab', false, false],
		['https://gitlab.com.example.com', 'gitlab', false, false],
		['https://app.terraform.io', 'terraform', true, true],
		['https://tfe.example.com', 'oidc', false, false],
		['https://agent.buildkite.com', 'buildkite', true, true],
		['https://oidc.circleci.com/org/1111', 'circleci', false, true],
		['https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc', 'bitbucket', false, true],
		['https://accounts.google.com', 'google', true, true],
		['https://login.microsoftonline.com/common/v2.0', 'azure', true, true],
		['https://login.microsoftonline.com/organizations/v2.0', 'azure', true, true],
		['https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111/v2.0', 'azure', false, true],
		['https://sts.windows.net/11111111-1111-4111-8111-111111111111/', 'azure', false, true],
		['https://oidc.eks.eu-west-1.amazonaws.com/id/ABC', 'oidc', false, true],
		['https://oidc.vercel.com', 'oidc', true, true],
		['https://oidc.vercel.com/acme', 'oidc', false, true],
		['https://token.actions.githubusercontent.com.example.com', 'oidc', false, false],
		['https://kubernetes.default.svc', 'oidc', false, false],
		['not an address', 'oidc', false, false],
	])('%s', (address, platform, shared, isPublic) => {
		const issuer = oidcIssuer(address);
		expect([issuer.platform.id, issuer.shared, issuer.public]).toEqual([platform, shared, isPublic]);
	});

	test('fix what their address says', () => {
		expect(oidcIssuer('https://oidc.circleci.com/org/1111').fixed).toEqual({organization: '1111'});
		expect(awsIssuer('123456789012').fixed).toEqual({account: '123456789012'});
	});
});

describe('patterns', () => {
	test.each<[string, string[], {start: boolean; end: boolean}]>([
		['acme', ['acme'], {start: false, end: false}],
		['^acme/$', ['acme/'], {start: true, end: true}],
		['^(a|b)/c$', ['a/c', 'b/c'], {start: true, end: true}],
		['^a?b', ['b', 'ab'], {start: true, end: false}],
		['^a\\.b$', ['a.b'], {start: true, end: true}],
		['^\\d{2}$', ['77'], {start: true, end: true}],
		['\\Aab\\z', ['ab'], {start: true, end: true}],
		['^a|b$', ['a', 'b'], {start: false, end: false}],
		['(?:x)y', ['xy'], {start: false, end: false}],
	])('%s', (pattern, texts, anchored) => {
		const read = samplesOfPattern(pattern);
		expect(read?.samples.map(sample => sample.text)).toEqual(texts);
		expect(read?.anchored).toEqual(anchored);
	});

	test('what is ours in a text is marked', () => {
		const sample = samplesOfPattern('^acme.corp$')!.samples[0]!;
		expect(sample.text.replaceAll(/./g, (_, at: number) => (sample.wild[at] ? '?' : '.'))).toBe('....?....');
	});

	test.each([
		'(',
		'[',
		'a**',
		'(?i)acme',
		'\\p{L}',
		'[z-a]',
		'[[:alpha:]]',
		'a{999}',
		`${'('.repeat(9)}a${')'.repeat(9)}`,
	])('%s is not understood', pattern => expect(samplesOfPattern(pattern)).toBeUndefined());
});

/** Answers by attacker, in the order of the heading. */
const ASKED: readonly Attacker[] = ['outsider', 'successor', 'sibling', 'branch', 'pull request', 'anybody'];
const LETTER = {yes: 'y', no: '-', unclear: '?'} as const;

describe('outsider, successor, sibling, branch, pull request, anybody', () => {
	test.each<[condition: string | undefined, answers: string, issuer?: string]>([
		[undefined, 'yyyyyy'],
		["assertion.repository_owner_id == '1'", '--yyyy'],
		["assertion.repository_owner == 'acme'", '-yyyyy'],
		["assertion.repository == 'acme/shop'", '-y-yyy'],
		["assertion.repository_id == '9'", '---yyy'],
		["assertion.sub == 'repo:acme/shop:ref:refs/heads/main'", '-y---y'],
		["assertion.sub == 'repo:acme@1/shop@9:ref:refs/heads/main'", '-----y'],
		["assertion.sub == 'repo:acme/shop:environment:prod'", '-y---y'],
		["assertion.sub == 'repo:acme/shop:pull_request'", '-y--yy'],
		["assertion.sub == 'repository_owner_id:1:environment:prod'", '--y--y'],
		["assertion.sub.startsWith('repo:acme/shop:')", '-y-yyy'],
		["assertion.sub.startsWith('repo:acme/shop:environment:')", '-y-y-y'],
		["assertion.ref == 'refs/heads/main'", 'yyy--y'],
		["assertion.ref_type == 'tag'", 'yyyyyy'],
		["assertion.environment == 'prod'", 'yyy--y'],
		["assertion.event_name == 'pull_request'", 'yyyyyy'],
		["assertion.workflow_ref.startsWith('acme/shop/.github/workflows/deploy.yml@refs/heads/main')", '-y-y-y'],
		["assertion.workflow_ref == 'acme/shop/.github/workflows/deploy.yml@refs/heads/main'", '-y---y'],
		["assertion.workflow_ref.startsWith('acme/shop/.github/workflows/')", '-y-yyy'],
		['false', '------'],
		['assertion.repository_owner_id == 1', '------'],
		["assertion.nothing == 'x'", '??????'],
		["assertion.repository_owner_id == '1' && assertion.nothing == 'x'", '--????'],
		['assertion.repository_owner == assertion.actor', 'yyyyyy'],
		["assertion.namespace_id == '5'", '--yyyy', GITLAB],
		["assertion.namespace_path == 'acme'", '-yyyyy', GITLAB],
		["assertion.namespace_path.startsWith('acme/')", '-yyyyy', GITLAB],
		["assertion.project_path == 'acme/infra/shop'", '-y-yyy', GITLAB],
		["assertion.project_id == '7' && assertion.ref == 'main' && assertion.ref_type == 'branch'", '-----y', GITLAB],
		["assertion.sub == 'project_path:acme/shop:ref_type:branch:ref:main'", '-y---y', GITLAB],
		["assertion.terraform_organization_id == 'org-x'", '--yy-y', TERRAFORM],
		["assertion.terraform_workspace_id == 'ws-1'", '---y-y', TERRAFORM],
		["assertion.sub.startsWith('organization:acme:project:p:workspace:w:run_phase:')", '-y-y-y', TERRAFORM],
		["assertion.sub == 'organization:acme:workspace:w:run_phase:apply'", '-y-y-y', TERRAFORM],
		["assertion.email == 'ann@example.com' && assertion.email_verified", '---y-y', 'https://accounts.google.com'],
		["assertion.tid == '1111'", '--yy-y', 'https://login.microsoftonline.com/common/v2.0'],
		["assertion.oid == '1111'", '---y-y', 'https://sts.windows.net/2222/'],
		["assertion.groups.exists(g, g == 'x')", 'yyyy-y', 'https://sts.windows.net/2222/'],
		["'ops' in assertion.groups", 'yyyy-y', 'https://sts.windows.net/2222/'],
		["assertion['kubernetes.io'].namespace == 'prod'", 'yyyy-y', 'https://idp.example.com'],
		["assertion.sub == 'system:serviceaccount:prod:ci'", '---y-y', 'https://idp.example.com'],
	])('%s', (condition, answers, issuer = GITHUB) => {
		const rules = rulesFor(condition, issuer);
		expect(ASKED.map(attacker => LETTER[rules.ask(undefined, attacker).value]).join('')).toBe(answers);
	});
});

test.each<[string, RegExp | undefined]>([
	["assertion.repository_owner == 'acme'", undefined],
	['assertion.', /cannot be parsed/],
	[`${'!('.repeat(500)}true${')'.repeat(500)}`, /nested too deeply/],
	[`${'('.repeat(1500)}true${')'.repeat(1500)}`, /nested too deeply|cannot be parsed/],
	[`assertion.repository == '${'x'.repeat(9000)}'`, /longer than 4096/],
])('unreadable %#', (condition, reason) => {
	const {unreadable} = rulesFor(condition);
	if (reason) expect(unreadable).toMatch(reason);
	else expect(unreadable).toBeUndefined();
});
