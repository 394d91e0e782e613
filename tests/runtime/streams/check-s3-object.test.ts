import { expect, it } from "vitest";
import { isKnownError } from "../../../runtime/errors.ts";
import { checkS3Object } from "../../../runtime/streams/check-s3-object.ts";

const object = { bucket: "b", key: "k", etag: "e-3", size: 1, lastModified: "2026-01-01T00:00:00.000Z" };

it("is what s3LatestObject returns, without anything else", () => {
  expect(checkS3Object({ ...object, more: 1 })).toEqual(object);
});

it.each<[unknown, string]>([
  [null, "it left no XCom"],
  [undefined, "it left no XCom"],
  ["s3://b/k", "its XCom is a string"],
  [[object], "its XCom is a list"],
  [{ ...object, key: undefined }, "key is missing"],
  [{ ...object, etag: "" }, 'etag is ""'],
  [{ ...object, bucket: 7 }, "bucket is 7"],
  [{ ...object, size: "1" }, 'size is "1"'],
  [{ ...object, size: -1 }, "size is -1"],
])("is refused for good otherwise: %j", (value, found) => {
  try {
    checkS3Object(value);
  } catch (error) {
    if (!isKnownError(error)) throw error;
    expect(error.trouble).toMatchObject({ found, isRetryable: false });
    return;
  }
  throw new Error("nothing was thrown");
});
