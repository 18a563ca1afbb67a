/** A container image: small, without a shell, not root, nothing to write to but what is mounted. */
import type {DeployedFile, Deployment, Values} from './values.ts';

export function docker(values: Values): Deployment {
	return {
		files: [dockerfile(values), {path: '.dockerignore', text: '# The image needs nothing from here.\n*\n'}],
		steps: [
			`docker build --tag sa-audit:${values.version} .`,
			`docker run --read-only --cap-drop=ALL --security-opt=no-new-privileges --tmpfs /tmp --volume sa-audit:/ledger sa-audit:${values.version} watch --once --demo --directory=/ledger`,
		],
	};
}

export function dockerfile({version}: Values): DeployedFile {
	return {
		path: 'Dockerfile',
		text: `# syntax=docker/dockerfile:1
# sa-audit as an image: docker build --tag sa-audit:${version} .
# Pin both bases by digest (FROM image@sha256:...) once you have looked at them; tags may be moved.
FROM node:24-slim AS build
WORKDIR /app
# No script of any package runs: what is shipped is built already.
RUN npm install --omit=dev --ignore-scripts --no-audit --no-fund sa-audit@${version}
# Volumes take over owner and mode of what they cover: 65532 is nonroot of the base below.
RUN mkdir /ledger && chown 65532:65532 /ledger && chmod 0700 /ledger

# Node.js, certificates and time zones, no shell and no package manager; runs as nonroot (65532).
FROM gcr.io/distroless/nodejs24-debian12:nonroot
COPY --from=build /app /app
COPY --from=build --chown=65532:65532 /ledger /ledger
# The root file system may be read-only: only /tmp and /ledger are written to.
ENV NODE_ENV=production HOME=/tmp XDG_STATE_HOME=/tmp/state XDG_CACHE_HOME=/tmp/cache
USER 65532:65532
VOLUME ["/ledger"]
ENTRYPOINT ["/nodejs/bin/node", "/app/node_modules/sa-audit/dist/cli.js"]
CMD ["--help"]
`,
	};
}
