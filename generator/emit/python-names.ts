// The Python variable of each task and group: its id where that is a free identifier, else the nearest one to it.

import { pythonBuiltins } from "./python-builtins.ts";

const keywords =
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is " +
  "lambda nonlocal not or pass raise return try while with yield match case type _";

/** What a generated file imports itself. */
const imports =
  "sys timedelta Path pendulum DAG Param TaskGroup chain BashOperator EmptyOperator NodeOperator CronTriggerTimetable DeltaTriggerTimetable";

const reserved: ReadonlySet<string> = new Set([...keywords.split(" "), ...imports.split(" "), ...pythonBuiltins]);

/** `__file__` and its like are the module's own. */
function isReserved(name: string): boolean {
  return reserved.has(name) || /^__.*__$/.test(name);
}

/** By id. Where a group has put its own before it: what the author wrote, unless something else is called that. */
export function namesInGroups(labels: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const taken = [...labels].flatMap(([id, label]) => (id === label ? [id] : [id, label]));
  const isFree = (label: string) => taken.indexOf(label) === taken.lastIndexOf(label);
  const wanted = new Map([...labels].map(([id, label]) => [id, isFree(label) ? label : id]));
  const names = pythonNames([...wanted.values()]);
  return new Map([...wanted].map(([id, name]) => [id, names.get(name)!]));
}

export function pythonNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set(reserved);
  // Ids that are identifiers keep their name, whatever the others are turned into.
  const exact = ids.filter((id) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(id) && !isReserved(id));
  for (const id of exact) {
    names.set(id, id);
    taken.add(id);
  }
  for (const id of ids) {
    if (names.has(id)) continue;
    const name = freeName(id, taken);
    names.set(id, name);
    taken.add(name);
  }
  return names;
}

function freeName(id: string, taken: ReadonlySet<string>): string {
  const near = id.replaceAll(/[^A-Za-z0-9_]/g, "_").replace(/^(?=\d)/, "_");
  const base = isReserved(near) ? `${near}_` : near;
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}_${number}`;
  return name;
}
