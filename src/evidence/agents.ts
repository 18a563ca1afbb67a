/** What user agents say, each looked at once, as long as there are not too many: gcloud's are all different. */
import {clientKind, namesRun} from './user-agent.ts';

const MOST = 20_000;
const INVOCATION = ' invocation-id/';

export interface Agent {
	/** As of `clientKind`. */
	client: string;
	namesRun: boolean;
}

export class Agents {
	readonly #known = new Map<string, Agent>();

	of(userAgent: string): Agent {
		// gcloud gives each call a number; without it they are alike.
		const at = userAgent.indexOf(INVOCATION);
		const after = at === -1 ? -1 : userAgent.indexOf(' ', at + INVOCATION.length);
		const name = after === -1 ? userAgent : userAgent.slice(0, at) + userAgent.slice(after);
		let agent = this.#known.get(name);
		if (!agent) {
			if (this.#known.size >= MOST) this.#known.clear();
			this.#known.set(name, (agent = {client: clientKind(name), namesRun: namesRun(name)}));
		}
		return agent;
	}
}
