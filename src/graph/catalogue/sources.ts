/** Where the catalogue's facts were read, at fixed revisions where there are any. */

/** Predefined roles and their permissions. */
export const ROLES = 'github:iann0036/iam-dataset@2073fa5:gcp/roles';
/** Which API method checks which permissions. */
export const METHODS = 'github:iann0036/iam-dataset@2073fa5:gcp/map.json';
export const RHINO = 'github:RhinoSecurityLabs/GCP-IAM-Privilege-Escalation:PrivEscScanner/check_for_privesc.py';
export const GCPWN = 'github:NetSPI/gcpwn@9913bca:gcpwn/mappings/og_privilege_escalation_paths.json';
export const PURPLE_PANDA = 'github:carlospolop/PurplePanda@6a4adbb:intel/google/info/privesc.yaml';

const HACK_TRICKS = 'github:HackTricks-wiki/hacktricks-cloud@7932ebda:src/pentesting-cloud/gcp-security';

/** A page of HackTricks Cloud. */
export const hackTricks = (page: string): string => `${HACK_TRICKS}/gcp-privilege-escalation/${page}`;

/** A page of Google's IAM documentation, read from a mirror. */
export const iamDocs = (page: string): string =>
	`https://docs.cloud.google.com/iam/docs/${page} (via github:apstndb/iam-docs-mirror@f18d8b7)`;
