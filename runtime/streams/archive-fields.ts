// The fields that pg_dump's archives are made of, one after the other: integers of the writer's own width behind a byte for the sign, and texts
// behind their length. Asked for more than is there, it throws `needsMore`.

export const needsMore = Symbol("more bytes are needed");

export interface ArchiveFields {
  setIntegerBytes(width: number): void;
  byte(): number;
  bytes(count: number): Buffer;
  integer(): number;
  /** Null where pg_dump had none. */
  text(): string | null;
}

/** More than any C compiler's int, and what still is a number here. */
const maxIntegerBytes = 6;

export function createArchiveFields(buffer: Buffer): ArchiveFields {
  let at = 0;
  let width = 4;
  const bytes = (count: number) => {
    if (at + count > buffer.length) throw needsMore;
    at += count;
    return buffer.subarray(at - count, at);
  };
  const integer = () => {
    const isNegative = bytes(1)[0] !== 0;
    const field = bytes(width);
    const high = field.subarray(maxIntegerBytes).some((each) => each !== 0);
    const value = high ? Number.MAX_SAFE_INTEGER : field.readUIntLE(0, Math.min(width, maxIntegerBytes));
    return isNegative ? -value : value;
  };
  return {
    setIntegerBytes(count) {
      width = Math.max(1, count);
    },
    byte: () => bytes(1)[0]!,
    bytes,
    integer,
    text() {
      const length = integer();
      return length < 0 ? null : bytes(length).toString("utf8");
    },
  };
}
