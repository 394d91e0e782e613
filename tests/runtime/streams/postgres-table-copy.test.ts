import { expect, it } from "vitest";
import { copyFromStatement, copyToStatement } from "../../../runtime/streams/postgres-table-copy.ts";

const table = { label: "t", name: "public.t", columns: [] };

it.each([
  {
    kind: "plain",
    isPartitioned: false,
    columns: ["a", '"B"'],
    to: 'COPY public.t (a, "B") TO STDOUT',
    from: 'COPY public.t (a, "B") FROM STDIN',
  },
  {
    kind: "partitioned",
    isPartitioned: true,
    columns: ["a"],
    to: "COPY (SELECT a FROM public.t) TO STDOUT",
    from: "COPY public.t (a) FROM STDIN",
  },
  {
    kind: "columnless",
    isPartitioned: false,
    columns: [],
    to: "COPY public.t TO STDOUT",
    from: "COPY public.t FROM STDIN",
  },
  {
    kind: "columnless partitioned",
    isPartitioned: true,
    columns: [],
    to: "COPY (SELECT  FROM public.t) TO STDOUT",
    from: "COPY public.t FROM STDIN",
  },
])("a $kind table is copied by $to", ({ isPartitioned, columns, to, from }) => {
  expect(copyToStatement({ ...table, isPartitioned }, columns)).toBe(to);
  expect(copyFromStatement({ ...table, isPartitioned }, columns)).toBe(from);
});
