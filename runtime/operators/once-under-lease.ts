// Work in one transaction that is done once for each acquisition of a lease: the check of the lease, the look into the ledger, the
// work, the row in the ledger. Without a lease it is just the work, which must then be harmless to repeat.

import { createHash } from "node:crypto";
import type { PostgresSession } from "../connections/postgres.ts";
import { getContext } from "../context.ts";
import { canonicalJson, type JsonValue } from "../dag/json.ts";
import { checkLease, type Lease } from "./lease.ts";
import { findLedgerRow, writeLedgerRow } from "./ledger.ts";

/** Call it first in a transaction. The result must be JSON. `content`: what the work is made of; other content is other work. */
export async function onceUnderLease<Result>(
  session: PostgresSession,
  { lease, content }: { readonly lease: Lease | undefined; readonly content: JsonValue },
  work: () => Promise<Result>,
): Promise<Result> {
  if (!lease) return work();
  await checkLease(session, lease);
  const { dagId, runId, taskId, mapIndex } = getContext();
  const contentHash = createHash("sha256").update(canonicalJson(content)).digest("hex");
  const key = { dagId, runId, taskId, mapIndex, token: lease.token, contentHash };
  const earlier = await findLedgerRow(session, key);
  if (earlier) {
    console.log("Committed by an earlier try of this task: its result is returned");
    return earlier.result as Result;
  }
  const result = await work();
  await writeLedgerRow(session, key, result as JsonValue);
  return result;
}
