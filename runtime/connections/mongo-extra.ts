// The options of a MongoDB connection: Airflow's extras, which are those of a MongoDB connection string. What cannot be honoured is refused by
// name: an option that is passed over may have been the one that turned TLS on.

import { accessSync, constants } from "node:fs";
import { projectPath } from "../context.ts";
import type { JsonValue } from "../dag/json.ts";
import { didYouMean } from "../did-you-mean.ts";
import { KnownError } from "../errors.ts";

type Kind = "flag" | "milliseconds" | "text" | "file";

/** Handed on to the driver and to the tool as they are. */
const handedOn: Readonly<Record<string, Kind>> = {
  tls: "flag",
  tlsCAFile: "file",
  tlsCertificateKeyFile: "file",
  replicaSet: "text",
  directConnection: "flag",
  connectTimeoutMS: "milliseconds",
  serverSelectionTimeoutMS: "milliseconds",
  socketTimeoutMS: "milliseconds",
  readPreference: "text",
  readConcernLevel: "text",
  w: "text",
  journal: "flag",
  retryWrites: "flag",
  retryReads: "flag",
};

/** Read here: they say where to, and as whom. */
const ownUse: Readonly<Record<string, Kind>> = {
  srv: "flag",
  ssl: "flag",
  allow_insecure: "flag",
  authSource: "text",
  authMechanism: "text",
  tlsCertificateKeyFilePassword: "text",
};

/** They change nothing that a task can see. */
const ignored = [
  "appName",
  "appname",
  "compressors",
  "zlibCompressionLevel",
  "maxPoolSize",
  "minPoolSize",
  "maxIdleTimeMS",
  "waitQueueTimeoutMS",
  "heartbeatFrequencyMS",
  "localThresholdMS",
];

/** True would mean: whoever answers is believed to be the server. */
const unsafe = [
  "allow_insecure",
  "tlsInsecure",
  "tlsAllowInvalidCertificates",
  "tlsAllowInvalidHostnames",
  "sslAllowInvalidCertificates",
  "sslAllowInvalidHostnames",
];

const known: Readonly<Record<string, Kind>> = { ...handedOn, ...ownUse };

/** What is set, each as the text that it has in a connection string; `ssl` as `tls`. @throws KnownError (not retryable) naming the option. */
export function readMongoExtras(where: string, extra: Readonly<Record<string, JsonValue>>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(extra)) {
    if (ignored.includes(name) || value === null || value === "") continue;
    const kind = known[name] ?? (unsafe.includes(name) ? "flag" : undefined);
    if (kind === undefined) {
      const remedy = `Remove it, or use one of ${Object.keys(known).join(", ")}${didYouMean(name, Object.keys(known))}`;
      throw refuseMongoExtra(where, name, "is not known", remedy);
    }
    const text = textOf(where, name, kind, value);
    if (unsafe.includes(name)) refuseUnsafe(where, name, text);
    else takeText(where, name === "ssl" ? "tls" : name, text, texts);
  }
  return texts;
}

/** Those that stand in a connection string. */
export function isHandedOn(name: string): boolean {
  return Object.hasOwn(handedOn, name);
}

export function refuseMongoExtra(where: string, name: string, found: string, remedy: string): KnownError {
  return new KnownError({ what: `the extra ${name} ${found}`, where, remedy, isRetryable: false });
}

function refuseUnsafe(where: string, name: string, text: string): void {
  if (text === "false") return;
  const remedy = "Remove it, and give tlsCAFile: the file of the authority that signed the server's certificate";
  throw refuseMongoExtra(where, name, "would let anybody be the server", remedy);
}

function takeText(where: string, name: string, text: string, texts: Record<string, string>): void {
  const other = texts[name];
  if (other !== undefined && other !== text)
    throw refuseMongoExtra(where, name, "is given twice, with two values", "Give it once");
  texts[name] = text;
}

function textOf(where: string, name: string, kind: Kind, value: JsonValue): string {
  // Of a text that is wrong nothing is shown where it may be a secret.
  if (typeof value === "object") throw refuseMongoExtra(where, name, "is not a text", "Write a text, a number or true");
  const text = String(value);
  switch (kind) {
    case "flag": {
      const flag = text.toLowerCase();
      if (flag === "true" || flag === "false") return flag;
      throw refuseMongoExtra(where, name, `is ${JSON.stringify(text)}`, "Write true or false");
    }
    case "milliseconds":
      if (/^[0-9]{1,9}$/.test(text)) return text;
      throw refuseMongoExtra(where, name, `is ${JSON.stringify(text)}`, "Give whole milliseconds, e.g. 10000");
    case "file":
      return checkFile(where, name, projectPath(text));
    case "text":
      return text;
    default:
      return kind satisfies never;
  }
}

/** Said here: the driver's own words come late, and do not name the extra. */
function checkFile(where: string, name: string, path: string): string {
  try {
    accessSync(path, constants.R_OK);
    return path;
  } catch (error) {
    throw new KnownError({
      what: `the file of the extra ${name} cannot be read`,
      where,
      found: (error as NodeJS.ErrnoException).message,
      remedy: `Put it there, or correct ${name}`,
      isRetryable: false,
    });
  }
}
