// Loaded before the scheduler: its store then syncs only now and then, as SQLite does by default in this mode. What must be caught.

import { createRequire } from "node:module";

const name = Number(process.versions.node.split(".")[0]) >= 22 ? "better-sqlite3-node-api" : "better-sqlite3";
const { prototype } = createRequire(import.meta.url)(name);
const { pragma } = prototype;
prototype.pragma = function (text, ...rest) {
  return pragma.call(this, text === "synchronous = FULL" ? "synchronous = NORMAL" : text, ...rest);
};
