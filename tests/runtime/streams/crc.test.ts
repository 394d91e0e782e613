import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createCrc32c, createCrc64nvme } from "../../../runtime/streams/crc.ts";
import { createChecksum } from "../../../runtime/streams/object-checksum.ts";

/** From the catalogue of parametrised CRC algorithms: the check values of `123456789`. */
describe.each([
  ["CRC-32C", createCrc32c, "e3069283"],
  ["CRC-64/NVME", createCrc64nvme, "ae8b14860a799888"],
])("%s", (_, create, check) => {
  it("has the catalogue's check value", () => {
    const crc = create();
    crc.update(Buffer.from("123456789"));
    expect(crc.digest().toString("hex")).toBe(check);
  });

  it("is the same however the bytes are cut", () => {
    const bytes = randomBytes(100_003);
    const whole = create();
    whole.update(bytes);
    const cut = create();
    for (let at = 0; at < bytes.length; ) {
      const end = at + (at % 23);
      cut.update(bytes.subarray(at, end + 1));
      at = end + 1;
    }
    expect(cut.digest()).toEqual(whole.digest());
  });
});

it("says CRC-32 and SHA-1 as S3 writes them", () => {
  const bytes = randomBytes(1000);
  const value = Buffer.alloc(4);
  value.writeUInt32BE(crc32(bytes));
  for (const stored of [
    { crc32: value.toString("base64") },
    { sha1: createHash("sha1").update(bytes).digest("base64") },
  ]) {
    const checksum = createChecksum(stored)!;
    checksum.update(bytes.subarray(0, 300));
    checksum.update(bytes.subarray(300));
    expect(checksum.base64()).toBe(Object.values(stored)[0]);
  }
});
