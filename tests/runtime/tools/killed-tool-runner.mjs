// Runs a tool with an input that never ends, and waits to be killed.

import { runTool } from "../../../dist/runtime/tools/run-tool.js";

const [kind, path, ...args] = process.argv.slice(2);

async function* endless() {
  for (;;) {
    yield Buffer.from("half an archive\n");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

await runTool({
  tool: "reader",
  isClient: kind === "client",
  path,
  args,
  input: endless(),
  onLine: (line) => console.log(line),
  signal: new AbortController().signal,
});
