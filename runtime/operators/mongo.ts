// The operator that runs a function on a MongoDB database, through the official driver.

import type { Db } from "mongodb";
import type { MongoServer } from "../connections/mongo-server.ts";
import { defineOperator, type Operator, type TaskRef } from "../dag/definition.ts";
import type { JsonObject, JsonValue } from "../dag/json.ts";
import { fromOptions } from "../dag/operator-options.ts";
import { type KnownOptions, required } from "../dag/options.ts";
import { type Shape, tasksByName, text, wrong } from "../dag/shapes.ts";
import { KnownError } from "../errors.ts";
import { connectionOrMongoTarget, type MongoTarget, readMongoServer } from "./mongo-target.ts";
import { needsOfTarget, showTarget } from "./target-parts.ts";

type Inputs = Readonly<Record<string, TaskRef<unknown>>>;
type OutputsOf<Given extends Inputs> = {
  readonly [Name in keyof Given]: Given[Name] extends TaskRef<infer Output> ? Output : never;
};

export interface MongoOptions<Given extends Inputs, Result> {
  /** Id of a connection of type `mongo`, or where the server is. */
  readonly connection: string | MongoTarget;
  /** The database. Default: the connection's schema, or the target's `database`. */
  readonly database?: string;
  /** Earlier tasks' outputs. */
  readonly inputs?: Given;
  /** Called once, with the database and the inputs. `getContext()` and `getClient()` work in it. */
  readonly run: (db: Db, inputs: OutputsOf<Given>) => Promise<Result> | Result;
}

/** Extended JSON in its relaxed form: texts, flags and numbers as they are, a date as `{ $date }`, an id as `{ $oid }`. */
export type RelaxedJson<T> = T extends string | number | boolean | null
  ? T
  : T extends undefined
    ? null
    : T extends Date
      ? { readonly $date: string }
      : T extends { readonly _bsontype: string } | bigint
        ? JsonValue
        : T extends readonly (infer Part)[]
          ? readonly RelaxedJson<Part>[]
          : T extends object
            ? { readonly [Name in keyof T]: RelaxedJson<T[Name]> }
            : JsonValue;

const aFunction: Shape<(db: Db, inputs: never) => unknown> = {
  findFaults: (value) => (typeof value === "function" ? [] : wrong(value, "a function", "write (db) => …")),
};

const known: KnownOptions<MongoOptions<Inputs, unknown>> = {
  connection: required(connectionOrMongoTarget),
  database: text,
  inputs: tasksByName,
  run: required(aFunction as Shape<MongoOptions<Inputs, unknown>["run"]>),
};

/**
 * Runs a function on a MongoDB database (4.2 and newer), through the official driver. Returns what the function returns, as Extended JSON in
 * its relaxed form: a date is `{ $date }`, an id `{ $oid }`, a number with more digits than JSON's readers keep `{ $numberLong }`. The client is
 * closed when the function has ended, and at once when the task is cancelled.
 *
 * What a retry repeats is the whole function: write it so that this does no harm (`replaceOne` with `upsert`, `$merge`).
 *
 * @throws KnownError for a server that cannot be reached, a login that is refused, a permission that lacks, a document that breaks a rule. What may
 * pass (a cut connection, a new primary) is tried again, the rest is not.
 * @example mongo({ connection: "lending_mongo", inputs: { restored }, run: (db) => db.collection("loans").countDocuments() })
 */
export function mongo<Result, Given extends Inputs = Record<never, never>>(
  options: MongoOptions<Given, Result>,
): Operator<RelaxedJson<Awaited<Result>>> {
  const make = (given: MongoOptions<Given, Result>) => makeMongo(given as unknown as MongoOptions<Inputs, unknown>);
  const operator = {
    name: "mongo",
    callee: mongo,
    known: known as unknown as KnownOptions<MongoOptions<Given, Result>>,
  };
  return fromOptions(operator, options, make) as Operator<RelaxedJson<Awaited<Result>>>;
}

function makeMongo({ connection, database, inputs = {}, run }: MongoOptions<Inputs, unknown>): Operator<JsonValue> {
  const options: JsonObject = { connection: showTarget(connection), ...(database !== undefined && { database }) };
  return defineOperator<JsonValue>({
    name: "mongo",
    options,
    inputs,
    ...needsOfTarget(connection),
    execute: async (values) => {
      const server = await readMongoServer(connection, "connection");
      const name = database ?? server.database;
      if (name === null) throw noDatabase(server);
      const [{ withMongo }, { toRelaxedJson }] = await Promise.all([
        import("./mongo-session.ts"),
        import("./mongo-json.ts"),
      ]);
      return withMongo({ ...server, database: name }, async ({ db }) => toRelaxedJson(await run(db, values as never)));
    },
  });
}

/** The driver would take `test`, and find nothing in it. */
function noDatabase({ where }: MongoServer): KnownError {
  return new KnownError({
    what: "it is not said which database is meant",
    where,
    remedy: "Give the operator `database`, the connection a schema, or the target `database`",
    isRetryable: false,
  });
}
