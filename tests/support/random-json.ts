// JSON values of every kind, whatever is odd in their texts, keys and numbers.

import type { JsonValue } from "../../runtime/dag/json.ts";
import { oddText } from "./odd-text.ts";
import type { Random } from "./random.ts";

const numbers = [0, -1, 0.1, -2.5, 1e-7, 5e-324, 1.7976931348623157e308, 1e21, 2 ** 53 - 1, 1 - 2 ** 53, 2 ** 31];
const constants = [true, false, null, "", "__type", "NaN", "1"];

export function randomJson(random: Random, depth = 4): JsonValue {
  const kind = random.integer(depth > 0 ? 6 : 4);
  const parts = () => Array.from({ length: random.integer(4) }, () => randomJson(random, depth - 1));
  if (kind === 0) return random.pick(constants);
  if (kind === 1)
    return random.chance(0.5) ? random.pick(numbers) : random.fraction() * 10 ** (random.integer(30) - 15);
  if (kind < 4) return oddText(random);
  if (kind === 4) return parts();
  return Object.fromEntries(parts().map((part) => [randomKey(random), part]));
}

function randomKey(random: Random): string {
  const key = random.pick([
    oddText(random, 4),
    "",
    "__proto__",
    "constructor",
    "__version__",
    "__data__",
    "__type",
    "0",
  ]);
  // What only Airflow may use is refused.
  return key === "__classname__" ? "__class" : key;
}
