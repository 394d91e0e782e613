// What commands changed while a scheduler runs: a notice for each thing, written in the transaction of the change. The scheduler reads anew
// what is named, and takes the notices away, in the transaction that acts on them.

import { ringBell } from "./bell.ts";
import { prepare, type Store } from "./open-store.ts";

export type Notice =
  | { readonly kind: "dag"; readonly dagId: string }
  | { readonly kind: "dag_run"; readonly run: number }
  | { readonly kind: "pool" };

export function leaveNotice(store: Store, notice: Notice): void {
  prepare(store, "INSERT INTO notice (kind, key) VALUES (?, ?)").run(notice.kind, keyOf(notice));
  ringBell(store);
}

export function takeNotices(store: Store): Notice[] {
  const rows = prepare(store, "SELECT kind, key FROM notice ORDER BY id").all() as Row[];
  if (rows.length > 0) prepare(store, "DELETE FROM notice").run();
  return rows.map(toNotice);
}

interface Row {
  readonly kind: Notice["kind"];
  readonly key: string;
}

function keyOf(notice: Notice): string {
  switch (notice.kind) {
    case "dag":
      return notice.dagId;
    case "dag_run":
      return String(notice.run);
    case "pool":
      return "";
    default:
      return notice satisfies never;
  }
}

function toNotice({ kind, key }: Row): Notice {
  switch (kind) {
    case "dag":
      return { kind, dagId: key };
    case "dag_run":
      return { kind, run: Number(key) };
    case "pool":
      return { kind };
    default:
      return kind satisfies never;
  }
}
