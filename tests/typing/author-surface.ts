// What an author's editor must accept and must refuse. Never run: `tsc` reads it, with the rest of the tree and in
// author-surface.test.ts. A line below `@ts-expect-error` that is no error is itself an error.

import { chain, Dag, getContext, type JsonValue, param, type TaskGroup, type TaskRef } from "dagwright";
import {
  acquireLease,
  checkCounts,
  copyTables,
  hashFiles,
  loadSqlDump,
  query,
  releaseLease,
  sql,
} from "dagwright/operators";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function expectTypes<_Proof extends true>(): void {}

const dag = new Dag("types");
const number = dag.task("number", () => 1)();
const later = dag.task("later", async () => ({ text: "a" }))();
const shell = dag.bash("shell", "echo");
const nothing = dag.empty("nothing");

// Outputs: what the handler returns, a Promise unwrapped.
expectTypes<Equal<typeof number, TaskRef<number>>>();
expectTypes<Equal<typeof later, TaskRef<{ text: string }>>>();
expectTypes<Equal<typeof shell, TaskRef<string>>>();
expectTypes<Equal<typeof nothing, TaskRef<null>>>();

// Inputs: earlier outputs or plain values, of the handler's types, all of them and no others.
const add = (id: string) => dag.task(id, ({ a, b }: { a: number; b: string }) => `${a}${b}`);
add("sound")({ a: number, b: shell });
add("sound_literals")({ a: 1, b: "text" });
expectTypes<Equal<ReturnType<ReturnType<typeof add>>, TaskRef<string>>>();
// @ts-expect-error an output of another type
add("wrong_ref")({ a: shell, b: shell });
// @ts-expect-error a value of another type
add("wrong_value")({ a: "1", b: "text" });
// @ts-expect-error an input that is missing
add("missing")({ a: 1 });
// @ts-expect-error an input that the handler does not take
add("extra")({ a: 1, b: "text", c: true });
// @ts-expect-error no inputs at all
add("none")();
// @ts-expect-error inputs for a handler that takes none
dag.task("takes_none", () => 1)({ a: 1 });
// @ts-expect-error the Promise itself, not what it resolves to
dag.task("of_promise", ({ a }: { a: Promise<{ text: string }> }) => a)({ a: later });
// @ts-expect-error a factory is no task: it was not called
add("not_called").before(number);

// Short circuits, setups and teardowns are tasks with outputs like any other.
const decided = dag.shortCircuit("decide", ({ a }: { a: number }) => a > 1)({ a: number });
expectTypes<Equal<typeof decided, TaskRef<boolean>>>();
const ready = dag.setup("set_up", async () => "ready");
expectTypes<Equal<typeof ready, TaskRef<string>>>();
dag.teardown("tear_down", () => null, { of: [ready] });
// @ts-expect-error a teardown is of tasks, not of their names
dag.teardown("tear_down_by_name", () => null, { of: ["set_up"] });

// Operators: outputs and inputs are typed too.
const connection = "warehouse";
const lease = dag.setup("lease", acquireLease({ connection, key: "1" }));
const hashes = dag.run("hashes", hashFiles({ schema: "a.sql", data: "b.sql" }));
const rows = dag.run("rows", sql({ connection, text: "SELECT 1", inputs: { hashes }, under: lease }));
dag.task("use_hashes", ({ h }: { h: { schema: string; data: string } }) => h.data)({ h: hashes });
dag.task("use_rows", ({ r }: { r: { rowCount: number | null } }) => r.rowCount)({ r: rows });
dag.run("load", loadSqlDump({ connection, file: "a.sql", under: lease }));
dag.run("copy", copyTables({ from: connection, to: "target" }));
dag.run("count", checkCounts({ connection, against: "target" }));
dag.teardown("release", releaseLease(lease));
const asked: Promise<readonly { id: number }[]> = query<{ id: number }>({ connection, text: "SELECT 1 AS id" });
// @ts-expect-error a file that was not hashed
dag.task("use_other", ({ h }: { h: { other: string } }) => h.other)({ h: hashes });
// @ts-expect-error a lease comes from acquireLease
sql({ connection, text: "SELECT 1", under: number });
// @ts-expect-error one of text and transactions
sql({ connection, text: "SELECT 1", transactions: ["SELECT 1"] });
// @ts-expect-error neither of text and transactions
sql({ connection });
// @ts-expect-error what is released is a lease
releaseLease(number);
// @ts-expect-error a lock's key is a decimal string: a number loses digits of 64 bits
acquireLease({ connection, key: 863440123987650321n });
// @ts-expect-error an operator is placed with dag.run
dag.task("operator_as_handler", hashFiles({ a: "a.sql" }));
// @ts-expect-error a function is placed with dag.task
dag.run("handler_as_operator", () => 1);

// Options: known keys, of their types.
new Dag("sound", {
  schedule: "@daily",
  startDate: "2024-01-01",
  params: { a: [1, null] },
  defaultArgs: { retries: 2 },
});
new Dag("sound_delta", { schedule: { every: 60 } });
new Dag("sound_fields", { docMd: "# A", dagrunTimeout: 60, failFast: true, ownerLinks: { data: "mailto:a@b" } });
// @ts-expect-error seconds, not Python's timedelta
new Dag("timeout", { dagrunTimeout: { hours: 1 } });
// @ts-expect-error a link is a text
new Dag("links", { ownerLinks: { data: 1 } });
new Dag("sound_interval", { schedule: { cron: "@daily", dataInterval: true } });
// @ts-expect-error a misspelt part of a schedule
new Dag("interval", { schedule: { cron: "@daily", interval: true } });
// @ts-expect-error an unknown key
new Dag("unknown_key", { scheduleInterval: "@daily" });
// @ts-expect-error Python's spelling
new Dag("python_key", { start_date: "2024-01-01" });
// @ts-expect-error a Date would move with the machine's time zone
new Dag("date", { startDate: new Date() });
// @ts-expect-error a function is no JSON
new Dag("param", { params: { a: () => 1 } });
new Dag("sound_param", { params: { a: param({ type: "integer", minimum: 1, default: 10 }), b: 1 } });
const typed = new Dag("typed_params", {
  params: {
    limit: param({ type: "integer", default: 10 }),
    mode: param({ enum: ["fast", "safe"], default: "safe" }),
    day: param({ type: ["string", "null"], format: "date", default: null }),
    any: param({ default: 1 }),
    plain: 1,
  },
});
type Typed = ReturnType<typeof getContext<typeof typed>>["params"];
expectTypes<Equal<Typed["limit"], number>>();
expectTypes<Equal<Typed["mode"], "fast" | "safe">>();
expectTypes<Equal<Typed["day"], string | null>>();
expectTypes<Equal<Typed["any"], JsonValue>>();
expectTypes<Equal<Typed["plain"], JsonValue>>();
typed.task("read_limit", () => getContext<typeof typed>().params.limit + 1);
typed.task("read_any", () => getContext().params["limit"] ?? null);
// @ts-expect-error a param that the DAG does not have
typed.task("read_other", () => getContext<typeof typed>().params.limits);
// @ts-expect-error an unknown word beside a known one
param({ type: "integer", min: 1 });
// @ts-expect-error a type that JSON does not have
param({ type: "int" });
// @ts-expect-error an unknown word of a schema
param({ min: 1 });
// @ts-expect-error an unknown key of defaultArgs
new Dag("default_args", { defaultArgs: { retry: 2 } });
// @ts-expect-error seconds, not a text
new Dag("delay", { defaultArgs: { retryDelay: "60s" } });
// @ts-expect-error a trigger rule with a typing error
dag.empty("rule", { triggerRule: "all_sucess" });
// @ts-expect-error a weight rule with a typing error
dag.empty("weight", { weightRule: "downstreams" });
// @ts-expect-error a name is a task's own
new Dag("names", { defaultArgs: { displayName: "a" } });
// @ts-expect-error an unknown key of a task
dag.bash("key", "true", { retires: 2 });
// @ts-expect-error a bash task uses no connections of ours
dag.bash("connections", "true", { connections: ["a"] });

// Order: tasks, not names.
chain(number, [later, shell], nothing);
number.before(later).after(shell);
// @ts-expect-error a name
chain(number, "later");
// @ts-expect-error a name
number.before("later");

// Groups: the DAG's own methods, and an end of edges like a task.
const group = dag.taskGroup("group", {
  tooltip: "Tip",
  displayName: "A",
  prefixGroupId: false,
  defaultArgs: { retries: 3 },
});
const inner = group.taskGroup("inner");
const grouped = inner.task("grouped", ({ a }: { a: number }) => `${a}`)({ a: number });
expectTypes<Equal<typeof grouped, TaskRef<string>>>();
expectTypes<Equal<typeof inner, TaskGroup>>();
chain(number, group, [inner, later], nothing);
number.before(group).after(inner, shell);
group.before(number, inner).after(later);
// @ts-expect-error an unknown key of a group
dag.taskGroup("unknown", { toolTip: "a" });
// @ts-expect-error a task's own option
dag.taskGroup("rule", { triggerRule: "all_done" });
// @ts-expect-error an unknown key of a group's defaultArgs
dag.taskGroup("default_args", { defaultArgs: { retry: 2 } });
// @ts-expect-error a name
group.before("later");
// @ts-expect-error a group has no output
add("of_group")({ a: 1, b: group });
// @ts-expect-error a group is no setup
dag.teardown("of_group", () => null, { of: [group] });

export const used = [decided, asked];
