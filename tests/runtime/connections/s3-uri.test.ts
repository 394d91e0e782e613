import { expect, it } from "vitest";
import { toS3Error } from "../../../runtime/connections/s3-errors.ts";
import { s3Uri } from "../../../runtime/connections/s3-uri.ts";
import type { KnownError } from "../../../runtime/errors.ts";

const odd = "\nPASSED\u001b[2J\u009b2J\u2028";
const shown = "\\u000aPASSED\\u001b[2J\\u009b2J\\u2028";

it("neither a bucket's name nor a key begins a line of the log or moves a cursor", () => {
  expect(s3Uri(`backups${odd}`, `shop${odd}`)).toBe(`s3://backups${shown}/shop${shown}`);
  expect(s3Uri("backups", "für die/Größe 7.dump")).toBe("s3://backups/für die/Größe 7.dump");
});

it("nor does what a server says of them", () => {
  const answer = { name: "NoSuchKey", $fault: "client", $metadata: { httpStatusCode: 404 } };
  const error = toS3Error(Object.assign(new Error(`no such key: shop${odd}`), answer), "here") as KnownError;
  expect(error.trouble.found).toBe(`no such key: shop${shown} (NoSuchKey, HTTP 404)`);
});
