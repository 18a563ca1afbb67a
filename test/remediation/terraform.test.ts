import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {hcl} from '../../src/remediation/hcl.ts';
import {terraformOf} from '../../src/remediation/terraform.ts';
import {ACCOUNT, BINDING, change, CONDITION, KEY, PROJECT} from './cases.ts';

describe('hcl', () => {
	test.each([
		['plain', 'a b', '"a b"'],
		['quotes and backslashes', 'a"b\\c', '"a\\"b\\\\c"'],
		['line breaks', 'a\nb\r\tc', '"a\\nb\\r\\tc"'],
		['an interpolation', '${x}', '"$${x}"'],
		['a directive', '%{if x}', '"%%{if x}"'],
		['a dollar that is none', '$x $ {', '"$x $ {"'],
		['an escaped interpolation', '$${x}', '"\\u0024$${x}"'],
		['a run of both', '%$%{x}', '"\\u0025\\u0024%%{x}"'],
		['controls and marks', '\u001b\u202e\u{e0041}', '"\\u001b\\u202e\\U000e0041"'],
		['half a pair', '\ud800', '"\\ufffd"'],
	])('%s', (_, text, quoted) => expect(hcl(text)).toBe(quoted));

	/** HCL's scanner: `$${` and `%%{` are literal, `$` takes any next character but a brace with it. */
	function value(quoted: string): string {
		let text = '';
		const body = quoted.slice(1, -1);
		const tokens = /\$\$\{|%%\{|\\u([0-9a-f]{4})|\\U([0-9a-f]{8})|\\(.)|[$%]\{|"|[$%][^{\\]|[^]/gu;
		for (const [token, short, long, escape] of body.matchAll(tokens)) {
			if (token === '$${' || token === '%%{') text += token.slice(1);
			else if (short ?? long) text += String.fromCodePoint(Number.parseInt((short ?? long)!, 16));
			else if (escape !== undefined) text += ({n: '\n', r: '\r', t: '\t'} as Record<string, string>)[escape] ?? escape;
			else if (token === '"' || token === '${' || token === '%{') throw new Error(`${token} is live in ${quoted}`);
			else text += token;
		}
		return text;
	}

	test('is read back as the same text, on one visible line', () => {
		const tricky = fc.array(
			fc.oneof(fc.constantFrom('$', '%', '{', '\\', '"', '\n', '\u202e'), fc.string({unit: 'binary'})),
		);
		fc.assert(
			fc.property(
				tricky.map(parts => parts.join('')).filter(text => text.isWellFormed()),
				text => {
					expect(value(hcl(text))).toBe(text);
					expect(hcl(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
				},
			),
			{numRuns: 500},
		);
	});
});

describe('terraform', () => {
	test('a binding to delete, one to add, and a constraint', () => {
		expect(
			terraformOf([
				{op: 'remove-binding', ...BINDING, condition: CONDITION},
				{op: 'add-binding', ...BINDING, resource: ACCOUNT},
				{op: 'enforce-constraint', resource: PROJECT, constraint: 'iam.managed.disableServiceAccountKeyCreation'},
			]),
		).toMatchInlineSnapshot(`
			"# Delete this block, or take the member out of the google_project_iam_binding or google_project_iam_policy that has it:
			# resource "google_project_iam_member" "remove_binding_1" {
			#   project = "shop"
			#   role    = "roles/iam.serviceAccountTokenCreator"
			#   member  = "user:ann@example.com"
			#
			#   condition {
			#     title       = "until the end"
			#     description = "granted for the move"
			#     expression  = "request.time < timestamp(\\"2027-01-01T00:00:00Z\\") && resource.name in [\\"a\\", \\"b\\"]"
			#   }
			# }

			resource "google_service_account_iam_member" "add_binding_2" {
			  service_account_id = "projects/shop/serviceAccounts/ci@shop.iam.gserviceaccount.com"
			  role               = "roles/iam.serviceAccountTokenCreator"
			  member             = "user:ann@example.com"
			}

			resource "google_org_policy_policy" "enforce_constraint_3" {
			  name   = "projects/shop/policies/iam.managed.disableServiceAccountKeyCreation"
			  parent = "projects/shop"

			  spec {
			    rules {
			      enforce = "TRUE"
			    }
			  }
			}
			"
		`);
	});

	test('keys, accounts, members and lifetimes', () => {
		expect(
			terraformOf([
				{op: 'disable-key', resource: KEY},
				{op: 'disable-account', resource: ACCOUNT},
				{op: 'delete-account', resource: ACCOUNT},
				{
					op: 'disable-account',
					resource: '//iam.googleapis.com/projects/shop/serviceAccounts/1-compute@developer.gserviceaccount.com',
				},
				{op: 'remove-group-member', group: 'group:devs@example.com', member: 'user:ann@example.com'},
				{op: 'enforce-constraint', resource: PROJECT, constraint: 'iam.serviceAccountKeyExpiryHours'},
				{op: 'close-group', group: 'group:devs@example.com'},
				{op: 'remove-delegation', client: '1234'},
				{op: 'remove-binding', ...BINDING, resource: '//example.googleapis.com/projects/p/things/t'},
			]),
		).toMatchInlineSnapshot(`
			"# Key "0123abcd": Terraform cannot disable a key. Once it is disabled and nothing breaks, delete the block that made it:
			# resource "google_service_account_key" "disable_key_1" {
			#   service_account_id = "projects/shop/serviceAccounts/ci@shop.iam.gserviceaccount.com"
			# }

			# Set \`disabled\` in the block of this account:
			resource "google_service_account" "disable_account_2" {
			  project    = "shop"
			  account_id = "ci"
			  disabled   = true
			}

			# Delete this block:
			# resource "google_service_account" "delete_account_3" {
			#   project    = "shop"
			#   account_id = "ci"
			# }

			# No google_service_account block makes the account "1-compute@developer.gserviceaccount.com".

			# Delete this block; its group is "devs@example.com":
			# resource "google_cloud_identity_group_membership" "remove_group_member_5" {
			#   preferred_member_key {
			#     id = "ann@example.com"
			#   }
			# }

			resource "google_org_policy_policy" "enforce_constraint_6" {
			  name   = "projects/shop/policies/iam.serviceAccountKeyExpiryHours"
			  parent = "projects/shop"

			  spec {
			    rules {
			      values {
			        allowed_values = ["2160h"]
			      }
			    }
			  }
			}

			resource "googleworkspace_group_settings" "close_group_7" {
			  email        = "devs@example.com"
			  who_can_join = "INVITED_CAN_JOIN"
			}

			# No Terraform resource holds domain-wide delegation: remove the client "1234" in the admin console.

			# Take "roles/iam.serviceAccountTokenCreator" on "//example.googleapis.com/projects/p/things/t" from "user:ann@example.com".
			"
		`);
	});

	test('nothing that a stranger wrote is ever live, and the same changes give the same text', () => {
		fc.assert(
			fc.property(fc.array(change, {maxLength: 3}), changes => {
				const text = terraformOf(changes);
				expect(terraformOf(changes)).toBe(text);
				expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
				for (const line of text.split('\n')) {
					// Outside strings only what we write ourselves: names of ours, punctuation, and comments.
					const bare = line.replace(/"(?:[^"\\]|\\.)*"/g, '""');
					expect(bare).toMatch(
						/^(# [A-Za-z][A-Za-z0-9 ,;:._`""]*|#?|(# )?\s*(\}|[a-z_]+ ("" )*\{|resource "" "" \{|[a-z_]+ += (""|true|\[""\])))$/,
					);
				}
			}),
		);
	});
});
