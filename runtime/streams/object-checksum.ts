// The checksum that S3 keeps of an object, computed again over what arrived.

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { ChecksumAlgorithm } from "../connections/s3-session.ts";
import { createCrc32c, createCrc64nvme } from "./crc.ts";

export interface ObjectChecksum {
  readonly algorithm: ChecksumAlgorithm;
  update(bytes: Uint8Array): void;
  base64(): string;
}

export type StoredChecksums = Readonly<Partial<Record<ChecksumAlgorithm, string>>>;

/** For the cheapest of those that S3 keeps of this object; SHA-256 is computed in any case, by the download itself. */
export function createChecksum(stored: StoredChecksums): ObjectChecksum | undefined {
  const algorithm = (["crc32", "crc64nvme", "crc32c", "sha1"] as const).find((name) => stored[name] !== undefined);
  return algorithm && { algorithm, ...makers[algorithm]() };
}

type Maker = () => Omit<ObjectChecksum, "algorithm">;

const makers: Readonly<Record<Exclude<ChecksumAlgorithm, "sha256">, Maker>> = {
  crc32: () => {
    let value = 0;
    return {
      update: (bytes) => {
        value = crc32(bytes, value);
      },
      base64: () => {
        const result = Buffer.alloc(4);
        result.writeUInt32BE(value);
        return result.toString("base64");
      },
    };
  },
  crc64nvme: () => ofCrc(createCrc64nvme()),
  crc32c: () => ofCrc(createCrc32c()),
  sha1: () => {
    const hash = createHash("sha1");
    return { update: (bytes) => void hash.update(bytes), base64: () => hash.digest("base64") };
  },
};

function ofCrc({ update, digest }: ReturnType<typeof createCrc32c>): ReturnType<Maker> {
  return { update, base64: () => digest().toString("base64") };
}
