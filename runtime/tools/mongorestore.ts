// mongorestore: where it is, and what it is told. Its command line is `--drop --archive --gzip` and where to go; the password stands in a file.

import type { MongoServer } from "../connections/mongo-server.ts";
import { type FoundTool, findTool } from "./find-tool.ts";

const name = "mongorestore";

/** Finds one of MongoDB's database tools. @throws KnownError (not retryable) that says what to install, and how. */
export function findMongorestore(signal: AbortSignal): Promise<FoundTool> {
  return findTool({
    name,
    usualFolders: ["/usr/local/bin", "/opt/homebrew/bin"],
    readVersion: readMongorestoreVersion,
    least: { version: "100.3.0", reason: "older ones take the password only where everybody can read it" },
    install:
      "Install the MongoDB Database Tools 100.x: `apt-get install mongodb-database-tools` from MongoDB's own repository, " +
      "`brew install mongodb/brew/mongodb-database-tools`, or the archive from MongoDB's download page, with its bin folder on PATH",
    signal,
  });
}

/** `mongorestore version: 100.9.4`; before they had numbers of their own `r4.2.0`. */
export function readMongorestoreVersion(printed: string): string | undefined {
  return /^mongorestore version: r?(\d+\.\d+\.\d+)/m.exec(printed)?.[1];
}

export interface RestoreCommand {
  readonly server: MongoServer;
  /** `db.collection` or `db.*`. */
  readonly exclude: readonly string[];
  /** Undefined: there is nothing secret to tell. */
  readonly configFile: string | undefined;
}

/** Other users of the machine can read these. */
export function mongorestoreArguments({ server, exclude, configFile }: RestoreCommand): string[] {
  const { uri, login, authSource, authMechanism } = server;
  return [
    "--drop",
    "--archive",
    "--gzip",
    `--uri=${uri}`,
    ...(login === null ? [] : [`--username=${login}`]),
    ...(login === null && authMechanism === null ? [] : [`--authenticationDatabase=${authSource}`]),
    ...(authMechanism === null ? [] : [`--authenticationMechanism=${authMechanism}`]),
    ...(configFile === undefined ? [] : [`--config=${configFile}`]),
    ...exclude.filter(isTold).map((pattern) => `--nsExclude=${escapePattern(pattern)}`),
  ];
}

/** Undefined when there is nothing to keep secret. */
export function mongorestoreConfig({ password, certificatePassword }: MongoServer): string | undefined {
  const lines = [
    ...(password === null ? [] : [`password: ${yamlText(password)}`]),
    ...(certificatePassword === null ? [] : [`sslPEMKeyPassword: ${yamlText(certificatePassword)}`]),
  ];
  return lines.length === 0 ? undefined : `${lines.join("\n")}\n`;
}

/** YAML's double quotes take JSON's text, but no raw character that is not printed. */
function yamlText(text: string): string {
  return JSON.stringify(text).replaceAll(/[^\x20-\x7e]/gu, (character) => {
    const code = character.codePointAt(0)!.toString(16);
    return character.length > 1 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

/** Users and roles of one database are passed over by mongorestore itself, which takes no `$` in a pattern. */
function isTold(pattern: string): boolean {
  return !pattern.includes(".$");
}

/** In a pattern of namespaces `*` is anything; in a collection's name a backslash is one. */
function escapePattern(pattern: string): string {
  return pattern.replaceAll("\\", "\\\\");
}
