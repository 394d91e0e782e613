import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { mongoServerAt } from "../../../runtime/connections/mongo-server.ts";
import {
  mongorestoreArguments,
  mongorestoreConfig,
  readMongorestoreVersion,
} from "../../../runtime/tools/mongorestore.ts";
import { createMongorestoreLog, judgeMongorestore } from "../../../runtime/tools/mongorestore-end.ts";
import { writeSecretFile } from "../../../runtime/tools/secret-file.ts";

const server = mongoServerAt(
  { host: "db.example.com", port: null, login: "loader", password: "generated-4711", database: null, authSource: null },
  { named: "option to", host: "option to, host", port: "option to, port", database: "option to, database" },
);

describe("mongorestore is told", () => {
  const uri = "--uri=mongodb://db.example.com:27017/?connectTimeoutMS=10000&serverSelectionTimeoutMS=10000";

  it("exactly what it needs, and no password", () => {
    expect(mongorestoreArguments({ server, exclude: [], configFile: "/tmp/x/config" })).toEqual([
      "--drop",
      "--archive",
      "--gzip",
      uri,
      "--username=loader",
      "--authenticationDatabase=admin",
      "--config=/tmp/x/config",
    ]);
    const open = { ...server, login: null, password: null };
    expect(mongorestoreArguments({ server: open, exclude: [], configFile: undefined })).toEqual([
      "--drop",
      "--archive",
      "--gzip",
      uri,
    ]);
    expect(mongorestoreConfig(open)).toBeUndefined();
  });

  it("what to leave out, in its own patterns", () => {
    const exclude = ["admin.*", "shop.back\\slash", ".oplog", "shop.$admin.system.roles"];
    const given = mongorestoreArguments({ server, exclude, configFile: undefined });
    expect(given.slice(-3)).toEqual(["--nsExclude=admin.*", "--nsExclude=shop.back\\\\slash", "--nsExclude=.oplog"]);
  });

  it.each(["plain-4711", `q"uo't\\es: #{}`, "line\nend\ttab\u007f\u0085\u2028", "ünïcödé 😀", "- !!yes"])(
    "the password %j in a file of YAML",
    (password) => {
      const text = mongorestoreConfig({ ...server, password, certificatePassword: password })!;
      expect(text).toMatch(/^[\x20-\x7e\n]+$/);
      expect(parse(text)).toEqual({ password, sslPEMKeyPassword: password });
    },
  );

  it("that file is for nobody else, and removed with its folder", async () => {
    const file = await writeSecretFile("config.yaml", "password: x\n");
    expect([statSync(file.path).mode & 0o777, statSync(dirname(file.path)).mode & 0o777]).toEqual([0o600, 0o700]);
    await file.remove();
    await file.remove();
    expect(existsSync(dirname(file.path))).toBe(false);
  });
});

it.each([
  ["mongorestore version: 100.9.4\ngit version: 5ec3\nGo version: go1.21.5", "100.9.4"],
  ["mongorestore version: r4.2.1", "4.2.1"],
  ["mongorestore version: built-without-version-string", undefined],
  ["something else", undefined],
])("the version in %j", (printed, version) => expect(readMongorestoreVersion(printed)).toBe(version));

describe("a line", () => {
  it.each([
    ["2026-11-21T20:15:23.123+0000\tpreparing collections to restore from", "preparing collections to restore from"],
    [
      "2026-11-21T20:15:23.123+0100\tfinished restoring `a.docs` (5000 documents, 0 failures)",
      "finished restoring `a.docs` (5000 documents, 0 failures)",
    ],
    [
      "2026-11-21T20:15:23.123Z\tWARNING: This archive came from MongoDB `4.4.0`",
      "warning: WARNING: This archive came from MongoDB `4.4.0`",
    ],
    [
      '2026-11-21T20:15:23.123+0000\tcontinuing through error: E11000 duplicate key error collection: a.docs index: _id_ dup key: { _id: "canary" }',
      "warning: continuing through error: E11000 duplicate key error collection: a.docs index: _id_ dup key: …",
    ],
    [
      "2026-11-21T20:15:23.123+0000\tfinished restoring `a.docs` (4999 documents, 1 failure)",
      "error: finished restoring `a.docs` (4999 documents, 1 failure)",
    ],
    [
      "2026-11-21T20:15:23.123+0000\tFailed: a.docs: error creating indexes",
      "error: Failed: a.docs: error creating indexes",
    ],
    [
      "2026-11-21T20:15:23.123+0000\tcannot drop system collection `a.system.js`, skipping",
      "warning: cannot drop system collection `a.system.js`, skipping",
    ],
    ["a line without a time", "a line without a time"],
  ])("%s", (line, shown) => expect(createMongorestoreLog().add(line)).toBe(shown));

  it("of warnings keeps fifty, and counts the rest", () => {
    const log = createMongorestoreLog();
    for (let i = 0; i < 60; i += 1) log.add(`WARNING: ${i}`);
    expect([log.warnings.length, log.moreWarnings]).toEqual([50, 10]);
  });
});

/** Lines, how it ended, then what is made of it and whether another try may help. */
const ends: [string, string[], number | null, string | undefined, boolean?][] = [
  ["all is restored", ["5 document(s) restored successfully. 0 document(s) failed to restore."], 0, undefined],
  [
    "some are refused, though it ends well",
    ["4 document(s) restored successfully. 1 document(s) failed to restore."],
    0,
    "1 document of 5 were not restored",
    false,
  ],
  [
    "fewer than there are",
    ["4 document(s) restored successfully. 0 document(s) failed to restore."],
    0,
    "mongorestore has restored another number of documents than the archive holds",
    true,
  ],
  ["not a word", [], 0, "mongorestore did not say what it has restored", true],
  ["killed", [], null, "mongorestore was killed", true],
  [
    "no server",
    [
      "error connecting to host: could not connect to server: server selection error: server selection timeout, current topology: { Type: Single, Servers: [{ Addr: db:27017, Type: Unknown, Last error: dial tcp 127.0.0.1:1: connect: connection refused }, ] }",
    ],
    1,
    "nothing listens there",
    true,
  ],
  [
    "an unknown host",
    [
      "error connecting to host: could not connect to server: server selection error: … lookup db.invalid: no such host",
    ],
    1,
    "the host name is not known",
    true,
  ],
  [
    "a wrong password",
    [
      'error connecting to host: could not connect to server: connection() error occurred during connection handshake: auth error: sasl conversation error: unable to authenticate using mechanism "SCRAM-SHA-256": (AuthenticationFailed) Authentication failed.',
    ],
    1,
    "MongoDB refuses the login",
    false,
  ],
  [
    "no permission",
    ["Failed: shop.films: error dropping collection: (Unauthorized) not authorized on shop to execute command"],
    1,
    "permission denied",
    false,
  ],
  [
    "a cut connection",
    [
      "Failed: shop.films: error restoring from archive on stdin: connection(db:27017[-5]) socket was unexpectedly closed: EOF",
    ],
    1,
    "the connection was cut",
    true,
  ],
  [
    "a full disk",
    ["Failed: shop.films: error restoring from archive on stdin: (OutOfDiskSpace) no space left"],
    1,
    "the server's disk is full",
    true,
  ],
  [
    "a cut archive",
    ["Failed: archive io error", "0 document(s) restored successfully. 0 document(s) failed to restore."],
    1,
    "mongorestore cannot read the archive",
    false,
  ],
  [
    "a wrong checksum",
    ["Failed: CRC mismatch for namespace `shop.films`, 1!=2"],
    1,
    "mongorestore cannot read the archive",
    false,
  ],
  [
    "an index that is broken",
    [
      "Failed: shop.films: error creating indexes for shop.films: createIndex error: (DuplicateKey) E11000 duplicate key error",
    ],
    1,
    "an index cannot be made",
    false,
  ],
  ["something else", ["Failed: shop.films: out of luck"], 1, "mongorestore failed", true],
  ["something without a word", [], 2, "mongorestore failed", true],
];

it.each(ends)("the end of a restore: %s", (_, lines, code, what, isRetryable) => {
  const log = createMongorestoreLog();
  for (const line of lines) log.add(`2026-11-21T20:15:23.123+0000\t${line}`);
  const end = { code, killedBy: code === null ? ("SIGKILL" as const) : null };
  const error = judgeMongorestore(end, log, { where: "mongorestore, db", documents: 5 });
  expect(error?.trouble.what).toBe(what);
  if (error) expect(error.trouble.isRetryable !== false).toBe(isRetryable);
});
