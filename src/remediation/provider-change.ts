/** Changes of a workload identity provider: what is set, and what was set before for the way back. */
import type {ProviderKind} from '../federation/provider.ts';

/** Settings of which a change names some. */
export interface ProviderSettings {
	/** CEL; empty: none. */
	condition?: string;
	/** Of OIDC only; empty: the provider's own name. */
	audiences?: readonly string[];
	/** Target attribute -> CEL: all of it, since nothing changes one alone. */
	mapping?: Readonly<Record<string, string>>;
	disabled?: boolean;
	/** False: keys are no longer uploaded but fetched from the issuer. */
	uploadedKeys?: boolean;
}

/** `resource` is the provider's canonical name. `before` has the settings of `set` as they were. */
export interface ProviderChange {
	op: 'update-provider';
	resource: string;
	kind: ProviderKind;
	set: ProviderSettings;
	before: ProviderSettings;
}
