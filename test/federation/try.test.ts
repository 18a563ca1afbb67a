import {test} from 'vitest';
import * as cel from '../../src/federation/cel.ts';
import {Rules} from '../../src/federation/rules.ts';
import {oidcIssuer} from '../../src/federation/issuers.ts';
import type {Attacker} from '../../src/federation/search.ts';
const MAP = new Map([['google.subject','assertion.sub'],['attribute.repository','assertion.repository'],['attribute.repository_owner','assertion.repository_owner'],['attribute.actor','assertion.actor'],['attribute.environment','assertion.environment'],['attribute.repository_id','assertion.repository_id']]);
function rules(condition: string|undefined, issuer='https://token.actions.githubusercontent.com') {
	return new Rules({name:'p', id:'p', pool:{} as any, kind:'oidc', issuer: oidcIssuer(issuer), mapping: MAP, isDefaultMapping:false, condition, audiences:[], uploadedKeys:false}, cel);
}
const ALL: Attacker[] = ['outsider','successor','sibling','branch','protected branch','pull request','anybody'];
test('x', () => {
 for (const c of [undefined, 'true', "assertion.repository_owner == 'acme'", "assertion.repository_owner_id == '123'", "assertion.repository.startsWith('acme')","assertion.repository.startsWith('acme/')","assertion.repository == 'acme/shop'", "assertion.ref == 'refs/heads/main'", "assertion.actor == 'bob'", "assertion.repository.matches('^acme/.*$')", "assertion.repository.matches('acme/.*')","assertion.repository.matches('^acme.corp/.*')", "assertion.sub.startsWith('repo:acme/')", "assertion.sub.contains('acme/shop')", "attribute.repository_owner in ['acme','foo'] && assertion.ref == 'refs/heads/main'", "assertion.repository.split('/')[0] == 'acme'", "assertion.repository_owner.lowerAscii() == 'acme'", "assertion.repository_owner != ''", "size(assertion.repository) > 3", "assertion.repository_owner == 'acme' || assertion.ref == 'refs/heads/main'", "assertion.job_workflow_ref.startsWith('acme/wf/')", "assertion.sub == 'repo:acme@1/shop@2:environment:prod'", "['acme/a','acme/b'].exists(r, assertion.repository == r)", "assertion.repository_owner_id == '1' && ['acme/a'].exists(r, assertion.repository == r)", "assertion.sub == 'repository_owner:acme:environment:prod'", "google.subject.endsWith('acme/shop')", "assertion.repository_owner == 'acme' && assertion.environment == 'prod'", "assertion.enterprise == 'acme-inc'"]) {
  const r = rules(c);
  console.log(c, '=>', ALL.map(a => a+':'+r.ask(undefined, a).value).join(' '));
  const w = r.ask(undefined,'outsider'); if (w.value==='yes') console.log('     ', w.witness.claims['repository'], w.witness.claims['sub'], w.witness.borrowed);
 }
 for (const [c, a, v] of [["assertion.repository_owner_id=='1'",'attribute.repository','acme/shop'],["assertion.repository_owner_id=='1'",'google.subject','repo:acme/shop:ref:refs/heads/main'],["assertion.repository_owner_id=='1'",'google.subject','repo:acme/shop:environment:prod'],["assertion.repository_owner_id=='1'",'google.subject','repo:acme/shop:pull_request'],["assertion.repository_owner_id=='1'",'google.subject','repo:acme/shop:*'],["assertion.repository_owner=='x'",'attribute.repository','acme/shop'],[undefined,'attribute.actor','bob'],[undefined,'attribute.repository','acme/shop'],["assertion.repository_owner_id=='1' && assertion.ref_protected=='true'",'attribute.repository_id','7']] as const) {
  const r = rules(c); const t = performance.now();
  const out = ALL.map(x => x+':'+r.ask({attribute:a, value:v}, x).value).join(' ');
  console.log(c, a, v, '=>', out, (performance.now()-t).toFixed(2)+'ms');
 }
});
