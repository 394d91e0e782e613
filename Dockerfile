# The standalone image: dagwright on Node 24, for a project that is mounted on, or copied to, /project.
#   docker build -t dagwright .
#   docker run --rm -v "$PWD:/project" dagwright dags test hello

FROM node:24.20.0-bookworm-slim AS package
WORKDIR /source
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm pack && mkdir /package && tar -xzf dagwright-*.tgz -C /package --strip-components=1

FROM node:24.20.0-bookworm-slim AS dependencies
WORKDIR /dagwright
COPY package.json package-lock.json ./
# Nothing is compiled: SQLite's module for this Node brings its programs (docs/decisions/0004). Its sources, and the module for Node 20,
# stay behind.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
    && rm -r node_modules/better-sqlite3 node_modules/better-sqlite3-node-api/deps

FROM node:24.20.0-bookworm-slim
COPY --from=dependencies /dagwright /dagwright
COPY --from=package /package /dagwright
# The state is the user's, also on a volume: a new one takes over the owner of the folder that it covers.
RUN chmod +x /dagwright/dist/cli/main.js \
    && ln -s /dagwright/dist/cli/main.js /usr/local/bin/dagwright \
    && mkdir -p /project/.dagwright \
    && chown -R 1000:1000 /project
WORKDIR /project
# The image's own user `node`.
USER 1000:1000
# No HEALTHCHECK of its own: most commands come to an end and say in their exit code how. For a container that runs the scheduler:
#   docker run --health-cmd "dagwright jobs check --local" ... dagwright scheduler
ENTRYPOINT ["dagwright"]
CMD ["--help"]
