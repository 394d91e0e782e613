// A scheduler in place of the real one: a process that watches a project's builds, says each, and lives until it is ended.

const { startLiveBuilds } = await import(new URL("../../dist/cli/live-build/start-live-builds.js", import.meta.url));

const [projectRoot, limits] = process.argv.slice(2);
const builds = startLiveBuilds(
  { projectRoot, version: "0.0.0", stderr: (text) => void process.stderr.write(text) },
  JSON.parse(limits ?? "{}"),
);
const say = (kind) => (what) => void process.stdout.write(`${JSON.stringify({ kind, ...what })}\n`);
builds.onChange(say("built"));
builds.onFailure(say("failed"));
builds.first().then(say("built"));
