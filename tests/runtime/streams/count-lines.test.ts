import { expect, it } from "vitest";
import { createRandom } from "../../../quickstart/sample-pagila-random.ts";
import { countLines } from "../../../runtime/streams/count-lines.ts";

it("counts as a plain loop does, wherever the bytes begin and end", () => {
  const random = createRandom(1);
  // Line breaks and the bytes next to them, with and without the high bit.
  const bytes = Buffer.from(Array.from({ length: 4_000 }, () => [10, 9, 11, 0, 138, 255][random.upTo(6) - 1]!));
  for (let round = 0; round < 500; round++) {
    const from = random.upTo(20);
    const part = bytes.subarray(from, from + random.upTo(40) - 1);
    expect(countLines(part)).toBe(part.filter((byte) => byte === 10).length);
  }
  expect(countLines(bytes)).toBe(bytes.filter((byte) => byte === 10).length);
});
