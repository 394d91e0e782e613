// Connections from a seed: the same ones on every machine.

import type { AirflowFields } from "./airflow-connections.ts";

const alphabet = [...":/?#[]@!$&'()*+,;=%\"\\ {}<>|^`~-_.abcXYZ019äß€𝄞🙂\n\t\r\u0000\u007f\u2028"];
const hostAlphabet = [..."abcXYZ019.-_%/ä"];

export function randomConnections(seed: number, count: number): AirflowFields[] {
  const random = mulberry32(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const text = (letters: readonly string[]) =>
    Array.from({ length: Math.floor(random() * 12) }, () => pick(letters)).join("");
  const maybe = (letters: readonly string[]) => (random() < 0.25 ? null : text(letters));
  const value = () => pick([text(alphabet), text(alphabet), 7, true, null, { deep: [text(alphabet)] }]);
  return Array.from({ length: count }, () => ({
    conn_type: pick(["postgres", "http", "mongo", "google_cloud_platform", "mssql"]),
    host: maybe(hostAlphabet),
    schema: maybe(alphabet),
    login: maybe(alphabet),
    password: maybe(alphabet),
    port: pick([null, 1, 5432, 65_535]),
    extra:
      random() < 0.3
        ? null
        : Object.fromEntries(Array.from({ length: Math.floor(random() * 4) }, () => [text(alphabet), value()])),
  }));
}

/** A small generator with 32 bits of state. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
