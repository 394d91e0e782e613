// Where a restore goes: an Airflow connection, or host, user, password and database of their own, which may be Airflow variables. Either becomes
// a connection; a password is never part of the definition.

import { type Connection, nameOf } from "../connections/connection.ts";
import { isPort } from "../connections/port.ts";
import { getClient } from "../context.ts";
import { type KnownOptions, readOptions, required } from "../dag/options.ts";
import { type Fault, type Shape, secretVariable, text } from "../dag/shapes.ts";
import type { TextOrVariable, VariableRef } from "../dag/variable-ref.ts";
import { KnownError } from "../errors.ts";
import { filled, port } from "./target-shapes.ts";
import { placeOfValue, readValue } from "./variable-values.ts";

/** A PostgreSQL database without an Airflow connection. TLS is used when the server offers it; for more, use a connection. */
export interface PostgresTarget {
  readonly host: TextOrVariable;
  /** Default: 5432. */
  readonly port?: TextOrVariable;
  readonly user: TextOrVariable;
  /** A variable: a password does not stand in code. Default: none. */
  readonly password?: VariableRef;
  readonly database: TextOrVariable;
}

const parts: KnownOptions<PostgresTarget> = {
  host: required(filled),
  port,
  user: required(filled),
  password: secretVariable,
  database: required(filled),
};

export const postgresTarget: Shape<string | PostgresTarget> = {
  findFaults: (value): readonly Fault[] =>
    typeof value === "string" ? text.findFaults(value) : readOptions<PostgresTarget>(value, parts).faults,
};

/** Within a running task. @throws KnownError for a port that is none, or where no database is named. */
export async function resolveTarget(to: string | PostgresTarget): Promise<Connection & { readonly schema: string }> {
  const connection = typeof to === "string" ? await getClient().getConnectionOrThrow(to) : await connectionOf(to);
  const { schema } = connection;
  if (schema) return { ...connection, schema };
  const remedy =
    typeof to === "string"
      ? "Name it: in a connection, it is the schema (postgres://user:password@host:5432/database)"
      : "Give it a name";
  throw new KnownError({
    what: "no database is named to restore into",
    where: typeof to === "string" ? nameOf(connection) : placeOfValue(to.database, "option to, database"),
    remedy,
    isRetryable: false,
  });
}

async function connectionOf({ host, port, user, password, database }: PostgresTarget): Promise<Connection> {
  return {
    id: "",
    named: "option to",
    type: "postgres",
    host: await readValue(host),
    port: port === undefined ? 5432 : readPort(await readValue(port), placeOfValue(port, "option to, port")),
    login: await readValue(user),
    password: password === undefined ? null : await readValue(password),
    schema: await readValue(database),
    extra: {},
  };
}

function readPort(value: string, where: string): number {
  if (isPort(value)) return Number(value);
  const remedy = "Give a whole number from 1 to 65535";
  throw new KnownError({
    what: "the port is none",
    where,
    found: JSON.stringify(value),
    remedy,
    isRetryable: false,
  });
}
