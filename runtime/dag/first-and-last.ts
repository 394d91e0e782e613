// Which tasks stand for a group in an edge, as Airflow draws it: after others its first ones; before others its last ones, but for
// teardowns. Source: airflow.sdk.definitions.taskgroup (get_roots, get_leaves).

interface Task {
  readonly id: string;
  readonly role: "setup" | "teardown" | null;
}

interface Edge {
  readonly upstream: string;
  readonly downstream: string;
}

/** Those that wait for no other of these tasks. */
export function firstOf(tasks: readonly Task[], edges: readonly Edge[]): string[] {
  const { upstream } = within(tasks, edges);
  return [...upstream].filter(([, ids]) => ids.length === 0).map(([id]) => id);
}

/** Those that no other of these tasks waits for; instead of a teardown what it waits for, but for its setups. */
export function lastOf(tasks: readonly Task[], edges: readonly Edge[]): string[] {
  const inside = within(tasks, edges);
  const ends = [...inside.downstream].filter(([, ids]) => ids.length === 0).map(([id]) => id);
  const last = ends.flatMap((id) => (inside.roles.get(id) === "teardown" ? lastBefore(inside, id, new Set()) : [id]));
  return [...new Set(last)];
}

interface Inside {
  readonly roles: ReadonlyMap<string, Task["role"]>;
  readonly upstream: ReadonlyMap<string, readonly string[]>;
  readonly downstream: ReadonlyMap<string, readonly string[]>;
}

function within(tasks: readonly Task[], edges: readonly Edge[]): Inside {
  const none = () => new Map<string, string[]>(tasks.map(({ id }) => [id, []]));
  const [upstream, downstream] = [none(), none()];
  for (const edge of edges) {
    if (!upstream.has(edge.upstream) || !upstream.has(edge.downstream)) continue;
    upstream.get(edge.downstream)!.push(edge.upstream);
    downstream.get(edge.upstream)!.push(edge.downstream);
  }
  return { roles: new Map(tasks.map(({ id, role }) => [id, role])), upstream, downstream };
}

/** What a teardown waits for, unless something else among the tasks waits for it, too. */
function lastBefore(inside: Inside, teardown: string, seen: Set<string>): string[] {
  if (seen.has(teardown)) return [];
  seen.add(teardown);
  return inside.upstream.get(teardown)!.flatMap((id) => {
    const role = inside.roles.get(id);
    if (role === "teardown") return lastBefore(inside, id, seen);
    if (role === "setup") return [];
    return inside.downstream.get(id)!.every((other) => inside.roles.get(other) === "teardown") ? [id] : [];
  });
}
