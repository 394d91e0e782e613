// Where an operator works on MongoDB: an Airflow connection, or single values that may be variables. What the model shows of it, what the task
// has to declare for it, and the server that it leads to when the task runs.

import type { MongoServer } from "../connections/mongo-server.ts";
import { getClient } from "../context.ts";
import { type KnownOptions, readOptions, required } from "../dag/options.ts";
import { isPlainObject, type Shape, secretVariable, text, wrong } from "../dag/shapes.ts";
import type { TextOrVariable, VariableRef } from "../dag/variable-ref.ts";
import { filled, port } from "./target-shapes.ts";
import { placeOfValue, readValue } from "./variable-values.ts";

/** A server by single values, without TLS; what else a connection can say (TLS, replica sets, SRV), an Airflow connection of type `mongo` says. */
export interface MongoTarget {
  /** `db.example.com`, `db.example.com:27017`, or several with commas. */
  readonly host: TextOrVariable;
  /** Default: 27017. */
  readonly port?: TextOrVariable;
  readonly user?: TextOrVariable;
  /** Only ever from a variable, whose value is masked in the log whatever it is called. */
  readonly password?: VariableRef;
  /** The database that is meant when none is named. */
  readonly database?: TextOrVariable;
  /** The database that knows the user. Default: `admin`. */
  readonly authSource?: TextOrVariable;
}

const known: KnownOptions<MongoTarget> = {
  host: required(filled),
  port,
  user: filled,
  password: secretVariable,
  database: filled,
  authSource: filled,
};

export const connectionOrMongoTarget: Shape<string | MongoTarget> = {
  findFaults: (value) => {
    if (typeof value === "string") return text.findFaults(value);
    const remedy = 'write a connection\'s id, "…", or { host, user, password: variable("KEY") }';
    if (!isPlainObject(value)) return wrong(value, "a connection's id or an object of its parts", remedy);
    const { faults } = readOptions<MongoTarget>(value, known);
    const missing = (["user", "password"] as const).filter((name) => value[name] === undefined);
    if (missing.length !== 1) return faults;
    return [...faults, { steps: [missing[0]!], problem: "is missing", remedy: "give user and password, or neither" }];
  },
};

/**
 * Within a running task.
 * @param option the operator's that the target stands in, for messages.
 * @throws KnownError naming the connection, or what of the target cannot be used.
 */
export async function readMongoServer(target: string | MongoTarget, option: string): Promise<MongoServer> {
  const { mongoServerAt, mongoServerOf } = await import("../connections/mongo-server.ts");
  if (typeof target === "string") return mongoServerOf(await getClient().getConnectionOrThrow(target));
  const { host, port, user, password, database, authSource } = target;
  const [hostText, ...others] = await Promise.all([
    readValue(host),
    ...[port, user, password, database, authSource].map((value) => (value === undefined ? "" : readValue(value))),
  ]);
  const [portText, login, passwordText, databaseText, authSourceText] = others.map((value) =>
    value === "" ? null : value!,
  );
  const blame = (name: "host" | "port" | "database") => placeOfValue(target[name], `option ${option}, ${name}`);
  return mongoServerAt(
    {
      host: hostText,
      port: portText ?? null,
      login: login ?? null,
      password: login === null ? null : (passwordText ?? null),
      database: databaseText ?? null,
      authSource: authSourceText ?? null,
    },
    { named: `option ${option}`, host: blame("host"), port: blame("port"), database: blame("database") },
  );
}
