/** What the package says about itself, from its one source. */
import manifest from '../package.json' with {type: 'json'};

export const VERSION: string = manifest.version;
export const DESCRIPTION: string = manifest.description;
/** Where to report our own mistakes. */
export const BUGS_URL: string = manifest.bugs.url;
