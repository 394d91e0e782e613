// What an Airflow connection of type `aws` says about S3: credentials, region, endpoint. What cannot be done here is refused by name, so
// that nothing runs otherwise than under Airflow.
// Source: apache-airflow-providers-amazon, utils/connection_wrapper.py and its page on the connection.

import { readFileSync } from "node:fs";
import { projectPath } from "../context.ts";
import type { JsonObject, JsonValue } from "../dag/json.ts";
import { didYouMean } from "../did-you-mean.ts";
import { KnownError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import { refuseExtra, textExtra } from "./connection-extra.ts";
import { isJsonObject } from "./connection-parts.ts";

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Undefined is what the SDK finds by itself: in the environment, in the shared configuration, from the instance. */
export interface S3Options {
  readonly credentials: S3Credentials | undefined;
  readonly profile: string | undefined;
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
  /** Whether the bucket stands in the path of a URL or in front of its host. */
  readonly addressing: "path" | "virtual" | undefined;
  /** Certificates of authorities to trust, as PEM. */
  readonly authorities: string | undefined;
  /** The connection says that data and credentials may go over the network unencrypted. */
  readonly allowHttp: boolean;
}

const honoured = [
  "aws_access_key_id",
  "aws_secret_access_key",
  "aws_session_token",
  "region_name",
  "endpoint_url",
  "service_config",
  "config_kwargs",
  "profile_name",
  "verify",
  "allow_http",
];

const inProfile = "Put it into a profile of the shared configuration (~/.aws/config), and name that as profile_name";
const refused: Readonly<Record<string, string>> = {
  role_arn: inProfile,
  assume_role_method: inProfile,
  assume_role_kwargs: inProfile,
  external_id: inProfile,
  aws_account_id: inProfile,
  aws_iam_role: inProfile,
  session_kwargs: "Put what is in it into extra itself: profile_name, region_name, aws_session_token",
  s3_config_file: "Put its keys into login and password, or use profile_name",
  s3_config_format: "Put its keys into login and password, or use profile_name",
  profile: "Use profile_name",
  host: "Use endpoint_url",
};

/** Without a connection. */
export const optionsOfEnvironment: S3Options = {
  credentials: undefined,
  profile: undefined,
  region: undefined,
  endpoint: undefined,
  addressing: undefined,
  authorities: undefined,
  allowHttp: false,
};

/** @throws KnownError (not retryable) naming what is wrong, unknown or not supported. */
export function readS3Options(connection: Connection): S3Options {
  checkType(connection);
  checkNames(connection);
  const service = objectIn(connection, connection.extra, "service_config");
  const s3 = objectIn(connection, service, "s3", "service_config");
  return {
    credentials: readCredentials(connection),
    profile: textExtra(connection, "profile_name"),
    region: textExtra(connection, "region_name"),
    endpoint: textExtra({ ...connection, extra: s3 }, "endpoint_url") ?? textExtra(connection, "endpoint_url"),
    addressing: readAddressing(connection),
    authorities: readAuthorities(connection),
    allowHttp: readAllowHttp(connection),
  };
}

function checkType(connection: Connection): void {
  const refuse = (what: string, remedy: string) =>
    new KnownError({ what, where: `connection ${connection.id}`, remedy, isRetryable: false });
  if (connection.type !== "aws")
    throw refuse(`its type is ${JSON.stringify(connection.type)}, not aws`, "Begin its URI with aws://");
  if (connection.host !== null || connection.port !== null) {
    throw refuse(
      "it has a host or a port, which Airflow does not read in an aws connection",
      "Name the server in the extra endpoint_url",
    );
  }
}

function checkNames(connection: Connection): void {
  for (const name of Object.keys(connection.extra)) {
    if (honoured.includes(name)) continue;
    const remedy = Object.hasOwn(refused, name) ? refused[name] : undefined;
    if (remedy !== undefined) throw refuseExtra(connection, name, "is not supported", remedy);
    const known = `Remove it, or use one of ${honoured.join(", ")}${didYouMean(name, honoured)}`;
    throw refuseExtra(connection, name, "is not known", known);
  }
}

/** As Airflow: login and password first, then the extras. Half of a pair is a slip, not a wish for other credentials. */
function readCredentials(connection: Connection): S3Credentials | undefined {
  const { login, password } = connection;
  const inExtra = [textExtra(connection, "aws_access_key_id"), textExtra(connection, "aws_secret_access_key")];
  const [id, secret] = login !== null && password !== null ? [login, password] : inExtra;
  const sessionToken = textExtra(connection, "aws_session_token");
  if (id !== undefined && secret !== undefined) {
    return { accessKeyId: id, secretAccessKey: secret, ...(sessionToken === undefined ? {} : { sessionToken }) };
  }
  if ([login, password, id, secret, sessionToken].every((part) => part === null || part === undefined))
    return undefined;
  throw new KnownError({
    what: "it has a part of the credentials only",
    where: `connection ${connection.id}`,
    remedy: "Give the access key's id as login and the secret access key as password, or none of them",
    isRetryable: false,
  });
}

/** Of what boto3 can be told here only this decides what is reached; how often and how long it tries does not. */
function readAddressing(connection: Connection): S3Options["addressing"] {
  const config = objectIn(connection, connection.extra, "config_kwargs");
  const odd = Object.keys(config).find((name) => !["s3", "retries", "connect_timeout", "read_timeout"].includes(name));
  if (odd !== undefined) {
    throw refuseExtra(connection, `config_kwargs.${odd}`, "is not supported", "Here only s3.addressing_style is");
  }
  const s3 = objectIn(connection, config, "s3", "config_kwargs");
  const { addressing_style: style = "auto", ...others } = s3;
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw refuseExtra(connection, `config_kwargs.s3.${other}`, "is not supported", "Here only addressing_style is");
  }
  if (style === "path" || style === "virtual") return style;
  if (style === "auto") return undefined;
  const remedy = "Use one of path, virtual, auto";
  throw refuseExtra(connection, "config_kwargs.s3.addressing_style", `is ${JSON.stringify(style)}`, remedy);
}

/** boto3's `verify`: true, or the path of a file of authorities. */
function readAuthorities(connection: Connection): string | undefined {
  const verify = textExtra(connection, "verify");
  if (verify === undefined || verify.toLowerCase() === "true") return undefined;
  if (verify.toLowerCase() === "false") {
    const remedy = "Give the path of a file with the authority's certificate: who is not checked can be anybody";
    throw refuseExtra(connection, "verify", "is false", remedy);
  }
  const path = projectPath(verify);
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw refuseExtra(connection, "verify", `names a file that cannot be read (${code}): ${path}`, "Correct its path");
  }
}

function readAllowHttp(connection: Connection): boolean {
  const text = textExtra(connection, "allow_http")?.toLowerCase() ?? "false";
  if (text === "true" || text === "false") return text === "true";
  throw refuseExtra(connection, "allow_http", `is ${JSON.stringify(text)}`, "Use true or false");
}

function objectIn(connection: Connection, object: JsonObject, name: string, within = ""): JsonObject {
  const value: JsonValue | undefined = object[name];
  if (value === undefined || value === null) return {};
  if (isJsonObject(value)) return value;
  throw refuseExtra(connection, within === "" ? name : `${within}.${name}`, "is not an object", "Write {…}");
}
