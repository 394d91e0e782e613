// Every text that an author can give, derived from the tables of options: a field that is new there is tested without being named here.

import { dagOptions, optionsOf, taskArgsOptions, taskGroupOptions } from "../../../runtime/dag/dag-options.ts";
import type { TaskBody } from "../../../runtime/dag/definition.ts";
import type { JsonValue } from "../../../runtime/dag/json.ts";
import type { Shape } from "../../../runtime/dag/shapes.ts";
import { Dag, param } from "../../../runtime/index.ts";
import { oddText } from "../../support/odd-text.ts";
import type { Random } from "../../support/random.ts";

/** What a DAG is made of; a field fills one place. */
export interface Parts {
  id?: string;
  dag?: Record<string, JsonValue>;
  params?: Record<string, unknown>;
  defaultArgs?: Record<string, JsonValue>;
  bashId?: string;
  command?: string;
  bash?: Record<string, JsonValue>;
  nodeId?: string;
  node?: Record<string, JsonValue>;
  inputName?: string;
  group?: Record<string, JsonValue>;
}

export interface TextField {
  readonly name: string;
  /** What a message calls it. */
  readonly called: RegExp;
  readonly make: (random: Random) => JsonValue;
  readonly place: (value: never) => Parts;
  /** What Airflow must hold, found in what read-texts.py prints; missing where no odd text can be accepted. */
  readonly find?: (dag: ReadDag, parts: Parts) => unknown;
  readonly expected?: (value: never) => unknown;
}

type Attributes = Readonly<Record<string, unknown>>;
export type ReadDag = Attributes & {
  readonly tasks: Readonly<Record<string, Attributes>>;
  readonly params: Readonly<Record<string, Attributes>>;
  readonly groups: Readonly<Record<string, Attributes>>;
};

export function dagOf(parts: Parts, number: number): Dag {
  const { params = {}, defaultArgs = {} } = parts;
  const dag = new Dag(parts.id ?? `odd_${number}`, { ...parts.dag, params, defaultArgs } as never);
  const shell = dag.bash(parts.bashId ?? "shell", parts.command ?? "true", parts.bash as never);
  const inputs = { [parts.inputName ?? "input"]: shell };
  dag.task(parts.nodeId ?? "node", (_: typeof inputs) => null, parts.node as never)(inputs as never);
  dag.empty("plain");
  if (parts.group) dag.taskGroup("set", parts.group as never).empty("inside");
  return dag;
}

/** One word of a closed list, or a form that few texts have: of odd ones all are refused. */
const closed = ["schedule", "startDate", "endDate", "timezone", "weightRule", "triggerRule"];
const placeholder: TaskBody = { kind: "bash", command: "" };
const tables = {
  dag: dagOptions,
  defaultArgs: taskArgsOptions,
  bash: optionsOf({ body: placeholder, role: null } as never),
  node: optionsOf({ body: { kind: "handler" }, role: null } as never),
  group: taskGroupOptions,
} as const;
const called: Readonly<Record<string, RegExp>> = {
  tags: /\btags?\b/,
  ownerLinks: /\bownerLinks\b|\blink of\b|\bowner\b/,
  connections: /\bconnections?\b/,
  variables: /\bvariables?\b/,
};

/** Which kind of text an option takes, found by asking its shape. */
function kindOf(shape: Shape<unknown>): "text" | "texts" | "textsByName" | undefined {
  const takes = (value: unknown) => shape.findFaults(value).length === 0;
  if (takes("a")) return "text";
  if (takes(["a"])) return "texts";
  return takes({ a: "a" }) && !takes({ a: 1 }) ? "textsByName" : undefined;
}

const makers = {
  text: anyText,
  texts: (random: Random): string[] => Array.from({ length: 1 + random.integer(3) }, () => anyText(random)),
  textsByName: (random: Random): Record<string, string> => ({
    [anyText(random)]: random.chance(0.7) ? `https://example.com/${anyText(random)}` : anyText(random),
  }),
};

export const textFields: readonly TextField[] = [...Object.entries(tables).flatMap(fieldsOf), ...otherFields()];

/** Airflow's attributes of the options, for read-texts.py. */
export const attributes = {
  dag: ["dag_id", ...namesOf("dag")],
  task: [...new Set([...namesOf("defaultArgs"), ...namesOf("bash"), ...namesOf("node")]), "xcoms"],
  group: namesOf("group"),
};

function namesOf(place: keyof typeof tables): string[] {
  return optionsIn(tables[place]).flatMap(([name]) => (closed.includes(name) ? [] : [airflowName(place, name)]));
}

function optionsIn(table: object): [string, NonNullable<ReturnType<typeof kindOf>>][] {
  return Object.entries(table as Record<string, Shape<unknown>>).flatMap(([name, shape]) => {
    const kind = kindOf(shape);
    return kind === undefined ? [] : [[name, kind]];
  });
}

function airflowName(place: string, name: string): string {
  if (name === "displayName") return `${place === "dag" || place === "group" ? place : "task"}_display_name`;
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function fieldsOf([place, table]: [string, object]): TextField[] {
  return optionsIn(table).map(([name, kind]) => {
    const attribute = airflowName(place, name);
    const taskOf = (parts: Parts) =>
      place === "defaultArgs" ? "plain" : place === "bash" ? (parts.bashId ?? "shell") : (parts.nodeId ?? "node");
    const holderOf = (dag: ReadDag, parts: Parts) => {
      if (place === "dag") return dag;
      return place === "group" ? dag.groups["set"]! : dag.tasks[taskOf(parts)]!;
    };
    const find = (dag: ReadDag, parts: Parts) => holderOf(dag, parts)[attribute];
    const field = {
      name: `${place}.${name}`,
      called: called[name] ?? new RegExp(`\\b${name}\\b`),
      make: name === "connections" ? connectionIds : makers[kind],
      place: (value: JsonValue) => ({ [place]: { [name]: value } }),
      expected: (value: JsonValue) => (Array.isArray(value) ? [...new Set(value)].sort(byCodePoints) : value),
    };
    return closed.includes(name) ? field : { ...field, find };
  });
}

function otherFields(): TextField[] {
  const schemaWords = ["title", "description", "section"];
  return [
    {
      name: "the DAG's id",
      called: /\bid\b/,
      make: (random) => `d${random.integer(1e9)}${oddId(random)}`,
      place: (id: string) => ({ id }),
      find: (dag) => dag["dag_id"],
    },
    {
      name: "a bash task's id",
      called: /\bid\b/,
      make: (random) => `b${oddId(random)}`,
      place: (bashId: string) => ({ bashId }),
      find: (dag, { bashId }) => (bashId! in dag.tasks ? bashId : Object.keys(dag.tasks)),
    },
    {
      name: "a Node task's id",
      called: /\bid\b/,
      make: (random) => `n${oddId(random)}`,
      place: (nodeId: string) => ({ nodeId }),
      find: (dag, { nodeId }) => (nodeId! in dag.tasks ? nodeId : Object.keys(dag.tasks)),
    },
    {
      name: "a bash command",
      called: /\bcommand\b/,
      make: (random) => anyText(random),
      place: (command: string) => ({ command }),
      find: (dag, { bashId = "shell" }) => dag.tasks[bashId]!["rendered_command"],
    },
    {
      name: "an input's name",
      called: /\binput\b|called with/,
      make: (random) => (random.chance(0.5) ? `i${random.integer(1e9)}` : anyText(random)),
      place: (inputName: string) => ({ inputName }),
      find: (dag, { nodeId = "node" }) => Object.keys((dag.tasks[nodeId]!["xcoms"] as object | undefined) ?? {})[0],
    },
    {
      name: "a param's value",
      called: /\bparams?\b/,
      make: (random) =>
        random.chance(0.5) ? anyText(random) : [anyText(random), { [anyText(random)]: anyText(random) }],
      place: (plain: JsonValue) => ({ params: { plain } }),
      find: (dag) => dag.params["plain"]!["value"],
    },
    ...schemaWords.map((word) => ({
      name: `a param's ${word}`,
      called: new RegExp(`\\b${word}\\b`),
      make: anyText,
      place: (value: string) => ({ params: { [word]: param({ default: 1, [word]: value }) } }),
      find: (dag: ReadDag) => dag.params[word]![word],
    })),
    ...["enum", "examples"].map((word) => ({
      name: `a param's ${word}`,
      called: new RegExp(`\\b${word}\\b`),
      make: makers.texts,
      place: (value: string[]) => ({
        params: { [word]: param({ default: "one", [word]: ["one", ...value] as readonly string[] }) },
      }),
      expected: (value: string[]) => ["one", ...value],
      find: (dag: ReadDag) => dag.params[word]![word],
    })),
  ];
}

/** Now and then one that nothing can carry. */
function anyText(random: Random): string {
  const text = oddText(random);
  if (random.chance(0.97)) return text;
  return text + random.pick(["\0", "\ud800", "\udc00", "x".repeat(3_000)]);
}

/** Few signs are possible in them. */
function connectionIds(random: Random): string[] {
  return random.chance(0.2) ? makers.texts(random) : [textOf("aZ09éΩ日_#!()-.:/\\", 1 + random.integer(12), random)];
}

function textOf(letters: string, length: number, random: Random): string {
  return Array.from({ length }, () => letters[random.integer(letters.length)]).join("");
}

function oddId(random: Random): string {
  return random.chance(0.3) ? anyText(random) : textOf("abcXYZ019_.-", random.integer(12), random);
}

/** As Python sorts. */
function byCodePoints(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
